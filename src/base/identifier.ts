import { v7 } from 'uuid';

/** A new identifier: UUIDv7, so that it sorts by the time it was made and partitions can be cut on it. */
export function newId(atMs?: number): string {
  return atMs === undefined ? v7() : v7({ msecs: atMs });
}
