import type { Arrival } from '../link/box-link.ts';
import type { DownMessage } from '../link/down-message.ts';
import { monotonicNow } from '../link/trusted-clock.ts';
import type { RefusalReason } from '../protocol/envelope.ts';

/** So many orders, and so long, wait for the box to be told the time. */
const heldOrders = 100;
const heldForMs = 60_000;
/** Whoever has an old order can send it again and again: so often at most the time is asked because of one (ms). */
const askedEveryMs = 10_000;

export interface Early {
  readonly message: DownMessage;
  readonly arrival: Arrival;
  /** What it is refused for where the wait does not help. */
  readonly reason: RefusalReason;
}

/** What arrived and cannot be judged before the service has told the time: of programmes the newest, of orders each. */
export class EarlyMail {
  private waiting: (Early & { readonly atMs: number })[] = [];
  private doubtedMs = -Infinity;

  constructor(private readonly monotonic: () => number = monotonicNow) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * Whether an order that would be refused for this waits until the time was asked: the service's clock may have been set
   * since, and an emergency must not wait for the next asking. One from the future only the service can have signed.
   */
  doubts(reason: RefusalReason): boolean {
    if (reason === 'from-the-future') return true;
    if (reason !== 'expired' || this.monotonic() - this.doubtedMs < askedEveryMs) return false;
    this.doubtedMs = this.monotonic();
    return true;
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
