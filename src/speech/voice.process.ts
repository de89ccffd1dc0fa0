import { fork, type ChildProcess } from 'node:child_process';
import { Failure } from '../base/failure.ts';
import { abortedFailure, refuseIfAborted } from './aborted.ts';
import type { Sound, VoiceEngine } from './voice.ts';

/** What every engine's program is asked: the text, and what that engine wants to know besides. */
export interface SpeakingRequest {
  readonly id: number;
  /** Plain text in NFC. */
  readonly text: string;
}

/** What every engine's program answers: once that it is ready, then one answer for each request. */
export type SpeakingAnswer =
  | { readonly ready: true; readonly sampleRate: number }
  | { readonly id: number; readonly pcm: Int16Array }
  | { readonly id: number; readonly error: string };

export interface SpeakingProgram {
  readonly file: string;
  readonly execArgv: string[];
}

export interface SpeakingOptions {
  readonly engine: VoiceEngine;
  /** The program to start. Anything that speaks the messages above will do. */
  readonly program: SpeakingProgram;
  /** Handed to the program when it starts. */
  readonly argument?: string;
  /** From start to ready. */
  readonly startDeadlineMs: number;
  /** For one request. */
  readonly deadlineMs: number;
  /** The child holds 100 MB and more: it is ended when nobody has spoken for so long. */
  readonly idleMs: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly sampleRate: number;
}

/**
 * An engine in a process of its own: engines are synchronous (0.9 s of a blocked event loop per minute of speech),
 * under other licences, and may die of a sentence or of a model. One request at a time; a dead one is started again.
 */
export class SpeakingProcess<Request extends SpeakingRequest> {
  private running: Promise<Running> | undefined;
  private ready: ChildProcess | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private lastRequest = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SpeakingOptions) {}

  /** @throws Failure as `Voice` says, all but `speech.voice-silent` */
  speak(request: Omit<Request, 'id'>, signal?: AbortSignal): Promise<Sound> {
    const mine = this.turn.then(() => {
      refuseIfAborted(signal);
      return this.speakNow(request, signal);
    });
    this.turn = mine.catch(() => undefined);
    return mine;
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

  private async speakNow(request: Omit<Request, 'id'>, signal: AbortSignal | undefined): Promise<Sound> {
    clearTimeout(this.idleTimer);
    try {
      return await this.request(request, signal);
    } catch (error) {
      // The engine may have died of an earlier sentence, or been killed from outside: one fresh start.
      if (!(error instanceof Failure) || error.code !== 'speech.voice-crashed') throw error;
      refuseIfAborted(signal);
      return await this.request(request, signal);
    } finally {
      this.idleTimer = setTimeout(() => void this.close(), this.options.idleMs);
      this.idleTimer.unref();
    }
  }

  private async request(request: Omit<Request, 'id'>, signal: AbortSignal | undefined): Promise<Sound> {
    const { child, sampleRate } = await this.startFor(signal);
    this.lastRequest += 1;
    const pcm = await this.answerTo(child, { ...request, id: this.lastRequest }, signal);
    return { pcm, sampleRate };
  }

  /** Who gives up while the engine is loading is let go; the engine goes on loading for the next one. */
  private async startFor(signal: AbortSignal | undefined): Promise<Running> {
    const starting = this.start();
    if (signal === undefined) return starting;
    let onAbort: (() => void) | undefined;
    const gaveUp = new Promise<never>((_, reject) => {
      onAbort = () => reject(abortedFailure());
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([starting, gaveUp]);
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }

  private answerTo(
    child: ChildProcess,
    question: Omit<Request, 'id'> & { readonly id: number },
    signal: AbortSignal | undefined,
  ): Promise<Int16Array> {
    return new Promise((resolve, reject) => {
      const onMessage = (answer: SpeakingAnswer) => {
        if (!('id' in answer) || answer.id !== question.id) return;
        settle();
        if ('pcm' in answer) resolve(answer.pcm);
        else reject(this.failure('refused', `refused a sentence: ${answer.error}`));
      };
      const onExit = (code: number | null) => {
        settle();
        reject(this.failure('crashed', `ended with ${code ?? 'a signal'} while it spoke`));
      };
      // It speaks synchronously and hears no message meanwhile: giving up means ending it.
      const giveUp = (failure: Failure) => {
        settle();
        this.discard(child);
        reject(failure);
      };
      const onAbort = () => giveUp(abortedFailure());
      const { deadlineMs } = this.options;
      const timer = setTimeout(
        () => giveUp(this.failure('timeout', `took longer than ${deadlineMs} ms`)),
        deadlineMs,
      );
      const settle = () => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
      };
      child.on('message', onMessage).once('exit', onExit);
      signal?.addEventListener('abort', onAbort, { once: true });
      child.send(question, (error) => {
        if (error !== null) giveUp(this.failure('crashed', `is gone: ${error.message}`));
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
    const { program, argument, startDeadlineMs } = this.options;
    const child = fork(program.file, argument === undefined ? [] : [argument], {
      // Neither this process's flags nor its environment (which may hold secrets): an engine needs none.
      execArgv: program.execArgv,
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
        reject(this.failure('crashed', `did not start: ${why} ${complaint}`.trim()));
      };
      const timer = setTimeout(() => fail(`not ready after ${startDeadlineMs} ms.`), startDeadlineMs);
      child.once('error', (error) => fail(error.message));
      const onExit = (code: number | null) => fail(`it ended with ${code ?? 'a signal'}.`);
      child.once('exit', onExit);
      child.once('message', (answer: SpeakingAnswer) => {
        if (!('ready' in answer)) {
          fail('it spoke before it was ready.');
          return;
        }
        clearTimeout(timer);
        child.off('exit', onExit);
        this.ready = child;
        resolve({ child, sampleRate: answer.sampleRate });
      });
    });
  }

  /** Forgets the child, so that the next sentence starts another, and ends it if it still runs. */
  private discard(child: ChildProcess): void {
    if (this.ready === child) {
      this.ready = undefined;
      this.running = undefined;
    }
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }

  private failure(what: 'crashed' | 'timeout' | 'refused', message: string): Failure {
    const { engine } = this.options;
    return new Failure('unavailable', `speech.voice-${what}`, `${engine} ${message}`, {
      details: { engine },
    });
  }
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
