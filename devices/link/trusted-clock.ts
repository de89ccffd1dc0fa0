/**
 * The time that the service has signed, carried on between its answers by the machine's monotonic counter: a host
 * whose wall clock is unset, wrong or pushed about does not move it.
 */
export interface ClockState {
  /** This host's wall clock minus true time, as far as we know. */
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  readonly synchronised: boolean;
}

interface Sample {
  /** Reading of the monotonic counter in the middle of the round trip, and true time then. */
  readonly monotonicMs: number;
  readonly trueAt: number;
  readonly halfTripMs: number;
}

/** How fast this box's counter loses against true time, and how wrong that may be; both per millisecond. */
interface Rate {
  readonly drift: number;
  readonly error: number;
}

/** A cheap crystal whose rate was not measured yet: 250 µs a second. */
const unknownRate: Rate = { drift: 0, error: 250e-6 };
/** A measured crystal still follows the sun: so much it may have changed since. */
const wanderPerMs = 10e-6;
/** The service tells whole milliseconds. */
const graining = 0.5;
/** A host that NTP keeps, at worst, on a slow link. */
const hostUncertaintyMs = 50;
/** Above this the box says that it is not synchronised: ears hear two poles as one up to here. */
const tolerableMs = 50;

export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export class TrustedClock {
  private samples: Sample[] = [];
  private rate = unknownRate;
  private hostBaseMs: number | null = null;

  /** @param monotonic milliseconds from anywhere, never backwards @param keep samples to choose the best of */
  constructor(
    private readonly monotonic: () => number = monotonicNow,
    private readonly wall: () => number = Date.now,
    private readonly keep = 8,
  ) {}

  /** The host's clock is kept by NTP and may be believed until the service says better. */
  trustHost(): void {
    this.hostBaseMs = this.wall() - this.monotonic();
  }

  /**
   * One proved answer: `serverAt` was read between these two readings of the monotonic counter. The best of the last
   * few is used: the one with the shortest way, aged by drift. Two that lie apart tell the counter's own rate.
   */
  learn(sentAtMs: number, receivedAtMs: number, serverAt: number): void {
    const sample = {
      monotonicMs: (sentAtMs + receivedAtMs) / 2,
      trueAt: serverAt + graining,
      halfTripMs: (receivedAtMs - sentAtMs) / 2 + graining,
    };
    // What cannot be the same clock any more: the service's own time was set. The newest counts.
    const agreeing = this.samples.filter(
      (old) =>
        Math.abs(this.carry(old, sample.monotonicMs) - sample.trueAt) <=
        this.errorOf(old) + sample.halfTripMs,
    );
    this.samples = [...agreeing, sample].slice(-this.keep);
    this.rate = measuredRate(this.samples);
  }

  /** True time, in ms since 1970, with a fraction; null as long as nobody trustworthy has told it. */
  now(): number | null {
    return this.at(this.monotonic());
  }

  /** The reading of the monotonic counter at a true instant. @throws RangeError without trusted time */
  monotonicAt(at: number): number {
    const best = this.best();
    if (best !== null) return best.monotonicMs + (at - best.trueAt) / (1 + this.rate.drift);
    if (this.hostBaseMs === null) throw new RangeError('no trusted time');
    return at - this.hostBaseMs;
  }

  /** True time at a reading of the monotonic counter. @throws RangeError without trusted time */
  trueAt(monotonicMs: number): number {
    const at = this.at(monotonicMs);
    if (at === null) throw new RangeError('no trusted time');
    return at;
  }

  /** For how long (ms) the uncertainty grows by no more than this: when to ask again. */
  steadyForMs(growthMs: number): number {
    return growthMs / this.rate.error;
  }

  get known(): boolean {
    return this.now() !== null;
  }

  state(): ClockState | null {
    const now = this.now();
    if (now === null) return null;
    const best = this.best();
    const uncertaintyMs = best === null ? hostUncertaintyMs : this.errorOf(best);
    return { offsetMs: this.wall() - now, uncertaintyMs, synchronised: uncertaintyMs <= tolerableMs };
  }

  private at(monotonicMs: number): number | null {
    const best = this.best();
    if (best !== null) return this.carry(best, monotonicMs);
    return this.hostBaseMs === null ? null : this.hostBaseMs + monotonicMs;
  }

  private carry(sample: Sample, toMonotonicMs: number): number {
    return sample.trueAt + (toMonotonicMs - sample.monotonicMs) * (1 + this.rate.drift);
  }

  private best(): Sample | null {
    return this.samples.reduce<Sample | null>(
      (best, sample) => (best === null || this.errorOf(sample) <= this.errorOf(best) ? sample : best),
      null,
    );
  }

  private errorOf(sample: Sample): number {
    return sample.halfTripMs + Math.max(0, this.monotonic() - sample.monotonicMs) * this.rate.error;
  }
}

/** From the two samples that tell it best: far apart, each with a short way. */
function measuredRate(samples: readonly Sample[]): Rate {
  let best = unknownRate;
  for (const [index, from] of samples.entries()) {
    for (const to of samples.slice(index + 1)) {
      const spanMs = to.monotonicMs - from.monotonicMs;
      const error = (from.halfTripMs + to.halfTripMs) / spanMs + wanderPerMs;
      if (spanMs > 0 && error < best.error) best = { drift: (to.trueAt - from.trueAt) / spanMs - 1, error };
    }
  }
  return best;
}
