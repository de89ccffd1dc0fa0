import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { KeptFile } from '../platform/files/kept.file.ts';
import { Box } from './box.ts';
import { BoxStore } from './box.store.ts';

/** A box as it is kept on disk: public keys, and the hash of its secret. */
const keptBoxes = z.array(
  z.strictObject({
    communeId: z.uuid(),
    id: z.uuid(),
    kind: z.enum(['loudspeaker', 'connector']),
    assetId: z.uuid(),
    publicKey: z.string(),
    sealingKey: z.string().nullable(),
    mqttSecretHash: z.string(),
    hardware: z.string(),
    enrolledAt: z.iso.datetime(),
  }),
);

/** How long "no such box" is believed, in ms: floods of it must not reach the database. */
const unknownForMs = 5_000;
/** Places remembered to have no box. */
const unknownKept = 10_000;

/**
 * The boxes that stand somewhere today, in memory: every message of theirs asks for one, and they must be known while
 * the database is away. About 1 kB each.
 */
@Injectable()
export class BoxService {
  private readonly current = new Map<string, Box>();
  private readonly byBoxId = new Map<string, Box>();
  private readonly unknownUntil = new Map<string, number>();
  private readonly recheckedUntil = new Map<string, number>();
  private readonly loading = new Map<string, Promise<Box | null>>();
  private readonly file: KeptFile<z.infer<typeof keptBoxes>>;

  constructor(
    private readonly database: Database,
    private readonly store: BoxStore,
    private readonly communes: CommuneService,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.file = new KeptFile(join(config.values.dataDirectory, 'safety', 'stations.json'), keptBoxes);
  }

  /** Before the database was asked for the first time: those that an earlier run of this service knew. */
  async recall(): Promise<void> {
    const kept = await this.file.read();
    if (this.current.size > 0) return;
    for (const { enrolledAt, ...box } of kept ?? [])
      this.remember(Object.assign(new Box(), { ...box, enrolledAt: new Date(enrolledAt), replacedAt: null }));
  }

  /** Reads all of them anew. @throws Failure where the database is away: what was known stays */
  async load(): Promise<readonly Box[]> {
    const found: Box[] = [];
    for (const communeId of await this.communes.ids()) {
      found.push(...(await this.database.inCommune(communeId, (em) => this.store.allCurrent(em, communeId))));
    }
    this.current.clear();
    this.byBoxId.clear();
    this.unknownUntil.clear();
    for (const box of found) this.remember(box);
    void this.file.keep(
      found.map(({ replacedAt: _, enrolledAt, ...box }) => ({
        ...box,
        enrolledAt: enrolledAt.toISOString(),
      })),
    );
    return found;
  }

  /** Without asking the database. */
  known(assetId: string): Box | null {
    return this.current.get(assetId) ?? null;
  }

  /** By the box's own id, which is its client identifier at the broker. Without asking the database. */
  byId(boxId: string): Box | null {
    return this.byBoxId.get(boxId) ?? null;
  }

  /** All that are known, of every commune. */
  all(): readonly Box[] {
    return [...this.current.values()];
  }

  /** The box that stands there now, or null. @throws Failure where the database is asked and away */
  async find(communeId: string, assetId: string): Promise<Box | null> {
    const known = this.current.get(assetId);
    if (known !== undefined) return known.communeId === communeId ? known : null;
    if ((this.unknownUntil.get(assetId) ?? 0) > this.clock.now()) return null;
    return this.reload(communeId, assetId);
  }

  private async reload(communeId: string, assetId: string): Promise<Box | null> {
    const running = this.loading.get(assetId);
    if (running !== undefined) return running;
    const work = this.database
      .inCommune(communeId, (em) => this.store.current(em, communeId, assetId))
      .then((box) => {
        if (box === null) this.forget(assetId);
        else this.remember(box);
        return box;
      })
      .finally(() => this.loading.delete(assetId));
    this.loading.set(assetId, work);
    return work;
  }

  /**
   * Asks the database again where what is known seems to be out of date (another service enrolled a box there), at most
   * every 5 s a place.
   */
  async recheck(communeId: string, assetId: string): Promise<Box | null> {
    const now = this.clock.now();
    if ((this.recheckedUntil.get(assetId) ?? 0) > now) return this.known(assetId);
    if (this.recheckedUntil.size >= unknownKept) this.recheckedUntil.clear();
    this.recheckedUntil.set(assetId, now + unknownForMs);
    return this.reload(communeId, assetId);
  }

  remember(box: Box): void {
    this.forget(box.assetId);
    this.unknownUntil.delete(box.assetId);
    this.current.set(box.assetId, box);
    this.byBoxId.set(box.id, box);
  }

  forget(assetId: string): void {
    const known = this.current.get(assetId);
    if (known !== undefined) this.byBoxId.delete(known.id);
    this.current.delete(assetId);
    if (this.unknownUntil.size >= unknownKept) this.unknownUntil.clear();
    this.unknownUntil.set(assetId, this.clock.now() + unknownForMs);
  }
}
