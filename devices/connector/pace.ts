/** Several cameras change together (a switch loses power): one message tells of all. */
const SOON_MS = 150;
/**
 * Every message tells of all cameras: where a hundred come and go, one at each change is more than a service can take in,
 * and what it has to do for people then waits behind it.
 */
const APART_MS = 1_000;

/**
 * How long to wait with telling of the cameras.
 *
 * @param toldMs when it was done last; undefined: never
 */
export function tellAfterMs(toldMs: number | undefined, nowMs: number): number {
  return Math.max(SOON_MS, (toldMs ?? -Infinity) + APART_MS - nowMs);
}
