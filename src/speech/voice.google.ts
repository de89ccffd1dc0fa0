import type { TextToSpeechClient } from '@google-cloud/text-to-speech';
import { codeOf, messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { abortedFailure, refuseIfAborted } from './aborted.ts';
import { refuseSilence } from './audible.ts';
import { joined, soundOfWav } from './pcm.ts';
import { piecesOf } from './pieces.ts';
import {
  Voice,
  type Sound,
  type SynthesisOptions,
  type VoiceDescription,
  type VoiceGender,
} from './voice.ts';

type ClientOptions = NonNullable<ConstructorParameters<typeof TextToSpeechClient>[0]>;

/** Google refuses more than 5,000 bytes of text. Less, because a minute and a half of sound comes back in time. */
const PIECE_BYTES = 1_800;
const SAMPLE_RATE = 24_000;
const LANGUAGE = 'vi-VN';

const UNAVAILABLE = 14;

export interface GoogleDoorOptions {
  /** A service account's JSON file; empty: what GOOGLE_APPLICATION_CREDENTIALS names. */
  readonly credentialsFile?: string;
  /** `host` or `host:port`; empty is Google's own. */
  readonly endpoint?: string;
  /** One attempt. */
  readonly attemptDeadlineMs?: number;
  /** One piece of text with all its attempts. The library's own default is 600 s. */
  readonly deadlineMs?: number;
  /** Handed to Google's client as it stands: transport and authentication of a stand-in. */
  readonly client?: ClientOptions;
}

export interface GoogleOptions extends GoogleDoorOptions {
  /** Google's name of the voice, such as `vi-VN-Neural2-A`. */
  readonly voiceName: string;
  readonly gender?: VoiceGender | null;
}

export interface GoogleVoiceListing {
  readonly name: string;
  readonly gender: VoiceGender | null;
}

/**
 * Google Cloud Text-to-Speech, for all its voices. The client takes 0.3 s and 60 MB to load, so it is loaded when
 * first needed.
 */
export class GoogleDoor {
  private readonly attemptDeadlineMs: number;
  private readonly deadlineMs: number;
  private connecting: Promise<TextToSpeechClient> | undefined;

  constructor(private readonly options: GoogleDoorOptions) {
    this.attemptDeadlineMs = options.attemptDeadlineMs ?? 8_000;
    this.deadlineMs = options.deadlineMs ?? 20_000;
  }

  /** The Vietnamese voices that Google offers now. */
  async listVoices(signal?: AbortSignal): Promise<GoogleVoiceListing[]> {
    const [answer] = await this.within(signal, (client) =>
      client.listVoices({ languageCode: LANGUAGE }, this.callOptions()),
    );
    return (answer.voices ?? []).flatMap(({ name, ssmlGender }) =>
      typeof name === 'string' ? [{ name, gender: genderOf(ssmlGender) }] : [],
    );
  }

  /** One piece of text, at most 5,000 bytes. @returns a WAV file; empty where Google sent none */
  async speak(
    voiceName: string,
    text: string,
    rate: number,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    const [answer] = await this.within(signal, (client) =>
      client.synthesizeSpeech(
        {
          input: { text },
          voice: { languageCode: LANGUAGE, name: voiceName },
          audioConfig: { audioEncoding: 'LINEAR16', sampleRateHertz: SAMPLE_RATE, speakingRate: rate },
        },
        this.callOptions(),
      ),
    );
    const { audioContent } = answer;
    if (audioContent === null || audioContent === undefined) return Buffer.alloc(0);
    return typeof audioContent === 'string' ? Buffer.from(audioContent, 'base64') : Buffer.from(audioContent);
  }

  async close(): Promise<void> {
    const connecting = this.connecting;
    this.connecting = undefined;
    const client = await connecting?.catch(() => undefined);
    await client?.close();
  }

  private callOptions() {
    return {
      timeout: this.attemptDeadlineMs,
      retry: {
        retryCodes: [UNAVAILABLE],
        backoffSettings: {
          initialRetryDelayMillis: 150,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: 2_000,
          initialRpcTimeoutMillis: this.attemptDeadlineMs,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: this.attemptDeadlineMs,
          totalTimeoutMillis: this.deadlineMs,
        },
      },
    };
  }

  /** The library has time-outs over gRPC and none over REST: this one holds for both. */
  private async within<T>(
    signal: AbortSignal | undefined,
    call: (client: TextToSpeechClient) => Promise<T>,
  ): Promise<T> {
    refuseIfAborted(signal);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const giveUp = new Promise<never>((_, reject) => {
      // Half a second more than the library, whose own answer says more.
      const late = () => reject(failure('timeout', `Google did not answer within ${this.deadlineMs} ms`));
      timer = setTimeout(late, this.deadlineMs + 500);
      onAbort = () => reject(abortedFailure());
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([this.connect().then(call), giveUp]);
    } catch (error) {
      throw explainGoogleError(error);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    }
  }

  private connect(): Promise<TextToSpeechClient> {
    if (this.connecting === undefined) {
      const connecting = this.open();
      this.connecting = connecting;
      connecting.catch(() => {
        if (this.connecting === connecting) this.connecting = undefined;
      });
    }
    return this.connecting;
  }

  private async open(): Promise<TextToSpeechClient> {
    const { TextToSpeechClient } = await import('@google-cloud/text-to-speech');
    const { credentialsFile = '', endpoint = '' } = this.options;
    const [host, port] = endpoint.split(':');
    const client = new TextToSpeechClient({
      ...(credentialsFile === '' ? {} : { keyFilename: credentialsFile }),
      ...(host === undefined || host === '' ? {} : { apiEndpoint: host }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...this.options.client,
    });
    // Each call of the library starts this by itself too, and there its failure (no credentials) would be an
    // unhandled rejection, which ends the process.
    await client.initialize();
    return client;
  }
}

/** One of Google's voices. */
export class GoogleVoice extends Voice {
  readonly key: string;
  readonly id: string;
  readonly atOnce = 4;

  /** @param door which of them to go through; several voices may share one, and whoever made it closes it */
  constructor(
    private readonly options: GoogleOptions,
    private readonly door = new GoogleDoor(options),
  ) {
    super();
    this.key = `google:${options.voiceName}`;
    this.id = `google-cloud/v1/${options.voiceName}/linear16-${SAMPLE_RATE}`;
  }

  describe(): VoiceDescription {
    return {
      id: this.id,
      key: this.key,
      name: `Google ${this.options.voiceName}`,
      engine: 'google-cloud',
      gender: this.options.gender ?? null,
      isLocal: false,
      limits: ['needs-network', 'costs-money', 'text-leaves-the-commune'],
    };
  }

  async synthesise(sentence: string, { rate, signal }: SynthesisOptions): Promise<Sound> {
    refuseIfAborted(signal);
    const text = sentence.normalize('NFC').replace(/\p{Cc}+/gu, ' ');
    const sounds: Int16Array[] = [];
    for (const piece of piecesOf(text, PIECE_BYTES)) sounds.push(await this.speak(piece, rate, signal));
    return refuseSilence({ pcm: joined(sounds), sampleRate: SAMPLE_RATE }, sentence, this.id);
  }

  listVoices(signal?: AbortSignal): Promise<GoogleVoiceListing[]> {
    return this.door.listVoices(signal);
  }

  close(): Promise<void> {
    return this.door.close();
  }

  private async speak(text: string, rate: number, signal: AbortSignal | undefined): Promise<Int16Array> {
    const bytes = await this.door
      .speak(this.options.voiceName, text, rate, signal)
      .catch((error: unknown) => this.explain(error, signal));
    if (bytes.length === 0) return new Int16Array(0);
    try {
      const { pcm, sampleRate } = soundOfWav(bytes);
      if (sampleRate !== SAMPLE_RATE) throw new RangeError(`${sampleRate} samples a second`);
      return pcm;
    } catch (error) {
      const message = `Google sent something else than was asked for: ${messageOf(error)}`;
      throw new Failure('unavailable', 'speech.voice-refused', message, { cause: error });
    }
  }

  /** Google refuses a sentence and a voice that it no longer has with one and the same code: the list tells. */
  private async explain(error: unknown, signal: AbortSignal | undefined): Promise<never> {
    if (!(error instanceof Failure) || error.code !== 'speech.voice-refused') throw error;
    const offered = (await this.listVoices(signal).catch(() => [])).map(({ name }) => name);
    if (offered.length === 0 || offered.includes(this.options.voiceName)) throw error;
    const message = `Google has no voice ${this.options.voiceName}; it offers ${offered.join(', ')}`;
    throw new Failure('unavailable', 'speech.voice-unknown', message, { details: { offered } });
  }
}

/**
 * Google's client fails in three shapes: gRPC's own Error with a numeric `code`; GoogleError, with code 4 when its
 * retries are spent; over REST a GaxiosError with an HTTP status. Anything else is a network or a credential fault.
 */
export function explainGoogleError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = numberIn(error, 'status') ?? numberIn(error, 'code');
  const message = messageOf(error);
  if (code !== undefined && code >= 100)
    return failure(meaningOfHttp(code), `HTTP ${code}: ${message}`, error);
  if (code !== undefined) return failure(meaningOfGrpc(code), `gRPC ${code}: ${message}`, error);
  if (/credential|authenticat|private key|PEM/i.test(message)) return failure('credentials', message, error);
  return failure('unreachable', `${codeOf(error)} ${message}`.trim(), error);
}

/** Over gRPC a word, over REST a number or a word (SsmlVoiceGender). */
function genderOf(told: unknown): VoiceGender | null {
  if (told === 1 || told === 'MALE') return 'male';
  return told === 2 || told === 'FEMALE' ? 'female' : null;
}

type Meaning = 'timeout' | 'unreachable' | 'credentials' | 'quota' | 'refused';

function meaningOfHttp(status: number): Meaning {
  if (status === 401 || status === 403) return 'credentials';
  if (status === 429) return 'quota';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'unreachable' : 'refused';
}

function meaningOfGrpc(code: number): Meaning {
  switch (code) {
    case 1:
    case 4:
      return 'timeout';
    case 7:
    case 16:
      return 'credentials';
    case 8:
      return 'quota';
    case 3:
    case 5:
    case 9:
    case 11:
    case 12:
      return 'refused';
    default:
      return 'unreachable';
  }
}

function numberIn(error: unknown, name: 'code' | 'status'): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : undefined;
}

function failure(what: Meaning, message: string, cause?: unknown): Failure {
  return new Failure('unavailable', `speech.voice-${what}`, message, {
    details: { engine: 'google-cloud' },
    ...(cause === undefined ? {} : { cause }),
  });
}
