import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CameraChecked } from '../../devices/protocol/camera-messages.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { greyPicture, pictureCells } from '../camera-events/picture.process.ts';
import { isSameScene } from '../camera-events/still-scene.ts';
import type { Cells } from '../camera-events/still-scene.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraAtPoint } from '../cameras/camera.store.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { compare, judge, measure, stillHeight, stillWidth } from './comparison.ts';
import type { ViewFinding } from './comparison.ts';
import { HealthStore } from './health.store.ts';
import type { ReferenceRow, StillRow } from './health.store.ts';
import type { Kept } from './kept.ts';
import { due, follow, lightOf } from './rounds.ts';
import { StillFiles } from './still.files.ts';

const roundMs = 15_000;
/** A thousand cameras are asked within the hour, and no connector has more to do than it can at once. */
const ordersPerRound = 10;
/** A connector whose clock has just been told the time may still refuse it: it is asked again. */
const validMs = 60_000;
/** A camera is described once its events flow; its stream and picture are known then. */
const settleMs = 3_000;
const purgeEveryMs = 86_400_000;
/** Of a camera that gave none twice in a row, its picture is gone; once may be a busy one. */
const missedMost = 2;
/** No encoder copies what stands still for so long: stills that far apart and the same to the point are of a sensor that hangs. */
const frozenAfterMs = 3_600_000;

interface Order {
  readonly communeId: string;
  readonly connectorId: string;
  readonly cameraId: string;
  readonly at: number;
}

/**
 * Looks after every camera: has its connector ask its stream and picture every hour and send a still every day, compares
 * that with the reference, and opens and closes what is found.
 */
@Injectable()
export class CheckService implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('CameraHealth');
  /** By check: what was asked and not answered yet. An answer to anything else is not believed. */
  private readonly orders = new Map<string, Order>();
  private readonly orderedAt = new Map<string, number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> = Promise.resolve();
  private rounding: Promise<void> = Promise.resolve();
  private purgedAt = 0;

  constructor(
    private readonly link: BoxLink,
    private readonly database: Database,
    private readonly store: HealthStore,
    private readonly cameras: CameraStore,
    private readonly communes: CommuneService,
    private readonly files: StillFiles,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-checked', (from, message) => this.take(from, message));
    this.link.on('snapshot', (from, { sha256, bytes }) => this.takeBytes(from, sha256, bytes));
    this.events.on('camera.state', ({ communeId, cameraId, to }) => {
      if (to === 'subscribed' || to === 'unreachable') this.soon(communeId, cameraId, settleMs);
    });
  }

  onApplicationBootstrap(): void {
    this.purgedAt = this.clock.now();
    this.timer = setInterval(() => {
      this.rounding = this.rounding.then(() => this.round());
    }, roundMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all([this.rounding, this.asking]);
  }

  /** Since when an order of this camera is under way; null where none is. */
  underWay(cameraId: string): number | null {
    const now = this.clock.now();
    for (const order of this.orders.values())
      if (order.cameraId === cameraId && now - order.at < validMs) return order.at;
    return null;
  }

  /** @returns false where its connector is not heard: nothing was asked */
  async order(communeId: string, { camera, device }: CameraAtPoint, still: boolean): Promise<boolean> {
    const now = this.clock.now();
    for (const [id, { at }] of this.orders) if (now - at > 2 * validMs) this.orders.delete(id);
    const { connectorId } = device;
    if (this.link.presenceOf(connectorId).link !== 'online') return false;
    const check = newId(now);
    this.orders.set(check, { communeId, connectorId, cameraId: camera.id, at: now });
    this.orderedAt.set(camera.id, now);
    await this.link.send('camera-check', communeId, connectorId, {
      ...{ v: 1, commune: communeId, connector: connectorId, check, camera: camera.id, still },
      ...{ issuedAt: now, expiresAt: now + validMs },
    });
    return true;
  }

  /** Asks those that are due. Never throws: the next round goes on. */
  async round(): Promise<void> {
    try {
      const now = this.clock.now();
      const isPurging = now - this.purgedAt > purgeEveryMs;
      for (const communeId of await this.communes.ids()) {
        await this.roundOf(communeId, now);
        if (isPurging) await this.purge(communeId);
      }
      // Rounds follow one another: what failed is tried again by the next.
      if (isPurging) this.purgedAt = now;
    } catch (error) {
      this.log.warn(`A round of checks is not done: ${messageOf(error)}`);
    }
  }

  /** Forgets stills whose days are over. @returns how many files went */
  async purge(communeId: string): Promise<number> {
    const gone = await this.database.inCommune(communeId, async (em) => {
      await this.store.forgetRetired(em, communeId);
      return this.store.purgeStills(em, communeId, this.clock.date());
    });
    // After the commit: a file without its row is waste, a row without its file would be a loss.
    for (const sha256 of gone) await this.files.remove(communeId, sha256);
    return gone.length;
  }

  private async roundOf(communeId: string, now: number): Promise<void> {
    const known = await this.database.inCommune(communeId, async (em) => ({
      all: await this.cameras.all(em, communeId),
      checks: await this.store.checks(em, communeId),
      stills: await this.store.latestStills(em, communeId),
      references: await this.store.references(em, communeId),
      open: await this.store.openFindings(em, communeId),
    }));
    const everyMs = this.config.values.cameraHealth.checkMinutes * 60_000;
    const wanted = known.all.flatMap((found) => {
      const { id } = found.camera;
      const { state, connectorId } = found.device;
      if (state !== 'subscribed' || this.link.presenceOf(connectorId).link !== 'online') return [];
      const still = known.stills.get(id);
      const checkedAt = known.checks.get(id)?.checkedAt ?? null;
      const what = due(
        {
          ...{ cameraId: id, orderedAt: this.orderedAt.get(id) ?? null, checkedAt },
          stillAt: still?.takenAt ?? null,
          references: known.references.filter(({ cameraId }) => cameraId === id),
          isSuspect: known.open.has(id) || (still?.finding ?? null) !== null,
        },
        now,
        everyMs,
      );
      return what === null ? [] : [{ found, isStill: what === 'still', checkedAt: checkedAt ?? 0 }];
    });
    const first = wanted.sort((a, b) => a.checkedAt - b.checkedAt).slice(0, ordersPerRound);
    for (const { found, isStill } of first) await this.order(communeId, found, isStill);
  }

  private soon(communeId: string, cameraId: string, afterMs: number, isStill = false): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      // A hundred cameras come back within the same second: all at once, they take every database connection.
      this.asking = this.asking
        .then(() => this.orderNow(communeId, cameraId, isStill))
        .catch((error: unknown) => this.log.warn(`A camera was not asked: ${messageOf(error)}`));
    }, afterMs).unref();
    this.timers.add(timer);
  }

  private async orderNow(communeId: string, cameraId: string, isStill: boolean): Promise<void> {
    const { found, open, last } = await this.database.inCommune(communeId, async (em) => ({
      found: await this.cameras.one(em, communeId, cameraId),
      open: await this.store.openFinding(em, communeId, cameraId),
      last: (await this.store.stills(em, communeId, cameraId, 1))[0],
    }));
    if (found.camera.retiredAt === null)
      await this.order(communeId, found, isStill || open !== null || last === undefined);
  }

  private get confirmMs(): number {
    return this.config.values.cameraHealth.confirmSeconds * 1_000;
  }

  private async take({ communeId, assetId }: From, message: CameraChecked): Promise<void> {
    const order = this.orders.get(message.check);
    const { camera: cameraId, still } = message;
    if (order?.communeId !== communeId || order.connectorId !== assetId || order.cameraId !== cameraId)
      return;
    this.orders.delete(message.check);
    const isMissed = await this.database.inCommune(communeId, async (em) => {
      const found = await this.cameras.one(em, communeId, cameraId);
      const { connectorId, revision } = found.device;
      if (connectorId !== assetId || revision !== message.revision) return false;
      const before = (await this.store.checks(em, communeId)).get(cameraId);
      const { result } = message.picture;
      const isGone = result === 'silent' || result === 'refused' || result === 'bad-answer';
      const picturesMissed =
        result === 'ok' ? 0 : isGone ? (before?.picturesMissed ?? 0) + 1 : (before?.picturesMissed ?? 0);
      await this.store.saveCheck(em, communeId, {
        ...{ cameraId, checkedAt: Math.min(message.at, this.clock.now()), reach: message.reach },
        ...{ stream: message.stream.result, streamDetail: message.stream.detail },
        ...{ picture: result, pictureDetail: message.picture.detail, picturesMissed },
        // A connector that has just begun has heard nothing yet: what it heard before counts on.
        noticeAt: message.noticeAt ?? before?.noticeAt ?? null,
        recording: learned(message, before?.recording ?? null, this.clock.now()),
      });
      if (still !== null)
        await this.store.addStill(em, communeId, {
          ...{ cameraId, takenAt: still.takenAt, light: lightOf(still.takenAt), sha256: still.sha256 },
        });
      if (result === 'ok') await this.endMissing(em, communeId, cameraId);
      else if (isGone && picturesMissed >= missedMost) await this.beginMissing(em, communeId, found);
      return isGone && picturesMissed < missedMost;
    });
    if (isMissed) this.soon(communeId, cameraId, this.confirmMs);
  }

  private async beginMissing(
    em: EntityManager,
    communeId: string,
    { camera, point }: CameraAtPoint,
  ): Promise<void> {
    await this.store.lockFindings(em, camera.id);
    const now = this.clock.now();
    const open = await this.store.openFinding(em, communeId, camera.id);
    if (open?.kind === 'no-picture') return;
    if (open !== null) await this.store.end(em, communeId, open.id, now, 'other');
    await this.store.begin(em, communeId, {
      ...{ cameraId: camera.id, kind: 'no-picture', owner: point.owner, beganAt: now },
      ...{ stillId: null, referenceId: null, seen: null },
    });
  }

  private async endMissing(em: EntityManager, communeId: string, cameraId: string): Promise<void> {
    await this.store.lockFindings(em, cameraId);
    const open = await this.store.openFinding(em, communeId, cameraId);
    if (open?.kind === 'no-picture')
      await this.store.end(em, communeId, open.id, this.clock.now(), 'picture');
  }

  /** Bytes that no check has named are somebody else's, or nobody's. */
  private async takeBytes(from: From, sha256: string, bytes: Uint8Array): Promise<void> {
    const { communeId, assetId, boxId } = from;
    const awaited = await this.database.inCommune(communeId, (em) =>
      this.store.awaited(em, communeId, assetId, sha256),
    );
    if (awaited.length === 0) return;
    await this.files.put(communeId, sha256, bytes);
    for (const still of awaited) await this.judge(communeId, still, bytes);
    await this.link.commit(communeId, assetId, boxId, [], [sha256]);
  }

  private async judge(communeId: string, still: StillRow, bytes: Uint8Array): Promise<void> {
    const picture = await greyPicture(bytes, stillWidth, stillHeight).catch(() => null);
    if (picture === null) {
      const unreadable = { id: still.id, state: 'unreadable' as const };
      await this.database.inCommune(communeId, (em) =>
        this.store.judgeStill(em, communeId, {
          ...unreadable,
          ...{ measures: null, referenceId: null, seen: null, finding: null },
        }),
      );
      return;
    }
    const references = await this.database.inCommune(communeId, (em) =>
      this.store.references(em, communeId, still.cameraId),
    );
    const reference = references.find(({ light }) => light === still.light) ?? references[0];
    const seen = reference === undefined ? null : await this.beside(communeId, reference, picture);
    const found = seen === null ? null : judge(seen, reference?.light === still.light);
    const frozenSince = found === null ? await this.sameAsBefore(communeId, still, bytes) : null;
    const finding = frozenSince === null ? found : 'frozen';
    const judged = {
      ...{ id: still.id, state: 'here' as const, measures: measure(picture), seen, finding },
      referenceId: seen === null ? null : (reference?.stillId ?? null),
    };
    const isUnsure = await this.database.inCommune(communeId, async (em) => {
      await this.store.lockFindings(em, still.cameraId);
      await this.store.judgeStill(em, communeId, judged);
      const evidence = frozenSince === null ? {} : { seen: null, referenceId: frozenSince.id };
      return this.followUp(em, communeId, { ...still, ...judged, ...evidence }, finding);
    });
    if (isUnsure) this.soon(communeId, still.cameraId, this.confirmMs, true);
  }

  /** @returns whether another still is wanted soon */
  private async followUp(
    em: EntityManager,
    communeId: string,
    still: StillRow,
    finding: ViewFinding | null,
  ): Promise<boolean> {
    const { cameraId, takenAt } = still;
    const open = await this.store.openFinding(em, communeId, cameraId);
    // What was told beside a reference is not over because that is away.
    if (finding === null && still.seen === null && open?.kind !== 'frozen') return false;
    const before = (await this.store.stills(em, communeId, cameraId, 2, 'here')).find(
      ({ id, takenAt: earlierAt }) => id !== still.id && earlierAt < takenAt,
    );
    const next = follow(open?.kind ?? null, before ?? null, { finding, takenAt }, this.confirmMs);
    if (next === 'confirm') return true;
    if (next !== null && open !== null)
      await this.store.end(em, communeId, open.id, takenAt, next === 'close' ? 'picture' : 'other');
    if (next === 'open' && finding !== null) {
      const { point } = await this.cameras.one(em, communeId, cameraId);
      await this.store.begin(em, communeId, {
        ...{ cameraId, kind: finding, owner: point.owner, stillId: still.id },
        // It was so at the first of the two already.
        ...{ beganAt: before?.takenAt ?? takenAt, referenceId: still.referenceId, seen: still.seen },
      });
    }
    return false;
  }

  /** The earlier still that shows the very same, but for the clock. */
  private async sameAsBefore(
    communeId: string,
    { cameraId, takenAt }: StillRow,
    bytes: Uint8Array,
  ): Promise<StillRow | null> {
    const before = await this.database.inCommune(communeId, (em) =>
      this.store.stillBefore(em, communeId, cameraId, takenAt - frozenAfterMs),
    );
    const earlier = before === null ? null : await this.files.read(communeId, before.sha256);
    if (earlier === null) return null;
    const [was, is] = [await cellsOf(earlier), await cellsOf(bytes)];
    return was !== null && is !== null && isSameScene(was, is) ? before : null;
  }

  private async beside(
    communeId: string,
    reference: ReferenceRow,
    picture: Awaited<ReturnType<typeof greyPicture>>,
  ): Promise<ReturnType<typeof compare> | null> {
    const bytes = await this.files.read(communeId, reference.sha256);
    const shown = bytes === null ? null : await greyPicture(bytes, stillWidth, stillHeight).catch(() => null);
    return shown === null ? null : compare(shown, picture);
  }
}

const cellsOf = (bytes: Uint8Array): Promise<Cells | null> => pictureCells(bytes).catch(() => null);

/** A recorder that did not answer this time keeps what it kept. */
function learned({ recording, at }: CameraChecked, before: Kept | null, now: number): Kept | null {
  if (recording === undefined) return before;
  const isLearned = recording.result === 'ok' || recording.result === 'none';
  return isLearned || before === null ? { ...recording, at: Math.min(at, now) } : before;
}
