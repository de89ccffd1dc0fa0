/** Where the present comes from. Handed in, so that a test can turn it by hand. */
export abstract class Clock {
  /** Milliseconds since 1970 (UTC). */
  abstract now(): number;

  /** Milliseconds since some instant, by a clock that nobody can set. */
  abstract monotonic(): number;

  date(): Date {
    return new Date(this.now());
  }
}

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }
}

/** A clock that stands still until somebody turns it. */
export class HandClock extends Clock {
  private at: number;
  private steppedMs = 0;

  constructor(startAt: number | string) {
    super();
    this.at = typeof startAt === 'string' ? Date.parse(startAt) : startAt;
  }

  now(): number {
    return this.at;
  }

  monotonic(): number {
    return this.at - this.steppedMs;
  }

  /** Time goes by. */
  advance(ms: number): void {
    this.at += ms;
  }

  /** Somebody sets it: no time has gone by. */
  step(ms: number): void {
    this.at += ms;
    this.steppedMs += ms;
  }

  set(at: number | string): void {
    this.at = typeof at === 'string' ? Date.parse(at) : at;
  }
}
