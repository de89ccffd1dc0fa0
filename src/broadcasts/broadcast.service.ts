import { Injectable } from '@nestjs/common';
import { villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { AnnouncementService } from '../announcements/announcement.service.ts';
import type { Approved } from '../announcements/announcement.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { LoudspeakerService } from '../loudspeakers/loudspeaker.service.ts';
import { Database } from '../platform/database/database.ts';
import { languageName, missingFrom } from '../villages/language.ts';
import { VillageService } from '../villages/village.service.ts';
import type { VillageView } from '../villages/village.view.ts';
import { AiringStore } from './airing.store.ts';
import { airingView } from './airing.words.ts';
import { Broadcast } from './broadcast.ts';
import type { BroadcastRequest, ScheduleRequest, Target } from './broadcast.request.ts';
import { BroadcastStore } from './broadcast.store.ts';
import type { BroadcastWithSound } from './broadcast.store.ts';
import type { AiringView, BroadcastPreviewView, BroadcastView } from './broadcast.view.ts';
import { OrderService } from './order.service.ts';
import { turnMs } from './programme.ts';
import type { SpokenVersion } from './programme.ts';
import { ProgrammeService } from './programme.service.ts';
import { disturbs } from './quiet-hours.ts';
import { byLanguages, polesOf, reachSafely, refuseBadTarget } from './reach.ts';
import type { Hearers, PolePlace } from './reach.ts';
import { SafetySnapshot } from './safety.snapshot.ts';
import { occurrences, soon } from './schedule.ts';
import type { Schedule } from './schedule.ts';

declare module '../base/events.ts' {
  interface News {
    'broadcasts.changed': { communeId: string };
  }
}

/** "Now" leaves the poles this long to fetch the programme and the sound, and still begin together (ms). */
const nowLeadMs = 8_000;
/** A pole that was cut off at the time may still begin this much later. "Now" waits longer: somebody is waiting. */
const lateSeconds = { scheduled: 120, now: 600 };
/** How far a preview looks. */
const previewMs = 400 * 86_400_000;

interface Planned {
  readonly schedule: Schedule;
  readonly times: readonly number[];
  readonly wholeSeconds: number;
  readonly quietTimes: readonly number[];
}

@Injectable()
export class BroadcastService {
  constructor(
    private readonly database: Database,
    private readonly store: BroadcastStore,
    private readonly airings: AiringStore,
    private readonly announcements: AnnouncementService,
    private readonly communes: CommuneService,
    private readonly people: PeopleService,
    private readonly villages: VillageService,
    private readonly loudspeakers: LoudspeakerService,
    private readonly programmes: ProgrammeService,
    private readonly orders: OrderService,
    private readonly safety: SafetySnapshot,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** When it would sound and what is to be known, before anything is kept. */
  async preview(by: Person, request: BroadcastRequest): Promise<BroadcastPreviewView> {
    const announcement = await this.announcements.approved(by.communeId, request.announcementId);
    const poles = await this.reached(by, request.target);
    const villages = await this.villages.all(by.communeId);
    const plan = await this.plan(by.communeId, request, longestTurn(announcement, poles, villages));
    const warnings = plan.quietTimes.slice(0, 10).map((at) => ({
      code: 'broadcasts.quiet-hours',
      about: new Date(at).toISOString(),
    }));
    if (plan.times.length === 0) warnings.push({ code: 'broadcasts.never', about: '' });
    // Said whatever else is: nobody should learn from a village that it heard nothing.
    warnings.push(...gaps(announcement, poles, villages));
    return {
      next: plan.times.slice(0, 10).map((at) => new Date(at).toISOString()),
      seconds: plan.wholeSeconds,
      poles: poles.length,
      warnings,
    };
  }

  async schedule(by: Person, request: BroadcastRequest): Promise<BroadcastView> {
    const { communeId } = by;
    const announcement = await this.announcements.approved(communeId, request.announcementId);
    if (announcement.priority === 'emergency') {
      throw new Failure(
        'conflict',
        'broadcasts.emergency-is-raised',
        'An emergency is raised, not scheduled',
      );
    }
    const poles = await this.reached(by, request.target);
    const turn = longestTurn(announcement, poles, await this.villages.all(communeId));
    if (turn === 0) {
      throw new Failure('conflict', 'broadcasts.nobody-hears', 'No village there hears any of its languages');
    }
    const plan = await this.plan(communeId, request, turn);
    if (plan.times.length === 0) throw badSchedule('broadcasts.never', 'It would never sound');
    if (plan.quietTimes.length > 0) {
      throw badSchedule('broadcasts.quiet-hours', 'It would sound in the quiet hours');
    }
    const broadcast = Broadcast.make({
      communeId,
      id: newId(),
      announcementId: announcement.id,
      versions: announcement.versions.map(({ language, recording }) => ({
        language,
        recordingId: recording.id,
      })),
      title: announcement.title,
      priority: announcement.priority,
      target: request.target,
      schedule: plan.schedule,
      repeatCount: request.repeatCount,
      repeatGapSeconds: request.repeatGapSeconds,
      lateSeconds: request.schedule.kind === 'now' ? lateSeconds.now : lateSeconds.scheduled,
      createdBy: by.id,
      createdAt: this.clock.date(),
    });
    await this.database.inCommune(communeId, async (em) => {
      await this.store.add(em, broadcast);
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'broadcasts.scheduled',
        subjectType: 'broadcast',
        subjectId: broadcast.id,
        facts: {
          announcementId: announcement.id,
          versions: broadcast.versions,
          target: request.target,
          schedule: plan.schedule,
        },
      });
    });
    await this.programmes.refresh(communeId);
    this.events.tell('broadcasts.changed', { communeId });
    return this.one(communeId, broadcast.id);
  }

  async cancel(by: Person, id: string): Promise<BroadcastView> {
    const { communeId } = by;
    const poles = await this.loudspeakers.all(communeId);
    await this.database.inCommune(communeId, async (em) => {
      await this.store.change(em, communeId, id, (broadcast) => {
        refuseBadTarget(broadcast.target, poles, villagesFor(by, 'broadcasts.schedule'));
        broadcast.cancel(by.id, this.clock.date());
      });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'broadcasts.cancelled',
        subjectType: 'broadcast',
        subjectId: id,
        facts: {},
      });
    });
    await this.programmes.refresh(communeId);
    this.events.tell('broadcasts.changed', { communeId });
    return this.one(communeId, id);
  }

  /** One tap: whatever sounds there falls silent. Works with the database down. @returns how many poles were told */
  async stop(by: Person, target: Target): Promise<number> {
    const reached = await reachSafely(target, villagesFor(by, 'broadcasts.stop'), {
      kept: (await this.safety.of(by.communeId))?.poles,
      ask: () => this.loudspeakers.all(by.communeId),
    });
    await this.orders.stop(by, target.kind === 'commune' ? null : reached.map(({ id }) => id));
    return reached.length;
  }

  async one(communeId: string, id: string): Promise<BroadcastView> {
    const found = await this.database.inCommune(communeId, (em) => this.store.one(em, communeId, id));
    const [view] = await this.views(communeId, [found]);
    if (view === undefined) throw new Failure('missing', 'broadcasts.missing', 'No such broadcast');
    return view;
  }

  async list(communeId: string): Promise<BroadcastView[]> {
    return this.views(
      communeId,
      await this.database.inCommune(communeId, (em) => this.store.newest(em, communeId)),
    );
  }

  async airingsBetween(
    communeId: string,
    range: { from: Date; until: Date; loudspeakerId?: string | undefined; broadcastId?: string | undefined },
  ): Promise<AiringView[]> {
    const rows = await this.database.inCommune(communeId, (em) => this.airings.between(em, communeId, range));
    return rows.map((row) => airingView(row, this.clock.now()));
  }

  private async reached(by: Person, target: Target): Promise<PolePlace[]> {
    if (target.kind === 'villages')
      await this.villages.refuseUnknown(by.communeId, target.villageIds, 'target.villageIds');
    return refuseBadTarget(
      target,
      await this.loudspeakers.all(by.communeId),
      villagesFor(by, 'broadcasts.schedule'),
    );
  }

  /** @param soundMs all versions once, in the village that hears most */
  private async plan(communeId: string, request: BroadcastRequest, soundMs: number): Promise<Planned> {
    const { timeZone, settings } = await this.communes.get(communeId);
    const now = this.clock.now();
    const schedule = keptSchedule(request.schedule, now, timeZone);
    const wholeMs =
      soundMs * request.repeatCount + request.repeatGapSeconds * 1_000 * (request.repeatCount - 1);
    const times = occurrences(schedule, timeZone, now, now + previewMs).map(({ at }) => at);
    const quiet = { from: settings.quietFrom, until: settings.quietUntil };
    return {
      schedule,
      times,
      wholeSeconds: wholeMs / 1_000,
      quietTimes: times.filter((at) => disturbs(quiet, timeZone, at, at + wholeMs)),
    };
  }

  private async views(communeId: string, all: readonly BroadcastWithSound[]): Promise<BroadcastView[]> {
    const { timeZone } = await this.communes.get(communeId);
    const names = await this.people.names(communeId, [
      ...new Set(all.map(({ broadcast }) => broadcast.createdBy)),
    ]);
    const [poles, villages] = await Promise.all([
      this.loudspeakers.all(communeId),
      this.villages.all(communeId),
    ]);
    const now = this.clock.now();
    return all.map(({ broadcast, versions }) => {
      const next =
        broadcast.cancelledAt === null
          ? occurrences(broadcast.schedule, timeZone, now, now + previewMs)[0]
          : undefined;
      return {
        id: broadcast.id,
        announcementId: broadcast.announcementId,
        title: broadcast.title,
        priority: broadcast.priority,
        target: broadcast.target,
        schedule: broadcast.schedule,
        repeatCount: broadcast.repeatCount,
        repeatGapSeconds: broadcast.repeatGapSeconds,
        seconds:
          longestOf(byLanguages(polesOf(broadcast.target, poles), ordersOf(villages), versions)) / 1_000,
        versions: versions.map(({ language, audio, mp3Sha256 }) => ({
          language,
          seconds: audio.seconds,
          opusUrl: `/audio/${audio.sha256}`,
          mp3Url: `/audio/${mp3Sha256}`,
        })),
        createdByName: names.get(broadcast.createdBy) ?? '',
        createdAt: broadcast.createdAt.toISOString(),
        cancelledAt: broadcast.cancelledAt?.toISOString() ?? null,
        nextAt: next === undefined ? null : new Date(next.at).toISOString(),
      };
    });
  }
}

/** All versions once, in the village that hears most (ms); 0 where nobody there hears any. */
function longestTurn(
  { versions }: Approved,
  poles: readonly PolePlace[],
  villages: readonly VillageView[],
): number {
  const timed = versions.map(({ language, recording }) => ({
    language,
    audio: { ...recording.opus, seconds: recording.seconds },
  }));
  return longestOf(byLanguages(poles, ordersOf(villages), timed));
}

function longestOf(groups: readonly Hearers<SpokenVersion>[]): number {
  return Math.max(0, ...groups.map(({ versions }) => turnMs(versions)));
}

/** Where a village that is meant hears a language in which there is no version. */
function gaps(
  { versions }: Approved,
  poles: readonly PolePlace[],
  villages: readonly VillageView[],
): { code: string; about: string }[] {
  const available = new Set(versions.map(({ language }) => language));
  const meant = new Set(poles.map(({ villageId }) => villageId));
  return villages
    .filter(({ id }) => meant.has(id))
    .flatMap(({ word, name, languages }) => {
      const missing = missingFrom(languages, available);
      if (missing.length === 0) return [];
      const code =
        missing.length === languages.length
          ? 'broadcasts.village-hears-nothing'
          : 'broadcasts.language-missing';
      return [{ code, about: `${word} ${name}: ${missing.map(languageName).join(', ')}` }];
    });
}

function ordersOf(villages: readonly VillageView[]): ReadonlyMap<string, readonly string[]> {
  return new Map(villages.map(({ id, languages }) => [id, languages]));
}

function keptSchedule(schedule: ScheduleRequest, now: number, timeZone: string): Schedule {
  return schedule.kind === 'now' ? soon(now, nowLeadMs, timeZone) : schedule;
}

function badSchedule(code: string, message: string): Failure {
  return new Failure('invalid', code, message, { fields: [{ path: 'schedule', code, message }] });
}
