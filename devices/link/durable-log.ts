import { readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { readIfThere, syncDirectory } from './durable-file.ts';

/** Where a record lies in the file, in bytes. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

interface Waiting {
  readonly line: Buffer;
  readonly landed: (place: Place) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The file grows by zeros ahead of its records: see `DurableLog`. Each growth is an fsync of its own for which appends
 * wait, so what has much to keep grows by more.
 */
const growBytes = 64 * 1024;
const growAtMostBytes = 16 * growBytes;
const readAtOnceBytes = 1_000_000;
const newline = 10;

/**
 * Records on disk, appended and never changed: lines of `crc32 json`. `append` resolves when the record survives a
 * power cut; appends that come together share one fsync. What is only noted goes with them.
 *
 * The file is filled with zeros ahead of its end, so that an append neither changes the file's size (its fsync is
 * cheaper) nor needs a free block: the last 64 kB can be written on a full disk, which is when a pole must still
 * remember what it plays. Lines that are torn or damaged are left out when it is opened again, and counted.
 */
export class DurableLog {
  /** Lines that were not believed when the log was opened. */
  damagedLines = 0;
  private readonly waiting: Waiting[] = [];
  private work: Promise<unknown> = Promise.resolve();
  private flushAsked = false;
  private end = 0;
  private zeroUntil = 0;
  /** After a failed write: what lies between `end` and here must be made zeros before anything follows. */
  private spoiltUntil = 0;

  private constructor(
    private readonly path: string,
    private file: FileHandle,
  ) {}

  /**
   * Opens the log, or begins it, and shows every record that survived, in order.
   * @throws the file system's error
   */
  static async open(path: string, visit: (record: unknown, place: Place) => void): Promise<DurableLog> {
    const bytes = (await readIfThere(path)) ?? Buffer.alloc(0);
    const log = new DurableLog(path, await open(path, bytes.length === 0 ? 'w+' : 'r+', 0o600));
    try {
      log.read(bytes, visit);
      log.zeroUntil = log.end;
      if (bytes.subarray(log.end).some((byte) => byte !== 0)) log.spoiltUntil = bytes.length;
      else log.zeroUntil = bytes.length;
      await log.clean();
      await log.grow();
      await log.file.sync();
      await syncDirectory(dirname(path));
      return log;
    } catch (error) {
      await log.file.close();
      throw error;
    }
  }

  /** Bytes that records take, dead ones included. */
  get bytes(): number {
    return this.end;
  }

  /**
   * Resolves when the record is durable; `landed` is called just before, in the order of the file. Where it cannot be
   * written (a full disk) it rejects, and nothing of it is ever read back.
   */
  append(record: object, landed: (place: Place) => void = () => undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ line: lineOf(record), landed, resolve, reject });
      this.flushSoon();
    });
  }

  /**
   * For what may be lost: it is written with the next append, or at the end, and spares the disk (a memory card wears)
   * an fsync of its own.
   */
  note(record: object): void {
    const nothing = (): void => undefined;
    this.waiting.push({ line: lineOf(record), landed: nothing, resolve: nothing, reject: nothing });
  }

  /**
   * The JSON of records, synchronously, null where one is damaged: what the system has most likely in its cache. Those
   * that lie one behind the other are read at once.
   */
  jsonAt(places: readonly Place[]): (string | null)[] {
    const found: (string | null)[] = [];
    for (let from = 0; from < places.length;) {
      const run = runOf(places, from);
      const length = run.reduce((sum, place) => sum + place.length, 0);
      const bytes = Buffer.allocUnsafe(length);
      const read = readSync(this.file.fd, bytes, 0, length, run[0]?.offset ?? 0);
      let at = 0;
      for (const place of run) {
        found.push(at + place.length > read ? null : jsonOf(bytes.subarray(at, at + place.length - 1)));
        at += place.length;
      }
      from += run.length;
    }
    return found;
  }

  /**
   * Puts these records in the place of all others, atomically; `records` is asked once everything appended so far is
   * on disk, and `moved` is told where each of them lies from now on. Appends wait meanwhile.
   * @throws the file system's error; the log is then as it was
   */
  rewrite(
    records: () => readonly object[],
    moved: (places: readonly Place[]) => void = () => undefined,
  ): Promise<void> {
    const done = this.work.then(() => this.replace(records(), moved));
    this.work = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    this.flushSoon();
    await this.work;
    await this.file.close();
  }

  private read(bytes: Buffer, visit: (record: unknown, place: Place) => void): void {
    let offset = 0;
    while (offset < bytes.length && bytes[offset] !== 0) {
      const stop = bytes.indexOf(newline, offset);
      if (stop === -1) {
        this.damagedLines += 1;
        return;
      }
      const parsed = parseLine(bytes.subarray(offset, stop));
      if (parsed === null) this.damagedLines += 1;
      else {
        visit(parsed.record, { offset, length: stop + 1 - offset });
        this.end = stop + 1;
      }
      offset = stop + 1;
    }
  }

  private flushSoon(): void {
    if (this.flushAsked) return;
    this.flushAsked = true;
    this.work = this.work.then(() => this.flush());
  }

  private async flush(): Promise<void> {
    this.flushAsked = false;
    const batch = this.waiting.splice(0);
    if (batch.length === 0) return;
    const bytes = Buffer.concat(batch.map((each) => each.line));
    try {
      await this.clean();
      this.spoiltUntil = this.end + bytes.length;
      await writeFully(this.file, bytes, this.end);
      await this.file.datasync();
    } catch (error) {
      for (const each of batch) each.reject(error);
      return;
    }
    this.spoiltUntil = 0;
    for (const each of batch) {
      each.landed({ offset: this.end, length: each.line.length });
      this.end += each.line.length;
      each.resolve();
    }
    this.zeroUntil = Math.max(this.zeroUntil, this.end);
    await this.grow();
  }

  /** What a failed write may have left behind must never be read as a record. @throws where it cannot be removed */
  private async clean(): Promise<void> {
    if (this.spoiltUntil <= this.end) return;
    await this.file.truncate(this.end);
    await this.file.sync();
    this.zeroUntil = this.end;
    this.spoiltUntil = 0;
    await this.grow();
  }

  /** Room for what comes. Where the disk is full the room that is left is used up first. */
  private async grow(): Promise<void> {
    if (this.zeroUntil - this.end > growBytes / 4) return;
    try {
      const bytes = Math.min(growAtMostBytes, Math.max(growBytes, this.end));
      await writeFully(this.file, Buffer.alloc(bytes), this.zeroUntil);
      await this.file.sync();
      this.zeroUntil += bytes;
    } catch {
      // Said by the append that no longer fits.
    }
  }

  private async replace(
    records: readonly object[],
    moved: (places: readonly Place[]) => void,
  ): Promise<void> {
    const draft = `${this.path}.draft`;
    const places: Place[] = [];
    const next = await open(draft, 'w+', 0o600);
    let end = 0;
    try {
      for (let from = 0; from < records.length; from += 1_000) {
        const lines = records.slice(from, from + 1_000).map(lineOf);
        await writeFully(next, Buffer.concat(lines), end);
        for (const line of lines) {
          places.push({ offset: end, length: line.length });
          end += line.length;
        }
      }
      await writeFully(next, Buffer.alloc(growBytes), end);
      await next.sync();
      await rename(draft, this.path);
    } catch (error) {
      await next.close();
      await rm(draft, { force: true });
      throw error;
    }
    const old = this.file;
    this.file = next;
    this.end = end;
    this.zeroUntil = end + growBytes;
    this.spoiltUntil = 0;
    moved(places);
    await old.close();
    await syncDirectory(dirname(this.path));
  }
}

function lineOf(record: object): Buffer {
  const text = JSON.stringify(record);
  return Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}\n`);
}

function parseLine(line: Buffer): { record: unknown } | null {
  const json = jsonOf(line);
  return json === null ? null : { record: JSON.parse(json) as unknown };
}

/** Null where the line is not what was written. */
function jsonOf(line: Buffer): string | null {
  const text = line.subarray(9);
  if (line[8] !== 32 || crc32(text).toString(16).padStart(8, '0') !== line.toString('latin1', 0, 8)) {
    return null;
  }
  return text.toString('utf8');
}

/** The places from one on that lie one behind the other, not many more bytes than are read at once. */
function runOf(places: readonly Place[], from: number): Place[] {
  const begin = places[from]?.offset ?? 0;
  let end = begin;
  let until = from;
  for (; places[until]?.offset === end && end - begin < readAtOnceBytes; until += 1)
    end += places[until]?.length ?? 0;
  return places.slice(from, until);
}

async function writeFully(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}
