import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { codeOf } from '../base/error.ts';
import { Config } from '../platform/config/config.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';

/** Hashes remembered to lie on disk, so that a page of events asks the disk for none of them. */
const remembered = 20_000;

/**
 * Pictures as received, under their hash: `{commune}/ab/{sha256}`. What screens get lies beside them as
 * `{sha256}.screen.jpg` and can be made anew.
 */
export class PictureFiles {
  private readonly there = new Set<string>();

  constructor(private readonly directory: string) {}

  /** Stores the bytes for good. Twice is once. @throws the file system's error: nothing of it is kept then */
  async put(communeId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    if (await this.has(communeId, sha256)) return;
    const path = this.path(communeId, sha256);
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await writeFileAtomically(path, bytes, 0o600);
    this.remember(communeId, sha256);
  }

  async has(communeId: string, sha256: string): Promise<boolean> {
    if (this.there.has(`${communeId} ${sha256}`)) return true;
    try {
      await access(this.path(communeId, sha256));
      this.remember(communeId, sha256);
      return true;
    } catch {
      return false;
    }
  }

  /** @returns null where it does not lie here */
  async read(communeId: string, sha256: string): Promise<Buffer | null> {
    return readOrNull(this.path(communeId, sha256));
  }

  async readForScreen(communeId: string, sha256: string): Promise<Buffer | null> {
    return readOrNull(`${this.path(communeId, sha256)}.screen.jpg`);
  }

  async putForScreen(communeId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(`${this.path(communeId, sha256)}.screen.jpg`, bytes, 0o600);
  }

  async remove(communeId: string, sha256: string): Promise<void> {
    this.there.delete(`${communeId} ${sha256}`);
    await rm(this.path(communeId, sha256), { force: true });
    await rm(`${this.path(communeId, sha256)}.screen.jpg`, { force: true });
  }

  private path(communeId: string, sha256: string): string {
    // Both come from the database or a proved message; a path is never made of anything else.
    if (!/^[0-9a-f-]{36}$/.test(communeId) || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error('not a commune and a hash');
    return join(this.directory, communeId, sha256.slice(0, 2), sha256);
  }

  private remember(communeId: string, sha256: string): void {
    if (this.there.size >= remembered) this.there.clear();
    this.there.add(`${communeId} ${sha256}`);
  }
}

/** Events' pictures, in `snapshots`: they are evidence and are never shown. */
@Injectable()
export class SnapshotFiles extends PictureFiles {
  constructor(config: Config) {
    super(join(config.values.dataDirectory, 'snapshots'));
  }
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
