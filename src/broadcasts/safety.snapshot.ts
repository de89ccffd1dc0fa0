import { join } from 'node:path';
import { z } from 'zod';
import { audioRef } from '../../devices/protocol/pole-messages.ts';
import { KeptFile } from '../platform/files/kept.file.ts';

const shape = z.strictObject({
  poles: z.array(z.strictObject({ id: z.uuid(), villageId: z.uuid() })),
  prepared: z.array(
    z.strictObject({
      announcementId: z.uuid(),
      title: z.string(),
      text: z.string(),
      spoken: z.string(),
      /** Vietnamese first. */
      versions: z
        .array(z.strictObject({ language: z.string(), audio: audioRef, mp3Sha256: z.string() }))
        .min(1),
    }),
  ),
  /** Village → the languages that it hears. */
  orders: z.record(z.uuid(), z.array(z.string())),
  /** Emergencies that were in force; `endAt` in ms since 1970; `together` as in the order spool. */
  inForce: z.array(
    z.strictObject({
      id: z.uuid(),
      title: z.string(),
      endAt: z.int(),
      together: z.uuid().nullable().default(null),
    }),
  ),
  /** The highest order number that the database knew. */
  lastOrderNumber: z.int(),
});
export type Safety = z.infer<typeof shape>;

/** What stop and emergency need of the database, kept in memory and on disk for the day it is down. */
export class SafetySnapshot {
  private readonly known = new Map<string, Safety>();
  private readonly files = new Map<string, KeptFile<Safety>>();

  constructor(private readonly directory: string) {}

  /** @returns null where this commune was never seen */
  async of(communeId: string): Promise<Safety | null> {
    const known = this.known.get(communeId);
    if (known !== undefined) return known;
    const read = await this.fileOf(communeId).read();
    if (read !== null) this.known.set(communeId, read);
    return read;
  }

  async keep(communeId: string, safety: Safety): Promise<void> {
    this.known.set(communeId, safety);
    await this.fileOf(communeId).keep(safety);
  }

  private fileOf(communeId: string): KeptFile<Safety> {
    const file = this.files.get(communeId) ?? new KeptFile(join(this.directory, `${communeId}.json`), shape);
    this.files.set(communeId, file);
    return file;
  }
}
