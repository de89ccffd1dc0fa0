import { v5 } from 'uuid';

/**
 * An airing's identity: the same on the service and on the pole, before and after any recompilation.
 * `broadcast` is the broadcast's or the emergency's id; `occurrence` its nominal local time (`2026-11-21T05:00`) or,
 * for an emergency, its `startAt`; `repeat` counts from 0.
 */
export function airingId(
  broadcast: string,
  occurrence: string | number,
  repeat: number,
  pole: string,
): string {
  return v5(`${occurrence}/${repeat}/${pole}`, broadcast);
}
