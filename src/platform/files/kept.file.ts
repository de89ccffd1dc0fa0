import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { messageOf } from '../../base/error.ts';
import { writeFileAtomically } from './atomic.file.ts';

const log = new Logger('Kept');

/**
 * What a service must know before its database answers: one value in one file, for the owner's eyes (mode 600). It is a
 * copy of what stands in the database: one that is missing, torn or of another version is nothing, not an error.
 */
export class KeptFile<T> {
  private latest: T | undefined;
  private written = '';
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly shape: z.ZodType<T>,
  ) {}

  async read(): Promise<T | null> {
    try {
      const text = await readFile(this.path, 'utf8');
      const value = this.shape.parse(JSON.parse(text));
      this.written = text;
      return value;
    } catch {
      return null;
    }
  }

  /**
   * Resolves when `value`, or a newer one, is on the disk. One that cannot be written (a full disk) is logged and never
   * thrown: what it is a copy of has been done.
   */
  async keep(value: T): Promise<void> {
    this.latest = value;
    this.writing = this.writing
      .then(() => this.write())
      .catch((error: unknown) => {
        log.error(`${this.path} was not renewed: ${messageOf(error)}`);
      });
    await this.writing;
  }

  /** Many at once end in two writings: the one under way, and one of the newest. */
  private async write(): Promise<void> {
    const { latest } = this;
    if (latest === undefined) return;
    this.latest = undefined;
    const text = JSON.stringify(latest);
    if (text === this.written) return;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.path, text, 0o600);
    this.written = text;
  }
}
