import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DurableLog } from './durable-log.ts';
import type { Place } from './durable-log.ts';

const record = z.union([
  z.object({ seq: z.int(), entry: z.record(z.string(), z.unknown()) }),
  z.object({ committed: z.array(z.int()) }),
  z.object({ next: z.int() }),
]);

/**
 * Rewritten when this much of the file is dead, and more than half of it. What is appended waits for the disk meanwhile,
 * some ten milliseconds: in a storm of a thousand notices a second this is once in five seconds.
 */
const compactBytes = 8_000_000;

export interface Pending {
  readonly seq: number;
  readonly entry: Record<string, unknown>;
}

/**
 * What the service must hear, on this box's disk until the service says that it lies in its database. A sequence
 * number never returns on one box, whatever was deleted or cut off, so the service can commit each entry once.
 */
export class Outbox {
  private readonly live = new Map<number, Place>();
  private readonly listeners = new Set<() => void>();
  private next = 1;
  private log!: DurableLog;
  private liveBytes = 0;
  private compacting = false;

  private constructor() {}

  /** @param directory the box's data directory; made where it is missing. @throws the file system's error */
  static async open(directory: string): Promise<Outbox> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const outbox = new Outbox();
    outbox.log = await DurableLog.open(join(directory, 'outbox.log'), (found, place) => {
      outbox.read(found, place);
    });
    return outbox;
  }

  /**
   * Resolves with the entry's number once it would survive a power cut.
   * @throws the file system's error (ENOSPC on a full disk): the entry is then not kept and its number never used
   */
  async append(entry: object): Promise<number> {
    const seq = this.next;
    this.next += 1;
    await this.log.append({ seq, entry }, (place) => this.keep(seq, place));
    for (const listener of this.listeners) listener();
    return seq;
  }

  /** The oldest entries, at most `limit` of them and (from the second on) at most `maximumBytes` of JSON. */
  pending(limit: number, maximumBytes = Number.MAX_SAFE_INTEGER, skip?: ReadonlySet<number>): Pending[] {
    return this.oldest(limit, maximumBytes, skip).map(({ json }) => JSON.parse(json) as Pending);
  }

  /** The same, each entry as JSON with its number in it: what is only passed on need not be read and written again. */
  pendingJson(
    limit: number,
    maximumBytes: number,
    skip: ReadonlySet<number>,
  ): { readonly seq: number; readonly json: string }[] {
    return this.oldest(limit, maximumBytes, skip).map(({ seq, json }) => {
      const inside = json.slice(headOf(seq).length, -2);
      return { seq, json: inside === '' ? `{"seq":${seq}}` : `{"seq":${seq},${inside}}` };
    });
  }

  /**
   * The service has these for good. Unknown numbers are ignored. The note of it reaches the disk with what is appended
   * next: should it be lost, the entry is sent once more after a restart, and the service knows it.
   */
  async commit(seqs: readonly number[]): Promise<void> {
    const known = seqs.filter((seq) => this.live.has(seq));
    if (known.length === 0) return;
    for (const seq of known) this.forget(seq);
    this.log.note({ committed: known });
    await this.compact();
  }

  /** Entries that wait for the service. */
  get size(): number {
    return this.live.size;
  }

  /** Lines of the file that could not be read when it was opened. */
  get damagedLines(): number {
    return this.log.damagedLines;
  }

  /** @returns how to stop listening */
  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private read(found: unknown, place: Place): void {
    const parsed = record.parse(found);
    if ('next' in parsed) this.next = Math.max(this.next, parsed.next);
    else if ('seq' in parsed) {
      this.next = Math.max(this.next, parsed.seq + 1);
      this.keep(parsed.seq, place);
    } else {
      for (const seq of parsed.committed) {
        this.next = Math.max(this.next, seq + 1);
        this.forget(seq);
      }
    }
  }

  /** A line whose checksum holds is one that was written here: it needs no closer look each time it is sent. */
  private oldest(
    limit: number,
    maximumBytes: number,
    skip: ReadonlySet<number> | undefined,
  ): { readonly seq: number; readonly json: string }[] {
    const chosen: [seq: number, place: Place][] = [];
    let bytes = 0;
    for (const [seq, place] of this.live) {
      if (skip?.has(seq) === true) continue;
      bytes += place.length;
      if (chosen.length >= limit || (chosen.length > 0 && bytes > maximumBytes)) break;
      chosen.push([seq, place]);
    }
    const found = this.log.jsonAt(chosen.map(([, place]) => place));
    const readable = chosen.flatMap(([seq], index) => {
      const json = found[index];
      if (json?.startsWith(headOf(seq)) === true) return [{ seq, json }];
      this.forget(seq);
      return [];
    });
    const isAllDamaged = readable.length === 0 && chosen.length > 0;
    return isAllDamaged ? this.oldest(limit, maximumBytes, skip) : readable;
  }

  private forget(seq: number): void {
    this.liveBytes -= this.live.get(seq)?.length ?? 0;
    this.live.delete(seq);
  }

  private keep(seq: number, place: Place): void {
    this.live.set(seq, place);
    this.liveBytes += place.length;
  }

  private async compact(): Promise<void> {
    const dead = this.log.bytes - this.liveBytes;
    if (this.compacting || dead < compactBytes || dead < this.liveBytes) return;
    this.compacting = true;
    try {
      let kept: Pending[] = [];
      await this.log.rewrite(
        () => {
          kept = this.pending(Number.MAX_SAFE_INTEGER);
          return [{ next: this.next }, ...kept];
        },
        ([, ...places]) => {
          kept.forEach(({ seq }, index) => {
            const place = places[index];
            if (place !== undefined && this.live.has(seq)) this.live.set(seq, place);
          });
        },
      );
    } catch {
      // Too little room to write it anew: the file as it stands is whole, and the next commit tries again.
    } finally {
      this.compacting = false;
    }
  }
}

/** How an entry's record begins: `{ seq, entry }` as JSON writes it. */
function headOf(seq: number): string {
  return `{"seq":${seq},"entry":{`;
}
