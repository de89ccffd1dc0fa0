import type { Arrival } from '../link/box-link.ts';
import type { DownMessage } from '../link/down-message.ts';
import { monotonicNow } from '../link/trusted-clock.ts';
import type { RefusalReason } from '../protocol/envelope.ts';

/** So many orders, and so long, wait for the box to be told the time. */
const heldOrders = 100;
const heldForMs = 60_000;

export interface Early {
  readonly message: DownMessage;
  readonly arrival: Arrival;
  /** What it is refused for where the wait does not help. */
  readonly reason: RefusalReason;
}

/** What arrived and cannot be judged before the service has told the time: of programmes the newest, of orders each. */
export class EarlyMail {
  private waiting: (Early & { readonly atMs: number })[] = [];

  constructor(private readonly monotonic: () => number = monotonicNow) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** @returns what had to make room; null: nothing */
  keep(early: Early): Early | null {
    if (early.message === 'programme')
      this.waiting = this.waiting.filter(({ message }) => message !== 'programme');
    this.waiting.push({ ...early, atMs: this.monotonic() });
    return this.waiting.length <= heldOrders ? null : (this.waiting.shift() ?? null);
  }

  /** All of it, to be judged now. @returns `stale`: orders that have waited too long */
  take(): { fresh: Early[]; stale: Early[] } {
    const fresh: Early[] = [];
    const stale: Early[] = [];
    for (const { atMs, ...early } of this.waiting) {
      const isStale = early.message !== 'programme' && this.monotonic() - atMs >= heldForMs;
      (isStale ? stale : fresh).push(early);
    }
    this.waiting = [];
    return { fresh, stale };
  }
}
