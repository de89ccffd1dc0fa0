import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import type { SoundClass } from '../speech/tunes.ts';
import { isLanguage } from '../villages/language.ts';

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

/** A version that a person has just spoken. */
export interface MadeVersion {
  readonly language: string;
  readonly recordingId: string;
  readonly soundClass: SoundClass;
  readonly source: VersionSource;
  readonly by: string;
}

/**
 * With what was spoken added, or in the place of what was there, whose words in the logbook it keeps.
 * @param text that it was spoken beside
 * @throws Failure `announcements.unknown-language`
 */
export function versionsWith(
  versions: readonly LanguageVersion[],
  made: MadeVersion,
  text: string,
  now: Date,
): LanguageVersion[] {
  if (!isLanguage(made.language)) throw unknownLanguage(made.language);
  const { by, ...sound } = made;
  const before = versions.find(({ language }) => language === made.language);
  return [
    ...versions.filter((one) => one !== before),
    {
      ...sound,
      title: before?.title ?? '',
      summary: before?.summary ?? '',
      recordedBy: by,
      recordedAt: now.toISOString(),
      besideText: textHash(text),
    },
  ];
}

/** @throws Failure `announcements.no-such-version` */
export function versionIn(versions: readonly LanguageVersion[], language: string): LanguageVersion {
  const found = versions.find((one) => one.language === language);
  if (found !== undefined) return found;
  throw new Failure('missing', 'announcements.no-such-version', `There is no version in ${language}`);
}

function unknownLanguage(language: string): Failure {
  const message = `No language ${language} is known`;
  return new Failure('invalid', 'announcements.unknown-language', message, {
    fields: [{ path: 'language', code: 'announcements.unknown-language', message }],
  });
}
