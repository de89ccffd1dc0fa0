import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import type { News } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { Lanes } from '../boxes/lanes.ts';
import type { Presence } from '../boxes/presence.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { nothingYet } from './merge.ts';
import type { EventState } from './merge.ts';
import { causeOf, isSameCause, togetherMs } from './outage-cause.ts';
import type { Neighbour } from './outage-cause.ts';

const outageStates = new Set([
  'unreachable',
  'password-refused',
  'fault',
  'certificate-changed',
  'other-device',
]);
/** What a person must put right at the device: one event, however many channels a recorder has. */
const tasks = new Set(['password-refused', 'certificate-changed', 'other-device']);
/** Changes of one camera's state that may wait for the database, a thousand each. */
const waitingPerCamera = 100_000;
/** What another cause than the camera itself may be behind. */
const silentTopics = new Set(['unreachable', 'connector']);
/** A gap's topics: why nobody listened to the camera. */
const connectorAway = 'connector';
const handOver = 'hand-over';
/** A connector that is away for less was only started again: cameras keep what they have to tell for that long. */
const gapAfterMs = 60_000;
/** Neighbours are noticed one after the other: judged soon, so that somebody reads it, and again when all are known. */
const judgeAfterMs = [5_000, 30_000, togetherMs + 10_000];

/**
 * What cannot be watched is an event as well: a camera out of reach (`outage`), and every camera of a connector that is
 * away (`gap`), each with its probable cause; and a camera between two connectors (`gap`), whose cause is known.
 */
@Injectable()
export class OutageService implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('CameraEvents');
  /** One camera's or connector's changes in their order: an end must not overtake its begin. */
  private readonly lanes = new Lanes(waitingPerCamera, (id, error) => {
    this.log.error(`An outage of ${id} was not noted: ${messageOf(error)}`);
  });
  /** Pole or connector → since when it is not online, as this service saw it. */
  private readonly away = new Map<string, number>();
  private readonly judging = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly link: BoxLink,
    private readonly database: Database,
    private readonly store: CameraEventStore,
    private readonly cameraEvents: CameraEventService,
    private readonly cameras: CameraStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('camera.state', (news) => {
      this.lanes.put(news.cameraId, 0, () =>
        outageStates.has(news.to) ? this.beginOutage(news) : this.endOutage(news),
      );
    });
    this.events.on('camera.handed-over', (news) => {
      this.lanes.put(news.cameraId, 0, () => this.beginHandOver(news));
    });
    this.link.onPresence((communeId, assetId, kind, presence) => {
      this.notePresence(assetId, presence);
      if (presence.link === 'online') {
        if (kind === 'connector') this.lanes.put(assetId, 0, () => this.endGaps(communeId, assetId));
        return;
      }
      if (kind === 'connector')
        this.later(gapAfterMs, () => {
          if (this.away.has(assetId)) this.lanes.put(assetId, 0, () => this.beginGaps(communeId, assetId));
        });
      else this.judgeSoon(communeId);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await this.lanes.idle();
  }

  /** Judges the open outages of one commune again, by what is known of the neighbours now. */
  async judge(communeId: string): Promise<void> {
    const judged = await this.database.inCommune(communeId, async (em) => {
      const open = (await this.store.openOutages(em, communeId)).filter(({ topic }) => topic !== handOver);
      if (open.length === 0) return [];
      const all = await this.cameras.all(em, communeId);
      const poles = await this.loudspeakers.all(em, communeId);
      const outageOf = new Map(open.map((event) => [event.cameraId, event]));
      const neighbours: Neighbour[] = [
        ...all.map(({ camera, point }) => ({
          ...{ id: camera.id, kind: 'camera' as const, villageId: point.villageId },
          lostAt: outageOf.get(camera.id)?.occurredAt ?? null,
          isSilent: silentTopics.has(outageOf.get(camera.id)?.topic ?? ''),
        })),
        ...poles
          .filter(({ id }) => this.link.presenceOf(id).link !== 'not-enrolled')
          .map(({ id, villageId }) => ({
            ...{ id, kind: 'pole' as const, villageId, lostAt: this.away.get(id) ?? null, isSilent: true },
          })),
      ];
      const changed = open.flatMap((event) => {
        const lost = neighbours.find(({ id }) => id === event.cameraId);
        if (lost === undefined) return [];
        const cause = causeOf({ ...lost, lostAt: event.occurredAt }, neighbours);
        if (isSameCause(cause, event.cause)) return [];
        event.cause = cause;
        return [event];
      });
      await this.store.saveEvents(em, communeId, changed);
      return changed;
    });
    this.cameraEvents.tell(communeId, judged);
  }

  private notePresence(assetId: string, { link, heardAt }: Presence): void {
    if (link === 'online' || link === 'not-enrolled') this.away.delete(assetId);
    else if (!this.away.has(assetId)) this.away.set(assetId, heardAt ?? this.clock.now());
  }

  private judgeSoon(communeId: string): void {
    for (const ms of judgeAfterMs) {
      // A thousand poles that come and go are judged together.
      const key = `${communeId} ${ms}`;
      if (this.judging.has(key)) continue;
      this.judging.add(key);
      this.later(ms, () => {
        this.judging.delete(key);
        this.judge(communeId).catch((error: unknown) =>
          this.log.warn(`The causes of outages were not judged: ${messageOf(error)}`),
        );
      });
    }
  }

  private later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, ms).unref();
    this.timers.add(timer);
  }

  private async beginOutage(news: News['camera.state']): Promise<void> {
    const { communeId, cameraId, pointId } = news;
    if (!news.isLead && tasks.has(news.to)) return;
    const begun = await this.database.inCommune(communeId, async (em) => {
      const open = await this.store.open(em, communeId, cameraId, 'outage');
      if (open.length > 0) return [];
      const event = this.unwatched('outage', cameraId, pointId, news.sinceAt, news.to);
      await this.store.saveEvents(em, communeId, [event]);
      return [event];
    });
    this.cameraEvents.tell(communeId, begun);
    if (begun.length > 0) this.judgeSoon(communeId);
  }

  /** `connecting` is not back yet. Whoever holds the camera now, it is watched again. */
  private async endOutage(news: News['camera.state']): Promise<void> {
    if (news.to !== 'subscribed') return;
    const { communeId, cameraId } = news;
    await this.end(communeId, [cameraId], 'outage', news.sinceAt);
    await this.end(communeId, [cameraId], 'gap', news.sinceAt);
  }

  /** From when the one connector let go of it until the other one holds it: what happens then waits nowhere. */
  private async beginHandOver({
    communeId,
    cameraId,
    pointId,
    untilAt,
  }: News['camera.handed-over']): Promise<void> {
    const begun = await this.database.inCommune(communeId, async (em) => {
      if ((await this.store.open(em, communeId, cameraId, 'gap')).length > 0) return [];
      const gap = this.unwatched('gap', cameraId, pointId, untilAt, handOver);
      await this.store.saveEvents(em, communeId, [gap]);
      return [gap];
    });
    this.cameraEvents.tell(communeId, begun);
  }

  private async beginGaps(communeId: string, connectorId: string): Promise<void> {
    const awayAt = this.away.get(connectorId);
    if (awayAt === undefined) return;
    const begun = await this.database.inCommune(communeId, async (em) => {
      const open = await this.store.openOutages(em, communeId);
      const inGap = new Set(open.filter(({ kind }) => kind === 'gap').map(({ cameraId }) => cameraId));
      const gaps = (await this.cameras.all(em, communeId, { connectorId }))
        .filter(({ camera }) => !inGap.has(camera.id))
        .map(({ camera }) => this.unwatched('gap', camera.id, camera.pointId, awayAt, connectorAway));
      await this.store.saveEvents(em, communeId, gaps);
      return gaps;
    });
    this.cameraEvents.tell(communeId, begun);
    if (begun.length > 0) this.judgeSoon(communeId);
  }

  private async endGaps(communeId: string, connectorId: string): Promise<void> {
    const ids = await this.database.inCommune(communeId, async (em) =>
      (await this.cameras.all(em, communeId, { connectorId })).map(({ camera }) => camera.id),
    );
    await this.end(communeId, ids, 'gap', this.clock.now(), connectorAway);
  }

  private async end(
    communeId: string,
    cameraIds: readonly string[],
    kind: 'outage' | 'gap',
    endedAt: number,
    onlyTopic?: string,
  ): Promise<void> {
    const now = this.clock.now();
    const ended = await this.database.inCommune(communeId, async (em) => {
      const ofThese = new Set(cameraIds);
      const open = (await this.store.openOutages(em, communeId)).filter(
        (event) =>
          event.kind === kind && ofThese.has(event.cameraId) && (onlyTopic ?? event.topic) === event.topic,
      );
      for (const event of open) {
        event.state = 'closed';
        event.endedBy = 'camera';
        event.endedAt = Math.max(event.occurredAt, Math.min(endedAt, now));
        event.lastNoticeAt = now;
        event.noticeCount += 1;
      }
      await this.store.saveEvents(em, communeId, open);
      return open;
    });
    this.cameraEvents.tell(communeId, ended);
  }

  private unwatched(
    kind: 'outage' | 'gap',
    cameraId: string,
    pointId: string,
    since: number,
    topic: string,
  ): EventState {
    const now = this.clock.now();
    return {
      ...{ id: newId(now), cameraId, pointId, kind, sourceKey: '', state: 'open', topic, noticeCount: 1 },
      ...{ receivedAt: now, occurredAt: Math.min(since, now), uncertaintyMs: 0, lastNoticeAt: now },
      ...nothingYet,
    };
  }
}
