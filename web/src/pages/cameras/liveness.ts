import type { ViewingStateView } from '../../api/viewings.ts';

/** A picture that is older is not what the camera sees now, and is not shown as that. */
const liveForMs = 5_000;
/** The very same bytes for so long: no camera's sensor does that by itself. */
const stillAfterMs = 3_000;

/**
 * Nothing but a clock has changed for so long: longer than an encoder copies what stands still from its last key frame (ten to
 * twenty seconds with the makers' "smart" codecs; docs/decisions/0083-frozen-under-a-clock.md).
 */
const unmovedAfterMs = 60_000;

/** An instant of this browser: the steady clock stands still in a laptop that sleeps, the other one may be set. */
export interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

export const moment = (): Moment => ({ steadyMs: performance.now(), wallMs: Date.now() });

/** Milliseconds since then; the longer of both clocks, since a picture must never look younger than it is. */
export const since = (then: Moment, now: Moment): number =>
  Math.max(now.steadyMs - then.steadyMs, now.wallMs - then.wallMs, 0);

/**
 * What a picture is worth: what the camera sees now; new, but nothing in it moves, not even the sensor's noise; the same picture
 * again and again; old, since nothing comes.
 */
export function worth(
  ageMs: number,
  state: Pick<ViewingStateView, 'stillMs' | 'unmovedMs'>,
): 'live' | 'unmoved' | 'still' | 'old' {
  if (ageMs < liveForMs) return state.unmovedMs >= unmovedAfterMs ? 'unmoved' : 'live';
  return state.stillMs >= stillAfterMs ? 'still' : 'old';
}
