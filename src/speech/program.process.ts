import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Failure } from '../base/failure.ts';
import { abortedFailure, refuseIfAborted } from './aborted.ts';

export interface ProgramRun {
  /** Where it stands; ours, when left out. */
  readonly directory?: string;
  readonly deadlineMs: number;
  /** What it costs its caller not to end by then. */
  readonly late: Failure;
  readonly signal?: AbortSignal | undefined;
  /** Goes before everything else on this machine; else it gives way. */
  readonly isUrgent?: boolean;
  /** What it writes to standard output, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

export interface ProgramEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** The end of what it wrote, and of what it complained of. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What is kept of a program's complaints. The measurements we read stand at the end. */
const TAIL_BYTES = 64 * 1024;
/** Debian's and most others' (util-linux). Where it is missing, only a parent that is killed leaves its program behind. */
const SETPRIV = '/usr/bin/setpriv';
export const ENDS_WITH_PARENT =
  process.platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];

/** Those that run now: they end when this process does. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Voices and the web go first. */
const NICENESS = 5;

/**
 * Runs a program to its end, with an empty environment; it does not outlive this process, however that ends. How it
 * ended is told, not thrown.
 * @throws Failure `late`; `conflict`, `speech.aborted`; `unavailable`, `speech.encoder-failed` when it cannot be started.
 *   The process is gone by then.
 */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  { directory, deadlineMs, late, signal, isUrgent = false, onOutput }: ProgramRun,
): Promise<ProgramEnd> {
  refuseIfAborted(signal);
  const [command = program, ...rest] = [...ENDS_WITH_PARENT, program, ...parameters];
  const child = spawn(command, rest, {
    cwd: directory,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  running.add(child);
  const tail = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]
      .setEncoding('utf8')
      .on('data', (text: string) => (tail[name] = (tail[name] + text).slice(-TAIL_BYTES)));
  if (onOutput !== undefined) child.stdout.on('data', onOutput);
  if (child.pid !== undefined && !isUrgent) {
    try {
      setPriority(child.pid, NICENESS);
    } catch {
      // It has ended already, or the system does not allow it: only politeness is lost.
    }
  }
  let gaveUp: Failure | undefined;
  const giveUp = (failure: Failure) => {
    gaveUp ??= failure;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => giveUp(late), deadlineMs);
  const onAbort = () => giveUp(abortedFailure());
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    if (gaveUp !== undefined) throw gaveUp;
    return { code, ...tail };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('unavailable', 'speech.encoder-failed', 'ffmpeg could not be started', {
      cause: error,
    });
  } finally {
    running.delete(child);
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
