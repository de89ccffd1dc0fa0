/** What a second of slewing or of waiting for a turn may differ by (ms). */
const toleratedMs = 1_000;

/** Notices that the machine's clock was set: its steps against a clock that nobody can set. */
export class ClockWatch {
  private offsetMs: number | null = null;

  /**
   * @param nowMs by the clock that may be set
   * @param monotonicMs by the one that cannot
   * @returns by how much it was set since the last look (ms); 0 where it was not
   */
  look(nowMs: number, monotonicMs: number): number {
    const offsetMs = nowMs - monotonicMs;
    const stepMs = offsetMs - (this.offsetMs ?? offsetMs);
    this.offsetMs = offsetMs;
    return Math.abs(stepMs) > toleratedMs ? stepMs : 0;
  }
}
