import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf } from '../base/error.ts';

/**
 * What the journal's last line was, written down outside the database, again and again: one text file a commune, a
 * line `number hash instant` each time, only ever appended to.
 *
 * What it proves: who can change the database and not this file cannot cut off last lines, nor change a line and
 * compute all later hashes anew. What it does not: who can change both can rewrite both; copy the file to where
 * others keep it (each line is enough by itself) and that is found too. Lines of the last second before a power cut
 * may be missing here: then they are proved by the chain alone.
 */
export class Witness {
  private readonly newest = new Map<string, number>();

  /** @param directory made where it does not exist */
  constructor(private readonly directory: string) {}

  async note(communeId: string, number: number, hash: string, at: string): Promise<void> {
    if ((this.newest.get(communeId) ?? 0) >= number) return;
    this.newest.set(communeId, number);
    await mkdir(this.directory, { recursive: true });
    const file = await open(this.path(communeId), 'a', 0o640);
    try {
      await file.write(`${number} ${hash} ${at}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /**
   * Number → hash of all that was noted; of a number noted twice the first (a database restored from a backup and
   * written to again has two). A line torn by a power cut is left out. About 150 bytes of memory a line.
   */
  async read(communeId: string): Promise<Map<number, string>> {
    const noted = new Map<number, string>();
    const stream = createReadStream(this.path(communeId), 'utf8');
    try {
      for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
        const [, number, hash] = /^(\d+) ([0-9a-f]{64}) /.exec(line) ?? [];
        if (number === undefined || hash === undefined || noted.has(Number(number))) continue;
        noted.set(Number(number), hash);
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    return noted;
  }

  private path(communeId: string): string {
    return join(this.directory, `${communeId}.witness`);
  }
}
