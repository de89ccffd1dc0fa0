import { Injectable } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { CameraEventStore } from '../camera-events/camera-event.store.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import { saidKinds } from './health.service.ts';
import { HealthStore } from './health.store.ts';
import type { CameraSheetView } from './health.view.ts';
import { keptView } from './kept.words.ts';
import { heardFreshMs } from './levels.ts';
import { percents, together, usability } from './usable.ts';
import type { Span, Usability } from './usable.ts';

const dayMs = 86_400_000;
const gapsShown = 300;

/** What a commune's cameras were worth in a period: for the weekly sheet, from what was told and nothing else. */
@Injectable()
export class SheetService {
  constructor(
    private readonly database: Database,
    private readonly store: HealthStore,
    private readonly cameras: CameraStore,
    private readonly cameraEvents: CameraEventStore,
    private readonly villages: VillageService,
    private readonly communes: CommuneService,
    private readonly clock: Clock,
  ) {}

  async sheet(communeId: string, from: Date, until: Date): Promise<CameraSheetView> {
    const now = this.clock.now();
    const period: Span = { fromAt: from.getTime(), untilAt: Math.min(until.getTime(), now) };
    const end = new Date(period.untilAt);
    const known = await this.database.inCommune(communeId, async (em) => ({
      all: await this.cameras.all(em, communeId),
      spells: await this.store.spells(em, communeId, from, end),
      lastHeld: await this.store.lastHeld(em, communeId, end),
      findings: await this.store.findingsWithin(em, communeId, from, end),
      checks: await this.store.checks(em, communeId),
      events: await this.cameraEvents.ofKinds(em, communeId, {
        ...{ kinds: ['outage', 'gap', ...saidKinds], cameraId: null, from, until: end },
      }),
    }));
    const villageNames = await this.villages.names(communeId);
    const said = new Set<string>(saidKinds);
    const rows = known.all.map((found) => {
      const { camera, point } = found;
      const findings = known.findings.filter(({ cameraId }) => cameraId === camera.id);
      const bad: Span[] = [
        ...findings.map(({ beganAt, endedAt }) => ({ fromAt: beganAt, untilAt: endedAt ?? period.untilAt })),
        ...known.events
          .filter(({ cameraId, kind }) => cameraId === camera.id && said.has(kind))
          .map((event) => ({
            fromAt: event.occurredAt,
            untilAt: event.endedAt ?? (event.state === 'open' ? period.untilAt : event.occurredAt),
          })),
      ];
      const spells = known.spells.get(camera.deviceId) ?? [];
      const stood = { ...period, fromAt: Math.max(period.fromAt, camera.createdAt.getTime()) };
      const worth = usability(stood, spells, bad);
      const last = spells.at(-1);
      const isTold = last !== undefined && last.untilAt >= period.untilAt - heardFreshMs;
      const blind = bad.filter(({ fromAt, untilAt }) => fromAt < period.untilAt && untilAt >= period.untilAt);
      const state: CameraSheetView['cameras'][number]['now'] =
        !isTold || last.state === 'connecting' || last.state === 'waiting'
          ? 'unknown'
          : last.state !== 'subscribed'
            ? 'dead'
            : blind.length > 0
              ? 'bad-picture'
              : 'usable';
      const heldAt = known.lastHeld.get(camera.deviceId) ?? 0;
      // A recorder may have been held before this channel of it was anybody's.
      const wasHeld = heldAt > camera.createdAt.getTime();
      const since = Math.min(wasHeld ? heldAt : Infinity, ...blind.map(({ fromAt }) => fromAt));
      const lastUsableAt = state === 'usable' || since === Infinity ? null : since;
      const deadSince = lastUsableAt ?? camera.createdAt.getTime();
      return {
        ...{ worth, villageId: point.villageId },
        view: {
          ...{ id: camera.id, number: point.number, name: point.name, owner: point.owner },
          villageName: villageNames.get(point.villageId) ?? '',
          ...shareOf(worth),
          ...{ now: state, state: isTold ? last.state : ('waiting' as const) },
          finding: findings.find(({ endedAt }) => endedAt === null || endedAt > period.untilAt)?.kind ?? null,
          lastUsableAt: lastUsableAt === null ? null : new Date(lastUsableAt).toISOString(),
          days: state === 'usable' ? null : Math.max(0, Math.floor((period.untilAt - deadSince) / dayMs)),
          recording: keptView(known.checks.get(camera.id)?.recording ?? null, found),
        },
      };
    });
    const placeOf = new Map(rows.map(({ view }) => [view.id, view]));
    const gap = (
      one: { cameraId: string; kind: string; fromAt: number; untilAt: number | null },
      cause: CameraSheetView['gaps'][number]['cause'],
    ): { ms: number; view: CameraSheetView['gaps'][number] }[] => {
      const place = placeOf.get(one.cameraId);
      const [fromAt, untilAt] = [one.fromAt, one.untilAt ?? period.untilAt];
      if (place === undefined) return [];
      const view = {
        ...{
          cameraId: one.cameraId,
          name: place.name,
          villageName: place.villageName,
          kind: one.kind,
          cause,
        },
        from: new Date(fromAt).toISOString(),
        until: one.untilAt === null ? null : new Date(one.untilAt).toISOString(),
      };
      return [{ ms: Math.min(untilAt, period.untilAt) - Math.max(fromAt, period.fromAt), view }];
    };
    const gaps = [
      ...known.events
        .filter(({ kind }) => !said.has(kind))
        .flatMap((event) =>
          gap(
            { ...event, fromAt: event.occurredAt, untilAt: event.endedAt },
            event.cause === null ? null : event.cause.cause,
          ),
        ),
      ...known.findings.flatMap((one) => gap({ ...one, fromAt: one.beganAt, untilAt: one.endedAt }, null)),
    ];
    const villageIds = [...new Set(rows.map(({ villageId }) => villageId))];
    return {
      from: from.toISOString(),
      until: end.toISOString(),
      communeName: (await this.communes.get(communeId)).name,
      whole: shareOf(together(rows.map(({ worth }) => worth))),
      villages: villageIds
        .map((villageId) => {
          const here = rows.filter((row) => row.villageId === villageId);
          return {
            ...{ villageId, name: villageNames.get(villageId) ?? '', cameras: here.length },
            dead: here.filter(({ view }) => view.now === 'dead' || view.now === 'bad-picture').length,
            unclear: here.filter(({ view }) => view.now === 'unknown').length,
            ...shareOf(together(here.map(({ worth }) => worth))),
          };
        })
        .sort((a, b) => a.name.localeCompare(b.name, 'vi')),
      cameras: rows.map(({ view }) => view),
      gaps: gaps
        .sort((a, b) => b.ms - a.ms)
        .slice(0, gapsShown)
        .map(({ view }) => view),
    };
  }
}

function shareOf(worth: Usability): { usablePercent: number | null; unknownPercent: number } {
  const { usable, unknown } = percents(worth);
  return { usablePercent: usable, unknownPercent: unknown };
}
