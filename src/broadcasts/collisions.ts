import { soundingMs } from '../../devices/protocol/decide.ts';
import type { Sounding } from './programme.ts';

/** Which of two priority broadcasts goes first whenever they collide: `{first}>{second}`, decided by a person. */
export type Precedence = ReadonlySet<string>;

export function precedenceOf(firstId: string, secondId: string): string {
  return `${firstId}>${secondId}`;
}

/** Two priority broadcasts whose sounds overlap on some pole (Circular 39/2020: the commune's user decides the order). */
export interface Collision {
  /** The one received first: undecided, it goes first. */
  readonly earlierId: string;
  readonly laterId: string;
  /** The first instant at which both are due. */
  readonly at: number;
  readonly firstId: string | null;
  readonly poles: number;
}

/** One item on one pole, in the shape that waiting needs. */
export interface Waiting {
  readonly airing: string;
  readonly broadcastId: string;
  readonly startAt: number;
  readonly startBy: number;
  readonly soundMs: number;
}

function lengthMs({ version }: Sounding): number {
  return soundingMs(version.audio);
}

/** The collisions among these soundings, each pair of broadcasts once, the next one first. */
export function collisions(all: readonly Sounding[], precedence: Precedence): Collision[] {
  const found = new Map<string, Collision>();
  const priority = all
    .filter(({ broadcast }) => broadcast.priority === 'priority')
    .sort((a, b) => a.startAt - b.startAt);
  priority.forEach((one, index) => {
    for (const other of priority.slice(index + 1)) {
      if (other.startAt >= one.startAt + lengthMs(one)) break;
      if (other.broadcast.id === one.broadcast.id) continue;
      const poles = [...one.broadcast.poles].filter((pole) => other.broadcast.poles.has(pole)).length;
      // Ids are UUIDv7: in the order of receipt.
      const [earlierId, laterId] = [one.broadcast.id, other.broadcast.id].sort() as [string, string];
      const key = precedenceOf(earlierId, laterId);
      if (poles === 0 || found.has(key)) continue;
      const firstId = precedence.has(key)
        ? earlierId
        : precedence.has(precedenceOf(laterId, earlierId))
          ? laterId
          : null;
      found.set(key, { earlierId, laterId, at: other.startAt, firstId, poles });
    }
  });
  return [...found.values()].sort((a, b) => a.at - b.at || (a.earlierId < b.earlierId ? -1 : 1));
}

/**
 * Puts one pole's colliding priority items into their order: as decided, else as received. Who waits may begin so much
 * later. @returns by airing: the one that goes before it, and until when it may begin
 */
export function queue(
  items: readonly Waiting[],
  precedence: Precedence,
): Map<string, { after: string; startBy: number }> {
  const result = new Map<string, { after: string; startBy: number }>();
  for (const cluster of clusters(items)) {
    let before: { readonly airing: string; readonly endAt: number } | null = null;
    for (const item of inOrder(cluster, precedence)) {
      const startAt = Math.max(item.startAt, before?.endAt ?? 0);
      if (before !== null) {
        result.set(item.airing, { after: before.airing, startBy: startAt + item.startBy - item.startAt });
      }
      before = { airing: item.airing, endAt: startAt + item.soundMs };
    }
  }
  return result;
}

/** Items whose sounds would overlap, directly or through others between them. */
function clusters(items: readonly Waiting[]): Waiting[][] {
  const result: Waiting[][] = [];
  let endAt = -Infinity;
  for (const item of [...items].sort((a, b) => a.startAt - b.startAt || (a.airing < b.airing ? -1 : 1))) {
    const last = result.at(-1);
    if (last !== undefined && item.startAt < endAt) last.push(item);
    else result.push([item]);
    endAt = Math.max(endAt, item.startAt) + item.soundMs;
  }
  return result;
}

/**
 * The first received of those that nobody else must precede, again and again; where people's decisions form a circle,
 * simply the first received.
 */
function inOrder(cluster: readonly Waiting[], precedence: Precedence): Waiting[] {
  const left = [...cluster].sort(
    (a, b) =>
      (a.broadcastId < b.broadcastId ? -1 : a.broadcastId > b.broadcastId ? 1 : 0) || a.startAt - b.startAt,
  );
  const result: Waiting[] = [];
  while (left.length > 0) {
    const free = left.findIndex((item) =>
      left.every(
        (other) => other === item || !precedence.has(precedenceOf(other.broadcastId, item.broadcastId)),
      ),
    );
    result.push(...left.splice(Math.max(0, free), 1));
  }
  return result;
}
