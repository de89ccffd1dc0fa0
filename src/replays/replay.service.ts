import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { CameraEventStore } from '../camera-events/camera-event.store.ts';
import { HealthStore } from '../camera-health/health.store.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { ClipFiles } from './clip.files.ts';
import { Films } from './film.ffmpeg.ts';
import { ReplayLink } from './replay.link.ts';
import { ReplayStore } from './replay.store.ts';
import type { ReplayRequest } from './replay.request.ts';
import { longestSeconds, spanAround } from './replay.ts';
import type { Clip, Fault, Replay } from './replay.ts';
import type { EventReplaysView, ReplayView } from './replay.view.ts';

const sweepMs = 5_000;
const dayMs = 86_400_000;
const looksKept = 10_000;

/**
 * Parts of recordings (xem lại đoạn ghi): somebody asks for the time around an event, its connector fetches it from the
 * recorder, and what comes is kept as it came, named by its hash in the journal. Screens are shown a film made of it.
 */
@Injectable()
export class ReplayService implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Replays');
  private timer: NodeJS.Timeout | undefined;
  private purgedAt = 0;
  private begunAt = 0;
  /** Those that the last end of this service interrupted are told to be; not before the database is there. */
  private isTakenUp = false;
  private readonly looks = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly store: ReplayStore,
    private readonly cameraEvents: CameraEventStore,
    private readonly cameras: CameraStore,
    private readonly health: HealthStore,
    private readonly people: PeopleService,
    private readonly communes: CommuneService,
    private readonly replays: ReplayLink,
    private readonly link: BoxLink,
    private readonly files: ClipFiles,
    private readonly films: Films,
    private readonly journal: JournalService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.replays.onEnd = (replay, outcome) =>
      typeof outcome === 'string' ? this.fail(replay, outcome) : this.keep(replay, outcome);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.begunAt = this.clock.now();
    this.isTakenUp = false;
    await this.files.tidy();
    void this.round();
    this.timer = setInterval(() => void this.round(), sweepMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.films.idle();
  }

  /** @throws Failure `camera-events.missing` */
  async ofEvent(communeId: string, eventId: string): Promise<EventReplaysView> {
    const known = await this.database.inCommune(communeId, async (em) => {
      const event = await this.cameraEvents.one(em, communeId, eventId);
      return {
        found: await this.cameras.one(em, communeId, event.cameraId),
        checks: await this.health.checks(em, communeId),
        replays: await this.store.ofEvent(em, communeId, eventId),
      };
    });
    const { point, camera, device } = known.found;
    const kept = known.checks.get(camera.id)?.recording ?? null;
    const names = await this.people.names(communeId, [
      ...new Set(known.replays.map(({ askedBy }) => askedBy)),
    ]);
    return {
      // What was asked before says more than what is offered in general.
      offered: kept !== null && kept.result === 'ok' && kept.replay,
      reachable: camera.retiredAt === null && this.link.presenceOf(device.connectorId).link === 'online',
      keptFrom: kept?.fromAt == null ? null : instant(kept.fromAt),
      recorder: device.name === '' ? point.recorder : device.name,
      channel: point.recorderChannel === '' ? (camera.channel ?? '') : point.recorderChannel,
      days: point.recorderDays,
      longestSeconds,
      replays: await Promise.all(known.replays.map((one) => this.view(communeId, one, names))),
    };
  }

  /**
   * @throws Failure `camera-events.missing`, `cameras.retired`, `replays.connector-offline`, `replays.busy`,
   *   `replays.too-long`, `replays.not-yet`
   */
  async ask(by: Person, eventId: string, asked: ReplayRequest): Promise<ReplayView> {
    const { communeId } = by;
    const { most, megabytes, seconds } = this.config.values.replays;
    const now = this.clock.now();
    const { event, found } = await this.database.inCommune(communeId, async (em) => {
      const event = await this.cameraEvents.one(em, communeId, eventId);
      return { event, found: await this.cameras.one(em, communeId, event.cameraId) };
    });
    const { camera, point, device } = found;
    const span = spanAround(event, asked, now);
    if (camera.retiredAt !== null)
      throw new Failure('conflict', 'cameras.retired', 'This camera is not used any more');
    if (this.link.presenceOf(device.connectorId).link !== 'online')
      throw new Failure('conflict', 'replays.connector-offline', "The camera's connector is not heard now");
    const replay: Replay = {
      ...{ id: newId(now), eventId, cameraId: camera.id, pointId: point.id, askedBy: by.id, askedAt: now },
      ...{ ...span, state: 'running', fault: null, clip: null },
    };
    // Its place is taken before anything is waited for: two who come together do not both find the last one.
    this.replays.open(communeId, device.connectorId, replay, { most, mostBytes: megabytes * 1_000_000 });
    try {
      await this.database.inCommune(communeId, async (em) => {
        await this.store.add(em, communeId, replay);
        await this.journal.write(em, communeId, {
          ...{ actorId: by.id, action: 'replays.asked', subjectType: 'camera-event', subjectId: eventId },
          facts: { replay: replay.id, from: instant(span.fromAt), until: instant(span.untilAt) },
        });
      });
      await this.replays.order(replay.id, seconds);
    } catch (error) {
      await this.replays.close(replay.id);
      await this.fail({ communeId, replay }, 'connector').catch(() => undefined);
      throw error;
    }
    const names = new Map([[by.id, by.displayName]]);
    return this.view(communeId, replay, names);
  }

  /** @throws Failure `replays.missing` */
  async one(communeId: string, id: string): Promise<ReplayView> {
    const replay = await this.find(communeId, id);
    return this.view(communeId, replay, await this.people.names(communeId, [replay.askedBy]));
  }

  /**
   * Where the film for screens lies, or what was received; each look is written down.
   * @throws Failure `replays.missing`, `replays.no-film`
   */
  async pathOf(by: Person, id: string, what: 'film' | 'clip'): Promise<{ path: string; clip: Clip }> {
    const { communeId } = by;
    const { clip, eventId } = await this.find(communeId, id);
    if (clip === null) throw missing();
    if (what === 'film' && (await this.films.state(communeId, clip)) !== 'ready')
      throw new Failure('missing', 'replays.no-film', 'There is no film of it');
    await this.noteLook(by, id, eventId, what, clip.sha256);
    const { sha256 } = clip;
    const path =
      what === 'film' ? this.files.filmPath(communeId, sha256) : this.files.path(communeId, sha256);
    return { path, clip };
  }

  /** Never throws: the next round goes on. */
  async round(): Promise<void> {
    try {
      await this.replays.endSilent();
      if (!this.isTakenUp) {
        for (const communeId of await this.communes.ids()) await this.endInterrupted(communeId);
        this.isTakenUp = true;
      }
      const now = this.clock.now();
      if (now - this.purgedAt < dayMs) return;
      this.purgedAt = now;
      for (const communeId of await this.communes.ids()) await this.purge(communeId);
    } catch (error) {
      this.log.warn(`The upkeep of replays is not done yet: ${messageOf(error)}`);
    }
  }

  /** What is older than its point's days. @returns how many clips went */
  async purge(communeId: string): Promise<number> {
    const points = await this.database.inCommune(communeId, (em) => this.cameras.points(em, communeId));
    let gone = 0;
    for (const { id, retentionDays } of points.values()) {
      const before = new Date(this.clock.now() - retentionDays * dayMs);
      const hashes = await this.database.inCommune(communeId, (em) =>
        this.store.purge(em, communeId, id, before),
      );
      // After the commit: a file without its row is waste, a row without its file would be a loss.
      for (const sha256 of hashes) await this.files.remove(communeId, sha256);
      gone += hashes.length;
    }
    return gone;
  }

  private async keep({ communeId, replay }: Ended, clip: Clip): Promise<void> {
    await this.database.inCommune(communeId, async (em) => {
      if (!(await this.store.keep(em, communeId, replay.id, clip))) return;
      const { sha256, bytes, frames, ended } = clip;
      await this.journal.write(em, communeId, {
        ...{ actorId: null, action: 'replays.kept', subjectType: 'camera-event', subjectId: replay.eventId },
        facts: { replay: replay.id, sha256, bytes, frames, ended },
      });
    });
    await this.films.state(communeId, clip);
  }

  private async fail({ communeId, replay }: Ended, fault: Fault): Promise<void> {
    await this.database.inCommune(communeId, async (em) => {
      if (!(await this.store.fail(em, communeId, replay.id, fault))) return;
      await this.journal.write(em, communeId, {
        ...{
          actorId: null,
          action: 'replays.failed',
          subjectType: 'camera-event',
          subjectId: replay.eventId,
        },
        facts: { replay: replay.id, fault },
      });
    });
  }

  /** A film is asked for in many parts: one person's look at it is one line. */
  private async noteLook(
    by: Person,
    id: string,
    eventId: string,
    what: 'film' | 'clip',
    sha256: string,
  ): Promise<void> {
    const look = `${by.id} ${id}`;
    if (what === 'film' && this.looks.has(look)) return;
    await this.database.inCommune(by.communeId, (em) =>
      this.journal.write(em, by.communeId, {
        ...{ actorId: by.id, action: what === 'film' ? 'replays.looked' : 'replays.taken' },
        ...{ subjectType: 'camera-event', subjectId: eventId, facts: { replay: id, sha256 } },
      }),
    );
    if (this.looks.size >= looksKept) this.looks.clear();
    if (what === 'film') this.looks.add(look);
  }

  private async endInterrupted(communeId: string): Promise<void> {
    await this.database.inCommune(communeId, async (em) => {
      for (const id of await this.store.running(em, communeId, new Date(this.begunAt)))
        await this.store.fail(em, communeId, id, 'interrupted');
    });
  }

  private async find(communeId: string, id: string): Promise<Replay> {
    const replay = await this.database.inCommune(communeId, (em) => this.store.one(em, communeId, id));
    if (replay === null) throw missing();
    return replay;
  }

  private async view(
    communeId: string,
    replay: Replay,
    names: ReadonlyMap<string, string>,
  ): Promise<ReplayView> {
    const { id, eventId, clip, askedBy, state, fault } = replay;
    const film = clip === null ? 'none' : await this.films.state(communeId, clip);
    const progress = this.replays.progress(id);
    return {
      ...{ id, eventId, state, fault, film },
      ...{ askedAt: instant(replay.askedAt), askedByName: names.get(askedBy) ?? '' },
      ...{ from: instant(replay.fromAt), until: instant(replay.untilAt) },
      progress:
        progress === null
          ? null
          : {
              bytes: progress.bytes,
              reached: progress.reachedAt === null ? null : instant(progress.reachedAt),
            },
      clip: clip === null ? null : { ...clip, firstAt: instant(clip.firstAt), lastAt: instant(clip.lastAt) },
      filmUrl: film === 'ready' ? `/api/replays/${id}/film` : null,
      clipUrl: clip === null ? null : `/api/replays/${id}/clip`,
    };
  }
}

interface Ended {
  readonly communeId: string;
  readonly replay: Pick<Replay, 'id' | 'eventId'>;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function missing(): Failure {
  return new Failure('missing', 'replays.missing', 'There is no such part of a recording');
}
