import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Notice, Notices } from '../../devices/protocol/camera-messages.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import type { PointOf } from './camera-event.store.ts';
import { detectedWord } from './detected.ts';
import { Learning } from './learning.ts';
import { Merge, sourceKeyOf } from './merge.ts';
import { MorePicturesStore } from './more-pictures.store.ts';
import type { MorePicture } from './more-pictures.store.ts';
import type { EventState } from './merge.ts';
import { placed, pointsOf } from './placing.ts';
import { pictureTypeOf } from './picture-type.ts';
import { SnapshotFiles } from './snapshot.files.ts';
import { StrayStore } from './stray.store.ts';

/** Whose notices they are, proved. */
interface Teller {
  readonly communeId: string;
  /** The connector or the detector. */
  readonly id: string;
  readonly boxId: string | null;
  readonly detectorId: string | null;
}
/** What one message came to. */
interface Taken {
  readonly changed: readonly EventState[];
  /** Pictures that no event wants: an event keeps its first, and as many more as are set. */
  readonly unwanted: readonly string[];
  /** Notice → its event, null where it belongs to none. */
  readonly eventOf: ReadonlyMap<string, string | null>;
}

/** Pictures that came before the notice that names them: how many, and how long they are kept (ms). */
const earlyKept = 32;
const earlyForMs = 60_000;

/**
 * Takes what connectors tell into the ledger: each notice once, all of a message in one transaction, and only after
 * its commit is the connector told that it may forget them.
 */
@Injectable()
export class NoticeService implements OnModuleInit {
  private readonly log = new Logger('CameraEvents');
  private readonly early = new Map<string, { from: From; bytes: Uint8Array; until: number }>();

  constructor(
    private readonly link: BoxLink,
    private readonly database: Database,
    private readonly store: CameraEventStore,
    private readonly strays: StrayStore,
    private readonly more: MorePicturesStore,
    private readonly cameraEvents: CameraEventService,
    private readonly snapshots: SnapshotFiles,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.link.on('notices', (from, message) => this.take(from, message));
    this.link.on('snapshot', (from, { sha256, bytes }) => this.takeSnapshot(from, sha256, bytes));
  }

  async take(from: From, message: Notices): Promise<void> {
    const { communeId, assetId, boxId } = from;
    const { changed, unwanted } = await this.database.inCommune(communeId, async (em) => {
      const teller: Teller = { communeId, id: assetId, boxId, detectorId: null };
      await this.store.lockToEnter(em, assetId);
      const deviceIds = [...new Set(message.entries.map((one) => one.camera))];
      const devices = await this.strays.devicesOf(em, communeId, assetId, deviceIds);
      const { owned, strays } = placed(devices, message.entries);
      const taken = await this.enter(em, teller, pointsOf(devices), owned);
      if (strays.length === 0) return taken;
      const held = new Map([...devices].map(([id, { untilAt }]) => [id, { pointId: '', untilAt }]));
      const kept = strays.filter((one) => this.isBelieved(one, held, assetId));
      await this.store.enter(em, communeId, {
        ...{ boxId, detectorId: null, notices: kept, events: [], learned: [] },
      });
      return { ...taken, unwanted: [...taken.unwanted, ...snapshotsOf(strays)] };
    });
    const seqs = message.entries.map(({ seq }) => seq);
    // What waits behind this need not wait for the broker's word: a connector that hears no answer sends once more.
    this.link
      .commit(communeId, assetId, boxId, seqs, unwanted)
      .catch((error: unknown) => this.log.warn(`Not answered yet: ${messageOf(error)}`));
    this.cameraEvents.tell(communeId, changed);
    for (const sha256 of snapshotsOf(message.entries)) await this.takeEarly(from, sha256);
  }

  /**
   * The one way into the ledger, for whoever tells. The caller holds the teller's lock.
   * @param points of the cameras that this one may tell of, as far as the entries name them
   */
  async enter(
    em: EntityManager,
    teller: Teller,
    points: ReadonlyMap<string, PointOf>,
    entries: readonly Notice[],
  ): Promise<Taken> {
    const { communeId, boxId, detectorId } = teller;
    const held = await this.store.held(em, communeId, entries);
    const { known } = held;
    const believed = entries.filter((one) => this.isBelieved(one, points, teller.id));
    if (believed.length === 0) return { changed: [], unwanted: snapshotsOf(entries), eventOf: known };
    const now = this.clock.now();
    const restMs = this.config.values.cameraEvents.restSeconds * 1_000;
    // A detector says in each word how it is meant: there is nothing to learn.
    const learning = detectorId === null ? new Learning(held.styles, held.kinds, restMs) : null;
    const read = believed
      .sort((a, b) => a.seq - b.seq)
      .map((told) => (known.has(told.id) || learning === null ? told : asRead(told, learning.read(told))));
    const mergeable = await this.store.mergeable(
      em,
      communeId,
      {
        cameraIds: [...points.keys()],
        kinds: [...new Set(read.map(({ kind }) => kind))],
        sourceKeys: [...new Set(read.map(({ source }) => sourceKeyOf(source)))],
      },
      Math.min(...read.map((one) => one.receivedAt)),
      [...known.values()].flatMap((eventId) => eventId ?? []),
    );
    const merge = new Merge(
      mergeable,
      (cameraId) => points.get(cameraId)?.pointId ?? '',
      // A connector whose clock runs ahead must not put its events above all that come after.
      (receivedAt) => newId(Math.min(receivedAt, now)),
    );
    const eventOf = new Map(known);
    const fresh = [];
    const further: MorePicture[] = [];
    for (const notice of read) {
      const seen = eventOf.get(notice.id);
      if (seen === undefined) {
        const eventId = merge.take(
          detectorId === null ? notice : { ...notice, detected: detectedWord(detectorId, notice.data) },
        );
        eventOf.set(notice.id, eventId);
        fresh.push({ ...notice, eventId });
      } else if (seen !== null && notice.snapshot !== null) {
        // Told a second time, now with the picture that was not taken yet; or again, with one more.
        const { sha256, takenAt } = notice.snapshot;
        if (!merge.picture(seen, notice.snapshot))
          further.push({ eventId: seen, noticeId: notice.id, sha256, takenAt });
      }
    }
    const changed = merge.changed();
    const learned = learning?.changed() ?? [];
    const entered = { boxId, detectorId, notices: fresh, events: changed, learned };
    await this.store.enter(em, communeId, entered);
    const { morePictures } = this.config.values.cameraEvents;
    const kept = morePictures === 0 ? [] : await this.more.keep(em, communeId, further, morePictures);
    const firsts = [...mergeable, ...changed].flatMap((event) => event.snapshotSha256 ?? []);
    const wanted = new Set([...firsts, ...kept]);
    return { changed, unwanted: snapshotsOf(entries).filter((sha256) => !wanted.has(sha256)), eventOf };
  }

  /**
   * Bytes alone are nothing: a proved notice must have named them. They often come a moment before it, so a few are held
   * in memory; the connector keeps them all until it is told.
   */
  private async takeSnapshot(from: From, sha256: string, bytes: Uint8Array): Promise<void> {
    const { communeId, assetId, boxId } = from;
    const events = await this.database.inCommune(communeId, async (em) => {
      const first = await this.store.withSnapshot(em, communeId, sha256);
      if (first.length > 0) return first;
      const others = await this.more.eventsWith(em, communeId, sha256);
      return others.length === 0 ? [] : this.store.byId(em, communeId, others);
    });
    if (events.length === 0) {
      this.keepEarly(from, sha256, bytes);
      return;
    }
    if (pictureTypeOf(bytes) === null)
      this.log.warn(`A picture of ${assetId} is neither JPEG nor PNG and was not kept (${sha256})`);
    else await this.snapshots.put(communeId, sha256, bytes);
    await this.link.commit(communeId, assetId, boxId, [], [sha256]);
    this.cameraEvents.tell(communeId, events);
  }

  private keepEarly(from: From, sha256: string, bytes: Uint8Array): void {
    const now = this.clock.now();
    for (const [key, { until }] of this.early)
      if (until < now || this.early.size >= earlyKept) this.early.delete(key);
    this.early.set(`${from.assetId} ${sha256}`, { from, bytes, until: now + earlyForMs });
  }

  private async takeEarly(from: From, sha256: string): Promise<void> {
    const key = `${from.assetId} ${sha256}`;
    const early = this.early.get(key);
    if (early === undefined) return;
    this.early.delete(key);
    await this.takeSnapshot(early.from, sha256, early.bytes);
  }

  private isBelieved(notice: Notice, points: ReadonlyMap<string, PointOf>, tellerId: string): boolean {
    const point = points.get(notice.camera);
    const isOwn = point !== undefined && notice.receivedAt <= (point.untilAt ?? Infinity);
    const why = !isOwn
      ? `names a device that is not its own (${notice.camera})`
      : sha256Of(notice.raw) !== notice.rawSha256
        ? 'has other bytes than its hash says'
        : null;
    if (why !== null) this.log.warn(`A notice of ${tellerId} ${why}: it is not kept`);
    return why === null;
  }
}

/** Itself where it was understood as the connector understood it, as nearly every one is. */
function asRead(told: Notice, { kind, phase }: Pick<Notice, 'kind' | 'phase'>): Notice {
  return kind === told.kind && phase === told.phase ? told : { ...told, kind, phase };
}

function snapshotsOf(entries: readonly Notice[]): string[] {
  return [...new Set(entries.flatMap((one) => one.snapshot?.sha256 ?? []))];
}

function sha256Of(base64: string): string {
  return hash('sha256', Buffer.from(base64, 'base64'), 'hex');
}
