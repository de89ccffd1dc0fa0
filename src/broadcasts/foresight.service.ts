import { Injectable } from '@nestjs/common';
import type { Begun } from '../../devices/protocol/decide.ts';
import { foresee } from '../../devices/protocol/foresee.ts';
import { BoxStore } from '../boxes/box.store.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { Database } from '../platform/database/database.ts';
import { AiringStore } from './airing.store.ts';
import type { AiringRow } from './airing.store.ts';
import { openStates } from './airing.ts';
import type { ForeseenView, SilenceView } from './broadcast.view.ts';
import { CompilationService } from './compilation.service.ts';
import { EmergencyStore } from './emergency.store.ts';
import { longestMs } from './occurrence.ts';
import { compileProgramme, soundings } from './programme.ts';
import { disturbs } from './quiet-hours.ts';
import { whySilent } from './silence.ts';

const dayMs = 86_400_000;
const mostLines = 1_000;

/** What a pole will do, and why it did not: told from the function with which it decides, and from its log. */
@Injectable()
export class ForesightService {
  constructor(
    private readonly database: Database,
    private readonly compilations: CompilationService,
    private readonly airings: AiringStore,
    private readonly emergencies: EmergencyStore,
    private readonly boxes: BoxStore,
    private readonly poles: PoleLink,
    private readonly clock: Clock,
  ) {}

  /** As far as is known now, and if the sound gets there in time. @throws Failure `loudspeakers.missing` */
  async ahead(
    communeId: string,
    poleId: string,
    period: { readonly fromAt: number; readonly days: number },
  ): Promise<ForeseenView[]> {
    const now = this.clock.now();
    const untilAt = Math.min(period.fromAt, now + 8 * dayMs) + period.days * dayMs;
    const ground = await this.compilations.ground(communeId);
    const { compilation, pole, rows, titles } = await this.database.inCommune(communeId, async (em) => {
      const made = await this.compilations.make(em, ground, { fromAt: now - longestMs, untilAt });
      const range = { from: new Date(now - longestMs), until: new Date(now), loudspeakerId: poleId };
      const urgent = await this.emergencies.inForce(em, communeId, new Date(now));
      return {
        compilation: made.compilation,
        pole: made.poles.find(({ id }) => id === poleId),
        rows: await this.airings.between(em, communeId, range),
        titles: new Map(urgent.map(({ id, title }) => [id, title])),
      };
    });
    if (pole === undefined) throw new Failure('missing', 'loudspeakers.missing', 'No such loudspeaker');
    const { content, airings } = compileProgramme(compilation, soundings(compilation), pole);
    for (const { item, title } of airings) titles.set(item.broadcast, title);
    const titleOf = new Map(airings.map(({ item, title }) => [item.airing, title]));
    const sounds = [...content.items, ...content.emergencies].map(({ audio }) => audio.sha256);
    const situation = {
      programme: { ...content, number: now, issuedAt: now, untilAt },
      orders: [],
      began: new Map(rows.flatMap((row) => begunOf(row))),
      ended: new Set(
        rows.filter(({ state }) => !openStates.some((open) => open === state)).map(({ id }) => id),
      ),
      heldAudio: new Set(sounds),
    };
    return foresee(situation, now, untilAt)
      .filter(
        ({ due, parts }) =>
          (parts.at(-1)?.endAt ?? due.nominalAt) >= period.fromAt && due.nominalAt < untilAt,
      )
      .slice(0, mostLines)
      .map(({ due, parts, outcome, reason }) => ({
        ...{ airingId: due.airing, broadcastId: due.broadcast, priority: due.priority, outcome, reason },
        title: titles.get(due.broadcast) ?? '',
        nominalAt: instant(due.nominalAt),
        parts: parts.map(({ at, endAt }) => ({ at: instant(at), endAt: instant(endAt) })),
        waitsFor: due.after === null ? null : (titleOf.get(due.after) ?? null),
      }));
  }

  async silence(communeId: string, poleId: string, at: number): Promise<SilenceView> {
    const { quiet, timeZone } = await this.compilations.ground(communeId);
    const { rows, boxes } = await this.database.inCommune(communeId, async (em) => ({
      rows: await this.airings.between(em, communeId, {
        ...{ from: new Date(at - longestMs), until: new Date(at + 1), loudspeakerId: poleId },
      }),
      boxes: await this.boxes.ofAsset(em, communeId, poleId),
    }));
    const { link, heardAt } = this.poles.now(poleId);
    const enrolled = boxes.map(({ enrolledAt }) => enrolledAt.getTime());
    const evidence = {
      now: this.clock.now(),
      enrolledAt: enrolled.length === 0 ? null : Math.min(...enrolled),
      airings: rows.map(({ title, nominalAt, plannedSeconds, state, reason, parts, ...row }) => ({
        ...{ title, plannedSeconds, state, reason, parts, nominalAt: nominalAt.getTime() },
        endedAt: row.endedAt?.getTime() ?? null,
        toldAt: row.toldAt?.getTime() ?? null,
        reportedAt: row.reportedAt?.getTime() ?? null,
      })),
      isQuietHour: disturbs(quiet, timeZone, at, at + 1),
      unheardSince: link === 'online' || heardAt === null ? null : Date.parse(heardAt),
    };
    const { cause, title, reason, ...times } = whySilent(evidence, at);
    return {
      ...{ at: instant(at), cause, title, reason },
      since: instantOrNull(times.since),
      until: instantOrNull(times.until),
      reportedAt: instantOrNull(times.reportedAt),
      unheardSince: instantOrNull(times.unheardSince),
    };
  }
}

/** How far an airing that began has come, by the pole's word. */
function begunOf({ id, state, parts }: AiringRow): [string, Begun][] {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return [];
  if (state !== 'started' && state !== 'paused') return [];
  const past = parts.reduce((sum, { seconds }) => sum + (seconds ?? 0) * 1_000, 0);
  const partAt = state === 'started' ? last.startedAt : null;
  return [[id, { beganAt: first.startedAt, partAt, fromMs: past }]];
}

function instantOrNull(at: number | null): string | null {
  return at === null ? null : instant(at);
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
