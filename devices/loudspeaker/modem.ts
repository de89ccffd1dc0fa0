/** What a modem tells of its network; null where it does not know. */
export interface ModemState {
  readonly carrier: string | null;
  /** As the modem names it: lte, umts. */
  readonly technology: string | null;
  readonly signalPercent: number | null;
}

/** What an interface has sent and received since `since`. */
export interface ByteCount {
  /** Another one whenever the count began anew: a reboot. */
  readonly since: string;
  readonly bytes: number;
}

/** The way to the network, where the box can look at it. */
export abstract class Modem {
  /** Never throws; what cannot be known is null. May take a second. */
  abstract state(): Promise<ModemState>;
  /** Null where there is no such interface now. Never throws. */
  abstract count(): Promise<ByteCount | null>;
}

/** A modem that is only told of: for demonstration and tests. */
export class SimulatedModem extends Modem {
  private bytes = 0;

  constructor(
    private readonly told: ModemState = { carrier: 'Viettel', technology: 'lte', signalPercent: 72 },
    private readonly bytesEachCount = 40_000,
  ) {
    super();
  }

  state(): Promise<ModemState> {
    return Promise.resolve(this.told);
  }

  count(): Promise<ByteCount> {
    this.bytes += this.bytesEachCount;
    return Promise.resolve({ since: 'the start of this process', bytes: this.bytes });
  }
}
