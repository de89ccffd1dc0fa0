/** The seed of this run: LOA_SEED repeats an earlier one. Printed by the suite in its last line. */
export const seed = Number(process.env.LOA_SEED ?? Date.now() % 1_000_000_007);

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
