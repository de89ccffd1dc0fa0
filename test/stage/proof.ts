import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import FFT from 'fft.js';

const run = promisify(execFile);
/** Enough for speech on a horn, and one sample is 0.125 ms. */
export const rate = 8_000;
const windowSamples = rate / 2;
/** Of a window that plays the same sound; another announcement of the same voice stays below 0.4. */
const sameAbove = 0.8;

export interface Proof {
  /** Where the recording begins within what was captured (seconds, may be negative). */
  readonly startsAtSeconds: number;
  /** Share of the recording's sounding windows that were really heard, 0 to 1. */
  readonly coverage: number;
  /** Silence that slipped in between while it played (seconds): a player that ran dry. */
  readonly gapSeconds: number;
}

/** Any audio file as mono floats at 8 kHz; Opus as a pole decodes it. */
export async function samplesOf(path: string): Promise<Float32Array> {
  const isOgg = (await readFile(path)).toString('latin1', 0, 4) === 'OggS';
  const decoder = isOgg ? ['-c:a', 'libopus'] : [];
  const { stdout } = await run(
    ffmpeg.path,
    ['-nostdin', '-v', 'error', ...decoder, '-i', path, '-ac', '1', '-ar', String(rate), '-f', 'f32le', '-'],
    { encoding: 'buffer', maxBuffer: 200_000_000, timeout: 60_000 },
  );
  const bytes = new Uint8Array(stdout);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.byteLength / 4));
}

/**
 * Whether a capture holds a recording, where and how much of it: the lag by one cross-correlation over the whole, then
 * each half second by itself near that lag, normalised, so that neither volume nor a short gap elsewhere counts.
 */
export function prove(recording: Float32Array, captured: Float32Array): Proof {
  const overall = bestLag(recording, captured);
  const there = new Capture(captured);
  let lag = overall;
  let firstLag: number | null = null;
  let sounding = 0;
  let heard = 0;
  for (let from = 0; from + windowSamples <= recording.length; from += windowSamples) {
    const window = recording.subarray(from, from + windowSamples);
    if (energy(window) < windowSamples * 1e-5) continue;
    sounding += 1;
    const found = nearbyLag(window, there, from, lag === overall ? [lag] : [lag, overall]);
    if (found === null) continue;
    heard += 1;
    lag = found;
    firstLag ??= found;
  }
  return {
    startsAtSeconds: (firstLag ?? overall) / rate,
    coverage: sounding === 0 ? 0 : heard / sounding,
    gapSeconds: firstLag === null ? 0 : (lag - firstLag) / rate,
  };
}

/** Samples at the beginning in which two recordings are the same: the tune before the words. */
export function sharedStart(recording: Float32Array, other: Float32Array): number {
  const there = new Capture(other);
  let from = 0;
  for (; from + windowSamples <= recording.length; from += windowSamples) {
    const window = recording.subarray(from, from + windowSamples);
    const loudness = energy(window);
    if (loudness >= windowSamples * 1e-5 && there.likeness(window, loudness, from) < sameAbove) break;
  }
  return from;
}

/** A lag at which the window is heard: one of the likely ones, else any within a quarter second of them. */
function nearbyLag(
  window: Float32Array,
  captured: Capture,
  from: number,
  likely: readonly number[],
): number | null {
  const loudness = energy(window);
  const isHeardAt = (lag: number): boolean => captured.likeness(window, loudness, from + lag) >= sameAbove;
  for (const lag of likely) if (isHeardAt(lag)) return lag;
  for (let away = 1; away <= rate / 4; away += 1) {
    for (const lag of likely) {
      if (isHeardAt(lag + away)) return lag + away;
      if (isHeardAt(lag - away)) return lag - away;
    }
  }
  return null;
}

/** What was captured, asked at thousands of lags: plain loops, and the energy of any stretch by one subtraction. */
class Capture {
  private readonly energyBefore: Float64Array;

  constructor(private readonly samples: Float32Array) {
    this.energyBefore = new Float64Array(samples.length + 1);
    let sum = 0;
    for (let at = 0; at < samples.length; at += 1) {
      const sample = samples[at] ?? 0;
      sum += sample * sample;
      this.energyBefore[at + 1] = sum;
    }
  }

  /** From -1 to 1; 0 where it reaches beyond what was captured. @param loudness the window's energy */
  likeness(window: Float32Array, loudness: number, from: number): number {
    if (from < 0 || from + window.length > this.samples.length) return 0;
    const own = (this.energyBefore[from + window.length] ?? 0) - (this.energyBefore[from] ?? 0);
    const scale = Math.sqrt(loudness * own);
    // Rounding may leave silence a little less than nothing.
    if (!(scale > 0)) return 0;
    let dot = 0;
    for (let at = 0; at < window.length; at += 1) dot += (window[at] ?? 0) * (this.samples[from + at] ?? 0);
    return dot / scale;
  }
}

function bestLag(recording: Float32Array, captured: Float32Array): number {
  let size = 1;
  while (size < recording.length + captured.length) size *= 2;
  const fft = new FFT(size);
  const spectrumOf = (samples: Float32Array): number[] => {
    const padded = new Array<number>(size).fill(0);
    for (let index = 0; index < samples.length; index += 1) padded[index] = samples[index] ?? 0;
    const spectrum = fft.createComplexArray();
    fft.realTransform(spectrum, padded);
    fft.completeSpectrum(spectrum);
    return spectrum;
  };
  const a = spectrumOf(captured);
  const b = spectrumOf(recording);
  const product = fft.createComplexArray();
  for (let index = 0; index < product.length; index += 2) {
    const [ar = 0, ai = 0, br = 0, bi = 0] = [a[index], a[index + 1], b[index], b[index + 1]];
    product[index] = ar * br + ai * bi;
    product[index + 1] = ai * br - ar * bi;
  }
  const correlation = fft.createComplexArray();
  fft.inverseTransform(correlation, product);
  let best = 0;
  for (let index = 0; index < size; index += 1) {
    if ((correlation[2 * index] ?? 0) > (correlation[2 * best] ?? 0)) best = index;
  }
  return best > size / 2 ? best - size : best;
}

function energy(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}
