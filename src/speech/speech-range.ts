import { decibels, peakOf, rmsOf } from './pcm.ts';

/** A person's recording, looked at in windows of this length: shorter than a syllable. */
const WINDOW_SECONDS = 0.05;
/** Below this at its loudest there is no speech: a closed microphone, a file of silence. In dB of full scale. */
const SILENT_DB = -50;
/** A knock on the table is shorter. */
const FEWEST_WINDOWS = 3;
/** Words shorter than this are a slip of the finger. */
const SHORTEST_SPEECH_SECONDS = 0.5;
/** Soft consonants begin and end below any threshold. */
const KEEP_BEFORE_SECONDS = 0.25;
const KEEP_AFTER_SECONDS = 0.35;
/** So near its peak a sample counts as cut off. A pure tone has a sixth of its samples there, speech a thousandth. */
const CLIPPED_AT = 0.97;
const MOSTLY_CLIPPED = 0.25;

export interface SpeechFound {
  /** From the first word to the last, with a little air. */
  readonly pcm: Int16Array;
  /** How loud the words are (dB of full scale). */
  readonly speechDb: number;
  /** How far the noise lies below them (dB). */
  readonly aboveNoiseDb: number;
}

/** Why a recording cannot go out. */
export type SpeechFault = 'silent' | 'clipped';

/** Finds the speech in a recording, and says when there is none or when it is torn by clipping. */
export function speechIn(pcm: Int16Array, sampleRate: number): SpeechFound | SpeechFault {
  const length = Math.round(WINDOW_SECONDS * sampleRate);
  const levels: number[] = [];
  for (let at = 0; at + length <= pcm.length; at += length)
    levels.push(decibels(Math.max(1e-6, rmsOf(pcm.subarray(at, at + length)))));
  const sorted = [...levels].sort((a, b) => a - b);
  const share = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? -120;
  const [noiseDb, speechDb] = [share(0.1), share(0.95)];
  if (sorted.length === 0 || speechDb < SILENT_DB) return 'silent';

  const threshold = Math.min(speechDb - 12, Math.max(speechDb - 30, noiseDb + 6));
  const isLoud = levels.map((level) => level >= threshold);
  const begins = isLoud.findIndex((_, at) => isLoud.slice(at, at + FEWEST_WINDOWS).every(Boolean));
  const ends = isLoud.findLastIndex(
    (_, at) => at >= FEWEST_WINDOWS - 1 && isLoud.slice(at - FEWEST_WINDOWS + 1, at + 1).every(Boolean),
  );
  const loudSeconds = isLoud.filter(Boolean).length * WINDOW_SECONDS;
  if (begins < 0 || ends < begins || loudSeconds < SHORTEST_SPEECH_SECONDS) return 'silent';

  const from = Math.max(0, Math.round(begins * length - KEEP_BEFORE_SECONDS * sampleRate));
  const until = Math.min(pcm.length, Math.round((ends + 1) * length + KEEP_AFTER_SECONDS * sampleRate));
  const spoken = pcm.slice(from, until);
  if (clippedShare(spoken) > MOSTLY_CLIPPED) return 'clipped';
  return { pcm: spoken, speechDb, aboveNoiseDb: speechDb - noiseDb };
}

/** How many of the samples that are not near silence are as loud as the loudest, 0..1. */
function clippedShare(pcm: Int16Array): number {
  const peak = peakOf(pcm) * 32_768;
  let heard = 0;
  let cut = 0;
  for (const sample of pcm) {
    const size = Math.abs(sample);
    if (size < peak * 0.1) continue;
    heard += 1;
    if (size >= peak * CLIPPED_AT) cut += 1;
  }
  return heard === 0 ? 0 : cut / heard;
}
