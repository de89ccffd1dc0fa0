/** Where the present comes from. Handed in, so that a test can turn it by hand. */
export abstract class Clock {
  /** Milliseconds since 1970 (UTC). */
  abstract now(): number;

  date(): Date {
    return new Date(this.now());
  }
}

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}

/** A clock that stands still until somebody turns it. */
export class HandClock extends Clock {
  private at: number;

  constructor(startAt: number | string) {
    super();
    this.at = typeof startAt === 'string' ? Date.parse(startAt) : startAt;
  }

  now(): number {
    return this.at;
  }

  advance(ms: number): void {
    this.at += ms;
  }

  set(at: number | string): void {
    this.at = typeof at === 'string' ? Date.parse(at) : at;
  }
}
