import { Injectable } from '@nestjs/common';
import { isKnownTopic } from '../../devices/protocol/topic-map.ts';
import { KINDS } from '../../devices/protocol/topic-map.data.ts';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import type { EventStyleRequest, EventTopicRequest } from './event-style.request.ts';
import { EventStyleStore } from './event-style.store.ts';
import type { EventStyleView, EventTopicsView } from './event-style.view.ts';
import { RereadingService } from './rereading.service.ts';

/** What was learned of how cameras tell, and what people say of it. */
@Injectable()
export class EventStyleService {
  constructor(
    private readonly database: Database,
    private readonly store: EventStyleStore,
    private readonly cameras: CameraStore,
    private readonly people: PeopleService,
    private readonly rereading: RereadingService,
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {}

  async ofCamera(communeId: string, cameraId: string): Promise<EventStyleView[]> {
    const rows = await this.database.inCommune(communeId, async (em) => {
      await this.cameras.one(em, communeId, cameraId);
      return this.store.ofCamera(em, communeId, cameraId);
    });
    return rows.map(({ topic, style, setStyle, changedAt, evidence: { ons, offs } }) => ({
      ...{ topic, style: setStyle ?? style, learned: style, isSet: setStyle !== null, ons, offs },
      learnedSince: new Date(changedAt).toISOString(),
    }));
  }

  /** @throws Failure `cameras.missing`, `camera-events.topic-missing` */
  async set(by: Person, cameraId: string, request: EventStyleRequest): Promise<EventStyleView[]> {
    const { communeId } = by;
    const { topic, style } = request;
    await this.database.inCommune(communeId, async (em) => {
      await this.cameras.one(em, communeId, cameraId);
      if (!(await this.store.set(em, communeId, { cameraId, topic }, style, by.id)))
        throw new Failure('missing', 'camera-events.topic-missing', 'This camera has told no such topic');
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'camera-events.style-set',
        subjectType: 'camera',
        subjectId: cameraId,
        facts: { topic, style },
      });
    });
    return this.ofCamera(communeId, cameraId);
  }

  async topics(communeId: string): Promise<EventTopicsView> {
    const { unknown, named, cameras } = await this.database.inCommune(communeId, async (em) => ({
      unknown: await this.store.unknown(em, communeId),
      named: await this.store.named(em, communeId),
      cameras: await this.cameras.all(em, communeId),
    }));
    const nameOf = new Map(cameras.map(({ camera, point }) => [camera.id, point.name]));
    const people = await this.people.names(communeId, [...new Set(named.map(({ namedBy }) => namedBy))]);
    return {
      unknown: unknown.map(({ topic, notices, lastAt, cameraIds }) => ({
        ...{ topic, notices, lastAt: new Date(lastAt).toISOString() },
        cameras: cameraIds.flatMap((id) => {
          const name = nameOf.get(id);
          return name === undefined ? [] : [{ id, name }];
        }),
      })),
      named: named.map(({ topic, kind, namedBy, namedAt }) => ({
        ...{ topic, kind, namedAt: namedAt.toISOString(), namedByName: people.get(namedBy) ?? '' },
      })),
      kinds: KINDS.filter((kind) => kind !== 'unknown'),
      isRereading: this.rereading.isRunning(communeId),
    };
  }

  /** @throws Failure `camera-events.topic-known`: the catalogue has it */
  async name(by: Person, { topic, kind }: EventTopicRequest): Promise<EventTopicsView> {
    const { communeId } = by;
    if (isKnownTopic(topic))
      throw new Failure('conflict', 'camera-events.topic-known', 'The catalogue knows this topic');
    await this.database.inCommune(communeId, async (em) => {
      await this.store.name(em, communeId, topic, kind, { id: by.id, at: this.clock.date() });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'camera-events.topic-named',
        subjectType: 'commune',
        subjectId: communeId,
        facts: { topic, kind },
      });
    });
    return this.topics(communeId);
  }

  async reread(by: Person): Promise<EventTopicsView> {
    this.rereading.begin(by);
    return this.topics(by.communeId);
  }
}
