/**
 * What sounds: a sound card, or what stands in for it. It is fed with frames of `frameSamples` at their pace and
 * knows nothing of programmes.
 */
export abstract class Player {
  /** From writing the first frame after a rest to its sound, in ms; the buffer it then keeps ahead. */
  abstract readonly latencyMs: number;
  /** Wants frames (silent ones) even when nothing sounds. */
  abstract readonly continuous: boolean;
  /** What is wrong with it now, or null. */
  abstract readonly fault: string | null;

  /** Never blocks and never throws; a fault is told by `fault`. */
  abstract write(frame: Int16Array): void;

  /** Lets what was written sound to its end. */
  abstract close(): Promise<void>;
}
