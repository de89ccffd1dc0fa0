import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { samplesOf } from './pcm.ts';
import { runApart } from './sandbox.ffmpeg.ts';
import type { Limits } from './sandbox.ffmpeg.ts';
import { claimsIn, containerOf, HEAD_BYTES, isWavCutShort } from './sound-file.ts';
import type { Claims, Container } from './sound-file.ts';

/** Twice the band of a horn: what lies above would be cut off in any case. */
export const DECODED_RATE = 24_000;

const demuxers: Readonly<Record<Container, string>> = {
  wav: 'wav',
  mp3: 'mp3',
  mp4: 'mov',
  ogg: 'ogg',
  webm: 'matroska',
  aac: 'aac',
};

/** What phones, recorders and browsers write, and nothing else: each codec less is a fault less. */
const codecs =
  'pcm_s16le,pcm_s24le,pcm_s32le,pcm_u8,pcm_f32le,pcm_alaw,pcm_mulaw,adpcm_ms,adpcm_ima_wav,' +
  'mp3,mp3float,aac,aac_fixed,alac,opus,libopus,vorbis,flac';

/** A sound file of somebody's, decoded. */
export interface DecodedSound {
  /** One channel of `DECODED_RATE`. */
  readonly pcm: Int16Array;
  readonly container: Container;
  readonly codec: string;
}

/**
 * Decodes what people bring. The kind is told by the first bytes and forced upon the decoder, so that a playlist is never
 * opened as one; codecs and protocols are named one by one; how long it is, is what was decoded. ffmpeg runs apart, with
 * limits on everything.
 */
export class FfmpegDecoder {
  constructor(private readonly path: string) {}

  /**
   * @param directory its own, for what lies between; the caller removes it
   * @throws Failure `invalid`: `speech.import-empty`, `speech.import-not-audio`, `speech.import-has-video`,
   *   `speech.import-broken`, `speech.import-cut-short`, `speech.import-too-long`; `unavailable`:
   *   `speech.import-timeout`, `speech.encoder-failed`, `platform.disk-full`; `conflict`: `speech.aborted`
   */
  async decode(
    path: string,
    directory: string,
    maximumSeconds: number,
    signal?: AbortSignal,
  ): Promise<DecodedSound> {
    const { container, isCutShort } = await kindOf(path);
    if (isCutShort) throw refused('speech.import-cut-short', 'it ends before its header says');
    const claims = await this.claimsOf(path, container, directory, signal);
    if (claims.hasVideo) throw refused('speech.import-has-video', 'there are moving pictures in it');
    if (!claims.hasSound) throw refused('speech.import-broken', 'no sound that we can decode is in it');

    const decodedPath = join(directory, 'decoded.raw');
    // One second more than allowed, to see that there is more.
    const mostBytes = (maximumSeconds + 1) * DECODED_RATE * 2;
    const { code, stderr } = await runApart(
      this.path,
      [
        ...inputOf(path, container, claims.codec),
        ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-ac', '1'],
        ...['-ar', String(DECODED_RATE), '-c:a', 'pcm_s16le', '-fs', String(mostBytes), '-f', 's16le'],
        decodedPath,
      ],
      directory,
      limitsOf(maximumSeconds, mostBytes),
      signal,
    );
    if (/No space left on device|Disk quota exceeded/i.test(stderr))
      throw new Failure('unavailable', 'platform.disk-full', 'no room left to decode a recording');
    const bytes = (await stat(decodedPath).catch(() => undefined))?.size ?? 0;
    if (bytes === 0) throw refused('speech.import-broken', `it could not be decoded (${code ?? 'killed'})`);
    const seconds = bytes / 2 / DECODED_RATE;
    if (seconds > maximumSeconds)
      throw refused('speech.import-too-long', `at most ${maximumSeconds / 60} minutes`);
    // A file that says it is longer than it is was cut off on its way, or lies: either way something is missing.
    if (claims.seconds !== undefined && claims.seconds > seconds * 1.1 + 1)
      throw refused('speech.import-cut-short', `${seconds.toFixed(1)} s of ${claims.seconds.toFixed(1)} s`);
    if (code !== 0) throw refused('speech.import-broken', `the decoder gave up (${code ?? 'killed'})`);
    return { pcm: samplesOf(await readFile(decodedPath)), container, codec: claims.codec };
  }

  private async claimsOf(
    path: string,
    container: Container,
    directory: string,
    signal: AbortSignal | undefined,
  ): Promise<Claims> {
    // Without an output it tells of its input and ends.
    const limits = { ...limitsOf(60, 1_024), deadlineMs: 15_000 };
    const { stderr } = await runApart(this.path, inputOf(path, container), directory, limits, signal);
    return claimsIn(stderr);
  }
}

/** @param codec where it is known: Opus is left to libopus, as ffmpeg's own decoder knocks now and then */
function inputOf(path: string, container: Container, codec?: string): string[] {
  const demuxer = demuxers[container];
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-y', '-threads', '1'],
    // How far it may look for what is in a file.
    ...['-probesize', '5000000', '-analyzeduration', '10000000'],
    ...['-protocol_whitelist', 'file', '-codec_whitelist', codecs],
    ...(codec === 'opus' ? ['-c:a', 'libopus'] : []),
    ...['-f', demuxer, '-i', `file:${path}`],
  ];
}

function limitsOf(maximumSeconds: number, fileBytes: number): Limits {
  return {
    memoryBytes: 1_000_000_000,
    // A thirtieth of the sound's length is what the slowest codec needs on a slow machine; and the start.
    cpuSeconds: 10 + Math.ceil(maximumSeconds / 30),
    fileBytes: fileBytes + 1_000_000,
    deadlineMs: 20_000 + maximumSeconds * 100,
  };
}

async function kindOf(path: string): Promise<{ container: Container; isCutShort: boolean }> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (bytesRead === 0) throw refused('speech.import-empty', 'the file is empty');
    const container = containerOf(buffer.subarray(0, bytesRead));
    if (container === undefined)
      throw refused('speech.import-not-audio', 'neither WAV, MP3, M4A, AAC, OGG nor WebM');
    const { size } = await file.stat();
    return { container, isCutShort: container === 'wav' && isWavCutShort(buffer, size) };
  } finally {
    await file.close();
  }
}

export function refused(code: string, message: string): Failure {
  return new Failure('invalid', code, message, { fields: [{ path: 'file', code, message }] });
}
