import { Injectable, Logger } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { DetectorService } from '../detectors/detector.service.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import type { ListCameraEventsQuery } from './camera-event.request.ts';
import { CameraEventStore } from './camera-event.store.ts';
import type { EventRow, NoticeRow } from './camera-event.store.ts';
import type { CameraEventDetailView, CameraEventView } from './camera-event.view.ts';
import type { Detected } from './detected.ts';
import type { EventState } from './merge.ts';
import type { OutageCause } from './outage-cause.ts';
import { MorePicturesStore } from './more-pictures.store.ts';
import { pictureForScreen } from './picture.process.ts';
import { SnapshotFiles } from './snapshot.files.ts';

declare module '../base/events.ts' {
  interface News {
    'camera-event.changed': { communeId: string; event: CameraEventView };
  }
}

const noticesShown = 500;
/** Looks remembered, so that one person's look at one event is one line of the journal. */
const looksKept = 50_000;
/** libvips works in threads; more of them at a time would only take memory from everything else. */
const picturesAtOnce = 2;

@Injectable()
export class CameraEventService {
  private readonly log = new Logger('CameraEvents');
  private readonly looks = new Set<string>();
  private readonly making = new Map<string, Promise<Buffer>>();
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  /** Commune → events that its screens have not been told of as they now are; there while somebody is telling. */
  private readonly untold = new Map<string, Map<string, EventState>>();

  constructor(
    private readonly database: Database,
    private readonly store: CameraEventStore,
    private readonly cameras: CameraStore,
    private readonly villages: VillageService,
    private readonly people: PeopleService,
    private readonly detectors: DetectorService,
    private readonly journal: JournalService,
    private readonly more: MorePicturesStore,
    private readonly snapshots: SnapshotFiles,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async list(communeId: string, query: ListCameraEventsQuery): Promise<CameraEventView[]> {
    const rows = await this.database.inCommune(communeId, (em) =>
      this.store.list(em, communeId, {
        before: query.before,
        cameraId: query.cameraId,
        kind: query.kind,
        unseen: query.unseen === 'true',
        from: query.from === undefined ? undefined : new Date(query.from),
        until: query.until === undefined ? undefined : new Date(query.until),
        limit: query.limit,
      }),
    );
    return this.views(communeId, rows);
  }

  async detail(by: Person, id: string): Promise<CameraEventDetailView> {
    const { communeId } = by;
    const { row, more, notices } = await this.database.inCommune(communeId, async (em) => ({
      row: await this.store.one(em, communeId, id),
      more: await this.more.of(em, communeId, id),
      notices: await this.store.noticesOf(em, communeId, id, noticesShown),
    }));
    await this.noteLook(by, id);
    const [view] = await this.views(communeId, [row]);
    if (view === undefined) throw new Failure('missing', 'camera-events.missing', 'No such event');
    const morePictures = more.map(({ sha256, takenAt }) => ({
      ...{ sha256, takenAt: instant(takenAt) },
      url: `/api/camera-events/${id}/pictures/${sha256}`,
    }));
    return { ...view, snapshotSha256: row.snapshotSha256, morePictures, notices: notices.map(noticeView) };
  }

  /** Who sees it first is who saw it. */
  async seen(by: Person, id: string): Promise<CameraEventView> {
    const { communeId } = by;
    const { row, isFirst } = await this.database.inCommune(communeId, async (em) => {
      await this.store.one(em, communeId, id);
      const marked = await this.store.markSeen(em, communeId, id, by.id, this.clock.date());
      if (marked)
        await this.journal.write(em, communeId, {
          actorId: by.id,
          action: 'camera-events.seen',
          subjectType: 'camera-event',
          subjectId: id,
        });
      return { row: await this.store.one(em, communeId, id), isFirst: marked };
    });
    const [view] = await this.views(communeId, [row]);
    if (view === undefined) throw new Failure('missing', 'camera-events.missing', 'No such event');
    if (isFirst) this.events.tell('camera-event.changed', { communeId, event: view });
    return view;
  }

  /** The picture for screens, JPEG. @throws Failure `camera-events.no-picture`, `camera-events.bad-picture` */
  async picture(by: Person, id: string): Promise<Buffer> {
    const row = await this.database.inCommune(by.communeId, (em) => this.store.one(em, by.communeId, id));
    if (row.snapshotSha256 === null) throw noPicture();
    const picture = await this.forScreen(by.communeId, row.snapshotSha256);
    await this.noteLook(by, id);
    return picture;
  }

  /** One after the first, for screens. @throws Failure `camera-events.no-picture`, `camera-events.bad-picture` */
  async furtherPicture(by: Person, id: string, sha256: string): Promise<Buffer> {
    const { communeId } = by;
    const more = await this.database.inCommune(communeId, async (em) => {
      await this.store.one(em, communeId, id);
      return this.more.of(em, communeId, id);
    });
    if (!more.some((one) => one.sha256 === sha256)) throw noPicture();
    const picture = await this.forScreen(communeId, sha256);
    await this.noteLook(by, id);
    return picture;
  }

  /**
   * Tells the screens how these events are now, soon: what changes while others are being told is told next, once, as
   * it then is. Nobody waits for it, so that a storm costs its screens more than its writer; and where no screen is open it
   * costs nothing.
   */
  tell(communeId: string, changed: readonly EventState[]): void {
    if (changed.length === 0 || !this.events.isHeard('camera-event.changed')) return;
    const waiting = this.untold.get(communeId);
    const untold = waiting ?? new Map<string, EventState>();
    for (const event of changed) untold.set(event.id, event);
    if (waiting !== undefined) return;
    this.untold.set(communeId, untold);
    void this.tellAll(communeId);
  }

  /** What cannot be told is logged: the ledger has it. */
  private async tellAll(communeId: string): Promise<void> {
    for (let untold = this.untold.get(communeId); untold?.size; untold = this.untold.get(communeId)) {
      const rows = [...untold.values()].map((event): EventRow => ({ seenBy: null, seenAt: null, ...event }));
      untold.clear();
      try {
        for (const event of await this.views(communeId, rows))
          this.events.tell('camera-event.changed', { communeId, event });
      } catch (error) {
        this.log.warn(`${rows.length} events were not told to the screens: ${messageOf(error)}`);
      }
    }
    this.untold.delete(communeId);
  }

  private async forScreen(communeId: string, sha256: string): Promise<Buffer> {
    const made = await this.snapshots.readForScreen(communeId, sha256);
    if (made !== null) return made;
    const running = this.making.get(sha256);
    if (running !== undefined) return running;
    const work = this.make(communeId, sha256).finally(() => this.making.delete(sha256));
    this.making.set(sha256, work);
    return work;
  }

  private async make(communeId: string, sha256: string): Promise<Buffer> {
    while (this.busy >= picturesAtOnce)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    this.busy += 1;
    try {
      const received = await this.snapshots.read(communeId, sha256);
      if (received === null) throw noPicture();
      const picture = await pictureForScreen(received);
      await this.snapshots.putForScreen(communeId, sha256, picture).catch((error: unknown) => {
        this.log.warn(`A picture for screens was not kept: ${messageOf(error)}`);
      });
      return picture;
    } finally {
      this.busy -= 1;
      this.waiting.shift()?.();
    }
  }

  /** Images are personal data: who looked at what is written down, once for each person and event. */
  private async noteLook(by: Person, id: string): Promise<void> {
    const look = `${by.id} ${id}`;
    if (this.looks.has(look)) return;
    if (this.looks.size >= looksKept) this.looks.clear();
    this.looks.add(look);
    try {
      await this.database.inCommune(by.communeId, (em) =>
        this.journal.write(em, by.communeId, {
          actorId: by.id,
          action: 'camera-events.looked',
          subjectType: 'camera-event',
          subjectId: id,
        }),
      );
    } catch (error) {
      this.looks.delete(look);
      throw error;
    }
  }

  private async views(communeId: string, rows: readonly EventRow[]): Promise<CameraEventView[]> {
    if (rows.length === 0) return [];
    const points = await this.database.inCommune(communeId, (em) =>
      this.cameras.points(em, communeId, [...new Set(rows.map((row) => row.pointId))]),
    );
    const villageNames = await this.villages.names(communeId);
    const names = await this.people.names(communeId, [...new Set(rows.flatMap((row) => row.seenBy ?? []))]);
    const isDetected = rows.some((row) => row.detected !== null);
    const detectorNames = isDetected ? await this.detectors.names(communeId) : new Map<string, string>();
    return Promise.all(
      rows.map(async (row) => {
        const point = points.get(row.pointId);
        const hasPicture =
          row.snapshotSha256 !== null && (await this.snapshots.has(communeId, row.snapshotSha256));
        return {
          id: row.id,
          cameraId: row.cameraId,
          pointId: row.pointId,
          pointName: point?.name ?? '',
          villageName: villageNames.get(point?.villageId ?? '') ?? '',
          kind: row.kind,
          state: row.state,
          receivedAt: instant(row.receivedAt),
          occurredAt: instant(row.occurredAt),
          uncertaintyMs: row.uncertaintyMs,
          endedAt: row.endedAt === null ? null : instant(row.endedAt),
          endedBy: row.endedBy,
          noticeCount: row.noticeCount,
          cause: causeView(row.cause),
          detected: detectedView(row.detected, detectorNames),
          topic: row.topic,
          pictureUrl: hasPicture ? `/api/camera-events/${row.id}/picture` : null,
          pictureTakenAt: row.snapshotAt === null ? null : instant(row.snapshotAt),
          seenAt: row.seenAt === null ? null : instant(row.seenAt),
          seenByName: row.seenBy === null ? null : (names.get(row.seenBy) ?? ''),
        };
      }),
    );
  }
}

function noticeView(row: NoticeRow): CameraEventDetailView['notices'][number] {
  const { receivedAt, occurredAt, ...rest } = row;
  return { ...rest, receivedAt: instant(receivedAt), occurredAt: instant(occurredAt) };
}

function detectedView(
  detected: Detected | null,
  names: ReadonlyMap<string, string>,
): CameraEventView['detected'] {
  if (detected === null) return null;
  const { detectorId, model, modelVersion, label, score, zones } = detected;
  const detectorName = names.get(detectorId) ?? '';
  return { detectorId, detectorName, model, modelVersion, label, score, zones: [...zones] };
}

function causeView(cause: OutageCause | null): CameraEventView['cause'] {
  if (cause === null) return null;
  const { fromAt, withinMs, ...facts } = cause;
  return { ...facts, from: instant(fromAt), withinSeconds: Math.ceil(withinMs / 1_000) };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function noPicture(): Failure {
  return new Failure('missing', 'camera-events.no-picture', 'There is no picture of this event');
}
