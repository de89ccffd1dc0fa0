interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Group commit: what arrives while a piece of work is being done goes together into the next one, so that a thousand
 * arrivals at once cost a few transactions, and a lonely one waits for nothing.
 */
export class Gather<T> {
  private readonly waiting: Waiting<T>[] = [];
  private isAtWork = false;

  /**
   * @param work done for several at once, in the order of their arrival; all or nothing
   * @param atMost so much weighs one piece of work, unless a single item weighs more
   * @param weight of an item
   * @param aloneAfter whether this failure of a whole piece may be the fault of one item: each is then tried alone
   */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<void>,
    private readonly atMost: number,
    private readonly weight: (item: T) => number = () => 1,
    private readonly aloneAfter: (error: unknown) => boolean = () => true,
  ) {}

  /** Resolves when the item's work is done. @throws what its work threw */
  put(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isAtWork) void this.goOn();
    });
  }

  private async goOn(): Promise<void> {
    this.isAtWork = true;
    // What arrives in the same turn of the event loop belongs together already.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.together(this.waiting.splice(0, this.next()));
    this.isAtWork = false;
  }

  /** How many of those that wait go together. */
  private next(): number {
    let weight = 0;
    const tooMany = this.waiting.findIndex(({ item }) => (weight += this.weight(item)) > this.atMost);
    return tooMany === -1 ? this.waiting.length : Math.max(1, tooMany);
  }

  private async together(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.work(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1 && this.aloneAfter(error)) for (const one of batch) await this.together([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
