import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { Failure } from '../base/failure.ts';
import { programBeside } from '../base/program.ts';
import { abortedFailure, refuseIfAborted } from './aborted.ts';
import { decibels, joined, rmsOf } from './pcm.ts';
import { piecesOf } from './pieces.ts';
import type { EspeakAnswer, EspeakRequest } from './voice.espeak.main.ts';
import { Voice, type Sound, type SynthesisOptions, type VoiceDescription } from './voice.ts';

const WORDS_PER_MINUTE = 175;
/** Volume 70 is the most that never clips (SPEECH, tried); the loudness is made later, by one gain. */
const VOLUME = 70;
const PITCH = 50;
/** About half a minute of speech: 0.3 s of work. */
const PIECE_BYTES = 600;
/** Quieter than this all through is no speech. Spoken sentences lie around −20 dB. */
const SILENT_BELOW_DB = -50;

export interface EspeakOptions {
  /** `vi` (northern), `vi-vn-x-central` or `vi-vn-x-south`. */
  readonly voice: string;
  /** The program to start; the one beside this file unless told. Anything that speaks its messages will do. */
  readonly program?: { readonly file: string; readonly execArgv: string[] };
  /** From start to loaded. Loading takes 0.1 s on a quiet machine. */
  readonly startDeadlineMs?: number;
  /** For one piece of text. */
  readonly deadlineMs?: number;
  /** The child holds 100 MB: it is ended when nobody has spoken for so long. */
  readonly idleMs?: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly sampleRate: number;
}

/**
 * espeak-ng in a process of its own: it is GPL-3, it is synchronous (0.9 s of a blocked event loop per minute of
 * speech), and it may die; here it is then started again. One request at a time.
 */
export class EspeakVoice extends Voice {
  readonly id: string;
  readonly atOnce = 1;
  private readonly program: { readonly file: string; readonly execArgv: string[] };
  private readonly startDeadlineMs: number;
  private readonly deadlineMs: number;
  private readonly idleMs: number;
  private running: Promise<Running> | undefined;
  private speaking: ChildProcess | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private lastRequest = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: EspeakOptions) {
    super();
    this.id = `espeak-ng/${engineVersion()}/${options.voice}/w${WORDS_PER_MINUTE}-v${VOLUME}-p${PITCH}`;
    this.program = options.program ?? programBeside(import.meta.url, './voice.espeak.main');
    this.startDeadlineMs = options.startDeadlineMs ?? 20_000;
    this.deadlineMs = options.deadlineMs ?? 15_000;
    this.idleMs = options.idleMs ?? 300_000;
  }

  describe(): VoiceDescription {
    return {
      id: this.id,
      name: `eSpeak NG (${this.options.voice})`,
      engine: 'espeak-ng',
      isLocal: true,
      limits: ['robotic'],
    };
  }

  async synthesise(sentence: string, { rate, signal }: SynthesisOptions): Promise<Sound> {
    const text = plainText(sentence);
    const parts: Int16Array[] = [];
    let sampleRate = 0;
    for (const piece of piecesOf(text, PIECE_BYTES)) {
      const sound = await this.inTurn(() => this.speak(piece, rate, signal), signal);
      parts.push(sound.pcm);
      sampleRate = sound.sampleRate;
    }
    const pcm = joined(parts);
    if (pcm.length === 0 || decibels(rmsOf(pcm)) < SILENT_BELOW_DB) {
      throw new Failure(
        'unavailable',
        'speech.voice-silent',
        'the embedded voice made no sound of a sentence',
        {
          details: { voice: this.id, letters: sentence.length },
        },
      );
    }
    return { pcm, sampleRate };
  }

  async close(): Promise<void> {
    clearTimeout(this.idleTimer);
    const running = this.running;
    this.running = undefined;
    if (running === undefined) return;
    const { child } = await running.catch(() => ({ child: undefined }));
    if (child !== undefined) await ended(child);
  }

  /** The process that speaks now, for tests that kill it. */
  async processId(): Promise<number | undefined> {
    return (await this.start()).child.pid;
  }

  private inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const mine = this.turn.then(() => {
      refuseIfAborted(signal);
      return work();
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async speak(text: string, rate: number, signal: AbortSignal | undefined): Promise<Sound> {
    clearTimeout(this.idleTimer);
    try {
      return await this.request(text, rate, signal);
    } catch (error) {
      // The engine may have died of an earlier sentence, or been killed from outside: one fresh start.
      if (!(error instanceof Failure) || error.code !== 'speech.voice-crashed') throw error;
      return await this.request(text, rate, signal);
    } finally {
      this.idleTimer = setTimeout(() => void this.close(), this.idleMs);
      this.idleTimer.unref();
    }
  }

  private async request(text: string, rate: number, signal: AbortSignal | undefined): Promise<Sound> {
    const { child, sampleRate } = await this.start();
    this.lastRequest += 1;
    const question: EspeakRequest = {
      id: this.lastRequest,
      text,
      voice: this.options.voice,
      wordsPerMinute: Math.round(WORDS_PER_MINUTE * rate),
      volume: VOLUME,
      pitch: PITCH,
    };
    const pcm = await this.answerTo(child, question, signal);
    return { pcm, sampleRate };
  }

  private answerTo(
    child: ChildProcess,
    question: EspeakRequest,
    signal: AbortSignal | undefined,
  ): Promise<Int16Array> {
    return new Promise((resolve, reject) => {
      const onMessage = (answer: EspeakAnswer) => {
        if (!('id' in answer) || answer.id !== question.id) return;
        settle();
        if ('pcm' in answer) resolve(answer.pcm);
        else reject(voiceFailure('refused', `the embedded voice refused a sentence: ${answer.error}`));
      };
      const onExit = () => {
        settle();
        reject(voiceFailure('crashed', 'the embedded voice ended while it spoke'));
      };
      // It speaks synchronously and hears no message meanwhile: giving up means ending it.
      const giveUp = (failure: Failure) => {
        settle();
        this.discard(child);
        reject(failure);
      };
      const onAbort = () => giveUp(abortedFailure());
      const timer = setTimeout(
        () => giveUp(voiceFailure('timeout', `the embedded voice took longer than ${this.deadlineMs} ms`)),
        this.deadlineMs,
      );
      const settle = () => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
      };
      child.on('message', onMessage).once('exit', onExit);
      signal?.addEventListener('abort', onAbort, { once: true });
      child.send(question, (error) => {
        if (error !== null) giveUp(voiceFailure('crashed', `the embedded voice is gone: ${error.message}`));
      });
    });
  }

  private start(): Promise<Running> {
    if (this.running === undefined) {
      const starting = this.fork();
      this.running = starting;
      starting.catch(() => {
        if (this.running === starting) this.running = undefined;
      });
    }
    return this.running;
  }

  private fork(): Promise<Running> {
    const child = fork(this.program.file, [], {
      // Neither this process's flags nor its environment (which may hold secrets): the voice needs none.
      execArgv: this.program.execArgv,
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2_000);
    });
    child.once('exit', () => this.discard(child));
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        child.kill('SIGKILL');
        reject(voiceFailure('crashed', `the embedded voice did not start: ${why} ${complaint}`.trim()));
      };
      const timer = setTimeout(
        () => fail(`not ready after ${this.startDeadlineMs} ms.`),
        this.startDeadlineMs,
      );
      child.once('error', (error) => fail(error.message));
      const onExit = (code: number | null) => fail(`it ended with ${code ?? 'a signal'}.`);
      child.once('exit', onExit);
      child.once('message', (answer: EspeakAnswer) => {
        if (!('ready' in answer)) {
          fail('it spoke before it was ready.');
          return;
        }
        clearTimeout(timer);
        child.off('exit', onExit);
        this.speaking = child;
        resolve({ child, sampleRate: answer.sampleRate });
      });
    });
  }

  /** Forgets the child, so that the next sentence starts another, and ends it if it still runs. */
  private discard(child: ChildProcess): void {
    if (this.speaking === child) {
      this.speaking = undefined;
      this.running = undefined;
    }
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

/**
 * What espeak reads as it stands: NFC (NFD it spells letter by letter), without control characters, mark-up or
 * its phoneme brackets `[[ ]]`.
 */
export function plainText(sentence: string): string {
  return sentence
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>&[\]{}|\\^`]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

function engineVersion(): string {
  const require = createRequire(import.meta.url);
  const found = require('@echogarden/espeak-ng-emscripten/package.json') as { version: string };
  return found.version;
}

function voiceFailure(what: 'crashed' | 'timeout' | 'refused', message: string): Failure {
  return new Failure('unavailable', `speech.voice-${what}`, message, { details: { engine: 'espeak-ng' } });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
