import { Logger } from '@nestjs/common';
import type { Clock } from '../base/clock.ts';
import type { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import type { AudioStore } from './audio.store.ts';
import { Flights } from './flight.ts';
import { joined } from './pcm.ts';
import type { Recording } from './recording.ts';
import type { RecordingStore } from './recording.store.ts';
import { hashOfOrder, type Recorder, type RecordingOrder } from './recorder.service.ts';
import type { Rests } from './rests.ts';
import type { Sound, Voice, VoiceClass, VoiceDescription, Voices } from './voice.ts';

/**
 * What the chosen voice gets for the words of an emergency, all of them, before the next one's are taken; with the
 * rest of a second for that this keeps the 3 s that an emergency may take.
 */
const EMERGENCY_PATIENCE_MS = 2_500;

/** What is said to a voice that rested, to learn whether it is back. */
const PROBE = 'Xin chào bà con.';

/** What a person hears a voice by: all six tones, a number and a name. */
const SAMPLE = [
  'Kính thưa bà con, đây là giọng đọc của đài truyền thanh xã.',
  'Bảy giờ sáng mai, mời bà con đến nhà văn hóa thôn để họp.',
];

/** Failures of one voice after which another may do better. A full disk or a busy queue is not among them. */
const VOICE_FAULT = /^speech\.voice-/;

/** The fault of one sentence, or of one commune's budget: the voice may do well with the next announcement. */
const PASSING_FAULT = /^speech\.voice-(refused|silent|slow|budget)$/;

export interface VoiceInUse extends VoiceDescription {
  /** Another voice than the chosen one speaks, because that one cannot. */
  readonly isFallback: boolean;
}

export interface PreviewOptions {
  /** Against the voice's own pace; as outdoors unless told. */
  readonly rate?: number;
  readonly signal?: AbortSignal;
}

/** Who speaks for a commune. */
export interface Casting {
  readonly rests: Rests;
  cast(communeId: string, profile: VoiceClass): Promise<Voices>;
}

/** From spoken sentences to a recording that may go on air. What the other rooms call. */
export class SpeechService {
  private readonly log = new Logger('Speech');
  private readonly flights = new Flights<Recording>();
  private readonly probes = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly casting: Casting,
    private readonly recorder: Recorder,
    private readonly recordings: RecordingStore,
    private readonly audio: AudioStore,
    private readonly events: Events,
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

  /** Those of these that there are, by id. */
  recordingsById(communeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Recording>> {
    return this.recordings.byId(communeId, ids);
  }

  /** How long each of these recordings sounds (seconds). */
  seconds(communeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.recordings.seconds(communeId, ids);
  }

  /** Each sentence as soon as it is spoken, by one voice, without chime. */
  async *preview(
    communeId: string,
    sentences: readonly string[],
    { rate, signal }: PreviewOptions = {},
  ): AsyncGenerator<Sound> {
    const voices = await this.casting.cast(communeId, 'routine');
    let failure: unknown;
    for (const voice of this.awake(voices)) {
      let given = 0;
      try {
        for await (const sound of this.recorder.preview(voice, sentences, rate, signal)) {
          given += 1;
          yield sound;
        }
        this.spoke(voice);
        return;
      } catch (error) {
        failure = error;
        // Half a preview in one voice and half in another would be heard as a fault.
        if (given > 0 || !this.mayAnotherTry(voice, error)) throw error;
      }
    }
    throw failure;
  }

  /** A few sentences in that voice, and in no other. @throws Failure as `Voice` says */
  async sample(voice: Voice, signal?: AbortSignal): Promise<Sound> {
    try {
      const sounds: Sound[] = [];
      for await (const sound of this.recorder.preview(voice, SAMPLE, undefined, signal)) sounds.push(sound);
      this.spoke(voice);
      return { pcm: joined(sounds.map(({ pcm }) => pcm)), sampleRate: sounds[0]?.sampleRate ?? 0 };
    } catch (error) {
      this.mayAnotherTry(voice, error);
      throw error;
    }
  }

  async voiceInUse(communeId: string, profile: VoiceClass = 'routine'): Promise<VoiceInUse> {
    const voices = await this.casting.cast(communeId, profile);
    const [voice] = this.awake(voices);
    return { ...voice.describe(), isFallback: voices.isFallback(voice) };
  }

  /** Asks a voice that failed whether it can speak again; it rests on if not. */
  async probe(voice: Voice): Promise<boolean> {
    try {
      await voice.synthesise(PROBE, { rate: 1 });
      this.spoke(voice);
      return true;
    } catch (error) {
      this.mayAnotherTry(voice, error);
      return false;
    }
  }

  close(): void {
    for (const timer of this.probes.values()) clearTimeout(timer);
  }

  private async inSomeVoice(order: RecordingOrder, hash: string): Promise<Recording> {
    const { communeId, delivery } = order;
    const voices = await this.casting.cast(communeId, classOf(order));
    const inOrder = this.awake(voices);
    const spoken = new AbortController();
    if (classOf(order) === 'emergency') this.speakAhead(inOrder.slice(1), order, spoken.signal);
    try {
      let failure: unknown;
      for (const [at, voice] of inOrder.entries()) {
        const isFallback = voices.isFallback(voice);
        const same = {
          ...{ communeId, spokenHash: hash, voiceId: voice.id, isFallback },
          ...{ profile: delivery.profile.id, tune: delivery.tune },
        };
        const made = await this.recordings.findSame(same);
        if (made !== undefined && (await this.hasFiles(made))) return made;
        const isLast = at === inOrder.length - 1;
        try {
          const recording = await this.recorded(voice, isFallback, order, isLast);
          this.spoke(voice);
          await this.recordings.add(recording);
          return recording;
        } catch (error) {
          failure = error;
          if (!this.mayAnotherTry(voice, error)) throw error;
        }
      }
      throw failure;
    } finally {
      spoken.abort();
    }
  }

  /** An emergency waits for a voice only so long, unless there is no other. */
  private async recorded(
    voice: Voice,
    isFallback: boolean,
    order: RecordingOrder,
    isLast: boolean,
  ): Promise<Recording> {
    if (classOf(order) === 'routine' || isLast) return this.recorder.record(voice, isFallback, order);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), EMERGENCY_PATIENCE_MS);
    let done = 0;
    const signal =
      order.signal === undefined ? patience.signal : AbortSignal.any([order.signal, patience.signal]);
    try {
      return await this.recorder.record(voice, isFallback, {
        ...order,
        signal,
        onProgress: (progress) => {
          if (progress.stage === 'speaking') done = progress.done;
          // Its words are all there: what follows would take as long with another voice.
          if (progress.stage === 'encoding') clearTimeout(timer);
          order.onProgress?.(progress);
        },
      });
    } catch (error) {
      if (!patience.signal.aborted || order.signal?.aborted === true) throw error;
      const message = `${voice.id} did not say an emergency within ${EMERGENCY_PATIENCE_MS} ms`;
      // One that was under way is only slow: the next announcement may wait for it.
      const code = done > 0 ? 'speech.voice-slow' : 'speech.voice-timeout';
      throw new Failure('unavailable', code, message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next voice says an emergency while the chosen one tries: its sentences then lie in the cache. */
  private speakAhead(
    [next]: readonly Voice[],
    { sentences, delivery }: RecordingOrder,
    signal: AbortSignal,
  ): void {
    if (next === undefined) return;
    const ahead = async () => {
      const spoken = this.recorder.preview(next, sentences, delivery.profile.rate, signal);
      while ((await spoken.next()).done !== true);
    };
    // Whatever fails here fails again, and is told, when it is really needed.
    void ahead().catch(() => undefined);
  }

  /** Those to ask now, the preferred first. The last one never rests: somebody must speak. */
  private awake({ inOrder }: Voices): [Voice, ...Voice[]] {
    const [first, ...others] = inOrder.filter(
      (voice, at) => at === inOrder.length - 1 || this.casting.rests.isAwake(voice.id),
    );
    return first === undefined ? [inOrder[0]] : [first, ...others];
  }

  private spoke(voice: Voice): void {
    if (!this.casting.rests.succeed(voice.id)) return;
    clearTimeout(this.probes.get(voice.id));
    this.probes.delete(voice.id);
    this.log.log(`${voice.id} speaks again`);
    this.events.tell('voices.changed', { communeId: null });
  }

  private mayAnotherTry(voice: Voice, error: unknown): boolean {
    if (!(error instanceof Failure) || !VOICE_FAULT.test(error.code)) return false;
    this.log.warn(`${voice.id} could not speak (${error.code}): ${error.message}`);
    if (!PASSING_FAULT.test(error.code)) {
      const { until } = this.casting.rests.fail(voice.id, error.code);
      this.probeAt(until, voice);
    }
    return true;
  }

  private probeAt(until: number, voice: Voice): void {
    clearTimeout(this.probes.get(voice.id));
    const timer = setTimeout(() => void this.probe(voice), until - this.clock.now());
    timer.unref();
    this.probes.set(voice.id, timer);
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

function classOf({ delivery }: RecordingOrder): VoiceClass {
  return delivery.profile.soundClass === 'emergency' ? 'emergency' : 'routine';
}
