import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import type { News } from '../base/events.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import type { HandoverRequest } from './camera.request.ts';
import { CameraService } from './camera.service.ts';
import { CameraStore } from './camera.store.ts';

declare module '../base/events.ts' {
  interface News {
    /** A camera is another connector's now; since `untilAt` (ms) the former one does not hold it. */
    'camera.handed-over': { communeId: string; cameraId: string; pointId: string; untilAt: number };
  }
}

interface Taken {
  readonly former: string;
  readonly news: readonly News['camera.handed-over'][];
}

/**
 * Moves a device, with all its cameras, from one connector to another. The present one is sent a list without it, gives
 * its subscription back and says that this list is in force; only then the other one is sent a list with it. So both never hold it, and what
 * the first one still has on its disk comes later and is believed up to the instant at which it let go.
 */
@Injectable()
export class HandoverService {
  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly cameras: CameraService,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * @param id the device's, or one of its cameras'
   * @throws Failure `cameras.connector-missing`, `cameras.missing`, `cameras.retired`
   */
  async move(by: Person, id: string, { connectorId, now }: HandoverRequest): Promise<void> {
    const { communeId } = by;
    const { deviceId, lists, taken } = await this.database.inCommune(communeId, async (em) => {
      await this.store.connector(em, communeId, connectorId);
      const device = await this.store.changeDevice(em, communeId, id, (found) => found.moveTo(connectorId));
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'cameras.moving', subjectType: 'camera', subjectId: device.id },
        facts: { connectorId, now },
      });
      const taken = now ? await this.handOver(em, communeId, device.id, this.clock.date()) : null;
      const lists = taken === null ? [device.connectorId] : [taken.former, connectorId];
      return { deviceId: device.id, taken, lists };
    });
    for (const one of taken?.news ?? []) this.events.tell('camera.handed-over', one);
    for (const one of lists) this.events.tell('camera-list.changed', { communeId, connectorId: one });
    await this.cameras.tell(communeId, { ids: [deviceId] });
  }

  /** The connector says that it has let go of these. @param untilAt by its own trusted clock */
  async released(
    communeId: string,
    connectorId: string,
    ids: readonly string[],
    untilAt: Date,
  ): Promise<void> {
    const { takers, news } = await this.database.inCommune(communeId, async (em) => {
      const all = { takers: new Set<string>(), news: [] as News['camera.handed-over'][] };
      for (const id of ids) {
        const taken = await this.handOver(em, communeId, id, untilAt, connectorId);
        if (taken === null) continue;
        all.takers.add((await this.store.deviceOf(em, communeId, id)).connectorId);
        all.news.push(...taken.news);
      }
      return all;
    });
    for (const one of news) this.events.tell('camera.handed-over', one);
    for (const taker of takers) this.events.tell('camera-list.changed', { communeId, connectorId: taker });
    if (takers.size > 0) await this.cameras.tell(communeId, { ids });
  }

  /** @returns from which connector it was taken; null where it does not move (any more), or is not that one's */
  private async handOver(
    em: EntityManager,
    communeId: string,
    id: string,
    untilAt: Date,
    by?: string,
  ): Promise<Taken | null> {
    const done: { former: string | null } = { former: null };
    const device = await this.store.changeDevice(em, communeId, id, (found) => {
      if (by === undefined || found.connectorId === by) done.former = found.handOver(this.clock.date());
    });
    const { former } = done;
    if (former === null) return null;
    await this.store.addHandover(em, device, former, untilAt);
    await this.journal.write(em, communeId, {
      ...{ actorId: null, action: 'cameras.handed-over', subjectType: 'camera', subjectId: id },
      facts: { from: former, to: device.connectorId, revision: device.revision },
    });
    const shown = await this.store.all(em, communeId, { ids: [id] });
    const news = shown.map(({ camera: { id: cameraId, pointId } }) => ({
      ...{ communeId, cameraId, pointId, untilAt: untilAt.getTime() },
    }));
    return { former, news };
  }
}
