import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { localDate } from '../base/local-time.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import { conditions, reconcile } from './alarm.ts';
import type { PoleHealth } from './alarm.ts';
import { AlarmStore } from './alarm.store.ts';
import type { AlarmView } from './alarm.view.ts';
import { HearingStore } from './hearing.store.ts';
import { LoudspeakerService } from './loudspeaker.service.ts';
import { refusalConditions } from './refused.ts';
import { ReportStore } from './report.store.ts';
import { simConditions } from './sim.ts';
import { UnorderedSoundStore } from './unordered-sound.store.ts';

declare module '../base/events.ts' {
  interface News {
    'alarms.changed': { communeId: string };
  }
}

/** How often it is looked (ms). */
const lookMs = 15_000;
/** A refusal is an alarm for so long (ms). */
const refusedWithinMs = 3_600_000;
/** What a box said of its place against ours is looked for so far back (ms). */
const placeAheadWithinMs = 30 * 86_400_000;
/** Sound without an order, told when it was over, is an alarm for so long (ms). */
const unorderedWithinMs = 86_400_000;
/** "Nothing was heard" is an alarm for so long, or until somebody there hears again (ms). */
const unheardWithinMs = 86_400_000;

/** One alarm for each thing that is wrong: raised and cleared by what is seen, acknowledged by people. */
@Injectable()
export class AlarmService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Alarms');
  /** Since when a pole has not been online, as this service has seen it. */
  private readonly darkSince = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(
    private readonly database: Database,
    private readonly store: AlarmStore,
    private readonly hearings: HearingStore,
    private readonly loudspeakers: LoudspeakerService,
    private readonly reports: ReportStore,
    private readonly unordered: UnorderedSoundStore,
    private readonly villages: VillageService,
    private readonly communes: CommuneService,
    private readonly people: PeopleService,
    private readonly keys: CommuneKeys,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.lookEverywhere(), lookMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async list(communeId: string): Promise<AlarmView[]> {
    const rows = await this.database.inCommune(communeId, (em) => this.store.newest(em, communeId));
    const poles = new Map((await this.loudspeakers.all(communeId)).map(({ id, name }) => [id, name]));
    const villages = await this.villages.names(communeId);
    const whose = rows.flatMap(({ acknowledgedBy }) => (acknowledgedBy === null ? [] : [acknowledgedBy]));
    const people = await this.people.names(communeId, [...new Set(whose)]);
    return rows.map((row) => ({
      ...{ id: row.id, kind: row.kind, count: row.count, note: row.note },
      loudspeakerId: poles.has(row.subject) ? row.subject : null,
      poles: row.poles.flatMap((id) => {
        const name = poles.get(id);
        return name === undefined ? [] : [{ id, name }];
      }),
      about:
        row.kind === 'refused-many'
          ? row.subject
          : (poles.get(row.subject) ?? villages.get(row.subject) ?? ''),
      raisedAt: row.raisedAt.toISOString(),
      acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
      acknowledgedByName: row.acknowledgedBy === null ? null : (people.get(row.acknowledgedBy) ?? ''),
      clearedAt: row.clearedAt?.toISOString() ?? null,
    }));
  }

  /** @throws Failure `loudspeakers.no-alarm`: none, or somebody was faster */
  async acknowledge(by: Person, id: string, note: string): Promise<AlarmView[]> {
    const { communeId } = by;
    await this.database.inCommune(communeId, async (em) => {
      const mine = { personId: by.id, at: this.clock.date(), note };
      if (!(await this.store.acknowledge(em, communeId, id, mine))) {
        throw new Failure('missing', 'loudspeakers.no-alarm', 'No alarm waits for an acknowledgement here');
      }
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'loudspeakers.alarm-acknowledged' },
        ...{ subjectType: 'alarm', subjectId: id, facts: {}, words: note },
      });
    });
    this.events.tell('alarms.changed', { communeId });
    return this.list(communeId);
  }

  /** Looks at a commune now. */
  async look(communeId: string): Promise<void> {
    const now = this.clock.now();
    const poles = await this.loudspeakers.list(communeId);
    const enrolled = new Set(poles.flatMap(({ id, now: { link } }) => (link === 'not-enrolled' ? [] : [id])));
    const desired = new Map((await this.loudspeakers.all(communeId)).map((pole) => [pole.id, pole]));
    const { timeZone } = await this.communes.get(communeId);
    const isChanged = await this.database.inCommune(communeId, async (em) => {
      const refused = await this.store.refused(em, communeId, new Date(now - refusedWithinMs));
      const placeAhead = await this.store.aheadOfTheirPlace(
        em,
        communeId,
        new Date(now - placeAheadWithinMs),
      );
      const unordered = await this.unordered.toldLate(em, communeId, new Date(now - unorderedWithinMs));
      const reports = await this.reports.all(em, communeId);
      const health = poles.map(({ id, villageId, now: pole }): PoleHealth => ({
        ...{ id, villageId, now: pole, unordered: unordered.get(id) ?? 0 },
        isPlaceAhead: placeAhead.has(id),
        isAhead: (reports.get(id)?.version ?? 0) > (desired.get(id)?.settingsVersion ?? Infinity),
        darkForMs: this.darkFor(id, pole.link === 'online', now),
      }));
      const open = await this.store.open(em, communeId);
      const unheard = await this.hearings.unheard(em, communeId, new Date(now - unheardWithinMs));
      const costs = poles.map(({ id }) => ({
        ...{ id, sim: desired.get(id)?.sim ?? null, used: reports.get(id)?.modem ?? null },
      }));
      const found = [
        ...conditions(health, this.term(communeId), now, unheard),
        ...refusalConditions(
          refused.filter(({ poleId }) => enrolled.has(poleId)),
          open,
        ),
        ...simConditions(costs, localDate(now, timeZone)),
      ];
      const { raise, clear, join, renew } = reconcile(open, found);
      for (const condition of raise) await this.store.raise(em, communeId, newId(), condition, new Date(now));
      if (clear.length > 0) await this.store.clear(em, communeId, clear, new Date(now));
      for (const { id, poles: more } of join) await this.store.join(em, communeId, id, more);
      for (const { id, count } of renew) await this.store.renew(em, communeId, id, count);
      return raise.length + clear.length + join.length + renew.length > 0;
    });
    if (isChanged) this.events.tell('alarms.changed', { communeId });
  }

  private darkFor(id: string, isOnline: boolean, now: number): number {
    if (isOnline) {
      this.darkSince.delete(id);
      return 0;
    }
    const since = this.darkSince.get(id) ?? now;
    this.darkSince.set(id, since);
    // At least a moment: 0 means online.
    return Math.max(1, now - since);
  }

  private term(communeId: string): { keyId: string; notAfterAt: number } | null {
    try {
      return this.keys.term(communeId);
    } catch (error) {
      this.log.warn(messageOf(error));
      return null;
    }
  }

  private async lookEverywhere(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      for (const communeId of await this.communes.ids()) await this.look(communeId);
    } catch (error) {
      this.log.warn(`Alarms were not looked at: ${messageOf(error)}`);
    } finally {
      this.isLooking = false;
    }
  }
}
