import type { PoleReport, Programme } from '../protocol/pole-messages.ts';
import { volumesAt } from '../protocol/volume.ts';

/** Of a box that holds no programme: it sounds with nothing. */
const none = { regular: 0, priority: 0, emergency: 0 };

/**
 * What a pole says of how it is set and linked.
 * @param at the status's own instant, for which `volumeNow` is told (ms)
 * @param gain of what the mixer sounds, 0 to 1; null in silence
 */
export function poleReport(
  at: number,
  programme: Programme | null,
  gain: number | null,
  modem: PoleReport['modem'],
): PoleReport {
  return {
    settings: {
      version: programme?.settings?.version ?? 0,
      volumeNow: programme === null ? none : volumesAt(at, programme),
      sounding: gain === null ? null : Math.round(gain * 100),
    },
    modem,
  };
}
