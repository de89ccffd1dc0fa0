import { closingSound, openingSound, type SoundProfile } from './chime.ts';
import { ratioOf, rmsOf, scaled, silence, trimmed } from './pcm.ts';

/** The pauses of an outdoor announcement, in seconds. Echo from the next pole has died after about half a second. */
export const PAUSES = {
  /** After the chime: heads turn. */
  lead: 1.2,
  leadEmergency: 0.5,
  betweenSentences: 0.6,
  /** After a clause that goes on: "như sau:". */
  insideThought: 0.45,
  beforeRepeat: 1.8,
  beforeClosing: 0.8,
} as const;

/** The pace that carries outdoors; a voice's own is 1. */
export const OUTDOOR_RATE = 0.9;

/** The chime, this much louder or softer than the speech (root mean square). */
const CHIME_AGAINST_SPEECH_DB = -1;

export interface Part {
  readonly kind: 'opening' | 'sentence' | 'pause' | 'closing';
  readonly pcm: Int16Array;
}

/**
 * The whole announcement in order: chime, lead, the sentences with pauses of 400–700 ms, again when `repeatBody`
 * is 2, and the closing. Lazy, so that a long one need not stand in memory twice.
 * @param sounds one for each sentence, all of `sampleRate`
 */
export function* assemble(
  sentences: readonly string[],
  sounds: readonly Int16Array[],
  sampleRate: number,
  profile: SoundProfile,
  repeatBody: 1 | 2,
): Generator<Part> {
  const bodies = sounds.map((sound) => trimmed(sound, sampleRate));
  const pause = (seconds: number): Part => ({ kind: 'pause', pcm: silence(seconds, sampleRate) });
  const level = speechLevel(bodies) * ratioOf(CHIME_AGAINST_SPEECH_DB);

  yield { kind: 'opening', pcm: toLevel(openingSound(profile, sampleRate), level) };
  yield pause(profile === 'emergency' ? PAUSES.leadEmergency : PAUSES.lead);
  for (let round = 1; round <= repeatBody; round += 1) {
    if (round > 1) yield pause(PAUSES.beforeRepeat);
    for (const [at, pcm] of bodies.entries()) {
      if (at > 0) yield pause(pauseAfter(sentences[at - 1] ?? ''));
      yield { kind: 'sentence', pcm };
    }
  }
  yield pause(PAUSES.beforeClosing);
  yield { kind: 'closing', pcm: toLevel(closingSound(profile, sampleRate), level) };
}

export function pauseAfter(sentence: string): number {
  return /[,:;]\s*$/u.test(sentence) ? PAUSES.insideThought : PAUSES.betweenSentences;
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
