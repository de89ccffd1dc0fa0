import { Logger } from '@nestjs/common';
import type { Clock } from '../base/clock.ts';
import { codeOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import type { AudioStore } from './audio.store.ts';
import { Flights } from './flight.ts';
import type { Recording } from './recording.ts';
import type { RecordingStore } from './recording.store.ts';
import { hashOfOrder, type Recorder, type RecordingOrder } from './recorder.service.ts';
import type { Sound, Voice, VoiceDescription, Voices } from './voice.ts';

/** A voice that failed is not asked again for so long: each try could cost its whole deadline. */
const REST_MS = 60_000;

/** Failures of one voice after which another may do better. A full disk or a busy queue is not among them. */
const VOICE_FAULT = /^speech\.voice-/;

/** The fault of one sentence: the voice may do well with the next announcement. */
const SENTENCE_FAULT = /^speech\.voice-(refused|silent)$/;

export interface VoiceInUse extends VoiceDescription {
  /** Another voice than the chosen one speaks, because that one cannot. */
  readonly isFallback: boolean;
}

/** From spoken sentences to a recording that may go on air. What the other rooms call. */
export class SpeechService {
  private readonly log = new Logger('Speech');
  private readonly flights = new Flights<Recording>();
  private readonly restingUntil = new Map<string, number>();

  constructor(
    private readonly voices: Voices,
    private readonly recorder: Recorder,
    private readonly recordings: RecordingStore,
    private readonly audio: AudioStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The recording of these sentences: the one there is already, or a new one. The chosen voice speaks; when it
   * cannot, the next one does, and the recording says so (`isFallback`) and is kept apart.
   * @throws Failure as `Recorder.record`; the last voice's when none could speak
   */
  async render(order: RecordingOrder): Promise<Recording> {
    const hash = hashOfOrder(order);
    const { profile, tune } = order.delivery;
    const key = `${order.communeId}/${hash}/${profile.id}/${tune}`;
    return this.flights.join(key, order.signal, (signal) => this.inSomeVoice({ ...order, signal }, hash));
  }

  /** @throws Failure `missing`, `speech.recording-missing` */
  recording(communeId: string, id: string): Promise<Recording> {
    return this.recordings.get(communeId, id);
  }

  /** How long each of these recordings sounds (seconds). */
  seconds(communeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.recordings.seconds(communeId, ids);
  }

  /** Each sentence as soon as it is spoken, by one voice, without chime. */
  async *preview(sentences: readonly string[], signal?: AbortSignal): AsyncGenerator<Sound> {
    let failure: unknown;
    for (const voice of this.awake()) {
      let given = 0;
      try {
        for await (const sound of this.recorder.preview(voice, sentences, signal)) {
          given += 1;
          yield sound;
        }
        return;
      } catch (error) {
        failure = error;
        // Half a preview in one voice and half in another would be heard as a fault.
        if (given > 0 || !this.mayAnotherTry(voice, error)) throw error;
      }
    }
    throw failure;
  }

  voiceInUse(): VoiceInUse {
    const [voice] = this.awake();
    return { ...voice.describe(), isFallback: voice !== this.voices.preferred };
  }

  private async inSomeVoice(order: RecordingOrder, hash: string): Promise<Recording> {
    let failure: unknown;
    for (const voice of this.awake()) {
      const isFallback = voice !== this.voices.preferred;
      const { communeId, delivery } = order;
      const same = {
        ...{ communeId, spokenHash: hash, voiceId: voice.id, isFallback },
        ...{ profile: delivery.profile.id, tune: delivery.tune },
      };
      const made = await this.recordings.findSame(same);
      if (made !== undefined && (await this.hasFiles(made))) return made;
      try {
        const recording = await this.recorder.record(voice, isFallback, order);
        await this.recordings.add(recording);
        return recording;
      } catch (error) {
        failure = error;
        if (!this.mayAnotherTry(voice, error)) throw error;
      }
    }
    throw failure;
  }

  /** Those to ask now, the preferred first. The last one never rests: somebody must speak. */
  private awake(): [Voice, ...Voice[]] {
    const all = this.voices.inOrder;
    const [first, ...others] = all.filter(
      (voice, at) => at === all.length - 1 || (this.restingUntil.get(voice.id) ?? 0) <= this.clock.now(),
    );
    return first === undefined ? [this.voices.preferred] : [first, ...others];
  }

  private mayAnotherTry(voice: Voice, error: unknown): boolean {
    if (!(error instanceof Failure) || !VOICE_FAULT.test(error.code)) return false;
    this.log.warn(`${voice.id} could not speak (${codeOf(error)}): ${error.message}`);
    if (!SENTENCE_FAULT.test(error.code)) this.restingUntil.set(voice.id, this.clock.now() + REST_MS);
    return true;
  }

  /** Both files: a restored database may know recordings that the restored disk lacks. */
  private async hasFiles(recording: Recording): Promise<boolean> {
    const found = await Promise.all([
      this.audio.find(recording.opusSha256),
      this.audio.find(recording.mp3Sha256),
    ]);
    return found.every((file) => file !== undefined);
  }
}
