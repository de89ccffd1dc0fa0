/**
 * Work in order within a lane, lanes beside each other. A lane holds a bounded number of waiting pieces; what comes
 * above that is refused, and whoever sent it sends again.
 */
export class Lanes {
  private readonly lanes = new Map<string, { waiting: number; last: Promise<void> }>();
  /** Pieces refused since the start. */
  refused = 0;

  constructor(
    private readonly perLane: number,
    private readonly onFault: (lane: string, error: unknown) => void,
  ) {}

  /** @returns false where the lane is full */
  put(lane: string, work: () => Promise<void>): boolean {
    const state = this.lanes.get(lane) ?? { waiting: 0, last: Promise.resolve() };
    if (state.waiting >= this.perLane) {
      this.refused += 1;
      return false;
    }
    state.waiting += 1;
    this.lanes.set(lane, state);
    state.last = state.last
      .then(work)
      .catch((error: unknown) => {
        this.onFault(lane, error);
      })
      .then(() => {
        state.waiting -= 1;
        if (state.waiting === 0) this.lanes.delete(lane);
      });
    return true;
  }

  /** Resolves when everything that was put so far is done. */
  async idle(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((state) => state.last));
  }
}
