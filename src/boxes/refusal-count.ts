import type { RefusalReason } from '../../devices/protocol/envelope.ts';

/** Why a message was not taken: not believed, too many of its box wait already, or the database is away. */
export type NotTaken = RefusalReason | 'overload' | 'unavailable';

/** Counts what was not taken and says when a line in the log is due: one a place and reason a minute. */
export class RefusalCount {
  private readonly total = new Map<NotTaken, number>();
  private readonly lines = new Map<string, { until: number; silent: number }>();

  constructor(
    private readonly everyMs = 60_000,
    private readonly kept = 10_000,
  ) {}

  /** @returns how many were not logged since the last line, or null where this one need not be logged either */
  note(place: string, reason: NotTaken, now: number): number | null {
    this.total.set(reason, (this.total.get(reason) ?? 0) + 1);
    const key = `${place} ${reason}`;
    const line = this.lines.get(key);
    if (line !== undefined && now < line.until) {
      line.silent += 1;
      return null;
    }
    // Whoever makes up places must not fill the memory.
    if (this.lines.size >= this.kept) this.lines.clear();
    this.lines.set(key, { until: now + this.everyMs, silent: 0 });
    return line?.silent ?? 0;
  }

  totals(): ReadonlyMap<NotTaken, number> {
    return this.total;
  }
}
