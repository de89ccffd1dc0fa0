import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/error.ts';
import { Flights } from './flight.ts';
import { bytesOf, samplesOf } from './pcm.ts';
import type { Sound, Voice } from './voice.ts';

const MAGIC = 'LLS1';
const HEADER_BYTES = 4 + 4 + 32;
/** Over this the oldest go, until this much less is left. An hour of speech takes 160 MB. */
const DEFAULT_MAXIMUM_BYTES = 1_000_000_000;
const KEEP_SHARE = 0.8;

export interface SentenceStoreOptions {
  readonly directory: string;
  readonly maximumBytes?: number;
  /** Told when the cache cannot be written: speaking goes on, only slower. */
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * Sentences as they were spoken once: a sentence is synthesised once for a voice and a pace, however many ask,
 * and one changed sentence costs one synthesis. A cache: every file may be deleted at any time.
 *
 * A file: `LLS1`, samples a second (uint32, little-endian), SHA-256 of the samples, the samples. It carries its
 * hash because it is not flushed: after a power cut a torn one is seen and made again.
 */
export class SentenceStore {
  private readonly flights = new Flights<Sound>();

  constructor(private readonly options: SentenceStoreOptions) {}

  /** Makes the directory and removes the least used when there is too much. @returns bytes kept */
  async open(): Promise<number> {
    await mkdir(this.options.directory, { recursive: true });
    const files: { path: string; bytes: number; usedAt: number }[] = [];
    for (const name of await readdir(this.options.directory, { recursive: true })) {
      const path = join(this.options.directory, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) continue;
      if (name.endsWith('.new')) await rm(path, { force: true });
      else files.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
    let kept = files.reduce((sum, file) => sum + file.bytes, 0);
    const maximum = this.options.maximumBytes ?? DEFAULT_MAXIMUM_BYTES;
    if (kept <= maximum) return kept;
    for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (kept <= maximum * KEEP_SHARE) break;
      await rm(file.path, { force: true });
      kept -= file.bytes;
    }
    return kept;
  }

  /**
   * The sentence in that voice, from the cache or spoken now.
   * @throws what the voice throws; `speech.aborted` when this caller gave up
   */
  async spoken(voice: Voice, sentence: string, rate: number, signal?: AbortSignal): Promise<Sound> {
    const text = sentence.normalize('NFC').trim();
    const key = sentenceKey(voice.id, rate, text);
    return this.flights.join(key, signal, async (stop) => {
      const kept = await this.read(key);
      if (kept !== undefined) return kept;
      const sound = await voice.synthesise(text, { rate, signal: stop });
      await this.write(key, sound);
      return sound;
    });
  }

  private placeOf(key: string): string {
    return join(this.options.directory, key.slice(0, 2), key);
  }

  private async read(key: string): Promise<Sound | undefined> {
    const path = this.placeOf(key);
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.options.onTrouble?.(error);
      return undefined;
    }
    const sound = soundIn(file);
    if (sound === undefined) await rm(path, { force: true });
    // The file's time is when it was last used, for `open`.
    else void utimes(path, new Date(), new Date()).catch(() => undefined);
    return sound;
  }

  private async write(key: string, sound: Sound): Promise<void> {
    const path = this.placeOf(key);
    const beside = `${path}.${randomUUID()}.new`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(beside, fileOf(sound));
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      this.options.onTrouble?.(error);
    }
  }
}

export function sentenceKey(voiceId: string, rate: number, sentence: string): string {
  return createHash('sha256')
    .update(JSON.stringify([voiceId, rate, sentence]))
    .digest('hex');
}

function fileOf({ pcm, sampleRate }: Sound): Buffer {
  const bytes = bytesOf(pcm);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(sampleRate, 4);
  createHash('sha256').update(bytes).digest().copy(header, 8);
  return Buffer.concat([header, bytes]);
}

function soundIn(file: Buffer): Sound | undefined {
  if (file.length <= HEADER_BYTES || file.toString('latin1', 0, 4) !== MAGIC) return undefined;
  const bytes = file.subarray(HEADER_BYTES);
  const hash = createHash('sha256').update(bytes).digest();
  if (!hash.equals(file.subarray(8, HEADER_BYTES))) return undefined;
  return { pcm: samplesOf(bytes), sampleRate: file.readUInt32LE(4) };
}
