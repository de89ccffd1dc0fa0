import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { access, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.ts';

/** A clip that is being received: written piece by piece, and nobody's until it is whole. */
export class ClipWriting {
  bytes = 0;
  private readonly hash: Hash = createHash('sha256');

  constructor(
    private readonly file: FileHandle,
    readonly path: string,
  ) {}

  /** @throws the file system's error */
  async add(piece: Uint8Array): Promise<void> {
    await this.file.appendFile(piece);
    this.hash.update(piece);
    this.bytes += piece.length;
  }

  /** Closes it; on disk for good. @returns the hash of what was received */
  async end(): Promise<string> {
    await this.file.sync();
    await this.file.close();
    return this.hash.digest('hex');
  }

  async drop(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/**
 * Clips as received, in `clips`, under their hash: they are evidence and never shown. The film for screens lies beside
 * each as `{sha256}.screen.mp4` and can be made anew.
 */
@Injectable()
export class ClipFiles {
  private readonly directory: string;

  constructor(config: Config) {
    this.directory = join(config.values.dataDirectory, 'clips');
  }

  /** What a crash left half-received, or half made into a film, is nothing. */
  async tidy(): Promise<void> {
    const parts = await readdir(this.parts).catch(() => []);
    for (const name of parts) await rm(join(this.parts, name), { force: true, recursive: true });
  }

  async begin(id: string): Promise<ClipWriting> {
    await mkdir(this.parts, { recursive: true, mode: 0o700 });
    const path = join(this.parts, id);
    return new ClipWriting(await open(path, 'wx', 0o600), path);
  }

  /** A directory in which something is made that will be renamed into its place; whoever asked removes it. */
  async workshop(): Promise<string> {
    await mkdir(this.parts, { recursive: true, mode: 0o700 });
    return mkdtemp(join(this.parts, 'film-'));
  }

  /** Gives a whole one its name. */
  async keep(communeId: string, sha256: string, writing: ClipWriting): Promise<void> {
    const path = this.path(communeId, sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(writing.path, path);
    const directory = await open(dirname(path));
    await directory.sync().finally(() => directory.close());
  }

  path(communeId: string, sha256: string): string {
    // Both come from the database or were counted here; a path is never made of anything else.
    if (!/^[0-9a-f-]{36}$/.test(communeId) || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error('not a commune and a hash');
    return join(this.directory, communeId, sha256.slice(0, 2), sha256);
  }

  filmPath(communeId: string, sha256: string): string {
    return `${this.path(communeId, sha256)}.screen.mp4`;
  }

  async hasFilm(communeId: string, sha256: string): Promise<boolean> {
    return access(this.filmPath(communeId, sha256)).then(
      () => true,
      () => false,
    );
  }

  async remove(communeId: string, sha256: string): Promise<void> {
    await rm(this.path(communeId, sha256), { force: true });
    await rm(this.filmPath(communeId, sha256), { force: true });
  }

  private get parts(): string {
    return join(this.directory, 'parts');
  }
}
