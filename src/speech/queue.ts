import { Failure } from '../base/failure.ts';
import { abortedFailure, refuseIfAborted } from './aborted.ts';

/** So many at once, so many waiting, and a clear no to the rest. */
export class BoundedQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mayWait: number,
  ) {}

  /**
   * Runs `work` when its turn comes.
   * @throws Failure `too-many`, `speech.busy` when the line is full; `conflict`, `speech.aborted` when the caller gave
   *   up waiting
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    refuseIfAborted(signal);
    if (this.running < this.atOnce) this.running += 1;
    else await this.wait(signal);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The place is handed over rather than freed, so that nobody slips in between.
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.waiting.length >= this.mayWait) {
      const message = `${this.waiting.length} recordings are waiting already`;
      throw new Failure('too-many', 'speech.busy', message);
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const place = this.waiting.indexOf(begin);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(abortedFailure());
      };
      const begin = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(begin);
    });
  }
}

/** Works on all items, `atOnce` at a time, and gives the results in the items' order as soon as each may go. */
export async function* inOrder<I, O>(
  items: readonly I[],
  atOnce: number,
  work: (item: I, at: number) => Promise<O>,
): AsyncGenerator<O, void, undefined> {
  // What was handed out is let go: half an hour of sentences would else be held until the last one.
  const begun = new Map<number, Promise<O>>();
  let next = 0;
  const begin = () => {
    const at = next;
    if (at >= items.length) return;
    next += 1;
    const result = work(items[at] as I, at);
    // It is awaited below, in turn; until then its failure is nobody's unhandled one.
    result.catch(() => undefined);
    begun.set(at, result);
  };
  for (let at = 0; at < atOnce; at += 1) begin();
  for (let at = 0; at < items.length; at += 1) {
    const result = begun.get(at);
    if (result === undefined) return;
    const value = await result;
    begun.delete(at);
    begin();
    yield value;
  }
}
