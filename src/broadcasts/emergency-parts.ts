import type { AudioRef } from '../../devices/protocol/pole-messages.ts';
import { vietnamese } from '../villages/language.ts';
import { betweenLanguagesMs, turnMs } from './programme.ts';
import type { SpokenVersion } from './programme.ts';
import { byLanguages } from './reach.ts';
import type { PolePlace } from './reach.ts';

/** What some poles say of an emergency in one language: an emergency of its own for them, told as one with the others. */
export interface EmergencyPart {
  readonly language: string;
  readonly audio: AudioRef;
  /** Null for every pole of the commune. */
  readonly poles: readonly string[] | null;
  /** After the first one's first sound (ms): the languages of a village come one after another. */
  readonly delayMs: number;
}

/**
 * Each village hears its languages in its order, of those that there are. One for which there is nothing hears the
 * Vietnamese: of an announcement it would hear nothing, but a warning that half a village understands may save it.
 * @param isWholeCommune also poles that are put up while it lasts, where all of them say the same
 * @param orders village → the languages that it hears
 * @returns the parts, and how long the longest turn of all its languages takes (ms)
 */
export function emergencyParts(
  poles: readonly PolePlace[],
  isWholeCommune: boolean,
  orders: ReadonlyMap<string, readonly string[]>,
  versions: readonly SpokenVersion[],
): { parts: EmergencyPart[]; longestTurnMs: number } {
  const available = new Set(versions.map(({ language }) => language));
  const understood = new Map(
    [...orders].map(([village, order]) => [
      village,
      order.some((language) => available.has(language)) ? order : [vietnamese],
    ]),
  );
  const groups = byLanguages(poles, understood, versions);
  const parts = groups.flatMap((group) =>
    group.versions.map(({ language, audio }, at): EmergencyPart => ({
      language,
      audio,
      poles: isWholeCommune && groups.length === 1 ? null : group.poles.map(({ id }) => id),
      delayMs: at === 0 ? 0 : turnMs(group.versions.slice(0, at)) + betweenLanguagesMs,
    })),
  );
  return { parts, longestTurnMs: Math.max(0, ...groups.map((group) => turnMs(group.versions))) };
}
