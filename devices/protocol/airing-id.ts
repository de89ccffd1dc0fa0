import { v5 } from 'uuid';

/**
 * An airing's identity: the same on the service and on the pole, before and after any recompilation.
 * `broadcast` is the broadcast's or the emergency's id; `occurrence` its nominal local time (`2026-11-21T05:00`) or,
 * for an emergency, its `startAt`; `repeat` counts from 0. A version in another language than Vietnamese is an airing of
 * its own, told apart by its code; the Vietnamese one keeps the identity that it has alone.
 */
export function airingId(
  broadcast: string,
  occurrence: string | number,
  repeat: number,
  pole: string,
  language = 'vi',
): string {
  const spoken = language === 'vi' ? '' : `/${language}`;
  return v5(`${occurrence}/${repeat}/${pole}${spoken}`, broadcast);
}
