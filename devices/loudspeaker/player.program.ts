import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Player } from './player.ts';

export interface SoundProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly latencyMs: number;
  readonly continuous: boolean;
}

/** Above this the program does not take what it is given: frames are dropped, so that none is heard late. */
const stuckBytes = 96_000;

/** A player that is another program: it takes frames on its standard input, and is started again when it ends. */
export class ProgramPlayer extends Player {
  readonly latencyMs: number;
  readonly continuous: boolean;
  private child: ChildProcess | null = null;
  private trouble: string | null = null;
  private closed = false;
  private retryMs = 500;
  private retryTimer: NodeJS.Timeout | undefined;

  constructor(private readonly program: SoundProgram) {
    super();
    this.latencyMs = program.latencyMs;
    this.continuous = program.continuous;
    this.start();
  }

  get fault(): string | null {
    return this.trouble;
  }

  write(frame: Int16Array): void {
    const input = this.child?.stdin;
    if (input?.writable !== true) return;
    if (input.writableLength > stuckBytes) {
      this.trouble = `${this.program.command} does not take what it is given`;
      return;
    }
    if (this.child?.exitCode === null) this.trouble = null;
    input.write(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retryTimer);
    const child = this.child;
    if (child === null || child.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
      child.once('close', () => {
        clearTimeout(patience);
        resolve();
      });
      child.stdin?.end();
    });
  }

  private start(): void {
    const { command, arguments: words } = this.program;
    const child = spawn(command, words, { stdio: ['pipe', 'ignore', 'inherit'] });
    this.child = child;
    const startedAtMs = Date.now();
    // A closed pipe is told by `close` as well.
    child.stdin.on('error', () => undefined);
    const again = (reason: string): void => {
      if (this.child !== child || this.closed) return;
      this.child = null;
      this.trouble = reason;
      this.retryMs = Date.now() - startedAtMs > 30_000 ? 500 : Math.min(30_000, this.retryMs * 2);
      this.retryTimer = setTimeout(() => this.start(), this.retryMs);
    };
    child.once('spawn', () => (this.trouble = null));
    child.once('error', (error) => again(error.message));
    child.once('close', (code) => again(`${command} ended with ${String(code)}`));
  }
}
