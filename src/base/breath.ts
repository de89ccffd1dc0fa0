import { setImmediate } from 'node:timers/promises';

/** So long may one piece of work keep everything else in this process waiting (ms). */
const atMostMs = 10;

/** Work that takes a second of the event loop lets others in between: a thousand poles may be reporting meanwhile. */
export class Breath {
  private since = performance.now();

  /** Between two pieces of the work: resolves at once where there was time for others lately. */
  async take(): Promise<void> {
    if (performance.now() - this.since < atMostMs) return;
    await setImmediate();
    this.since = performance.now();
  }
}
