import { createHash } from 'node:crypto';
import type { SoundClass } from '../speech/tunes.ts';

/**
 * An announcement in one language (*bản tiếng …*), spoken by a person: recorded in the browser or brought as a file. A
 * Vietnamese one takes the place of the computed voice.
 */
export interface LanguageVersion {
  readonly language: string;
  /** For the logbook, in that language: its letters (č ƀ ŏ) are kept. */
  readonly title: string;
  readonly summary: string;
  readonly recordingId: string;
  /** Its tune: a routine tune must never open an alarm, nor an alarm an invitation. */
  readonly soundClass: SoundClass;
  readonly source: VersionSource;
  readonly recordedBy: string;
  /** ISO 8601. */
  readonly recordedAt: string;
  /** `textHash` of the Vietnamese text that it was recorded beside: a later text says something else. */
  readonly besideText: string;
}

export const versionSources = ['microphone', 'file'] as const;
export type VersionSource = (typeof versionSources)[number];

/** One recording that sounds, and what is heard in it. */
export interface VersionSound {
  readonly language: string;
  readonly recordingId: string;
}

export function textHash(text: string): string {
  return createHash('sha256').update(text.trim()).digest('hex');
}

/** The same sounds, whatever their order. */
export function sameSounds(one: readonly VersionSound[], other: readonly VersionSound[]): boolean {
  return soundsKey(one) === soundsKey(other);
}

export function soundsKey(sounds: readonly VersionSound[]): string {
  return sounds
    .map(({ language, recordingId }) => `${language}:${recordingId}`)
    .sort()
    .join(' ');
}
