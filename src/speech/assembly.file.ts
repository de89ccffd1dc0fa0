import { open, type FileHandle } from 'node:fs/promises';
import type { Part } from './assembly.ts';
import { bytesOf, rmsOf } from './pcm.ts';

/** What was spoken, on disk: the sentences of half an hour take 80 MB, and are needed again for the second time. */
export class SpokenFile {
  private readonly places: { readonly start: number; readonly bytes: number }[] = [];
  private samples = 0;
  private power = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly sampleRate: number,
  ) {}

  static async create(path: string, sampleRate: number): Promise<SpokenFile> {
    return new SpokenFile(await open(path, 'wx+'), sampleRate);
  }

  get sentences(): number {
    return this.places.length;
  }

  get seconds(): number {
    return this.samples / this.sampleRate;
  }

  /** Of everything in it: root mean square, 0..1. */
  get level(): number {
    return this.samples === 0 ? 0 : Math.sqrt(this.power / this.samples);
  }

  async add(body: Int16Array): Promise<void> {
    await this.file.writeFile(bytesOf(body));
    this.places.push({ start: this.samples * 2, bytes: body.byteLength });
    this.samples += body.length;
    this.power += body.length * rmsOf(body) ** 2;
  }

  /** The bytes of a part: of a sentence those that were added at its place. */
  async bytesOf(part: Part): Promise<Buffer> {
    if (part.kind !== 'sentence') return bytesOf(part.pcm);
    const place = this.places[part.sentence];
    if (place === undefined) throw new RangeError(`sentence ${part.sentence} was not spoken`);
    const bytes = Buffer.alloc(place.bytes);
    for (let at = 0; at < place.bytes;) {
      const { bytesRead } = await this.file.read(bytes, at, place.bytes - at, place.start + at);
      if (bytesRead === 0) throw new RangeError('the file of what was spoken is cut short');
      at += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
