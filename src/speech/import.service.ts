import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { assemble } from './assembly.ts';
import type { AudioStore } from './audio.store.ts';
import { DECODED_RATE, refused } from './decoder.ffmpeg.ts';
import type { FfmpegDecoder } from './decoder.ffmpeg.ts';
import type { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { LOUDNESS } from './encoder.ts';
import { bytesOf, rmsOf, scaled, wavFile } from './pcm.ts';
import { BoundedQueue } from './queue.ts';
import { Recording } from './recording.ts';
import type { RecordingStore } from './recording.store.ts';
import type { Room } from './recorder.service.ts';
import type { Delivery } from './render-profile.ts';
import { speechIn } from './speech-range.ts';
import { receive, tooLarge } from './upload.files.ts';
import type { Sound } from './voice.ts';

/** Stands in a recording where the voice's id stands: a person spoke. */
export const PERSON = 'person';

/** Decoding and encoding of the longest recording lie on disk at once: PCM twice, WAV at 48 kHz. */
const WORKING_BYTES = 400_000_000;
/** More uploads at once than a commune has people: each holds a connection and a file. */
const UPLOADS_AT_ONCE = 8;

export interface ImportLimits {
  readonly maximumBytes: number;
  readonly maximumSeconds: number;
}

export interface ImportOrder {
  readonly communeId: string;
  readonly communeName: string;
  readonly delivery: Delivery;
  /** The bytes of a file, of whatever kind they turn out to be. */
  readonly body: Readable;
  /** As the sender says, where they do. */
  readonly declaredBytes: number | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Makes a recording of what a person spoke: received, decoded apart, its silence cut off, levelled, opened and closed with
 * the chime of its class like the computed voice's, measured and kept. Its tags say that a person speaks.
 */
export class ImportService {
  private readonly uploads = new BoundedQueue(UPLOADS_AT_ONCE, 0);
  private readonly work = new BoundedQueue(1, UPLOADS_AT_ONCE);

  constructor(
    private readonly audio: AudioStore,
    private readonly recordings: RecordingStore,
    private readonly decoder: () => Promise<FfmpegDecoder>,
    private readonly encoder: () => Promise<FfmpegEncoder>,
    private readonly clock: Clock,
    private readonly disk: Room,
    private readonly limits: ImportLimits,
    private readonly frames: Frames,
  ) {}

  /**
   * @throws Failure `too-large` `speech.import-too-large`, `invalid` `speech.import-interrupted`,
   *   `speech.import-silent`, `speech.import-clipped`, `speech.import-cannot-level`, and what the decoder throws;
   *   `too-many` `speech.busy`; `unavailable` `platform.disk-full` and what the encoder throws
   */
  async take(order: ImportOrder): Promise<Recording> {
    const { maximumBytes } = this.limits;
    if ((order.declaredBytes ?? 0) > maximumBytes) throw tooLarge(maximumBytes);
    await this.disk.demandRoom(maximumBytes + WORKING_BYTES);
    return this.uploads.run(() =>
      this.audio.inWorkspace(async (directory) => {
        const path = join(directory, 'received');
        const { sha256 } = await receive(order.body, path, maximumBytes);
        return this.work.run(() => this.make(order, path, sha256, directory), order.signal);
      }),
    );
  }

  private async make(
    { communeId, communeName, delivery, signal }: ImportOrder,
    path: string,
    sourceSha256: string,
    directory: string,
  ): Promise<Recording> {
    const apart = join(directory, 'apart');
    await mkdir(apart);
    const decoder = await this.decoder();
    const decoded = await decoder.decode(path, apart, this.limits.maximumSeconds, signal);
    const found = speechIn(decoded.pcm, DECODED_RATE);
    if (found === 'silent') throw refused('speech.import-silent', 'nobody is heard in it');
    if (found === 'clipped') throw refused('speech.import-clipped', 'most of it is distorted');

    const rawPath = join(directory, 'assembled.raw');
    const said = await this.framed(communeId, found.pcm, delivery, apart, signal);
    const samples = await writeAssembly(rawPath, said, delivery);
    const encoder = await this.encoder();
    const seconds = samples / DECODED_RATE;
    const { profile, tune } = delivery;
    const { soundClass, bandHertz } = profile;
    const provenance = { communeName, soundClass, communeId, sourceSha256 };
    const encoded = await encoder
      .encode({ rawPath, sampleRate: DECODED_RATE, seconds, directory, bandHertz, provenance, signal })
      .catch((error: unknown) => {
        if (error instanceof Failure && /^speech\.(out-of-range|voice-silent)$/.test(error.code))
          throw refused('speech.import-cannot-level', error.message);
        throw error;
      });
    const opus = await this.audio.adopt(encoded.opus.path);
    const mp3 = await this.audio.adopt(encoded.mp3.path);
    const byOff = [encoded.opus, encoded.mp3].sort(
      (a, b) => offTarget(b.loudnessLufs) - offTarget(a.loudnessLufs),
    );
    const recording = new Recording({
      communeId,
      id: newId(this.clock.now()),
      spokenHash: sourceSha256,
      voiceId: PERSON,
      isFallback: false,
      profile: profile.id,
      tune,
      opusSha256: opus.sha256,
      opusBytes: opus.bytes,
      mp3Sha256: mp3.sha256,
      mp3Bytes: mp3.bytes,
      seconds,
      marks: [],
      loudnessLufs: byOff[0]?.loudnessLufs ?? LOUDNESS.targetLufs,
      truePeakDbtp: Math.max(encoded.opus.truePeakDbtp, encoded.mp3.truePeakDbtp),
      lexiconVersion: '',
      sourceSha256,
      madeAt: this.clock.date(),
    });
    await this.recordings.add(recording);
    return recording;
  }

  /** A drill says that it is one, whoever speaks: no recording of it is made without. */
  private async framed(
    communeId: string,
    own: Int16Array,
    { profile }: Delivery,
    directory: string,
    signal: AbortSignal | undefined,
  ): Promise<Said[]> {
    const speak = async (sentence: string): Promise<Said> => {
      const sounds: Sound[] = [];
      const options = { rate: profile.rate, ...(signal === undefined ? {} : { signal }) };
      for await (const sound of this.frames.preview(communeId, [sentence], options)) sounds.push(sound);
      const path = join(directory, `frame-${newId()}.wav`);
      await writeFile(
        path,
        wavFile(
          sounds.map(({ pcm }) => pcm),
          sounds[0]?.sampleRate ?? DECODED_RATE,
        ),
      );
      // The decoder also brings it to the rate of what a person sent.
      const { pcm } = await (
        await this.decoder()
      ).decode(path, directory, this.limits.maximumSeconds, signal);
      return { sentence, pcm: scaled(pcm, rmsOf(own) / rmsOf(pcm)) };
    };
    const said: Said[] = [];
    for (const sentence of profile.before) said.push(await speak(sentence));
    said.push({ sentence: '', pcm: own });
    for (const sentence of profile.after) said.push(await speak(sentence));
    return said;
  }
}

/** Speaks what a profile says around the words, as a commune's voice does. */
export interface Frames {
  preview(
    communeId: string,
    sentences: readonly string[],
    options: { readonly rate?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<Sound>;
}

function offTarget(lufs: number): number {
  return Math.abs(lufs - LOUDNESS.targetLufs);
}

/** A part of what is said: a person's words, or a sentence that the profile puts before or after them. */
interface Said {
  readonly sentence: string;
  readonly pcm: Int16Array;
}

/** What is said twice by the voice is said twice by people. @returns how many samples were written */
async function writeAssembly(path: string, said: readonly Said[], delivery: Delivery): Promise<number> {
  const file = await open(path, 'wx');
  const level = Math.max(...said.map(({ pcm }) => rmsOf(pcm)));
  const sentences = said.map(({ sentence }) => sentence);
  let samples = 0;
  try {
    for (const part of assemble(sentences, level, DECODED_RATE, delivery)) {
      const sound = part.kind === 'sentence' ? said[part.sentence]?.pcm : part.pcm;
      if (sound === undefined) continue;
      await file.writeFile(bytesOf(sound));
      samples += sound.length;
    }
  } finally {
    await file.close();
  }
  return samples;
}
