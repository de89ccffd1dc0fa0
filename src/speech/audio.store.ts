import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import type { AudioFile } from './recording.ts';

/** A workspace that nobody has touched for so long belongs to nobody, whoever's it was. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * Audio under its own hash: `<directory>/ab/<sha256>`. A file is written elsewhere on the same disk, flushed,
 * renamed into its place, and the place flushed: who finds a name finds the whole file, also after `kill -9` or
 * a power cut. What was begun and not finished lies in `<directory>/tmp` and is removed at the next start.
 */
export class AudioStore {
  private readonly temporary: string;

  constructor(private readonly directory: string) {
    this.temporary = join(directory, 'tmp');
  }

  /** Makes the directories and removes what a dead process left behind. @returns how many were removed */
  async open(): Promise<number> {
    return this.onDisk(async () => {
      await mkdir(this.temporary, { recursive: true });
      let removed = 0;
      for (const name of await readdir(this.temporary)) {
        const path = join(this.temporary, name);
        if (!(await isAbandoned(path, name))) continue;
        await rm(path, { recursive: true, force: true });
        removed += 1;
      }
      return removed;
    });
  }

  /** A directory on the store's disk for the time of `work`, then removed. */
  async inWorkspace<T>(work: (directory: string) => Promise<T>): Promise<T> {
    const directory = join(this.temporary, `${hostname()}.${process.pid}.${randomUUID()}`);
    return this.onDisk(async () => {
      await mkdir(directory, { recursive: true });
      try {
        return await work(directory);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
  }

  /** Keeps `content`. */
  async put(content: Uint8Array): Promise<AudioFile> {
    return this.inWorkspace(async (directory) => {
      const path = join(directory, 'content');
      await writeFile(path, content);
      return this.adopt(path);
    });
  }

  /**
   * Takes a finished file out of a workspace into the store. A file that is there already is replaced by its
   * equal, which mends one that the disk has spoilt.
   */
  async adopt(path: string): Promise<AudioFile> {
    return this.onDisk(async () => {
      const { sha256, bytes } = await hashOf(path);
      await flush(path);
      const place = this.placeOf(sha256);
      if ((await mkdir(dirname(place), { recursive: true })) !== undefined) await flush(this.directory);
      await rename(path, place);
      await flush(dirname(place));
      return { sha256, bytes };
    });
  }

  /** Where it lies and how long it is; undefined when it is not here. */
  async find(sha256: string): Promise<{ path: string; bytes: number } | undefined> {
    if (!isSha256(sha256)) return undefined;
    const path = this.placeOf(sha256);
    try {
      const found = await stat(path);
      return found.isFile() ? { path, bytes: found.size } : undefined;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** @param writtenBefore a file that was put here since then (again) stays */
  async remove(sha256: string, writtenBefore: Date): Promise<void> {
    const found = await this.find(sha256);
    if (found === undefined || (await stat(found.path)).mtimeMs >= writtenBefore.getTime()) return;
    await rm(found.path, { force: true });
  }

  /** Reads it through: false when it is not here or no longer what its name says. */
  async verify(sha256: string): Promise<boolean> {
    const found = await this.find(sha256);
    return found !== undefined && (await hashOf(found.path)).sha256 === sha256;
  }

  private placeOf(sha256: string): string {
    return join(this.directory, sha256.slice(0, 2), sha256);
  }

  private async onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainDiskError(error);
    }
  }
}

export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Says a full disk in the house's words; gives anything else back. */
export function explainDiskError(error: unknown): unknown {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new Failure('unavailable', 'platform.disk-full', 'no room left to keep a recording', {
    cause: error,
  });
}

async function hashOf(path: string): Promise<AudioFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function flush(path: string): Promise<void> {
  // Windows can neither open a directory nor flush a file opened for reading; its rename is journalled.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Of a process of this machine that is gone; of another machine (a shared disk) only when it is old. */
async function isAbandoned(path: string, name: string): Promise<boolean> {
  const parts = /^(.*)\.(\d+)\.[0-9a-f-]{36}$/.exec(name);
  if (parts?.[1] === hostname() && !isAlive(Number(parts[2]))) return true;
  const touchedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;
  // In a container every start may get the same process number.
  const isOurPredecessors = parts?.[1] === hostname() && Number(parts[2]) === process.pid;
  const startedAt = Date.now() - process.uptime() * 1000;
  return touchedAt < (isOurPredecessors ? startedAt : Date.now() - ABANDONED_AFTER_MS);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
