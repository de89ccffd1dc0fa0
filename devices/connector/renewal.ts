/** How a camera's subscription is kept alive, from the gentlest to the surest. Learned per camera. */
export const LADDER = ['pulling', 'renew', 're-create'] as const;
export type Keeping = (typeof LADDER)[number];

/** What was learned about one camera, worth keeping over restarts. */
export interface Learned {
  readonly keeping: Keeping;
  /** One Unsubscribe drops every subscription: then old ones are left to expire. */
  readonly unsubscribeKillsAll: boolean;
}

export const NOTHING_LEARNED: Learned = { keeping: 'pulling', unsubscribeKillsAll: false };

/**
 * What to do before the next pull.
 *
 * @param remainingMs what the camera says is left of the subscription, by its own two times
 * @param pullMs how long the next pull may last
 */
export function nextStep(learned: Learned, remainingMs: number, pullMs: number): Keeping {
  // Pulling goes on as long as one more pull, and time for one repair, fit into what is left.
  return remainingMs > pullMs * 2 ? 'pulling' : learned.keeping === 'pulling' ? 'renew' : learned.keeping;
}

/** Pulling did not move the end of the subscription, or Renew was refused: one rung further. */
export function climb(learned: Learned, from: Keeping): Learned {
  const at = Math.max(LADDER.indexOf(learned.keeping), LADDER.indexOf(from));
  return { ...learned, keeping: LADDER[Math.min(at + 1, LADDER.length - 1)] ?? 're-create' };
}
