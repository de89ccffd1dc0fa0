import { Injectable, Logger } from '@nestjs/common';
import { meaningOf } from '../../devices/protocol/topic-map.ts';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import type { Person } from '../access/rights.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { asNotice } from '../detectors/detection.ts';
import { readKeptDetection } from '../detectors/reading.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { detectedWord } from './detected.ts';
import type { DetectedWord } from './detected.ts';
import { EventStyleStore } from './event-style.store.ts';
import { phaseIn } from './event-style.ts';
import { foldLongestMs, Merge } from './merge.ts';
import { readNotices } from './notice-reader.process.ts';
import type { ReadNotice } from './notice-reader.process.ts';
import { RereadingStore } from './rereading.store.ts';
import type { KeptNotice } from './rereading.store.ts';

export interface Reread {
  readonly notices: number;
  /** Those that mean another thing than when they came. */
  readonly moved: number;
  readonly eventsMade: number;
  readonly eventsGone: number;
}

/** What a kept notice means now. */
type Means = Pick<KeptNotice, 'topic' | 'phase'> & { readonly kind: string };

/** Short transactions: what cameras tell now waits for no longer than this. */
const atOnce = 500;
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Reads the kept raw notices again: with the catalogue of today, the names that people gave to unknown topics, and the
 * ways in which cameras tell as they are known now. A notice belongs to one event before and after it, so that nothing
 * is doubled, and a second reading changes nothing. What somebody has reviewed stays as it was.
 */
@Injectable()
export class RereadingService {
  private readonly log = new Logger('CameraEvents');
  private readonly running = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly store: RereadingStore,
    private readonly cameraEvents: CameraEventStore,
    private readonly styles: EventStyleStore,
    private readonly cameras: CameraStore,
    private readonly journal: JournalService,
  ) {}

  isRunning(communeId: string): boolean {
    return this.running.has(communeId);
  }

  /** Begins, and goes on when nobody waits. @throws Failure `camera-events.reading-already` */
  begin(by: Person): void {
    if (this.isRunning(by.communeId))
      throw new Failure('conflict', 'camera-events.reading-already', 'The notices are being read already');
    void this.all(by).catch((error: unknown) =>
      this.log.error(`The kept notices were not all read again: ${messageOf(error)}`),
    );
  }

  async all(by: Person): Promise<Reread> {
    const { communeId } = by;
    this.running.add(communeId);
    try {
      let total: Reread = { notices: 0, moved: 0, eventsMade: 0, eventsGone: 0 };
      /** Events made here that later notices may still belong to. */
      let made: readonly string[] = [];
      for (let after = firstId; ;) {
        const portion = await this.database.inCommune(communeId, (em) =>
          this.store.next(em, communeId, after, atOnce),
        );
        const last = portion.at(-1);
        if (last === undefined) break;
        after = last.id;
        const done = await this.portion(communeId, portion, made);
        made = done.made;
        total = {
          notices: total.notices + portion.length,
          moved: total.moved + done.moved,
          eventsMade: total.eventsMade + done.eventsMade,
          eventsGone: total.eventsGone + done.eventsGone,
        };
      }
      await this.database.inCommune(communeId, (em) =>
        this.journal.write(em, communeId, {
          actorId: by.id,
          action: 'camera-events.reread',
          subjectType: 'commune',
          subjectId: communeId,
          facts: { ...total },
        }),
      );
      return total;
    } finally {
      this.running.delete(communeId);
    }
  }

  private async portion(
    communeId: string,
    found: readonly KeptNotice[],
    madeBefore: readonly string[],
  ): Promise<{ moved: number; eventsMade: number; eventsGone: number; made: readonly string[] }> {
    const read = await readNotices(found.filter((one) => one.detectorId === null));
    return this.database.inCommune(communeId, async (em) => {
      for (const tellerId of [...new Set(found.map((one) => one.tellerId))].sort())
        await this.cameraEvents.lockTeller(em, tellerId);
      const kinds = await this.styles.kinds(em, communeId);
      const styles = new Map(
        (await this.styles.of(em, communeId, found)).map((row) => [`${row.cameraId} ${row.topic}`, row]),
      );
      const asCamera = (notice: KeptNotice): Means => {
        const now: ReadNotice = read.get(notice.id) ?? notice;
        const { kind, phase } = meaningOf(now, kinds);
        const row = styles.get(`${notice.camera} ${now.topic}`);
        return { topic: now.topic, kind, phase: phaseIn(row?.setStyle ?? row?.style ?? 'on-off', phase) };
      };
      const meant = found.flatMap((notice) => {
        const means = notice.detectorId === null ? asCamera(notice) : asDetector(notice, kinds);
        // An end that ended nothing may be the end of what is a begin now.
        const isSame = means.kind === notice.kind && means.phase === notice.phase;
        const isLoose = means.phase === 'end' && notice.eventId === null;
        return (isSame && !isLoose) || notice.isReviewed ? [] : [{ notice, means }];
      });
      if (meant.length === 0) return { moved: 0, eventsMade: 0, eventsGone: 0, made: madeBefore };
      const points = new Map(
        (await this.cameras.all(em, communeId, { ids: meant.map(({ notice }) => notice.camera) })).map(
          ({ camera }) => [camera.id, camera.pointId],
        ),
      );
      // Only what this reading made: what has other notices of that time was told by them, and stays apart.
      const known = await this.cameraEvents.byId(em, communeId, madeBefore);
      const merge = new Merge(known, (cameraId) => points.get(cameraId) ?? '', newId);
      const moved = meant.flatMap(({ notice, means }) => {
        const eventId = points.has(notice.camera)
          ? merge.take({ ...notice, ...means, detected: wordOf(notice) })
          : notice.eventId;
        const isAsBefore =
          means.kind === notice.kind && means.phase === notice.phase && eventId === notice.eventId;
        return isAsBefore ? [] : [{ id: notice.id, ...means, eventId }];
      });
      const changed = merge.changed();
      await this.cameraEvents.saveEvents(em, communeId, changed);
      const left = [...new Set(meant.flatMap(({ notice }) => notice.eventId ?? []))];
      const eventsGone = await this.store.move(em, communeId, moved, left);
      const lastAt = found.at(-1)?.receivedAt ?? 0;
      const made = [...known, ...changed].filter(
        (event) => event.state === 'open' || event.lastNoticeAt >= lastAt - foldLongestMs,
      );
      return {
        moved: moved.length,
        eventsMade: changed.filter(({ id }) => merge.isNew(id)).length,
        eventsGone,
        made: [...new Set(made.map(({ id }) => id))],
      };
    });
  }
}

/** What is kept of a detector is read in this process: it is our own envelope, bounded, and no camera's XML. */
function asDetector(notice: KeptNotice, named: ReadonlyMap<string, Kind>): Means {
  const said = readKeptDetection(notice.raw);
  if (said === null) return notice;
  const { topic, kind, phase } = asNotice(
    said,
    { detectorId: notice.detectorId ?? '', model: { name: '', version: '' } },
    named,
  );
  return { topic, kind, phase };
}

function wordOf({ detectorId, data }: KeptNotice): DetectedWord | null {
  return detectorId === null ? null : detectedWord(detectorId, data);
}
