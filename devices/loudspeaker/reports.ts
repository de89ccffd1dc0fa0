import type { Outbox } from '../link/outbox.ts';
import type { Receipt } from '../protocol/pole-messages.ts';
import { sha256Of } from './inbox.ts';

type Without<T> = T extends unknown ? Omit<T, 'seq' | 'at'> : never;
/** A receipt before the outbox numbers it and the clock stamps it. */
export type Report = Without<Receipt>;

type RefusedWhat = Extract<Receipt, { state: 'refused' }>['what'];

const detailedASecond = 20;
const keptBack = 2_000;
const keptForThePage = 20;

/**
 * What this box says of itself, into the outbox. Where the disk is full it is kept in memory and written as soon as
 * there is room: the sound does not wait for it.
 */
export class Reports {
  private waiting: { readonly report: object; readonly written: () => void }[] = [];
  private retry: NodeJS.Timeout | null = null;
  private detailed = 0;
  private window: NodeJS.Timeout | null = null;
  private readonly counted = new Map<string, { report: Report; more: number }>();
  /** Refusals since the start. */
  refused = 0;
  /** The newest of what happened to airings and orders, newest first: for whoever stands at the pole. */
  readonly last: Readonly<Record<string, unknown>>[] = [];

  /** @param now trusted time, or the best there is */
  constructor(
    private readonly outbox: Outbox,
    private readonly now: () => number,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Resolves when it is durable; never rejects. */
  add(report: Report): Promise<void> {
    return this.addStamped({ ...report, at: Math.floor(this.now()) });
  }

  /** As `add`, for a receipt that was stamped earlier. */
  async addStamped(report: object): Promise<void> {
    this.last.unshift(report as Record<string, unknown>);
    this.last.length = Math.min(this.last.length, keptForThePage);
    try {
      await this.outbox.append(report);
    } catch (error) {
      this.failed(error);
      await new Promise<void>((written) => {
        if (this.waiting.length >= keptBack) this.waiting.shift();
        this.waiting.push({ report, written });
        this.retry ??= setTimeout(() => void this.again(), 2_000);
      });
    }
  }

  /** A final state of this airing lies in the outbox. */
  waits(airing: string): boolean {
    return this.outbox
      .pending(Number.MAX_SAFE_INTEGER)
      .some(({ entry }) => entry['airing'] === airing && entry['state'] !== 'started');
  }

  /** Refusals come in floods: some a second in full, the others as a number for each reason. */
  refusal(what: RefusedWhat, reason: string, detail: string, bytes: Uint8Array | string): void {
    this.refused += 1;
    const sha256 = typeof bytes === 'string' ? bytes : sha256Of(bytes);
    const report: Report = {
      kind: 'refusal',
      state: 'refused',
      what,
      reason: reason.slice(0, 40),
      detail: detail.slice(0, 300),
      sha256,
    };
    this.window ??= setTimeout(() => this.closeWindow(), 1_000);
    this.detailed += 1;
    if (this.detailed <= detailedASecond) {
      void this.add(report);
      return;
    }
    const key = `${what} ${reason}`;
    const more = (this.counted.get(key)?.more ?? 0) + 1;
    this.counted.set(key, { report, more });
  }

  /** Writes what was only counted. */
  close(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.closeWindow();
  }

  private closeWindow(): void {
    if (this.window !== null) clearTimeout(this.window);
    this.window = null;
    this.detailed = 0;
    for (const { report, more } of this.counted.values()) {
      void this.add({ ...report, detail: `and ${more} more like it` } as Report);
    }
    this.counted.clear();
  }

  private async again(): Promise<void> {
    this.retry = null;
    const waiting = this.waiting;
    this.waiting = [];
    for (const { report, written } of waiting) await this.addStamped(report).then(written);
  }
}
