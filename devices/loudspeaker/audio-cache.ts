import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { writeDurably } from '../link/durable-file.ts';
import type { AudioRef } from '../protocol/pole-messages.ts';
import { decode } from './decoder.ts';
import type { Decoder } from './decoder.ts';

/**
 * Beside `{sha256}` (as fetched) and `{sha256}.pcm` (as played): what the samples must hash to. `mark` is this box's own
 * word that these samples came out of that file: without it, whoever swaps two files with their notes swaps two sounds.
 */
const noteShape = z.strictObject({ pcmSha256: z.string(), bytes: z.int(), mark: z.string() });
type Note = z.infer<typeof noteShape>;

export interface Wanted {
  readonly audio: AudioRef;
  /** When it is first needed, ms; what is needed first is fetched first. */
  readonly neededAt: number;
}

export interface AudioCacheOptions {
  readonly directory: string;
  /** https://host:port, under which /audio/{sha256} lies. */
  readonly https: string;
  readonly dispatcher: Dispatcher;
  readonly decoder: Decoder;
  /** Something new is held, or something held is no more. */
  readonly changed: () => void;
  /** A file was not what its name says. */
  readonly refused: (sha256: string, reason: string, detail: string) => void;
  /** Could not be fetched now; it is tried again. */
  readonly failed: (sha256: string, error: Error) => void;
  readonly maximumBytes?: number;
  /** Of this box alone: it marks what it has proved with it. */
  readonly secret: string;
}

const atOnce = 2;
const longestRetryMs = 60_000;
const spreadMs = 3_000;

/**
 * The sound of the coming days, on this box's disk, fetched ahead of time. A name is a promise: bytes that do not
 * hash to it are never played. What the programme names is never evicted.
 */
export class AudioCache {
  private readonly wanted = new Map<string, Wanted>();
  private readonly whole = new Set<string>();
  private readonly underWay = new Set<string>();
  private readonly tries = new Map<string, number>();
  private readonly resting = new Map<string, NodeJS.Timeout>();
  private readonly stopping = new AbortController();

  private constructor(private readonly options: AudioCacheOptions) {}

  static async open(options: AudioCacheOptions): Promise<AudioCache> {
    const cache = new AudioCache(options);
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(options.directory)) {
      const sha256 = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
      if (sha256 !== undefined && (await cache.looksWhole(sha256))) cache.whole.add(sha256);
    }
    return cache;
  }

  /** Proved when it was fetched, and proved again when it is loaded. */
  get held(): ReadonlySet<string> {
    return this.whole;
  }

  /** Everything that is needed from `now` on; the rest may be evicted. */
  want(all: readonly Wanted[], now: number): void {
    const before = new Set(this.wanted.keys());
    this.wanted.clear();
    for (const each of all) {
      const earlier = this.wanted.get(each.audio.sha256);
      if (earlier === undefined || earlier.neededAt > each.neededAt) this.wanted.set(each.audio.sha256, each);
    }
    for (const [sha256, { neededAt }] of this.wanted) {
      // A thousand poles hear of the same file at the same moment: what can wait does not ask in step.
      if (!before.has(sha256) && neededAt > now + 60_000) this.rest(sha256, Math.random() * spreadMs);
    }
    this.evict().catch(() => undefined);
    this.fetchMore();
  }

  get counts(): { ready: number; of: number } {
    const ready = [...this.wanted.keys()].filter((sha256) => this.whole.has(sha256)).length;
    return { ready, of: this.wanted.size };
  }

  /** The samples, proved once more; null (and fetched again) where the disk has changed them. */
  async load(sha256: string): Promise<Int16Array | null> {
    if (!this.whole.has(sha256)) return null;
    try {
      const { pcmSha256, bytes, mark } = await this.noteOf(sha256);
      const pcm = await readFile(this.path(sha256, '.pcm'));
      const isMarked = mark === this.markOf(sha256, { pcmSha256, bytes });
      if (isMarked && createHash('sha256').update(pcm).digest('hex') === pcmSha256) {
        return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1);
      }
      this.options.refused(sha256, 'wrong-hash', 'changed on the disk of the box');
    } catch (error) {
      this.options.refused(sha256, 'unreadable', (error as Error).message);
    }
    await this.discard(sha256);
    this.options.changed();
    this.fetchMore();
    return null;
  }

  close(): void {
    this.stopping.abort();
    for (const timer of this.resting.values()) clearTimeout(timer);
  }

  private path(sha256: string, suffix = ''): string {
    return join(this.options.directory, `${sha256}${suffix}`);
  }

  private async noteOf(sha256: string): Promise<Note> {
    return noteShape.parse(JSON.parse(await readFile(this.path(sha256, '.json'), 'utf8')));
  }

  private markOf(sha256: string, { pcmSha256, bytes }: Omit<Note, 'mark'>): string {
    return createHmac('sha256', this.options.secret).update(`${sha256} ${pcmSha256} ${bytes}`).digest('hex');
  }

  private async looksWhole(sha256: string): Promise<boolean> {
    try {
      const note = await this.noteOf(sha256);
      return (await stat(this.path(sha256, '.pcm'))).size === note.bytes;
    } catch {
      return false;
    }
  }

  private fetchMore(): void {
    const missing = [...this.wanted.values()]
      .filter(({ audio: { sha256 } }) => !this.whole.has(sha256) && !this.underWay.has(sha256))
      .filter(({ audio: { sha256 } }) => !this.resting.has(sha256))
      .sort((a, b) => a.neededAt - b.neededAt);
    for (const { audio } of missing) {
      if (this.underWay.size >= atOnce || this.stopping.signal.aborted) return;
      this.underWay.add(audio.sha256);
      void this.fetch(audio);
    }
  }

  private async fetch(audio: AudioRef): Promise<void> {
    const { sha256 } = audio;
    try {
      await this.download(audio);
      await this.makePcm(sha256);
      this.whole.add(sha256);
      this.tries.delete(sha256);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.tryLater(sha256, error as Error);
    } finally {
      this.underWay.delete(sha256);
    }
    if (this.stopping.signal.aborted) return;
    if (this.whole.has(sha256)) this.options.changed();
    this.fetchMore();
  }

  private tryLater(sha256: string, error: Error): void {
    const count = (this.tries.get(sha256) ?? 0) + 1;
    this.tries.set(sha256, count);
    this.options.failed(sha256, error);
    const waitMs = Math.min(longestRetryMs, 500 * 2 ** count) * (0.5 + 0.5 * Math.random());
    this.rest(sha256, waitMs);
  }

  private rest(sha256: string, ms: number): void {
    clearTimeout(this.resting.get(sha256));
    const timer = setTimeout(() => {
      this.resting.delete(sha256);
      this.fetchMore();
    }, ms);
    this.resting.set(sha256, timer);
  }

  /** Goes on where an earlier attempt broke off. @throws with what went wrong */
  private async download({ sha256, bytes }: AudioRef): Promise<void> {
    const whole = this.path(sha256);
    if ((await sizeOf(whole)) === bytes && (await hashOf(whole)) === sha256) return;
    const part = this.path(sha256, '.part');
    let from = await sizeOf(part);
    if (from > bytes) from = 0;
    if (from < bytes) {
      const response = await request(`${this.options.https.replace(/\/$/, '')}/audio/${sha256}`, {
        dispatcher: this.options.dispatcher,
        headers: from > 0 ? { range: `bytes=${from}-` } : {},
        signal: this.stopping.signal,
        headersTimeout: 20_000,
        bodyTimeout: 20_000,
      });
      if (response.statusCode !== 200 && response.statusCode !== 206) {
        await response.body.dump();
        throw new Error(`the server said ${response.statusCode}`);
      }
      const resumed = response.statusCode === 206;
      await save(response.body, part, resumed, resumed ? bytes - from : bytes);
    }
    const found = await hashOf(part);
    if (found !== sha256) {
      const size = await sizeOf(part);
      await rm(part, { force: true });
      if (size >= bytes) this.options.refused(sha256, 'wrong-hash', `the server sent ${found}`);
      throw new Error('not what its name says');
    }
    await sync(part);
    await rename(part, whole);
  }

  private async makePcm(sha256: string): Promise<void> {
    const draft = this.path(sha256, '.draft');
    try {
      await decode(this.options.decoder, this.path(sha256), draft);
      await sync(draft);
      const found = { pcmSha256: await hashOf(draft), bytes: await sizeOf(draft) };
      const note: Note = { ...found, mark: this.markOf(sha256, found) };
      await rename(draft, this.path(sha256, '.pcm'));
      await writeDurably(this.path(sha256, '.json'), JSON.stringify(note));
    } finally {
      await rm(draft, { force: true });
    }
  }

  private async discard(sha256: string): Promise<void> {
    this.whole.delete(sha256);
    for (const suffix of ['.json', '.pcm', '', '.part']) await rm(this.path(sha256, suffix), { force: true });
  }

  /** The oldest that nothing names, as long as there is more than the box may keep. */
  private async evict(): Promise<void> {
    let total = 0;
    const free: { sha256: string; bytes: number; usedMs: number }[] = [];
    for (const name of await readdir(this.options.directory)) {
      const sha256 = name.slice(0, 64);
      const { size, mtimeMs } = await stat(join(this.options.directory, name));
      total += size;
      if (!this.wanted.has(sha256)) free.push({ sha256, bytes: size, usedMs: mtimeMs });
    }
    free.sort((a, b) => a.usedMs - b.usedMs);
    for (const { sha256, bytes } of free) {
      if (total <= (this.options.maximumBytes ?? 1_000_000_000)) return;
      if (this.wanted.has(sha256)) continue;
      await this.discard(sha256);
      total -= bytes;
    }
  }
}

/** What has arrived stays, however it ends. @throws where it breaks off, or is longer than announced */
async function save(
  body: AsyncIterable<Buffer>,
  path: string,
  resumed: boolean,
  bytes: number,
): Promise<void> {
  const file = await open(path, resumed ? 'a' : 'w', 0o600);
  let left = bytes;
  try {
    for await (const chunk of body) {
      left -= chunk.length;
      if (left < 0) throw new Error('longer than announced');
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
