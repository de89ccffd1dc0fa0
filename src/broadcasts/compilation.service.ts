import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { AnnouncementService } from '../announcements/announcement.service.ts';
import type { Approved } from '../announcements/announcement.service.ts';
import { sameSounds } from '../announcements/version.ts';
import type { VersionSound } from '../announcements/version.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { settingsOf } from '../loudspeakers/pole-settings.ts';
import { ReportStore } from '../loudspeakers/report.store.ts';
import { vietnamese } from '../villages/language.ts';
import { VillageService } from '../villages/village.service.ts';
import { airRules } from './air-rules.ts';
import type { AirRules } from './air-rules.ts';
import { BroadcastStore } from './broadcast.store.ts';
import { EmergencyStore } from './emergency.store.ts';
import { PrecedenceStore } from './precedence.store.ts';
import type { Compilation, PoleToCompile } from './programme.ts';
import { byLanguages, polesOf } from './reach.ts';
import type { Safety } from './safety.snapshot.ts';
import { localDateOf } from './schedule.ts';

const dayMs = 86_400_000;

/** What a compilation needs that is asked outside its transaction. */
export interface Ground {
  readonly communeId: string;
  readonly timeZone: string;
  readonly quiet: Compilation['quiet'];
  readonly rules: AirRules;
  /** Announcement → the recordings that stand approved. An edit or a withdrawal takes its broadcasts off the air. */
  readonly approved: ReadonlyMap<string, readonly VersionSound[]>;
  /** Village → the languages that it hears. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly prepared: Safety['prepared'];
}

/** Gathers what a commune's programmes are compiled from: for issuing them, and for foreseeing. */
@Injectable()
export class CompilationService {
  constructor(
    private readonly broadcasts: BroadcastStore,
    private readonly emergencies: EmergencyStore,
    private readonly precedences: PrecedenceStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly reports: ReportStore,
    private readonly announcements: AnnouncementService,
    private readonly villages: VillageService,
    private readonly communes: CommuneService,
    private readonly keys: CommuneKeys,
  ) {}

  async ground(communeId: string): Promise<Ground> {
    const commune = await this.communes.get(communeId);
    const [emergencies, approved, orders] = await Promise.all([
      this.announcements.prepared(communeId),
      this.announcements.approvedSounds(communeId),
      this.villages.languageOrders(communeId),
    ]);
    const prepared = emergencies.flatMap(preparedOf);
    const quiet = { from: commune.settings.quietFrom, until: commune.settings.quietUntil };
    const rules = airRules(commune.settings);
    return { communeId, timeZone: commune.timeZone, quiet, rules, approved, orders, prepared };
  }

  async make(
    em: EntityManager,
    ground: Ground,
    period: { readonly fromAt: number; readonly untilAt: number },
  ): Promise<{ compilation: Compilation; poles: readonly PoleToCompile[] }> {
    const { communeId, timeZone, quiet, rules, approved, orders, prepared } = ground;
    const { fromAt, untilAt } = period;
    const poles = await this.loudspeakers.all(em, communeId);
    const active = await this.broadcasts.active(em, communeId, localDateOf(fromAt - dayMs, timeZone));
    const inForce = await this.emergencies.inForce(em, communeId, new Date(fromAt));
    const silences = await this.emergencies.silences(em, communeId);
    const compilation: Compilation = {
      ...{ communeId, timeZone, quiet, rules, fromAt, untilAt },
      precedence: await this.precedences.all(em, communeId),
      broadcasts: active
        .filter(({ broadcast }) =>
          sameSounds(approved.get(broadcast.announcementId) ?? [], broadcast.versions),
        )
        .flatMap(({ broadcast, versions }) =>
          byLanguages(polesOf(broadcast.target, poles), orders, versions).map((group) => ({
            id: broadcast.id,
            title: broadcast.title,
            priority: broadcast.priority,
            schedule: broadcast.schedule,
            repeatCount: broadcast.repeatCount,
            repeatGapSeconds: broadcast.repeatGapSeconds,
            lateSeconds: broadcast.lateSeconds,
            versions: group.versions,
            poles: new Set(group.poles.map(({ id }) => id)),
          })),
        ),
      orderNumber: await this.emergencies.lastOrderNumber(em, communeId),
      emergencies: inForce.map((row) => ({
        id: row.id,
        audio: { sha256: row.opusSha256, bytes: row.opusBytes, seconds: row.seconds },
        startAt: row.startAt.getTime(),
        endAt: row.endAt.getTime(),
        everySeconds: row.everySeconds,
        poles: row.poles === null ? null : new Set(row.poles),
      })),
      prepared: prepared.flatMap(({ versions }) => versions.map(({ audio }) => audio)),
      revokedKeys: this.keys.revoked(communeId),
    };
    const reports = await this.reports.all(em, communeId);
    return {
      compilation,
      poles: poles.map((pole) => ({
        ...{ id: pole.id, volume: pole.volume, offsetMs: pole.offsetMs },
        // A box that has never told its settings would refuse a programme that names any.
        settings: reports.has(pole.id) ? settingsOf(pole, timeZone, fromAt) : undefined,
        silencedAt: silences.get(pole.id) ?? 0,
      })),
    };
  }
}

/** All its versions lie on all poles: which of them a pole says is decided when it is raised. */
function preparedOf({ id, title, text, spoken, versions }: Approved): Safety['prepared'] {
  if (!versions.some(({ language }) => language === vietnamese)) return [];
  const sounds = versions.map(({ language, recording }) => ({
    language,
    audio: { ...recording.opus, seconds: recording.seconds },
    mp3Sha256: recording.mp3Sha256,
  }));
  return [{ announcementId: id, title, text, spoken, versions: sounds }];
}
