import type { PoleSettings, Priority, Programme, Volume } from './pole-messages.ts';

/** The part of a programme that says how loud. */
export type HowLoud = Pick<Programme, 'volume' | 'settings'>;

/** No emergency is quieter than this where no settings say so (%). */
export const leastEmergencyPercent = 60;

/**
 * The next programme, as loud as the newest settings say: a service that was restored from a backup knows older ones than
 * it told. The pole stays with what it was told last, and names that version, until a person sets it anew.
 * @returns `next` itself where its settings are no older
 */
export function withNewestSettings<P extends HowLoud>(held: HowLoud | null, next: P): P {
  if (held?.settings === undefined || (next.settings?.version ?? 0) >= held.settings.version) return next;
  return { ...next, volume: held.volume, settings: held.settings };
}

const minutesADay = 1_440;

/**
 * How loud something of a class sounds that begins (or goes on) at an instant, in percent of the full amplitude: a pure
 * function, so that what an emergency raised is down again for whatever comes after it, on the pole as on the screen.
 */
export function volumeFor(priority: Priority, at: number, { volume, settings }: HowLoud): number {
  const wanted = volumeAt(at, volume, settings)[priority];
  const floor = priority === 'emergency' ? (settings?.emergencyFloor ?? leastEmergencyPercent) : 0;
  return Math.min(100, Math.max(floor, wanted));
}

/** All classes at an instant. */
export function volumesAt(at: number, loud: HowLoud): Volume {
  return {
    regular: volumeFor('regular', at, loud),
    priority: volumeFor('priority', at, loud),
    emergency: volumeFor('emergency', at, loud),
  };
}

function volumeAt(at: number, base: Volume, settings: PoleSettings | undefined): Volume {
  if (settings === undefined) return base;
  const minute = localMinute(at, settings.utcOffsetMinutes);
  return settings.hours.find((band) => covers(band, minute))?.volume ?? base;
}

/** The minute of the local day at an instant. */
export function localMinute(at: number, utcOffsetMinutes: number): number {
  const minutes = Math.floor(at / 60_000) + utcOffsetMinutes;
  return ((minutes % minutesADay) + minutesADay) % minutesADay;
}

/** Whether a minute of the day lies in a band; one whose ends are the same is the whole day. */
export function covers(band: { fromMinute: number; untilMinute: number }, minute: number): boolean {
  const { fromMinute, untilMinute } = band;
  if (fromMinute < untilMinute) return fromMinute <= minute && minute < untilMinute;
  return fromMinute <= minute || minute < untilMinute;
}
