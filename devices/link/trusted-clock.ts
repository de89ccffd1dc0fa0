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
  /** True time minus the monotonic counter. */
  readonly baseMs: number;
  readonly halfTripMs: number;
  readonly takenAtMs: number;
}

/** A cheap crystal, in the sun: 100 µs a second. */
const driftPerMs = 100e-6;
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
   * few is used: the one with the shortest way, aged by drift.
   */
  learn(sentAtMs: number, receivedAtMs: number, serverAt: number): void {
    const middle = (sentAtMs + receivedAtMs) / 2;
    const sample = {
      baseMs: serverAt + graining - middle,
      halfTripMs: (receivedAtMs - sentAtMs) / 2 + graining,
      takenAtMs: receivedAtMs,
    };
    // What cannot be the same clock any more: the service's own time was set. The newest counts.
    const agreeing = this.samples.filter(
      (old) => Math.abs(old.baseMs - sample.baseMs) <= this.errorOf(old) + sample.halfTripMs,
    );
    this.samples = [...agreeing, sample].slice(-this.keep);
  }

  /** True time, in ms since 1970, with a fraction; null as long as nobody trustworthy has told it. */
  now(): number | null {
    const base = this.base();
    return base === null ? null : base + this.monotonic();
  }

  /** The reading of the monotonic counter at a true instant. @throws RangeError without trusted time */
  monotonicAt(at: number): number {
    const base = this.base();
    if (base === null) throw new RangeError('no trusted time');
    return at - base;
  }

  /** True time at a reading of the monotonic counter. @throws RangeError without trusted time */
  trueAt(monotonicMs: number): number {
    const base = this.base();
    if (base === null) throw new RangeError('no trusted time');
    return base + monotonicMs;
  }

  get known(): boolean {
    return this.base() !== null;
  }

  state(): ClockState | null {
    const now = this.now();
    if (now === null) return null;
    const best = this.best();
    const uncertaintyMs = best === null ? hostUncertaintyMs : this.errorOf(best);
    return { offsetMs: this.wall() - now, uncertaintyMs, synchronised: uncertaintyMs <= tolerableMs };
  }

  private base(): number | null {
    return this.best()?.baseMs ?? this.hostBaseMs;
  }

  private best(): Sample | null {
    return this.samples.reduce<Sample | null>(
      (best, sample) => (best === null || this.errorOf(sample) <= this.errorOf(best) ? sample : best),
      null,
    );
  }

  private errorOf(sample: Sample): number {
    return sample.halfTripMs + Math.max(0, this.monotonic() - sample.takenAtMs) * driftPerMs;
  }
}
