const SHUT_MS = 30 * 60_000;

/** So many refused requests in a row shut the account for half an hour, to the right password too (Hikvision and its kin). */
export class AccountLock {
  private inARow = 0;
  private shutUntilMs = 0;
  /** How often it was shut. */
  times = 0;

  constructor(private readonly refusals: number) {}

  isShut(nowMs: number): boolean {
    return nowMs < this.shutUntilMs;
  }

  refused(nowMs: number): void {
    this.inARow += 1;
    if (this.inARow < this.refusals) return;
    this.inARow = 0;
    this.shutUntilMs = nowMs + SHUT_MS;
    this.times += 1;
  }

  opened(): void {
    this.inARow = 0;
  }
}
