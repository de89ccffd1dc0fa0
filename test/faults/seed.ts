/**
 * What is drawn in tests, faults included, is drawn from this, and printed. It stays the same from run to run, so that
 * what turns red is the change and not the draw; `LOA_SEED=random` goes looking, `LOA_SEED=N` repeats what it found.
 */
export const seed = seedOf(process.env.LOA_SEED ?? '20261121');

/** `LOA_FAULTS=full`: the whole figures of each suite that is otherwise run in a smaller size. */
export const isFull = process.env.LOA_FAULTS === 'full';

/** How long one suite may take (ms). */
export const suiteMs = isFull ? 7_200_000 : 900_000;

function seedOf(told: string): number {
  return told === 'random' ? Date.now() % 1_000_000_007 : Number(told);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function drawer(of: number): () => number {
  let state = of >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** A pause that is itself what is tested: the instant at which something is killed. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
