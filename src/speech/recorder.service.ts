import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { SpokenFile } from './assembly.file.ts';
import { assemble } from './assembly.ts';
import type { AudioStore } from './audio.store.ts';
import type { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { LOUDNESS, MAXIMUM_SECONDS } from './encoder.ts';
import { expectedSeconds } from './expected-length.ts';
import { trimmed } from './pcm.ts';
import { BoundedQueue, inOrder } from './queue.ts';
import { Recording, spokenHash, type Mark } from './recording.ts';
import { renderProfiles, saidIn, type Delivery } from './render-profile.ts';
import type { SentenceStore } from './sentence.store.ts';
import type { Sound, Voice } from './voice.ts';

/** 20,000 letters of text, every one of them a digit, do not reach this once spoken. */
const MAXIMUM_LETTERS = 120_000;

export interface RecordingOrder {
  readonly communeId: string;
  /** Written into the files as who speaks. */
  readonly communeName: string;
  /** In spoken form, in order. */
  readonly sentences: readonly string[];
  readonly delivery: Delivery;
  readonly lexiconVersion?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RecordingProgress) => void;
}

export type RecordingProgress =
  | { readonly stage: 'waiting' }
  | { readonly stage: 'speaking'; readonly done: number; readonly total: number }
  /** @property share of the work after speaking, 0..1 */
  | { readonly stage: 'encoding'; readonly share: number };

/** What a second takes on disk while it is made: spoken and assembled at 24 kHz, levelled at 48 kHz, and the two files. */
const WORKING_BYTES_A_SECOND = 96_000 + 96_000 + 13_000;

/** Who knows how much the disk still takes. */
export interface Room {
  /** @throws Failure `unavailable`, `platform.disk-full` */
  demandRoom(needBytes: number): Promise<void>;
}

/** Makes recordings: a voice, the chime, the encoder and the audio store. Knows no database and no second voice. */
export class Recorder {
  /** An encode uses both cores for 3 % of its sound: one at a time keeps the poles' commands quick. */
  private readonly routine = new BoundedQueue(1, 50);
  /** An emergency does not wait for a village fair. */
  private readonly emergency = new BoundedQueue(2, 20);

  constructor(
    private readonly sentences: SentenceStore,
    private readonly audio: AudioStore,
    private readonly encoder: () => Promise<FfmpegEncoder>,
    private readonly clock: Clock,
    private readonly disk: Room,
  ) {}

  /**
   * Speaks, assembles, encodes, measures and keeps the two files; the recording returned is not yet in any table.
   * @throws Failure `invalid` `speech.nothing-to-say`, `too-large` `speech.too-long`, `too-many` `speech.busy`,
   *   `speech.out-of-range`, `platform.disk-full`, and what the voice and the encoder throw
   */
  async record(voice: Voice, isFallback: boolean, order: RecordingOrder): Promise<Recording> {
    const sayable = sayableOf(order.sentences);
    // Rather than after half an hour of work. What is near the end is spoken, and measured.
    const expected = expectedSeconds(sayable, order.delivery);
    if (expected > 1.25 * MAXIMUM_SECONDS) throw tooLong();
    const sentences = saidIn(order.delivery, sayable);
    order.onProgress?.({ stage: 'waiting' });
    const isEmergency = order.delivery.profile.soundClass === 'emergency';
    // An emergency tries in any case: what is left of the disk is kept for it.
    if (!isEmergency) await this.disk.demandRoom(Math.ceil(expected * WORKING_BYTES_A_SECOND));
    const queue = isEmergency ? this.emergency : this.routine;
    const hash = hashOfOrder(order);
    return queue.run(() => this.make(voice, isFallback, { ...order, sentences }, hash), order.signal);
  }

  /**
   * The sentences in that voice one after another, each as soon as it is there; no chime, no levelling. What a
   * person hears while writing.
   */
  preview(
    voice: Voice,
    sentences: readonly string[],
    rate: number = renderProfiles.outdoor.rate,
    signal?: AbortSignal,
  ): AsyncGenerator<Sound> {
    return inOrder(sayableOf(sentences), voice.atOnce, (sentence) =>
      this.sentences.spoken(voice, sentence, rate, signal),
    );
  }

  private async make(
    voice: Voice,
    isFallback: boolean,
    order: RecordingOrder,
    hash: string,
  ): Promise<Recording> {
    const { profile, tune } = order.delivery;
    return this.audio.inWorkspace(async (directory) => {
      const rawPath = join(directory, 'assembled.raw');
      const { sampleRate, seconds, marks } = await this.assembled(voice, order, directory, rawPath);
      const encoder = await this.encoder();
      const encoded = await encoder.encode({
        rawPath,
        sampleRate,
        seconds,
        directory,
        bandHertz: profile.bandHertz,
        provenance: {
          voiceId: voice.id,
          communeName: order.communeName,
          spokenHash: hash,
          soundClass: profile.soundClass,
        },
        signal: order.signal,
        onProgress: (share) => order.onProgress?.({ stage: 'encoding', share }),
      });
      const opus = await this.audio.adopt(encoded.opus.path);
      const mp3 = await this.audio.adopt(encoded.mp3.path);
      const off = (lufs: number) => Math.abs(lufs - LOUDNESS.targetLufs);
      const [first, second] = [encoded.opus.loudnessLufs, encoded.mp3.loudnessLufs];
      return new Recording({
        communeId: order.communeId,
        id: newId(this.clock.now()),
        spokenHash: hash,
        voiceId: voice.id,
        isFallback,
        profile: profile.id,
        tune,
        opusSha256: opus.sha256,
        opusBytes: opus.bytes,
        mp3Sha256: mp3.sha256,
        mp3Bytes: mp3.bytes,
        seconds,
        marks,
        loudnessLufs: off(first) >= off(second) ? first : second,
        truePeakDbtp: Math.max(encoded.opus.truePeakDbtp, encoded.mp3.truePeakDbtp),
        lexiconVersion: order.lexiconVersion ?? '',
        sourceSha256: null,
        madeAt: this.clock.date(),
      });
    });
  }

  private async assembled(
    voice: Voice,
    order: RecordingOrder,
    directory: string,
    rawPath: string,
  ): Promise<{ sampleRate: number; seconds: number; marks: Mark[] }> {
    const spoken = await this.speakAll(voice, order, join(directory, 'spoken.raw'));
    try {
      order.onProgress?.({ stage: 'encoding', share: 0 });
      return { sampleRate: spoken.sampleRate, ...(await writeAssembly(rawPath, order, spoken)) };
    } finally {
      await spoken.close();
    }
  }

  /** Holds no more than a few sentences at a time, however long the announcement is. */
  private async speakAll(
    voice: Voice,
    { sentences, delivery, signal, onProgress }: RecordingOrder,
    path: string,
  ): Promise<SpokenFile> {
    let spoken: SpokenFile | undefined;
    const { rate } = delivery.profile;
    const sounds = inOrder(sentences, voice.atOnce, (sentence) =>
      this.sentences.spoken(voice, sentence, rate, signal),
    );
    try {
      for await (const { pcm, sampleRate } of sounds) {
        spoken ??= await SpokenFile.create(path, sampleRate);
        if (sampleRate !== spoken.sampleRate) {
          throw new Failure(
            'unavailable',
            'speech.voice-refused',
            'a voice changed its sample rate between sentences',
          );
        }
        await spoken.add(trimmed(pcm, sampleRate));
        if (spoken.seconds * delivery.times > MAXIMUM_SECONDS) throw tooLong();
        onProgress?.({ stage: 'speaking', done: spoken.sentences, total: sentences.length });
      }
      if (spoken === undefined) throw nothingToSay();
      return spoken;
    } catch (error) {
      await spoken?.close();
      throw error;
    }
  }
}

async function writeAssembly(
  path: string,
  { sentences, delivery }: RecordingOrder,
  spoken: SpokenFile,
): Promise<{ seconds: number; marks: Mark[] }> {
  const file = await open(path, 'wx');
  const marks: Mark[] = [];
  let seconds = 0;
  try {
    for (const part of assemble(sentences, spoken.level, spoken.sampleRate, delivery)) {
      const bytes = await spoken.bytesOf(part);
      await file.writeFile(bytes);
      const startSeconds = seconds;
      seconds += bytes.length / 2 / spoken.sampleRate;
      if (seconds > MAXIMUM_SECONDS) throw tooLong();
      if (part.kind !== 'sentence') continue;
      marks.push({ text: sentences[part.sentence] ?? '', startSeconds, endSeconds: seconds });
    }
  } finally {
    await file.close();
  }
  return { seconds, marks };
}

/** What is said in such a recording, as a hash: two orders of one hash differ in tune and pauses at most. */
export function hashOfOrder({ sentences, delivery }: RecordingOrder): string {
  return spokenHash(saidIn(delivery, sentences), delivery.times);
}

/** Without what has no word in it (a lone "…"), which no voice can speak. */
function sayableOf(sentences: readonly string[]): string[] {
  const sayable = sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  if (sayable.length === 0) throw nothingToSay();
  if (sayable.reduce((sum, sentence) => sum + sentence.length, 0) > MAXIMUM_LETTERS) throw tooLong();
  return sayable;
}

function nothingToSay(): Failure {
  return new Failure('invalid', 'speech.nothing-to-say', 'there is no word to speak', {
    fields: [{ path: 'text', code: 'speech.nothing-to-say', message: 'there is no word to speak' }],
  });
}

function tooLong(): Failure {
  return new Failure('too-large', 'speech.too-long', 'the announcement is too long to be spoken', {
    fields: [{ path: 'text', code: 'speech.too-long', message: `at most ${MAXIMUM_SECONDS / 60} minutes` }],
  });
}
