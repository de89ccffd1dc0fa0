import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { audioRef } from '../../devices/protocol/messages.ts';
import { writeFileAtomically } from '../platform/files/atomic.file.ts';

const shape = z.strictObject({
  poles: z.array(z.strictObject({ id: z.uuid(), villageId: z.uuid() })),
  prepared: z.array(
    z.strictObject({
      announcementId: z.uuid(),
      title: z.string(),
      text: z.string(),
      spoken: z.string(),
      audio: audioRef,
      mp3Sha256: z.string(),
    }),
  ),
  /** Emergencies that were in force. */
  inForce: z.array(z.uuid()).default([]),
  /** The highest order number that the database knew. */
  lastOrderNumber: z.int(),
});
export type Safety = z.infer<typeof shape>;

/** What stop and emergency need of the database, kept in memory and on disk for the day it is down. */
export class SafetySnapshot {
  private readonly known = new Map<string, Safety>();

  constructor(private readonly directory: string) {}

  /** @returns null where this commune was never seen */
  async of(communeId: string): Promise<Safety | null> {
    const known = this.known.get(communeId);
    if (known !== undefined) return known;
    try {
      const read = shape.parse(JSON.parse(await readFile(this.pathOf(communeId), 'utf8')));
      this.known.set(communeId, read);
      return read;
    } catch {
      return null;
    }
  }

  async keep(communeId: string, safety: Safety): Promise<void> {
    const before = JSON.stringify(this.known.get(communeId));
    this.known.set(communeId, safety);
    const text = JSON.stringify(safety);
    if (text === before) return;
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.pathOf(communeId), text, 0o600);
  }

  private pathOf(communeId: string): string {
    return join(this.directory, `${communeId}.json`);
  }
}
