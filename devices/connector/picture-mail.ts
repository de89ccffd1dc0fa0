export interface PictureLine {
  readonly connected: () => boolean;
  /** What the service does not have yet, the oldest first. */
  readonly waiting: () => readonly string[];
  /** Resolves when the broker has it, which is not yet when the service has it. @throws where the link is down */
  readonly send: (sha256: string) => Promise<void>;
  /** Steady milliseconds. */
  readonly now: () => number;
}

/**
 * On their way at once. A slow service that is sent every picture as it comes, and all of them again while it works on
 * the first, takes nothing else of this box before long: notices, states and pictures share what may wait there.
 */
const MOST_UNDER_WAY = 8;
/** One that came before the notice that names it is not taken. */
const AGAIN_AFTER_MS = 15_000;

/** Hands the pictures of a store over: the newest first, since somebody may be looking at what it shows. */
export class PictureMail {
  private readonly sentAt = new Map<string, number>();
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly line: PictureLine) {}

  /** The service has these: there is room for others. */
  committed(hashes: readonly string[]): void {
    for (const sha256 of hashes) this.sentAt.delete(sha256);
  }

  /** A new connection: what was on its way may be lost. */
  forget(): void {
    this.sentAt.clear();
  }

  /** Sends what has room. @throws where the link breaks meanwhile; it is sent another time then */
  pump(): Promise<void> {
    const work = this.sending.then(() => this.sendSome());
    this.sending = work.catch(() => undefined);
    return work;
  }

  private async sendSome(): Promise<void> {
    const now = this.line.now();
    for (const [sha256, at] of this.sentAt) if (now - at >= AGAIN_AFTER_MS) this.sentAt.delete(sha256);
    for (const sha256 of [...this.line.waiting()].reverse()) {
      if (this.sentAt.size >= MOST_UNDER_WAY || !this.line.connected()) return;
      if (this.sentAt.has(sha256)) continue;
      this.sentAt.set(sha256, now);
      await this.line.send(sha256);
    }
  }
}
