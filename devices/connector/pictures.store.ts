import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeDurably } from '../link/durable-file.ts';

/** Some 2,000 pictures of a megapixel camera: a day of a busy village without a link. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Pictures on disk until the service has them; the oldest go first when there is no more room for them. */
export class PictureStore {
  /** By hash, the oldest first. */
  private readonly sizes = new Map<string, number>();
  private bytes = 0;
  /** Thrown away for lack of room, since the start. */
  dropped = 0;

  private constructor(private readonly directory: string) {}

  static async open(directory: string): Promise<PictureStore> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const store = new PictureStore(directory);
    const found = [];
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      // What a crash left half-written has another name.
      if (!/^[0-9a-f]{64}$/.test(name)) await rm(path, { force: true });
      else {
        const { size, mtimeMs } = await stat(path);
        found.push({ name, size, mtimeMs });
      }
    }
    for (const { name, size } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) store.note(name, size);
    return store;
  }

  /** Resolves once it would survive a power cut. @throws the file system's error */
  async put(sha256: string, bytes: Buffer): Promise<void> {
    if (this.sizes.has(sha256)) return;
    await writeDurably(join(this.directory, sha256), bytes);
    this.note(sha256, bytes.length);
    while (this.bytes > MOST_BYTES) {
      const [oldest] = this.sizes.keys();
      if (oldest === undefined) break;
      this.dropped += 1;
      await this.remove([oldest]);
    }
  }

  async read(sha256: string): Promise<Buffer | null> {
    return readIfThere(join(this.directory, sha256));
  }

  waiting(): string[] {
    return [...this.sizes.keys()];
  }

  async remove(hashes: readonly string[]): Promise<void> {
    for (const sha256 of hashes) {
      this.bytes -= this.sizes.get(sha256) ?? 0;
      this.sizes.delete(sha256);
      await rm(join(this.directory, sha256), { force: true });
    }
  }

  private note(sha256: string, size: number): void {
    this.sizes.set(sha256, size);
    this.bytes += size;
  }
}
