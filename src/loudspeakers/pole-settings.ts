import { Temporal } from 'temporal-polyfill';
import type { PoleReport, PoleSettings } from '../../devices/protocol/pole-messages.ts';
import { covers, volumesAt } from '../../devices/protocol/volume.ts';
import { Failure } from '../base/failure.ts';

/** In percent of the full amplitude, by class. */
export interface Volume {
  regular: number;
  priority: number;
  emergency: number;
}

/** From a local time HH:MM up to another one; may pass midnight. */
export interface VolumeHours {
  from: string;
  until: string;
  volume: Volume;
}

/** What a pole is to be set to. */
export interface DesiredVolume {
  readonly volume: Volume;
  readonly volumeHours: readonly VolumeHours[];
  readonly emergencyFloor: number;
  readonly settingsVersion: number;
}

/** All of what a pole follows, where that is newer than the books. */
export type KeptSettings = NonNullable<PoleReport['settings']['kept']>;

/** What a pole said of itself. */
export interface ReportedVolume {
  /** -1: it holds no programme yet. */
  readonly version: number;
  readonly volumeNow: Volume;
  /** The instant that it spoke of (ms). */
  readonly at: number;
}

/**
 * Desired against reported: `untold`: no box there has said anything; `waiting`: it has not followed the newest yet;
 * `applied`: it says so and names the very volumes; `differs`: it names others; `ahead`: it follows newer ones than are in
 * the books, which are a backup's, and does so until a person sets it anew.
 */
export const settingsStates = ['untold', 'waiting', 'applied', 'differs', 'ahead'] as const;
export type SettingsState = (typeof settingsStates)[number];

/** @throws Failure `loudspeakers.hours-overlap`: nobody could say which of two holds */
export function refuseOverlaps(hours: readonly VolumeHours[]): void {
  const bands = hours.map(bandOf);
  bands.forEach((band, index) => {
    const isTwice = bands.some(
      (other, at) => at !== index && (covers(other, band.fromMinute) || covers(band, other.fromMinute)),
    );
    if (!isTwice) return;
    const field = { code: 'loudspeakers.hours-overlap', message: 'Two of these hours hold at the same time' };
    throw new Failure('invalid', field.code, field.message, {
      fields: [{ path: `volumeHours.${index}.from`, ...field }],
    });
  });
}

/** As they travel in the pole's programme; undefined where nobody ever set anything. @param at ms since 1970 */
export function settingsOf(desired: DesiredVolume, timeZone: string, at: number): PoleSettings | undefined {
  const { settingsVersion, volumeHours, emergencyFloor } = desired;
  if (settingsVersion === 0) return undefined;
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return {
    version: settingsVersion,
    utcOffsetMinutes: Math.round(here.offsetNanoseconds / 6e10),
    emergencyFloor,
    hours: volumeHours.map(bandOf),
  };
}

/** Whether a pole does what it is to do, judged by the function by which it goes itself. */
export function settingsState(
  desired: DesiredVolume,
  reported: ReportedVolume | null,
  timeZone: string,
): SettingsState {
  if (reported === null) return 'untold';
  const { version, volumeNow, at } = reported;
  if (version < desired.settingsVersion) return 'waiting';
  if (version > desired.settingsVersion) return 'ahead';
  const settings = settingsOf(desired, timeZone, at);
  const { volume } = desired;
  const wanted = volumesAt(at, settings === undefined ? { volume } : { volume, settings });
  const isSame = (['regular', 'priority', 'emergency'] as const).every(
    (kind) => wanted[kind] === volumeNow[kind],
  );
  return isSame ? 'applied' : 'differs';
}

/** As the books would have them. */
export function desiredOf({
  volume,
  emergencyFloor,
  hours,
}: KeptSettings): Omit<DesiredVolume, 'settingsVersion'> {
  return {
    ...{ volume, emergencyFloor },
    volumeHours: hours.map(({ fromMinute, untilMinute, volume: then }) => ({
      ...{ from: timeOf(fromMinute), until: timeOf(untilMinute), volume: then },
    })),
  };
}

function bandOf({ from, until, volume }: VolumeHours) {
  const { regular, priority, emergency } = volume;
  return {
    fromMinute: minuteOf(from),
    untilMinute: minuteOf(until),
    volume: { regular, priority, emergency },
  };
}

function timeOf(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
