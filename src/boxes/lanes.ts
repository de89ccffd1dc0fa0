interface Lane {
  waiting: number;
  weight: number;
  last: Promise<void>;
}

/** Counted with every piece, so that many empty ones are bounded too. */
const ownWeight = 1_000;

/**
 * Work in order within a lane, lanes beside each other. What waits in a lane is bounded by its weight; what comes above
 * that is refused, and whoever sent it sends again. Of all lanes so many are at work at once, but for work that gathers
 * with others' and so takes no place of its own.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();
  private readonly waiting: (() => void)[] = [];
  private atWork = 0;

  constructor(
    private readonly weightPerLane: number,
    private readonly onFault: (lane: string, error: unknown) => void,
    private readonly atOnce = Infinity,
  ) {}

  /** @returns false where the lane is full */
  put(name: string, weight: number, work: () => Promise<void>, { gathers = false } = {}): boolean {
    const lane = this.lanes.get(name) ?? { waiting: 0, weight: 0, last: Promise.resolve() };
    if (lane.weight + weight + ownWeight > this.weightPerLane) return false;
    lane.waiting += 1;
    lane.weight += weight + ownWeight;
    this.lanes.set(name, lane);
    lane.last = lane.last
      .then(() => (gathers ? work() : this.inTurn(work)))
      .catch((error: unknown) => this.onFault(name, error))
      .then(() => {
        lane.waiting -= 1;
        lane.weight -= weight + ownWeight;
        if (lane.waiting === 0) this.lanes.delete(name);
      });
    return true;
  }

  /** Resolves when everything that was put so far is done. */
  async idle(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.last));
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    if (this.atWork >= this.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.atWork += 1;
    try {
      await work();
    } finally {
      // Whoever waits takes this place.
      const next = this.waiting.shift();
      if (next === undefined) this.atWork -= 1;
      else next();
    }
  }
}
