/** What `wav-sink.main` says of one sounding, beside its WAV file. */
export interface WavNote {
  /** The WAV file's name, in the same directory. */
  readonly file: string;
  /** When its first sample was audible: ms since 1970 with a fraction, by the sink's own clock. */
  readonly startedAt: number;
  readonly sampleRate: number;
  /** 0 until it is complete. */
  readonly seconds: number;
  readonly complete: boolean;
  /** Silence because no frame had come; it is in the file, where it was heard. */
  readonly underruns: readonly { readonly at: number; readonly seconds: number }[];
}
