import { Failure } from '../base/failure.ts';
import { decibels, rmsOf } from './pcm.ts';
import type { Sound } from './voice.ts';

/** Quieter than this is no speech. Spoken sentences lie around −20 dB, their softest syllables around −40. */
const SILENT_BELOW_DB = -50;

/** Nobody says more letters a second: announcers reach 15, a voice at its fastest 30. */
const LETTERS_A_SECOND = 60;

/** In so many seconds at a time it is asked whether something sounds. */
const WINDOW_SECONDS = 0.02;

/**
 * The gate before every recording: an engine that returns zeros, or stops after the first syllable, has spoken
 * nothing, whatever it claims.
 * @throws Failure `unavailable`, `speech.voice-silent`
 */
export function refuseSilence(sound: Sound, sentence: string, voiceId: string): Sound {
  const letters = (sentence.match(/[\p{L}\p{N}]/gu) ?? []).length;
  const heard = audibleSeconds(sound);
  const isSilent = sound.pcm.length === 0 || decibels(rmsOf(sound.pcm)) < SILENT_BELOW_DB;
  if (!isSilent && letters > 0 && heard >= letters / LETTERS_A_SECOND) return sound;
  throw new Failure('unavailable', 'speech.voice-silent', 'a voice made no sound of a sentence', {
    details: { voice: voiceId, letters, audibleSeconds: heard },
  });
}

/** How much of it is louder than silence. */
export function audibleSeconds({ pcm, sampleRate }: Sound): number {
  const window = Math.max(1, Math.round(WINDOW_SECONDS * sampleRate));
  let windows = 0;
  for (let at = 0; at < pcm.length; at += window) {
    if (decibels(rmsOf(pcm.subarray(at, at + window))) >= SILENT_BELOW_DB) windows += 1;
  }
  return windows * WINDOW_SECONDS;
}
