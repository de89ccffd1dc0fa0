import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { order } from '../../devices/protocol/pole-messages.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';

const spooled = z.strictObject({
  order,
  envelope: z.string(),
  by: z.uuid().nullable(),
  reason: z.string(),
  /** What the ledger shows of an emergency. */
  emergency: z
    .strictObject({
      title: z.string(),
      text: z.string(),
      announcementId: z.uuid().nullable(),
      language: z.string().default('vi'),
      /** The emergency that it was raised as one with; null: itself. */
      together: z.uuid().nullable().default(null),
      /** What nobody had picked a reading for when it went on the air. */
      doubts: z
        .array(z.strictObject({ code: z.string(), written: z.string(), said: z.string() }))
        .default([]),
    })
    .nullable(),
});
export type SpooledOrder = z.infer<typeof spooled>;

/**
 * Orders lie on disk before they are published and until they are in the database: stop and emergency work with the
 * database down, and nothing that was sent is missing from the books. One file an order, named so that names sort by
 * number.
 */
export class OrderSpool {
  constructor(private readonly directory: string) {}

  async put(entry: SpooledOrder): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.pathOf(entry), JSON.stringify(entry), 0o600);
  }

  /** In the order of their numbers. A file that cannot be read is left where it is and named in `unreadable`. */
  async all(): Promise<{ entries: SpooledOrder[]; unreadable: string[] }> {
    const entries: SpooledOrder[] = [];
    const unreadable: string[] = [];
    const names = await readdir(this.directory).catch(() => []);
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      try {
        entries.push(spooled.parse(JSON.parse(await readFile(join(this.directory, name), 'utf8'))));
      } catch {
        unreadable.push(name);
      }
    }
    return { entries, unreadable };
  }

  async drop(entry: SpooledOrder): Promise<void> {
    await unlink(this.pathOf(entry)).catch(() => undefined);
  }

  private pathOf({ order: { number, id } }: SpooledOrder): string {
    return join(this.directory, `${String(number).padStart(16, '0')}-${id}.json`);
  }
}
