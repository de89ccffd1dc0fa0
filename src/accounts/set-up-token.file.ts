import { timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../base/error.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

/**
 * The token with which a commune is set up lies in `run/setup-token` of the data directory (mode 600) and nowhere
 * else: it is valid while it lies there. Whoever may write there may make a new one at any time, for a further
 * commune: `node dist/src/accounts/set-up-token.main.js`.
 */
export class SetUpToken {
  private readonly directory: string;

  constructor(dataDirectory: string) {
    this.directory = join(dataDirectory, 'run');
  }

  get path(): string {
    return join(this.directory, 'setup-token');
  }

  /** The one that lies there, or a new one. */
  async get(): Promise<string> {
    const kept = await this.read(this.path);
    if (kept !== null) return kept;
    const token = newSecretToken();
    await mkdir(this.directory, { recursive: true });
    await writeFileAtomically(this.path, `${token}\n`, 0o600);
    return token;
  }

  /**
   * Takes the token away while `work` runs, so that of two at once one is refused; puts it back when `work` fails.
   * @returns null where the token is not the one
   */
  async use<T>(token: string, work: () => Promise<T>): Promise<T | null> {
    if (!isSame(token, await this.read(this.path))) return null;
    const taken = `${this.path}.in-use-${newSecretToken().slice(0, 12)}`;
    try {
      await rename(this.path, taken);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    try {
      const answer = await work();
      await rm(taken, { force: true });
      return answer;
    } catch (error) {
      await rename(taken, this.path);
      throw error;
    }
  }

  private async read(path: string): Promise<string | null> {
    try {
      return (await readFile(path, 'utf8')).trim();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

function isSame(given: string, kept: string | null): boolean {
  return (
    kept !== null &&
    kept !== '' &&
    timingSafeEqual(Buffer.from(hashOfToken(given)), Buffer.from(hashOfToken(kept)))
  );
}
