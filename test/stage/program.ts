import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * The built product: `dist` at the top, wherever this file was started from; LOA_TEST_BUILT names a copy, for a long
 * suite beside which somebody builds.
 */
export const built = process.env.LOA_TEST_BUILT ?? join(productRoot(), 'dist');

function productRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  // test/stage or dist/test/stage
  return here.includes(join('dist', 'test')) ? join(here, '..', '..', '..') : join(here, '..', '..');
}

/**
 * One of our programs, as a process. Its output goes to a file; lines of its standard output can be awaited. It ends
 * with us.
 */
export class Program {
  readonly exited: Promise<number | NodeJS.Signals | null>;
  private readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();
  private isOver = false;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly logPath: string,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.isOver = true;
        running.delete(this);
        resolve(code ?? signal);
        for (const wake of this.waiting) wake();
      });
    });
  }

  static async start(
    name: string,
    script: string,
    args: readonly string[],
    options: { logPath: string; env?: NodeJS.ProcessEnv; built?: string | undefined },
  ): Promise<Program> {
    await mkdir(dirname(options.logPath), { recursive: true });
    const log = createWriteStream(options.logPath, { flags: 'a' });
    const child = spawn(process.execPath, [join(options.built ?? built, script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...ordinaryEnvironment(), NODE_OPTIONS: '', ...options.env },
    });
    const program = new Program(name, child, options.logPath);
    running.add(program);
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('No pipes');
    letGoOf(child);
    stderr.pipe(log);
    createInterface(stdout).on('line', (line) => {
      log.write(`${line}\n`);
      program.lines.push(line);
      for (const wake of program.waiting) wake();
    });
    return program;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get isRunning(): boolean {
    return !this.isOver;
  }

  /** The lines of its standard output so far. */
  get printed(): readonly string[] {
    return this.lines;
  }

  /** The first line that fits, of those printed already or to come. */
  async line<T>(fits: (line: string) => T | undefined, timeoutMs: number): Promise<T> {
    let seen = 0;
    return until(
      `a line of ${this.name} (${this.logPath})`,
      () => {
        for (; seen < this.lines.length; seen += 1) {
          const found = fits(this.lines[seen] ?? '');
          if (found !== undefined) return found;
        }
        if (this.isOver) throw new Error(`${this.name} ended early; see ${this.logPath}`);
        return undefined;
      },
      { timeoutMs, wakeOn: this.waiting },
    );
  }

  /** Waits until it can be used. Where that fails, it is stopped first: whoever started it never got hold of it. */
  async ready<T>(wait: Promise<T>): Promise<T> {
    try {
      return await wait;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.isOver) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 8_000);
    await this.exited;
    clearTimeout(timer);
  }
}

/**
 * A child that a broken-off story has forgotten keeps Jest from ending; it ends with us all the same. Our other programs live as
 * long as what they started.
 */
export function letGoOf(child: ChildProcess): void {
  if (process.env.JEST_WORKER_ID === undefined) return;
  child.unref();
  child.channel?.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket | null)?.unref();
}

/** The variables of the tests themselves would be taken for settings that do not exist. */
function ordinaryEnvironment(): NodeJS.ProcessEnv {
  const ofTests = ['LOA_TEST_BUILT', 'LOA_SEED', 'JEST_WORKER_ID'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTests.includes(name)));
}

const running = new Set<Program>();

/** Everything that was started, the last first. @param patienceMs for what has been told already to end by itself */
export async function stopAll(patienceMs = 0): Promise<void> {
  const programs = [...running].reverse();
  await Promise.race([
    Promise.all(programs.map(({ exited }) => exited)),
    new Promise((resolve) => setTimeout(resolve, patienceMs)),
  ]);
  for (const program of programs) await program.stop();
}

process.once('exit', () => {
  for (const program of running) program.kill();
});

/** A line of a program as JSON, if it is that. */
export function jsonLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/**
 * Waits until `look` finds something, looking at each wake-up and every 100 ms.
 * @throws after `timeoutMs`, naming what was waited for
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  options: { timeoutMs: number; everyMs?: number; wakeOn?: Set<() => void> },
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${options.timeoutMs / 1_000} s in vain for ${what}`);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        options.wakeOn?.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, options.everyMs ?? 100);
      options.wakeOn?.add(wake);
    });
  }
}
