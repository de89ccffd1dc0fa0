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

/** A camera's times have whole seconds, and its clock may be set between two of them. */
const ROUNDING_MS = 5_000;

/** How long a subscription is there, by our clock. */
export interface Lease {
  /** What the camera gave when the subscription was made or renewed. */
  readonly grantedMs: number;
  readonly endsAtMs: number;
  /** What it says beyond that; undefined: nothing. */
  readonly saidEndMs?: number;
}

export function granted(grantedMs: number, nowMs: number): Lease {
  return { grantedMs, endsAtMs: nowMs + grantedMs };
}

/**
 * After a pull. Pulling keeps a subscription for as long as it was granted, and no longer: a camera that names a later
 * end has named one that it writes into every answer (rtsp-onvif-bridge: ten minutes, of a subscription of one). There
 * the subscription ends all the same, pulls of it are answered politely with nothing, and nobody is told anything.
 *
 * @param remainingMs what the camera says is left; undefined where it does not say
 * @param keeping how it was kept alive so far: where Renew is known not to be borne, its word is all there is
 */
export function pulledOn(
  lease: Lease,
  remainingMs: number | undefined,
  nowMs: number,
  keeping: Keeping,
): Lease {
  if (remainingMs === undefined) return lease;
  const endsAtMs = nowMs + remainingMs;
  return remainingMs > lease.grantedMs + ROUNDING_MS && keeping !== 're-create'
    ? { ...lease, saidEndMs: endsAtMs }
    : { ...lease, endsAtMs };
}

/** The same once Renew was refused. Undefined: it named no later end. */
export function atItsWord({ saidEndMs }: Lease, nowMs: number): Lease | undefined {
  return saidEndMs === undefined ? undefined : granted(saidEndMs - nowMs, nowMs);
}
