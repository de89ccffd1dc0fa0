import type { Outbox } from './outbox.ts';

const batchEntries = 200;
/** Base64 and the envelope make it a third longer; `maximumEnvelopeBytes` is a million. */
const batchBytes = 600_000;
/** Messages that wait for their answer: what is new then gathers into larger ones. */
const messagesUnderWay = 8;
/**
 * While one of them waits, the next one goes no sooner than this after the last. Sent at once, each notice would be a
 * message of its own, to be signed, carried and proved; kept until an answer comes, it would miss the service's next
 * transaction too.
 */
const gatherMs = 15;
const resendAfterMs = 15_000;

/** What of the outbox has been sent and waits for the service's answer: which entries are sent next, and which again. */
export class UnderWay {
  private messages: { readonly sentAtMs: number; readonly seqs: Set<number> }[] = [];
  private sentAtMs = -Infinity;

  constructor(private readonly outbox: Outbox) {}

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** A new line: nothing is known to have arrived. */
  forget(): void {
    this.messages = [];
  }

  answered(seqs: readonly number[]): void {
    for (const message of this.messages) for (const seq of seqs) message.seqs.delete(seq);
    this.messages = this.messages.filter((message) => message.seqs.size > 0);
  }

  /** In how long the next message is due, ms: at once where it is a whole one. @param nowMs monotonic */
  dueInMs(nowMs: number): number {
    const sent = this.messages.reduce((sum, { seqs }) => sum + seqs.size, 0);
    if (this.isEmpty || this.outbox.size - sent >= batchEntries) return 0;
    return Math.max(0, this.sentAtMs + gatherMs - nowMs);
  }

  /**
   * The entries of the next message, as JSON; from now on they are under way. Those that were not answered in time are
   * taken again. Empty: nothing is to be sent now.
   * @param nowMs monotonic
   */
  next(nowMs: number): string[] {
    this.messages = this.messages.filter(({ sentAtMs }) => nowMs - sentAtMs < resendAfterMs);
    if (this.messages.length >= messagesUnderWay) return [];
    const sent = new Set(this.messages.flatMap(({ seqs }) => [...seqs]));
    const batch = this.outbox.pendingJson(batchEntries, batchBytes, sent);
    if (batch.length === 0) return [];
    this.messages.push({ sentAtMs: nowMs, seqs: new Set(batch.map(({ seq }) => seq)) });
    this.sentAtMs = nowMs;
    return batch.map(({ json }) => json);
  }
}
