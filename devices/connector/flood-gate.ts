/** What was left out of one flood, which is over once nothing was left out for `FLOOD_REST_MS`. */
export interface Shed {
  /** Of the first and the last notice left out, by the connector's clock (ms). */
  readonly sinceAt: number;
  readonly lastAt: number;
  readonly count: number;
}

/**
 * 200 times a storm of 900 notices an hour, for good: what is more comes from a broken or hostile camera, and would
 * fill the disks (100 notices a second are 10 GB a day) and take the other cameras' time. A camera that was long out of
 * reach may tell all that it has kept.
 */
const PER_SECOND = 50;
const AT_ONCE = 3_000;
export const FLOOD_REST_MS = 60_000;

/** Lets so many of one camera's notices through, and counts the others: nothing is left out silently. */
export class FloodGate {
  private room = AT_ONCE;
  private atMs: number | undefined;
  private current: Shed | null = null;

  /** @returns how many of them may pass; the first ones are to */
  admit(count: number, nowMs: number): number {
    const pausedMs = Math.max(0, nowMs - (this.atMs ?? nowMs));
    this.atMs = nowMs;
    this.room = Math.min(AT_ONCE, this.room + (pausedMs * PER_SECOND) / 1_000);
    const passing = Math.min(count, Math.floor(this.room));
    this.room -= passing;
    if (passing < count) {
      const goesOn = this.current !== null && nowMs - this.current.lastAt <= FLOOD_REST_MS;
      const { sinceAt, count: before } = goesOn && this.current !== null ? this.current : noneSince(nowMs);
      this.current = { sinceAt, lastAt: nowMs, count: before + count - passing };
    }
    return passing;
  }

  /** Of the last flood; null where there was none. */
  get shed(): Shed | null {
    return this.current;
  }
}

function noneSince(sinceAt: number): Pick<Shed, 'sinceAt' | 'count'> {
  return { sinceAt, count: 0 };
}

export function laterBy({ sinceAt, lastAt, count }: Shed, ms: number): Shed {
  return { sinceAt: Math.round(sinceAt + ms), lastAt: Math.round(lastAt + ms), count };
}
