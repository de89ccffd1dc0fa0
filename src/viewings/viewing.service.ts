import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { Viewing, Viewings } from './viewing.ts';
import type { ViewingEnd } from './viewing.ts';
import type { ViewingStateView, ViewingView } from './viewing.view.ts';
import { WatchLink } from './watch.link.ts';
import type { WatchedCamera } from './watched-camera.ts';

/** How often orders go out again, and ends are looked for. */
const roundMs = 5_000;
/** The longest that a screen's question is held while the camera gives nothing: it hears of that, too. */
const holdMs = 2_000;

/** What a screen is given: the newest picture unless it has that one, and how things stand. */
export interface Look {
  readonly jpeg: Uint8Array | null;
  readonly state: ViewingStateView;
}

/**
 * Live view (xem trực tiếp): while somebody watches, their screen asks for one picture after the other, each time for
 * the newest. So nothing queues for a slow screen, and a viewing ends when its screen asks no more. Kept in memory: it
 * lives in the process where it began.
 */
@Injectable()
export class ViewingService implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('Viewings');
  private readonly viewings = new Viewings();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly cameras: CameraStore,
    private readonly watches: WatchLink,
    private readonly link: BoxLink,
    private readonly journal: JournalService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.round(), roundMs);
    this.timer.unref();
    this.link.onPresence((_communeId, assetId, kind, { link }) => {
      if (kind !== 'connector' || link === 'online') return;
      for (const { cameraId } of this.watches.all().filter(({ connectorId }) => connectorId === assetId))
        this.endAll(cameraId, 'connector');
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const { cameraId } of this.watches.all()) this.watches.end(cameraId);
  }

  /** @throws Failure `cameras.missing`, `cameras.retired`, `viewings.connector-offline`, `viewings.full` */
  async start(by: Person, cameraId: string): Promise<ViewingView> {
    const { communeId } = by;
    const { seconds, most } = this.config.values.viewings;
    const { camera, device } = await this.database.inCommune(communeId, (em) =>
      this.cameras.one(em, communeId, cameraId),
    );
    if (camera.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera is not used any more');
    if (this.link.presenceOf(device.connectorId).link !== 'online')
      throw new Failure('conflict', 'viewings.connector-offline', "The camera's connector is not heard now");
    this.endThose((one) => one.personId === by.id && one.cameraId === cameraId, 'elsewhere');
    this.endOver();
    const now = this.clock.now();
    const viewing = new Viewing(newId(), communeId, cameraId, by.id, now, seconds * 1_000);
    // Its place is taken before the journal is asked: two who come together do not both find the last one.
    this.viewings.add(viewing, most);
    try {
      await this.note(viewing, 'viewings.started', { seconds });
    } catch (error) {
      // Nobody watches without a line in the journal.
      this.viewings.end(viewing, 'left');
      throw error;
    }
    this.watches.watch(communeId, cameraId, device.connectorId);
    return { id: viewing.id, cameraId, seconds, most };
  }

  /** @throws Failure `viewings.missing`, or why it is over */
  async goOn(by: Person, id: string): Promise<void> {
    this.endOver();
    const viewing = this.viewings.of(by.id, id);
    await this.note(viewing, 'viewings.continued', { seconds: this.config.values.viewings.seconds });
    viewing.goOn(this.clock.now());
  }

  /**
   * What a person watches.
   * @throws Failure `viewings.missing`, or why it is over
   */
  watched(by: Person, id: string): WatchedCamera {
    this.endOver();
    const camera = this.watches.of(this.viewings.of(by.id, id).cameraId);
    if (camera === null)
      throw new Failure('conflict', 'viewings.connector-gone', 'The camera is not watched');
    return camera;
  }

  /** @throws Failure `viewings.missing`, or why it is over */
  async noteTurn(by: Person, id: string, how: Record<string, string | number>): Promise<void> {
    this.endOver();
    await this.note(this.viewings.of(by.id, id), 'viewings.turned', how);
  }

  /** Over already is over as well. */
  stop(by: Person, id: string): void {
    this.endThose((one) => one.id === id && one.personId === by.id, 'left');
  }

  /**
   * The newest picture, as soon as the camera has answered once more than `after`.
   * @throws Failure `viewings.missing`, or why it is over
   */
  async look(by: Person, id: string, after: number): Promise<Look> {
    const askedAt = this.clock.now();
    this.endOver();
    const viewing = this.viewings.of(by.id, id);
    viewing.asked(askedAt);
    await this.watches.of(viewing.cameraId)?.answerAfter(after, Math.min(holdMs, viewing.endsInMs(askedAt)));
    const now = this.clock.now();
    this.endOver();
    // It may have ended while it waited.
    this.viewings.of(by.id, id).asked(now);
    const camera = this.watches.of(viewing.cameraId);
    const picture = camera?.newerThan(after) ?? null;
    if (picture !== null) viewing.pictures += 1;
    const state = camera?.state(now) ?? { number: 0, ageMs: null, stillMs: 0, unmovedMs: 0, fault: null };
    return {
      jpeg: picture?.jpeg ?? null,
      state: {
        ...state,
        waitedMs: now - askedAt,
        endsInMs: viewing.endsInMs(now),
        viewers: this.viewings.watching(viewing.cameraId),
      },
    };
  }

  /** Orders what is watched again, where it is now. */
  private async round(): Promise<void> {
    this.endOver();
    for (const { communeId, cameraId, connectorId } of this.watches.all()) {
      let now: { connectorId: string; retiredAt: Date | null } = { connectorId, retiredAt: null };
      try {
        const found = await this.database.inCommune(communeId, (em) =>
          this.cameras.one(em, communeId, cameraId),
        );
        now = { connectorId: found.device.connectorId, retiredAt: found.camera.retiredAt };
      } catch (error) {
        // While the database is away the camera is where it was.
        this.log.debug(`A watched camera was not looked up: ${messageOf(error)}`);
      }
      if (now.retiredAt !== null) this.endAll(cameraId, 'camera');
      else if (this.viewings.watching(cameraId) > 0) this.watches.watch(communeId, cameraId, now.connectorId);
    }
  }

  private endOver(): void {
    const now = this.clock.now();
    for (const viewing of this.viewings.all()) {
      const why = viewing.endedBy(now);
      if (why !== null) this.end(viewing, why);
    }
  }

  private endAll(cameraId: string, why: ViewingEnd): void {
    this.endThose((one) => one.cameraId === cameraId, why);
  }

  private endThose(which: (viewing: Viewing) => boolean, why: ViewingEnd): void {
    for (const viewing of this.viewings.all().filter(which)) this.end(viewing, why);
  }

  private end(viewing: Viewing, why: ViewingEnd): void {
    if (!this.viewings.end(viewing, why)) return;
    if (this.viewings.watching(viewing.cameraId) === 0) this.watches.end(viewing.cameraId);
    const watchedSeconds = Math.round((this.clock.now() - viewing.startedAt) / 1_000);
    const facts = { why, seconds: watchedSeconds, pictures: viewing.pictures };
    this.note(viewing, 'viewings.ended', facts).catch((error: unknown) => {
      this.log.warn(`The end of a viewing is not in the journal: ${messageOf(error)}`);
    });
  }

  private note(
    { id, communeId, cameraId, personId }: Viewing,
    action: 'viewings.started' | 'viewings.continued' | 'viewings.turned' | 'viewings.ended',
    facts: Record<string, string | number>,
  ): Promise<number> {
    const line = { actorId: personId, action, subjectType: 'camera', subjectId: cameraId };
    return this.database.inCommune(communeId, (em: EntityManager) =>
      this.journal.write(em, communeId, { ...line, facts: { viewing: id, ...facts } }),
    );
  }
}
