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
const LEVEL_ROUNDS = 6;
const ENCODE_ROUNDS = 3;
/** Encoders pad their ends: Opus by 20 ms, MP3 by up to 100. More or less is a file cut short. */
const LENGTH_TOLERANCE_SECONDS = 0.3;

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
    const source = await this.measure(rawInput(request), [bandFilter(request), LOUDNESS_METER], request);
    if (!Number.isFinite(source.loudnessLufs) || source.loudnessLufs < -60) {
      throw new Failure('unavailable', 'speech.voice-silent', 'there is no speech in what was spoken');
    }
    let aimLufs = AIM_LUFS;
    let ceilingDb = FIRST_CEILING_DB;
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
      if (faults.length === 0) return { opus, mp3, wavPath };
      if (round === ENCODE_ROUNDS) {
        throw new Failure('unavailable', 'speech.out-of-range', faults.join('; '), { details: { faults } });
      }
      const overshoot = Math.max(opus.truePeakDbtp, mp3.truePeakDbtp) - LOUDNESS.maximumTruePeakDbtp;
      if (overshoot > 0) ceilingDb -= overshoot + 0.3;
      aimLufs += LOUDNESS.targetLufs - (opus.loudnessLufs + mp3.loudnessLufs) / 2;
    }
  }

  /**
   * Finds the one gain that gives `aimLufs` behind the limiter (which takes some of it away), from the source
   * anew each time: a round costs 0.4 s a minute and a half of sound.
   */
  private async level(
    request: EncodeRequest,
    sourceLufs: number,
    aimLufs: number,
    ceilingDb: number,
  ): Promise<string> {
    const path = join(request.directory, 'levelled.wav');
    let gainDb = aimLufs - sourceLufs + 1;
    let slope = 0.8;
    let last: { gainDb: number; loudnessLufs: number } | undefined;
    for (let round = 1; ; round += 1) {
      const filters =
        `${bandFilter(request)},volume=${gainDb.toFixed(3)}dB,aresample=192000,` +
        `alimiter=limit=${(10 ** (ceilingDb / 20)).toFixed(5)}:level=0:attack=4:release=60,` +
        'aresample=48000';
      const parameters = ['-y', ...rawInput(request)];
      const output = ['-c:a', 'pcm_s16le', '-f', 'wav', path];
      const got = await this.measure(parameters, [filters, LOUDNESS_METER], request, output);
      const missing = aimLufs - got.loudnessLufs;
      if (Math.abs(missing) <= CLOSE_ENOUGH_LU || round === LEVEL_ROUNDS) return path;
      if (last !== undefined && Math.abs(gainDb - last.gainDb) > 0.01) {
        const seen = (got.loudnessLufs - last.loudnessLufs) / (gainDb - last.gainDb);
        slope = Math.min(1, Math.max(0.15, seen));
      }
      last = { gainDb, loudnessLufs: got.loudnessLufs };
      gainDb += Math.max(-12, Math.min(12, missing / slope));
    }
  }

  private async opus(wavPath: string, request: EncodeRequest): Promise<EncodedFile> {
    const path = join(request.directory, 'recording.opus');
    const codec = [
      '-c:a',
      'libopus',
      '-b:a',
      '32k',
      '-vbr',
      'on',
      '-application',
      'audio',
      '-frame_duration',
      '20',
    ];
    await this.run(
      [...encodeFrom(wavPath), ...codec, '-ac', '1', '-ar', '48000', ...tagged(request), '-f', 'ogg', path],
      request,
    );
    return { path, ...(await this.measureFile(path, request)) };
  }

  private async mp3(wavPath: string, request: EncodeRequest): Promise<EncodedFile> {
    const path = join(request.directory, 'recording.mp3');
    const codec = ['-c:a', 'libmp3lame', '-b:a', '64k', '-ac', '1', '-ar', '44100', '-id3v2_version', '3'];
    await this.run([...encodeFrom(wavPath), ...codec, ...tagged(request), '-f', 'mp3', path], request);
    return { path, ...(await this.measureFile(path, request)) };
  }

  private measureFile(path: string, request: EncodeRequest): Promise<Measurement> {
    return this.measure(['-i', path], [PEAK_METER], request);
  }

  /** Runs the filters, of which the last is a meter, into `output` or into nothing. */
  private async measure(
    input: readonly string[],
    filters: readonly string[],
    request: EncodeRequest,
    output: readonly string[] = ['-f', 'null', '-'],
  ): Promise<Measurement> {
    // The meter passes its sound on at 48 kHz; what goes to a file is therefore what was measured.
    const { stdout, stderr } = await this.run(
      ['-progress', 'pipe:1', '-nostats', ...input, '-af', filters.join(','), ...output],
      request,
    );
    return measurementIn(stdout, stderr);
  }

  private run(
    parameters: readonly string[],
    request: EncodeRequest,
  ): Promise<{ stdout: string; stderr: string }> {
    // Encoding takes 3 % of the sound's length on two quiet cores; a machine ten times slower still passes.
    const deadlineMs = 30_000 + request.seconds * 300;
    return runFfmpeg(this.path, ['-threads', '1', ...parameters], {
      deadlineMs,
      signal: request.signal,
      isUrgent: request.provenance.soundClass === 'emergency',
    });
  }
}

/** Reads what the meter summed up and how far the sound went. A true peak that was not measured is NaN: no range. */
export function measurementIn(progress: string, summary: string): Measurement {
  const loudness = [...summary.matchAll(/^\s*I:\s+(-?[\d.]+|-inf|nan) LUFS/gm)].at(-1)?.[1];
  const peak = [...summary.matchAll(/^\s*Peak:\s+(-?[\d.]+|-inf|nan) dBFS/gm)].at(-1)?.[1];
  const time = [...progress.matchAll(/^out_time=(\d+):(\d+):([\d.]+)/gm)].at(-1);
  if (loudness === undefined || time === undefined) {
    throw new Failure(
      'unavailable',
      'speech.encoder-failed',
      `ffmpeg gave no measurement: ${summary.slice(-400)}`,
    );
  }
  return {
    loudnessLufs: Number(loudness === '-inf' ? Number.NEGATIVE_INFINITY : loudness),
    truePeakDbtp: Number(peak === undefined ? Number.NaN : peak === '-inf' ? Number.NEGATIVE_INFINITY : peak),
    seconds: Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]),
  };
}

function bandFilter({ bandHertz, sampleRate }: EncodeRequest): string {
  const to = Math.min(bandHertz.to, sampleRate * 0.45);
  return `highpass=f=${bandHertz.from},lowpass=f=${to}`;
}

function rawInput({ rawPath, sampleRate }: EncodeRequest): string[] {
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
