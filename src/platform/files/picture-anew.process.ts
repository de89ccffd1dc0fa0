import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { programBeside } from '../../base/program.ts';
import type { Anew, Cut, Grey } from './picture-anew.sharp.ts';

/** What the process is asked: one picture at a time. */
export interface ToMake {
  readonly id: number;
  readonly received: Uint8Array;
  readonly how:
    ({ readonly as: 'jpeg' } & Anew) | ({ readonly as: 'grey' } & Grey) | ({ readonly as: 'cells' } & Cut);
}

/** What it answers. */
export type Made =
  | { readonly id: number; readonly bytes: Uint8Array; readonly refusal?: undefined }
  | { readonly id: number; readonly refusal: string };

export interface Patience {
  /** For one picture: libvips gives up after five seconds by itself, and what has not answered by then hangs. */
  readonly deadlineMs: number;
  /** After the last one: the process holds 60 MB. */
  readonly idleMs: number;
}

class Gone extends Error {}

/**
 * Reads strangers' pictures in a process of its own: a decoder that dies of one takes nobody with it, and what it took of
 * memory is given back. In the service itself 150 hostile pictures left 170 MB behind: each thread that read one kept its
 * own heap (glibc gives every thread an arena, and an arena seldom gives anything back).
 */
export class PictureMaker {
  private child: ChildProcess | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private lastId = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly patience: Patience) {}

  /** Of the process that makes pictures now, if one does; for tests that stop it. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws Error with what was said of a picture that cannot be read */
  make(received: Uint8Array, how: ToMake['how']): Promise<Buffer> {
    const mine = this.turn.then(() => this.makeNow(received, how));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** One that ended may have been ended from outside: the picture is tried once more. */
  private async makeNow(received: Uint8Array, how: ToMake['how']): Promise<Buffer> {
    clearTimeout(this.idleTimer);
    try {
      return await this.ask(received, how).catch((error: unknown) => {
        if (error instanceof Gone) return this.ask(received, how);
        throw error;
      });
    } finally {
      this.idleTimer = setTimeout(() => this.end(), this.patience.idleMs).unref();
    }
  }

  private ask(received: Uint8Array, how: ToMake['how']): Promise<Buffer> {
    this.child ??= this.start();
    const { child } = this;
    const id = ++this.lastId;
    // Nobody's process is kept from ending by one that waits for pictures.
    child.ref();
    child.channel?.ref();
    return new Promise<Buffer>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onGone).off('error', onGone);
        child.unref();
        child.channel?.unref();
      };
      const onMessage = (made: Made): void => {
        if (made.id !== id) return;
        settle();
        if (made.refusal !== undefined) reject(new Error(made.refusal));
        else resolve(Buffer.from(made.bytes.buffer, made.bytes.byteOffset, made.bytes.byteLength));
      };
      const onGone = (): void => {
        settle();
        this.forget(child);
        reject(new Gone('The process that reads pictures ended'));
      };
      const timer = setTimeout(() => {
        settle();
        this.forget(child);
        reject(new Error(`It was not read within ${this.patience.deadlineMs} ms`));
      }, this.patience.deadlineMs);
      child.on('message', onMessage).once('exit', onGone).once('error', onGone);
      child.send({ id, received, how } satisfies ToMake, (error) => {
        if (error !== null) onGone();
      });
    });
  }

  private start(): ChildProcess {
    const { file, execArgv } = programBeside(import.meta.url, './picture-anew.main');
    const child = fork(file, [], {
      execArgv: [...execArgv, '--max-semi-space-size=2'],
      // Nothing of the service's environment: it holds secrets. One arena for all threads, and what is larger than this
      // goes back to the system at once (mallopt(3)); other allocators do not read these.
      env: { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // One that ends at rest is started again when there is a picture.
    child.on('error', () => this.forget(child)).on('exit', () => this.forget(child));
    return child;
  }

  private end(): void {
    if (this.child !== undefined) this.forget(this.child);
  }

  private forget(child: ChildProcess): void {
    if (this.child === child) this.child = undefined;
    child.kill('SIGKILL');
  }
}

const maker = new PictureMaker({ deadlineMs: 15_000, idleMs: 60_000 });

/**
 * Somebody else's picture, read as points and written anew, without anything else that the file held (place, device,
 * thumbnails, trailing bytes). @returns JPEG. @throws Error with what libvips says of a file that it cannot read
 */
export function pictureAnew(received: Uint8Array, anew: Anew): Promise<Buffer> {
  return maker.make(received, { as: 'jpeg', ...anew });
}

/**
 * Its light alone, brought to this size whatever its shape. @returns a byte a point, row by row, 0 black, 255 white.
 * @throws Error with what libvips says of a file that it cannot read whole
 */
export function greyAnew(received: Uint8Array, grey: Grey): Promise<Buffer> {
  return maker.make(received, { as: 'grey', ...grey });
}

/**
 * Its light cut into cells, in its own size. @returns four bytes a cell, row by row: a sum of its points, in this machine's
 * order of bytes. @throws Error with what libvips says of a file that it cannot read whole
 */
export function cellsAnew(received: Uint8Array, cut: Cut): Promise<Buffer> {
  return maker.make(received, { as: 'cells', ...cut });
}
