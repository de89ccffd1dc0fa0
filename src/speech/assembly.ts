import { closingSound, openingSound } from './chime.ts';
import { ratioOf, rmsOf, scaled, silence } from './pcm.ts';
import type { Delivery, RenderProfile } from './render-profile.ts';

/** The tune, this much louder or softer than the speech (root mean square). */
const TUNE_AGAINST_SPEECH_DB = -1;

export type Part =
  | { readonly kind: 'opening' | 'pause' | 'closing'; readonly pcm: Int16Array }
  /** Its place in what was given: the sound of a sentence need not be in memory. */
  | { readonly kind: 'sentence'; readonly sentence: number };

/**
 * The whole announcement in order: tune, lead, the sentences with the profile's pauses, again when it is said
 * twice, and the closing.
 * @param speechLevel of all sentences together (root mean square, 0..1)
 */
export function* assemble(
  sentences: readonly string[],
  speechLevel: number,
  sampleRate: number,
  { profile, tune, times }: Delivery,
): Generator<Part> {
  const pause = (seconds: number): Part => ({ kind: 'pause', pcm: silence(seconds, sampleRate) });
  const level = speechLevel * ratioOf(TUNE_AGAINST_SPEECH_DB);
  const { soundClass } = profile;

  yield { kind: 'opening', pcm: toLevel(openingSound(soundClass, tune, sampleRate), level) };
  yield pause(profile.leadSeconds);
  for (let round = 1; round <= times; round += 1) {
    if (round > 1) yield pause(profile.beforeRepeatSeconds);
    for (const sentence of sentences.keys()) {
      if (sentence > 0) yield pause(pauseAfter(sentences[sentence - 1] ?? '', profile));
      yield { kind: 'sentence', sentence };
    }
  }
  yield pause(profile.beforeClosingSeconds);
  yield { kind: 'closing', pcm: toLevel(closingSound(soundClass, tune, sampleRate), level) };
}

/** Seconds. */
export function pauseAfter(sentence: string, profile: RenderProfile): number {
  return /[,:;]\s*$/u.test(sentence) ? profile.insideThoughtSeconds : profile.betweenSentencesSeconds;
}

function toLevel(pcm: Int16Array, level: number): Int16Array {
  return scaled(pcm, level / rmsOf(pcm));
}
