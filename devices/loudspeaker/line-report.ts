import { join } from 'node:path';
import { readIfThere, writeDurably } from '../link/durable-file.ts';
import type { PoleReport } from '../protocol/pole-messages.ts';
import { dataUse, monthOf, used } from './data-use.ts';
import type { DataUse } from './data-use.ts';
import type { Modem, ModemState } from './modem.ts';

const stateEveryMs = 30_000;
/** Each is a write to the box's disk. */
const countEveryMs = 300_000;

/** How the box is linked and what that has cost, for its status; the month's sum lies in `data-use.json`. */
export class LineReport {
  private use: DataUse | null = null;
  private state: ModemState | null = null;
  private countedAtMs = -Infinity;
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly modem: Modem,
    private readonly path: string,
    /** The trusted time, null where there is none, and what makes it local. */
    private readonly now: () => { at: number | null; utcOffsetMinutes: number },
    private readonly monotonic: () => number,
    private readonly failed: (what: string, error: unknown) => void,
  ) {}

  static async open(parts: {
    modem: Modem;
    directory: string;
    now: () => { at: number | null; utcOffsetMinutes: number };
    monotonic: () => number;
    failed: (what: string, error: unknown) => void;
  }): Promise<LineReport> {
    const path = join(parts.directory, 'data-use.json');
    const line = new LineReport(parts.modem, path, parts.now, parts.monotonic, parts.failed);
    try {
      const bytes = await readIfThere(path);
      if (bytes !== null) line.use = dataUse.parse(JSON.parse(bytes.toString('utf8')));
    } catch (error) {
      parts.failed('the data used this month is not known any more', error);
    }
    line.timer = setInterval(() => void line.look(), stateEveryMs);
    return line;
  }

  /** Asks the modem now. Never rejects. */
  look(): Promise<void> {
    this.looking ??= this.ask().finally(() => (this.looking = null));
    return this.looking;
  }

  /** Null until it is known. */
  get report(): PoleReport['modem'] {
    if (this.state === null || this.use === null) return null;
    return { ...this.state, month: this.use.month, monthBytes: this.use.monthBytes };
  }

  /** Counts once more. */
  async close(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
    await this.count();
  }

  private async ask(): Promise<void> {
    try {
      this.state = await this.modem.state();
      if (this.monotonic() - this.countedAtMs >= countEveryMs) await this.count();
    } catch (error) {
      this.failed('the line was not looked at', error);
    }
  }

  private async count(): Promise<void> {
    const { at, utcOffsetMinutes } = this.now();
    // Without the time nobody knows the month; the counter does not run away.
    if (at === null) return;
    const counted = await this.modem.count();
    if (counted === null) return;
    this.use = used(this.use, monthOf(at, utcOffsetMinutes), counted);
    this.countedAtMs = this.monotonic();
    await writeDurably(this.path, JSON.stringify(this.use)).catch((error: unknown) =>
      this.failed('the data used was not kept', error),
    );
  }
}
