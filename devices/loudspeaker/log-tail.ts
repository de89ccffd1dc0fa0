import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { maximumLogLength } from '../protocol/pole-messages.ts';

/** Two files of this size at most lie on the box's disk. */
const fileBytes = 131_072;

/**
 * The end of the box's log, in memory and in `log.txt` of the data directory, so that what was said before a restart can
 * be read too. Never in the way: where the disk is full the file stays behind, and nobody waits for it.
 */
export class LogTail {
  private text = '';
  private path: string | null = null;
  private size = 0;
  private unwritten = '';
  private writing: Promise<void> = Promise.resolve();
  private isQueued = false;

  /** As a destination of pino: whole lines. */
  write(line: string): void {
    this.text = lastOf(this.text + line);
    this.unwritten = lastOf(this.unwritten + line);
    this.flushSoon();
  }

  /** What an earlier life of this process said goes before what was said until now. */
  async open(directory: string): Promise<void> {
    const path = join(directory, 'log.txt');
    const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
    const former = (await read(`${path}.1`)) + (await read(path));
    this.text = lastOf(former + this.text);
    this.size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    this.path = path;
    this.flushSoon();
  }

  /** The last lines, whole ones. @param secrets are struck out, should one ever have been logged */
  last(secrets: readonly string[]): string {
    const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), this.text);
    return lastOf(clean.replaceAll('\0', ''));
  }

  /** Resolves when what was said is on the disk, or cannot be. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private flushSoon(): void {
    if (this.path === null || this.isQueued) return;
    this.isQueued = true;
    this.writing = this.writing.then(() => this.flush());
  }

  private async flush(): Promise<void> {
    this.isQueued = false;
    const { path, unwritten } = this;
    if (path === null || unwritten === '') return;
    this.unwritten = '';
    try {
      if (this.size > fileBytes) {
        await rename(path, `${path}.1`);
        this.size = 0;
      }
      await appendFile(path, unwritten, { mode: 0o600 });
      this.size += Buffer.byteLength(unwritten);
    } catch {
      // It stays in memory; saying so would only make more of it.
    }
  }
}

function lastOf(text: string): string {
  if (text.length <= maximumLogLength) return text;
  const cut = text.slice(-maximumLogLength);
  const lineEnd = cut.indexOf('\n');
  return lineEnd === -1 ? cut : cut.slice(lineEnd + 1);
}
