import type { PoleReport, Programme } from '../protocol/pole-messages.ts';
import { volumesAt } from '../protocol/volume.ts';

/** Of a box that holds no programme: it sounds with nothing. */
const none = { regular: 0, priority: 0, emergency: 0 };

/**
 * What a pole says of how it is set and linked.
 * @param at the status's own instant, for which `volumeNow` is told (ms)
 * @param isAhead its settings are newer than those of the programme as it was sealed
 * @param gain of what the mixer sounds, 0 to 1; null in silence
 */
export function poleReport(
  at: number,
  programme: Programme | null,
  isAhead: boolean,
  gain: number | null,
  modem: PoleReport['modem'],
): PoleReport {
  const settings = programme?.settings;
  return {
    settings: {
      version: settings?.version ?? 0,
      volumeNow: programme === null ? none : volumesAt(at, programme),
      sounding: gain === null ? null : Math.round(gain * 100),
      ...(isAhead && programme !== null && settings !== undefined
        ? {
            kept: {
              volume: programme.volume,
              emergencyFloor: settings.emergencyFloor,
              hours: settings.hours,
            },
          }
        : {}),
    },
    modem,
  };
}
