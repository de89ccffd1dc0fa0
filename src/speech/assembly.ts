import { closingSound, openingSound } from './chime.ts';
import { ratioOf, rmsOf, scaled, silence } from './pcm.ts';
import type { Delivery, RenderProfile } from './render-profile.ts';

/** The tune, this much louder or softer than the speech (root mean square). */
const TUNE_AGAINST_SPEECH_DB = -1;

export interface Part {
  readonly kind: 'opening' | 'sentence' | 'pause' | 'closing';
  readonly pcm: Int16Array;
  /** Of a sentence: its place in what was given. */
  readonly sentence?: number;
}

/**
 * The whole announcement in order: tune, lead, the sentences with the profile's pauses, again when it is said
 * twice, and the closing. Lazy, so that a long one need not stand in memory twice.
 * @param bodies one for each sentence, all of `sampleRate`, without silence at their ends
 */
export function* assemble(
  sentences: readonly string[],
  bodies: readonly Int16Array[],
  sampleRate: number,
  { profile, tune, times }: Delivery,
): Generator<Part> {
  const pause = (seconds: number): Part => ({ kind: 'pause', pcm: silence(seconds, sampleRate) });
  const level = speechLevel(bodies) * ratioOf(TUNE_AGAINST_SPEECH_DB);
  const { soundClass } = profile;

  yield { kind: 'opening', pcm: toLevel(openingSound(soundClass, tune, sampleRate), level) };
  yield pause(profile.leadSeconds);
  for (let round = 1; round <= times; round += 1) {
    if (round > 1) yield pause(profile.beforeRepeatSeconds);
    for (const [sentence, pcm] of bodies.entries()) {
      if (sentence > 0) yield pause(pauseAfter(sentences[sentence - 1] ?? '', profile));
      yield { kind: 'sentence', pcm, sentence };
    }
  }
  yield pause(profile.beforeClosingSeconds);
  yield { kind: 'closing', pcm: toLevel(closingSound(soundClass, tune, sampleRate), level) };
}

/** Seconds. */
export function pauseAfter(sentence: string, profile: RenderProfile): number {
  return /[,:;]\s*$/u.test(sentence) ? profile.insideThoughtSeconds : profile.betweenSentencesSeconds;
}

function speechLevel(bodies: readonly Int16Array[]): number {
  let samples = 0;
  let power = 0;
  for (const body of bodies) {
    samples += body.length;
    power += body.length * rmsOf(body) ** 2;
  }
  return samples === 0 ? 0 : Math.sqrt(power / samples);
}

function toLevel(pcm: Int16Array, level: number): Int16Array {
  return scaled(pcm, level / rmsOf(pcm));
}
