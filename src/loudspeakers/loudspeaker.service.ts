import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { BoxStore } from '../boxes/box.store.ts';
import { EnrolmentService } from '../boxes/enrolment.service.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import { Loudspeaker } from './loudspeaker.ts';
import type { ChangeLoudspeakerRequest, LoudspeakerRequest, SettleRequest } from './loudspeaker.request.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';
import type { RefusalRow } from './loudspeaker.store.ts';
import type {
  EnrolmentView,
  LoudspeakerDetailView,
  LoudspeakerView,
  PoleSettingsView,
  RefusalView,
} from './loudspeaker.view.ts';
import { PoleLink } from './pole.link.ts';
import { desiredOf, settingsState } from './pole-settings.ts';
import { ReportStore } from './report.store.ts';
import type { ReportRow } from './report.store.ts';
import { UnorderedSoundStore } from './unordered-sound.store.ts';

declare module '../base/events.ts' {
  interface News {
    /** A pole was put up, changed or taken down: programmes are compiled anew. */
    'loudspeakers.changed': {
      communeId: string;
      loudspeakerIds: readonly string[];
      /** By a person, who has looked at it. */
      isSaid?: true;
    };
  }
}

@Injectable()
export class LoudspeakerService {
  constructor(
    private readonly database: Database,
    private readonly store: LoudspeakerStore,
    private readonly journal: JournalService,
    private readonly villages: VillageService,
    private readonly enrolments: EnrolmentService,
    private readonly boxes: BoxStore,
    private readonly reports: ReportStore,
    private readonly unordered: UnorderedSoundStore,
    private readonly communes: CommuneService,
    private readonly link: PoleLink,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async list(communeId: string): Promise<LoudspeakerView[]> {
    const all = await this.all(communeId);
    const villageNames = await this.villageNames(communeId);
    return all.map((loudspeaker) => this.view(loudspeaker, villageNames));
  }

  /** Every pole that stands, by its number. */
  async all(communeId: string): Promise<Loudspeaker[]> {
    return this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
  }

  async detail(communeId: string, id: string): Promise<LoudspeakerDetailView> {
    const villageNames = await this.villageNames(communeId);
    const { timeZone } = await this.communes.get(communeId);
    return this.database.inCommune(communeId, async (em) => {
      const loudspeaker = await this.store.one(em, communeId, id);
      const since = new Date(this.clock.now() - 30 * 86_400_000);
      const boxes = await this.boxes.ofAsset(em, communeId, id);
      const refusals = await this.store.refusals(em, communeId, id, since, 50);
      const report = await this.reports.one(em, communeId, id);
      const unordered = await this.unordered.newest(em, communeId, id, 3);
      return {
        ...this.view(loudspeaker, villageNames),
        settings: this.settingsView(loudspeaker, report, timeZone),
        sim: loudspeaker.sim,
        modem: report?.modem == null ? null : { ...report.modem, toldAt: report.toldAt.toISOString() },
        boxes: boxes.map((box) => ({
          id: box.id,
          hardware: box.hardware,
          enrolledAt: box.enrolledAt.toISOString(),
          replacedAt: box.replacedAt?.toISOString() ?? null,
        })),
        unordered: unordered.map(({ at, receivedAt }) => ({
          at: at.toISOString(),
          receivedAt: receivedAt.toISOString(),
        })),
        refusals: refusals.map(refusalView),
      };
    });
  }

  async add(by: Person, request: LoudspeakerRequest): Promise<LoudspeakerView> {
    const villageNames = await this.villageNames(by.communeId);
    refuseUnknownVillage(villageNames, request.villageId);
    const added = await this.database.inCommune(by.communeId, async (em) => {
      const number = await this.store.nextNumber(em, by.communeId);
      const loudspeaker = Loudspeaker.put(
        { communeId: by.communeId, id: newId(), number, now: this.clock.date() },
        request,
      );
      await this.store.add(em, loudspeaker);
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'loudspeakers.added',
        subjectType: 'loudspeaker',
        subjectId: loudspeaker.id,
        facts: { number, villageId: request.villageId },
      });
      return loudspeaker;
    });
    this.events.tell('loudspeakers.changed', { communeId: by.communeId, loudspeakerIds: [added.id] });
    return this.view(added, villageNames);
  }

  async change(by: Person, id: string, request: ChangeLoudspeakerRequest): Promise<LoudspeakerView> {
    const villageNames = await this.villageNames(by.communeId);
    if (request.villageId !== undefined) refuseUnknownVillage(villageNames, request.villageId);
    const changed = await this.keep(
      by,
      id,
      'loudspeakers.changed',
      { fields: Object.keys(request) },
      (loudspeaker, report) => loudspeaker.change(request, this.clock.date(), report?.version),
    );
    return this.view(changed, villageNames);
  }

  /** Which settings count, where the pole follows newer ones than the books. */
  async settle(by: Person, id: string, { count, version }: SettleRequest): Promise<LoudspeakerView> {
    const action = count === 'pole' ? 'loudspeakers.settings-adopted' : 'loudspeakers.settings-sent-anew';
    const settled = await this.keep(by, id, action, { version }, (loudspeaker, report) =>
      loudspeaker.settle(count, report?.version === version ? report : null, this.clock.date()),
    );
    return this.view(settled, await this.villageNames(by.communeId));
  }

  async retire(by: Person, id: string): Promise<void> {
    await this.keep(by, id, 'loudspeakers.retired', {}, (loudspeaker) =>
      loudspeaker.retire(this.clock.date()),
    );
    await this.enrolments.retire(by.communeId, { kind: 'loudspeaker', assetId: id, actorId: by.id });
  }

  /** A one-time code for the box at this pole; the box that stands there works until the new one has enrolled. */
  async enrol(by: Person, id: string): Promise<EnrolmentView> {
    const loudspeaker = await this.database.inCommune(by.communeId, (em) =>
      this.store.one(em, by.communeId, id),
    );
    return this.enrolments.makeCode(by.communeId, {
      kind: 'loudspeaker',
      assetId: loudspeaker.id,
      assetName: loudspeaker.name,
      madeBy: by.id,
    });
  }

  private async keep(
    by: Person,
    id: string,
    action: string,
    facts: Record<string, unknown>,
    work: (loudspeaker: Loudspeaker, report: ReportRow | null) => void,
  ): Promise<Loudspeaker> {
    const changed = await this.database.inCommune(by.communeId, async (em) => {
      const report = await this.reports.one(em, by.communeId, id);
      const loudspeaker = await this.store.change(em, by.communeId, id, (found) => work(found, report));
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action,
        subjectType: 'loudspeaker',
        subjectId: id,
        facts,
      });
      return loudspeaker;
    });
    this.events.tell('loudspeakers.changed', {
      ...{ communeId: by.communeId, loudspeakerIds: [id], isSaid: true },
    });
    return changed;
  }

  private view(loudspeaker: Loudspeaker, villageNames: ReadonlyMap<string, string>): LoudspeakerView {
    const { id, kind, number, name, villageId, place, latitude, longitude, horns, volume, offsetMs } =
      loudspeaker;
    return {
      ...{ id, kind, number, name, villageId, place, latitude, longitude, horns, volume, offsetMs },
      villageName: villageNames.get(villageId) ?? '',
      now: this.link.now(id),
    };
  }

  private settingsView(pole: Loudspeaker, report: ReportRow | null, timeZone: string): PoleSettingsView {
    const reported = report === null ? null : { ...report, at: report.toldAt.getTime() };
    const state = settingsState(pole, reported, timeZone);
    return {
      hours: pole.volumeHours,
      emergencyFloor: pole.emergencyFloor,
      changedAt: pole.settingsAt?.toISOString() ?? null,
      state,
      ahead: report === null || state !== 'ahead' ? null : aheadView(report),
      reportedAt: report === null || report.version < 0 ? null : report.versionAt.toISOString(),
      volumeNow: report === null || report.version < 0 ? null : report.volumeNow,
      sounding: this.link.soundingPercent(pole.id),
    };
  }

  private async villageNames(communeId: string): Promise<Map<string, string>> {
    const villages = await this.villages.all(communeId);
    return new Map(villages.map((village) => [village.id, `${village.word} ${village.name}`]));
  }
}

function aheadView({ version, kept }: ReportRow): PoleSettingsView['ahead'] {
  if (kept === null) return { version, settings: null };
  const { volume, volumeHours, emergencyFloor } = desiredOf(kept);
  return { version, settings: { volume, emergencyFloor, hours: [...volumeHours] } };
}

export function refusalView(row: RefusalRow): RefusalView {
  return {
    id: row.id,
    loudspeakerId: row.loudspeakerId,
    at: row.at.toISOString(),
    what: row.what as RefusalView['what'],
    reason: row.reason,
    detail: row.detail,
  };
}

function refuseUnknownVillage(villageNames: ReadonlyMap<string, string>, villageId: string): void {
  if (villageNames.has(villageId)) return;
  throw new Failure('invalid', 'loudspeakers.unknown-village', 'No such village', {
    fields: [{ path: 'villageId', code: 'loudspeakers.unknown-village', message: 'No such village' }],
  });
}
