/** What came of forging: each pole's own refusals, by reason (RefusalReason of devices/protocol). */
export interface ForgeryView {
  readonly results: readonly {
    readonly loudspeakerId: string;
    readonly name: string;
    readonly forged: string;
    readonly replayed: string;
  }[];
}

export interface PlugView {
  /** How long the broker is away. */
  readonly downSeconds: number;
}
