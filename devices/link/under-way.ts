import type { Outbox } from './outbox.ts';

const batchEntries = 200;
/** Base64 and the envelope make it a third longer; `maximumEnvelopeBytes` is a million. */
const batchBytes = 600_000;
/**
 * Messages that wait for their answer. Few: while the service is slow, what is new gathers into larger ones, and one
 * transaction there takes them all.
 */
const messagesUnderWay = 4;
/** Where whole messages more wait, after a time without the link: the next ones are there when those are taken. */
const wholeMessagesUnderWay = 8;
const resendAfterMs = 15_000;

/** What of the outbox has been sent and waits for the service's answer: which entries are sent next, and which again. */
export class UnderWay {
  private messages: { readonly sentAtMs: number; readonly seqs: Set<number> }[] = [];

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

  /**
   * The entries of the next message, as JSON; from now on they are under way. Those that were not answered in time are
   * taken again. Empty: nothing is to be sent now.
   * @param nowMs monotonic
   */
  next(nowMs: number): string[] {
    this.messages = this.messages.filter(({ sentAtMs }) => nowMs - sentAtMs < resendAfterMs);
    const sent = new Set(this.messages.flatMap(({ seqs }) => [...seqs]));
    const isWhole = this.outbox.size - sent.size >= batchEntries;
    if (this.messages.length >= (isWhole ? wholeMessagesUnderWay : messagesUnderWay)) return [];
    const batch = this.outbox.pendingJson(batchEntries, batchBytes, sent);
    if (batch.length > 0) this.messages.push({ sentAtMs: nowMs, seqs: new Set(batch.map(({ seq }) => seq)) });
    return batch.map(({ json }) => json);
  }
}
