/** How a camera's subscription is kept alive, from the gentlest to the surest. Learned per camera. */
export const LADDER = ['pulling', 'renew', 're-create'] as const;
export type Keeping = (typeof LADDER)[number];

/**
 * What to do before the next pull.
 *
 * @param keeping how this camera was kept alive so far
 * @param remainingMs what the camera says is left of the subscription, by its own two times
 * @param pullMs how long the next pull may last
 */
export function nextStep(keeping: Keeping, remainingMs: number, pullMs: number): Keeping {
  // Pulling goes on as long as one more pull, and time for one repair, fit into what is left.
  return remainingMs > pullMs * 2 ? 'pulling' : keeping === 'pulling' ? 'renew' : keeping;
}

/** That way did not hold: one rung further. */
export function climb(from: Keeping): Keeping {
  return LADDER[LADDER.indexOf(from) + 1] ?? 're-create';
}
