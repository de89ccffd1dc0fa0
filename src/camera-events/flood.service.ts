import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import type { News } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { Lanes } from '../boxes/lanes.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { nothingYet } from './merge.ts';
import type { EventState } from './merge.ts';

/** Words of one camera's flood that may wait for the database, a thousand each. */
const waitingPerCamera = 10_000;
/** A connector's clock is put right by the service's: one flood's begin may differ by this from word to word. */
const sameBeginMs = 5_000;
/** Nothing left out for so long, and the flood is over. Twice the connector's minute. */
const overAfterMs = 120_000;

/**
 * A camera that told more than it was believed to have to tell: one event for the whole flood, with how many notices
 * were left out. Told of again and again, and after restarts of either side, it stays one.
 */
@Injectable()
export class FloodService implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('CameraEvents');
  private readonly lanes = new Lanes(waitingPerCamera, (id, error) => {
    this.log.error(`A flood of ${id} was not noted: ${messageOf(error)}`);
  });

  constructor(
    private readonly database: Database,
    private readonly store: CameraEventStore,
    private readonly cameraEvents: CameraEventService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('camera.flood', (news) => {
      this.lanes.put(news.cameraId, 0, () => this.note(news));
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lanes.idle();
  }

  private async note(news: News['camera.flood']): Promise<void> {
    const { communeId, cameraId, lastAt, count } = news;
    const noted = await this.database.inCommune(communeId, async (em) => {
      const from = new Date(news.sinceAt - sameBeginMs);
      const known = await this.store.list(em, communeId, {
        ...{ cameraId, kind: 'flood', from, unseen: false, limit: 10 },
      });
      const found = known.find(({ occurredAt }) => Math.abs(occurredAt - news.sinceAt) < sameBeginMs);
      const isOver = this.clock.now() - lastAt > overAfterMs;
      if (found !== undefined && (found.state === 'closed' || (found.noticeCount === count && !isOver)))
        return [];
      const event = found ?? this.begin(news);
      event.noticeCount = Math.max(event.noticeCount, count);
      event.lastNoticeAt = Math.max(event.lastNoticeAt, lastAt);
      if (isOver) {
        event.state = 'closed';
        event.endedAt = Math.max(event.occurredAt, lastAt);
        event.endedBy = 'camera';
      }
      await this.store.saveEvents(em, communeId, [event]);
      return [event];
    });
    this.cameraEvents.tell(communeId, noted);
  }

  private begin({ cameraId, pointId, sinceAt, lastAt, count }: News['camera.flood']): EventState {
    const now = this.clock.now();
    return {
      ...{
        id: newId(now),
        cameraId,
        pointId,
        kind: 'flood',
        sourceKey: '',
        state: 'open',
        topic: 'connector',
      },
      ...{ receivedAt: now, occurredAt: sinceAt, uncertaintyMs: 0, lastNoticeAt: lastAt, noticeCount: count },
      ...nothingYet,
    };
  }
}
