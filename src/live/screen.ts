import type { Person } from '../access/rights.ts';

/** The open end of one screen's stream. */
export interface Pipe {
  /** Bytes that were written and not yet taken by the reader. */
  waiting(): number;
  write(text: string): void;
  end(): void;
}

/** Behind by this much, a reader is frozen: a phone in a pocket, a line that is gone. */
export const behindMaximumBytes = 256_000;

/**
 * One screen. It is told what its person may read, and dropped when it does not read: it then comes back by itself and
 * reads its page again, which costs less than a queue that grows.
 */
export class Screen {
  isOpen = true;

  constructor(
    public person: Person,
    readonly token: string,
    private readonly pipe: Pipe,
  ) {}

  tell(text: string): void {
    if (!this.isOpen) return;
    if (this.pipe.waiting() + text.length > behindMaximumBytes) {
      this.close();
      return;
    }
    this.pipe.write(text);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.pipe.end();
  }
}

/** One message as it goes over the wire (HTML, server-sent events). JSON holds no line break of its own. */
export function eventText(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
