import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import {
  faultsOf,
  LOUDNESS,
  provenanceTags,
  type EncodedFile,
  type Measurement,
  type Provenance,
} from './encoder.ts';
import { runFfmpeg } from './program.ffmpeg.ts';

export interface EncodeRequest {
  /** One channel, 16 bits, little-endian, without a header. */
  readonly rawPath: string;
  readonly sampleRate: number;
  readonly seconds: number;
  /** Where the results and what lies between are written; the caller removes it. */
  readonly directory: string;
  /** What the sound is cut down to before it is levelled: it must not be levelled by what nobody will hear. */
  readonly bandHertz: { readonly from: number; readonly to: number };
  readonly provenance: Provenance;
  readonly signal?: AbortSignal | undefined;
  /** How much of it is done, 0..1; back a little where a round is repeated. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface Encoded {
  readonly opus: EncodedFile;
  readonly mp3: EncodedFile;
  /** 48 kHz, what the encoders were given. */
  readonly wavPath: string;
}

const LOUDNESS_METER = 'ebur128=framelog=verbose';
/** Looks at four times the rate, which costs as much again. */
const PEAK_METER = 'ebur128=peak=true:framelog=verbose';
/** Encoders lose a little of the level (the top of the band): measured 0.1–0.5 LU over the fixtures. */
const AIM_LUFS = LOUDNESS.targetLufs + 0.35;
const CLOSE_ENOUGH_LU = 0.16;
/** Where the limiter holds peaks, in dBFS at four times the rate. Encoders overshoot it by up to 1 dB. */
const FIRST_CEILING_DB = -3;
/** No honest overshoot asks for a lower one; ffmpeg's limiter goes no further than −24. */
const LOWEST_CEILING_DB = -9;
/** As on the poles: ffmpeg's own decoder knocks now and then (`test/fixtures/speech/knock.opus`). */
const BY_LIBOPUS = ['-c:a', 'libopus'];
/** A longer sound is searched for its gain on an excerpt, two minutes from all over it, before it is levelled whole. */
const LONG_SECONDS = 300;
const EXCERPT_SLICES = 24;
const EXCERPT_SLICE_SECONDS = 5;
/** What ffmpeg can cut Opus off at (Hz): all that lies in the band is kept. */
const OPUS_CUTOFFS = [8_000, 12_000, 20_000];
const LEVEL_ROUNDS = 6;
const ENCODE_ROUNDS = 3;
/** Encoders pad their ends: Opus by 20 ms, MP3 by up to 100. More or less is a file cut short. */
const LENGTH_TOLERANCE_SECONDS = 0.3;

/** What part of the whole work each step ends at, by their times on a long sound. */
const DONE = { source: 0.05, level: 0.4, encode: 0.85, check: 1 } as const;

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Gain {
  readonly gainDb: number;
  /** Loudness gained behind the limiter for each dB of gain before it. */
  readonly slope: number;
}

/**
 * Makes the two files that go out: Opus 32 kb/s 48 kHz mono in Ogg, MP3 64 kb/s, −16 LUFS ± 0.5, true peak
 * ≤ −1.5 dBTP *after* encoding. One fixed gain and a limiter at 192 kHz; two-pass `loudnorm` fell back to its
 * dynamic mode, which pumps, in every trial. Same sound and tags, same bytes.
 */
export class FfmpegEncoder {
  constructor(readonly path: string) {}

  /**
   * @throws Failure `unavailable`: `speech.out-of-range` when the files would be too loud, too soft or cut short;
   *   `speech.encoder-failed`, `speech.encoder-timeout`, `platform.disk-full`; `speech.aborted` (`conflict`)
   */
  async encode(request: EncodeRequest): Promise<Encoded> {
    const source = await this.sourceOf(request, request.rawPath, { from: 0, to: DONE.source });
    if (!Number.isFinite(source.loudnessLufs) || source.loudnessLufs < -60) {
      throw new Failure('unavailable', 'speech.voice-silent', 'there is no speech in what was spoken');
    }
    let aimLufs = AIM_LUFS;
    let ceilingDb: number = FIRST_CEILING_DB;
    for (let round = 1; ; round += 1) {
      const wavPath = await this.level(request, source.loudnessLufs, aimLufs, ceilingDb);
      const [opus, mp3] = await Promise.all([this.opus(wavPath, request), this.mp3(wavPath, request)]);
      const faults = [
        ...faultsOf(opus).map((fault) => `Opus: ${fault}`),
        ...faultsOf(mp3).map((fault) => `MP3: ${fault}`),
        ...[opus, mp3]
          .filter((file) => Math.abs(file.seconds - request.seconds) > LENGTH_TOLERANCE_SECONDS)
          .map((file) => `${file.path}: ${file.seconds} s of ${request.seconds} s`),
      ];
      if (faults.length === 0) {
        request.onProgress?.(1);
        return { opus, mp3, wavPath };
      }
      if (round === ENCODE_ROUNDS) {
        throw new Failure('unavailable', 'speech.out-of-range', faults.join('; '), { details: { faults } });
      }
      const overshoot = Math.max(opus.truePeakDbtp, mp3.truePeakDbtp) - LOUDNESS.maximumTruePeakDbtp;
      if (overshoot > 0) ceilingDb = Math.max(LOWEST_CEILING_DB, ceilingDb - overshoot - 0.3);
      aimLufs += LOUDNESS.targetLufs - (opus.loudnessLufs + mp3.loudnessLufs) / 2;
    }
  }

  /** Levels the whole with the one gain that gives `aimLufs`: a round costs 0.4 s a minute and a half of sound. */
  private async level(
    request: EncodeRequest,
    sourceLufs: number,
    aimLufs: number,
    ceilingDb: number,
  ): Promise<string> {
    const path = join(request.directory, 'levelled.wav');
    const first: Gain =
      request.seconds > LONG_SECONDS
        ? await this.gainOnExcerpt(request, sourceLufs, aimLufs, ceilingDb)
        : firstGain(sourceLufs, aimLufs);
    await this.seekGain(request, request.rawPath, aimLufs, ceilingDb, first, path);
    return path;
  }

  /** Slices from all over it behave as the whole does, but for the level at which they lie. */
  private async gainOnExcerpt(
    request: EncodeRequest,
    sourceLufs: number,
    aimLufs: number,
    ceilingDb: number,
  ): Promise<Gain> {
    const path = join(request.directory, 'excerpt.raw');
    await writeExcerpt(request, path);
    const { loudnessLufs } = await this.sourceOf(request, path);
    const aim = aimLufs - (sourceLufs - loudnessLufs);
    return this.seekGain(request, path, aim, ceilingDb, firstGain(loudnessLufs, aim));
  }

  /**
   * Finds the one gain that gives `aimLufs` behind the limiter (which takes some of it away), from the source anew each
   * time.
   * @param wavPath where what came of the last round is kept
   */
  private async seekGain(
    request: EncodeRequest,
    rawPath: string,
    aimLufs: number,
    ceilingDb: number,
    first: Gain,
    wavPath?: string,
  ): Promise<Gain> {
    let { gainDb, slope } = first;
    let last: { gainDb: number; loudnessLufs: number } | undefined;
    const output = wavPath === undefined ? undefined : ['-c:a', 'pcm_s16le', '-f', 'wav', wavPath];
    for (let round = 1; ; round += 1) {
      const filters =
        `${bandFilter(request)},volume=${gainDb.toFixed(3)}dB,aresample=192000,` +
        `alimiter=limit=${(10 ** (ceilingDb / 20)).toFixed(5)}:level=0:attack=4:release=60,` +
        'aresample=48000';
      const parameters = ['-y', ...rawInput(request, rawPath)];
      const span = output === undefined ? undefined : { from: DONE.source, to: DONE.level };
      const got = await this.measure(parameters, [filters, LOUDNESS_METER], request, output, span);
      const missing = aimLufs - got.loudnessLufs;
      if (last !== undefined && Math.abs(gainDb - last.gainDb) > 0.01) {
        const seen = (got.loudnessLufs - last.loudnessLufs) / (gainDb - last.gainDb);
        slope = Math.min(1, Math.max(0.15, seen));
      }
      if (Math.abs(missing) <= CLOSE_ENOUGH_LU || round === LEVEL_ROUNDS) return { gainDb, slope };
      last = { gainDb, loudnessLufs: got.loudnessLufs };
      gainDb += Math.max(-12, Math.min(12, missing / slope));
    }
  }

  private sourceOf(request: EncodeRequest, rawPath: string, span?: Span): Promise<Measurement> {
    const filters = [bandFilter(request), LOUDNESS_METER];
    return this.measure(rawInput(request, rawPath), filters, request, undefined, span);
  }

  private async opus(wavPath: string, request: EncodeRequest): Promise<EncodedFile> {
    const path = join(request.directory, 'recording.opus');
    const cutoff = OPUS_CUTOFFS.find((hertz) => hertz >= request.bandHertz.to) ?? 20_000;
    // Level 7 and nothing spent above the band take two thirds of the time of 10 and all of it, at the same STOI (0.878),
    // and overshoot less: over 450 s 0.5 dB in the place of 1.0; `voip` is faster still and overshoots by 1.3 dB.
    const quality = ['-application', 'audio', '-compression_level', '7', '-cutoff', String(cutoff)];
    const codec = ['-c:a', 'libopus', '-b:a', '32k', '-vbr', 'on', ...quality, '-frame_duration', '20'];
    const output = [...codec, '-ac', '1', '-ar', '48000', ...tagged(request), '-f', 'ogg', path];
    // Of the two the slower one, whose progress is therefore that of both.
    await this.run([...encodeFrom(wavPath), ...output], request, { from: DONE.level, to: DONE.encode });
    const span = { from: DONE.encode, to: DONE.check };
    return {
      path,
      ...(await this.measure([...BY_LIBOPUS, '-i', path], [PEAK_METER], request, undefined, span)),
    };
  }

  private async mp3(wavPath: string, request: EncodeRequest): Promise<EncodedFile> {
    const path = join(request.directory, 'recording.mp3');
    // Level 7 (of LAME's 0 to 9) takes half the time of ffmpeg's 5, and speech lost nothing by it: STOI 0.995 and 0.994.
    const codec = [
      '-c:a',
      'libmp3lame',
      '-b:a',
      '64k',
      '-compression_level',
      '7',
      '-ac',
      '1',
      '-ar',
      '44100',
    ];
    const output = [...codec, '-id3v2_version', '3', ...tagged(request), '-f', 'mp3', path];
    await this.run([...encodeFrom(wavPath), ...output], request);
    return { path, ...(await this.measure(['-i', path], [PEAK_METER], request)) };
  }

  /** Runs the filters, of which the last is a meter, into `output` or into nothing. */
  private async measure(
    input: readonly string[],
    filters: readonly string[],
    request: EncodeRequest,
    output: readonly string[] = ['-f', 'null', '-'],
    span?: Span,
  ): Promise<Measurement> {
    // The meter passes its sound on at 48 kHz; what goes to a file is therefore what was measured.
    const all = [...input, '-af', filters.join(','), ...output];
    const { stdout, stderr } = await this.run(all, request, span);
    return measurementIn(stdout, stderr);
  }

  private run(
    parameters: readonly string[],
    request: EncodeRequest,
    span?: Span,
  ): Promise<{ stdout: string; stderr: string }> {
    // Encoding takes 3 % of the sound's length on two quiet cores; a machine ten times slower still passes.
    const deadlineMs = 30_000 + request.seconds * 300;
    return runFfmpeg(this.path, ['-threads', '1', '-progress', 'pipe:1', '-nostats', ...parameters], {
      deadlineMs,
      signal: request.signal,
      isUrgent: request.provenance.soundClass === 'emergency',
      onOutput: (text) => {
        const at = secondsIn(text);
        if (span === undefined || at === undefined) return;
        request.onProgress?.(span.from + (span.to - span.from) * Math.min(1, at / request.seconds));
      },
    });
  }
}

/** The limiter takes a little: as measured over the fixtures. */
function firstGain(sourceLufs: number, aimLufs: number): Gain {
  return { gainDb: aimLufs - sourceLufs + 1, slope: 0.8 };
}

/** Slices from all over the raw sound, one after another. */
async function writeExcerpt({ rawPath, sampleRate }: EncodeRequest, path: string): Promise<void> {
  const from = await open(rawPath, 'r');
  let to: FileHandle | undefined;
  try {
    to = await open(path, 'w');
    const samples = Math.floor((await from.stat()).size / 2);
    const slice = Buffer.alloc(EXCERPT_SLICE_SECONDS * sampleRate * 2);
    for (let at = 0; at < EXCERPT_SLICES; at += 1) {
      const start = 2 * Math.floor((samples * at) / EXCERPT_SLICES);
      const { bytesRead } = await from.read(slice, 0, slice.length, start);
      await to.writeFile(slice.subarray(0, bytesRead));
    }
  } finally {
    await Promise.all([from.close(), to?.close()]);
  }
}

/** How far the sound has gone, where ffmpeg says it. */
function secondsIn(progress: string): number | undefined {
  const time = [...progress.matchAll(/^out_time=(\d+):(\d+):([\d.]+)/gm)].at(-1);
  return time === undefined ? undefined : Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
}

/** Reads what the meter summed up and how far the sound went. A true peak that was not measured is NaN: no range. */
export function measurementIn(progress: string, summary: string): Measurement {
  const loudness = [...summary.matchAll(/^\s*I:\s+(-?[\d.]+|-inf|nan) LUFS/gm)].at(-1)?.[1];
  const peak = [...summary.matchAll(/^\s*Peak:\s+(-?[\d.]+|-inf|nan) dBFS/gm)].at(-1)?.[1];
  const seconds = secondsIn(progress);
  if (loudness === undefined || seconds === undefined) {
    throw new Failure(
      'unavailable',
      'speech.encoder-failed',
      `ffmpeg gave no measurement: ${summary.slice(-400)}`,
    );
  }
  return {
    loudnessLufs: Number(loudness === '-inf' ? Number.NEGATIVE_INFINITY : loudness),
    truePeakDbtp: Number(peak === undefined ? Number.NaN : peak === '-inf' ? Number.NEGATIVE_INFINITY : peak),
    seconds,
  };
}

function bandFilter({ bandHertz, sampleRate }: EncodeRequest): string {
  const to = Math.min(bandHertz.to, sampleRate * 0.45);
  return `highpass=f=${bandHertz.from},lowpass=f=${to}`;
}

function rawInput({ sampleRate }: EncodeRequest, rawPath: string): string[] {
  return ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', rawPath];
}

function encodeFrom(wavPath: string): string[] {
  return ['-y', '-i', wavPath, '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
}

function tagged(request: EncodeRequest): string[] {
  // One argument each, no shell: whatever a commune is called, it stays a tag.
  return Object.entries(provenanceTags(request.provenance)).flatMap(([name, value]) => [
    '-metadata',
    `${name}=${value.replaceAll('\0', '')}`,
  ]);
}
