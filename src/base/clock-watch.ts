import { Clock } from './clock.ts';

/** What a second of slewing or of waiting for a turn may differ by (ms). */
const toleratedMs = 1_000;
const dayMs = 86_400_000;
/** A day that was typed wrong, and an hour or two: more would make programmes name days that are long over (ms). */
const longestDoubtMs = dayMs + 2 * 3_600_000;

/** Notices that the machine's clock was set: its steps against a clock that nobody can set. */
export class ClockWatch {
  private offsetMs: number;
  private ahead = { ms: 0, sinceMs: 0 };

  constructor(private readonly clock: Clock) {
    this.offsetMs = clock.now() - clock.monotonic();
  }

  /** @returns by how much the clock was set since the last look (ms); 0 where it was not */
  look(): number {
    const step = this.step();
    this.offsetMs = this.clock.now() - this.clock.monotonic();
    this.ahead = this.aheadAfter(step);
    return step;
  }

  /**
   * By how much the clock may be ahead of true time (whole ms, at most 26 hours): it was set forward within the last day, and
   * not back. Whether that was a mistake or the end of one nobody here can tell. Counts from the instant it is set,
   * looked at or not.
   */
  get doubtMs(): number {
    const { ms, sinceMs } = this.aheadAfter(this.step());
    const isOld = this.clock.monotonic() - sinceMs > dayMs;
    return isOld || ms > longestDoubtMs ? 0 : ms;
  }

  private step(): number {
    const step = this.clock.now() - this.clock.monotonic() - this.offsetMs;
    return Math.abs(step) > toleratedMs ? Math.round(step) : 0;
  }

  private aheadAfter(step: number): { ms: number; sinceMs: number } {
    if (step === 0) return this.ahead;
    const sinceMs = step > 0 ? this.clock.monotonic() : this.ahead.sinceMs;
    return { ms: Math.max(0, this.ahead.ms + step), sinceMs };
  }
}
