import { createHash } from 'node:crypto';
import { airingId } from '../../devices/protocol/airing-id.ts';
import { soundingMs } from '../../devices/protocol/decide.ts';
import type {
  AudioRef,
  Emergency,
  PoleSettings,
  Programme,
  ProgrammeItem,
} from '../../devices/protocol/pole-messages.ts';
import type { AirRules } from './air-rules.ts';
import { queue } from './collisions.ts';
import type { Precedence } from './collisions.ts';
import { disturbs, nextQuietAt } from './quiet-hours.ts';
import type { QuietHours } from './quiet-hours.ts';
import { occurrences } from './schedule.ts';
import type { Occurrence, Schedule } from './schedule.ts';

/** A broadcast in the narrow shape that compiling needs. */
export interface Scheduled {
  readonly id: string;
  readonly title: string;
  readonly priority: 'regular' | 'priority';
  readonly schedule: Schedule;
  readonly repeatCount: number;
  readonly repeatGapSeconds: number;
  /** How late it may still begin. */
  readonly lateSeconds: number;
  /** What is said there, one after another: the versions that a village's poles speak, in its order. */
  readonly versions: readonly SpokenVersion[];
  /** The poles it is for that speak just these versions. */
  readonly poles: ReadonlySet<string>;
}

export interface SpokenVersion {
  readonly language: string;
  readonly audio: AudioRef;
}

/** The silence between two languages: long enough to tell them apart, too short for another broadcast (ms). */
export const betweenLanguagesMs = 1_500;

export interface PoleToCompile {
  readonly id: string;
  readonly volume: Programme['volume'];
  /** Left out where nobody set anything, or the box there would refuse them. */
  readonly settings?: PoleSettings | undefined;
  readonly offsetMs: number;
  readonly silencedAt: number;
}

/** What all poles of a commune share at one compilation. */
export interface Compilation {
  readonly communeId: string;
  readonly timeZone: string;
  readonly quiet: QuietHours;
  readonly rules: AirRules;
  readonly precedence: Precedence;
  /** Items that ended before this instant are left out (ms). */
  readonly fromAt: number;
  readonly untilAt: number;
  readonly broadcasts: readonly Scheduled[];
  /** The last order in the books: the programme speaks for all of them. */
  readonly orderNumber: number;
  readonly emergencies: readonly (Emergency & { readonly poles: ReadonlySet<string> | null })[];
  readonly prepared: readonly AudioRef[];
  readonly revokedKeys: readonly string[];
}

/** One sounding of a broadcast, before it is given to poles. */
export interface Sounding {
  readonly broadcast: Scheduled;
  readonly occurrence: Occurrence;
  readonly repeat: number;
  readonly version: SpokenVersion;
  readonly startAt: number;
  readonly startBy: number;
  /** When the next quiet hours begin; null where there are none. */
  readonly quietAt: number | null;
}

/** Colliding items wait for each other at most about so long: what is past is looked at this far back (ms). */
const lookBackMs = 2 * 3_600_000;

/** A planned airing, as the ledger keeps it. */
export interface PlannedAiring {
  readonly item: ProgrammeItem;
  readonly title: string;
  readonly language: string;
  readonly repeat: number;
}

/** Everything but the number and the day it is issued. */
export type ProgrammeContent = Omit<Programme, 'number' | 'issuedAt' | 'untilAt'>;

/** How long all versions take, one after another (ms). */
export function turnMs(versions: readonly Pick<SpokenVersion, 'audio'>[]): number {
  const sounds = versions.reduce((sum, { audio }) => sum + soundingMs(audio), 0);
  return sounds + betweenLanguagesMs * Math.max(0, versions.length - 1);
}

/**
 * All soundings of the period, in order. Expanded once a compilation, not once a pole: the rules cost milliseconds,
 * giving an item to a pole costs microseconds. A turn (all versions once) that would disturb the quiet hours is left
 * out whole. Reaches back by as much as what is past may still keep something waiting.
 */
export function soundings(compilation: Compilation): Sounding[] {
  const { timeZone, quiet, fromAt, untilAt } = compilation;
  const result: Sounding[] = [];
  for (const broadcast of compilation.broadcasts) {
    const { versions, repeatCount, lateSeconds } = broadcast;
    const soundMs = turnMs(versions);
    const stepMs = soundMs + broadcast.repeatGapSeconds * 1_000;
    const wholeMs = stepMs * (repeatCount - 1) + soundMs;
    const lastsMs = lateSeconds * 1_000 + compilation.rules.resumeMs + lookBackMs;
    const earliest = fromAt - wholeMs - lastsMs;
    for (const occurrence of occurrences(broadcast.schedule, timeZone, earliest, untilAt)) {
      for (let repeat = 0; repeat < repeatCount; repeat += 1) {
        const turnAt = occurrence.at + repeat * stepMs;
        if (turnAt + soundMs + lastsMs < fromAt) continue;
        if (disturbs(quiet, timeZone, turnAt, turnAt + soundMs)) continue;
        const quietAt = nextQuietAt(quiet, timeZone, turnAt);
        for (const [at, version] of versions.entries()) {
          const startAt = turnAt + (at === 0 ? 0 : turnMs(versions.slice(0, at)) + betweenLanguagesMs);
          const startBy = startAt + lateSeconds * 1_000;
          result.push({ broadcast, occurrence, repeat, version, startAt, startBy, quietAt });
        }
      }
    }
  }
  return result.sort((a, b) => a.startAt - b.startAt || a.broadcast.id.localeCompare(b.broadcast.id));
}

/** One pole's whole programme and the airings that it plans. */
export function compileProgramme(
  compilation: Compilation,
  all: readonly Sounding[],
  pole: PoleToCompile,
): { content: ProgrammeContent; airings: PlannedAiring[] } {
  const mine = all
    .filter(({ broadcast }) => broadcast.poles.has(pole.id))
    .map((sounding) => {
      const { broadcast, occurrence, repeat, version } = sounding;
      const airing = airingId(broadcast.id, occurrence.localTime, repeat, pole.id, version.language);
      return { sounding, airing };
    });
  const waits = queue(
    mine
      .filter(({ sounding }) => sounding.broadcast.priority === 'priority')
      .map(({ airing, sounding: { broadcast, version, startAt, startBy } }) => ({
        ...{ airing, broadcastId: broadcast.id, startAt, startBy },
        soundMs: soundingMs(version.audio),
      })),
    compilation.precedence,
  );
  const airings = mine
    .map(({ sounding, airing }): PlannedAiring => ({
      title: sounding.broadcast.title,
      language: sounding.version.language,
      repeat: sounding.repeat,
      item: itemOf(sounding, airing, waits.get(airing), compilation.rules, pole.offsetMs),
    }))
    .filter(({ item }) => item.endBy >= compilation.fromAt);
  const emergencies = compilation.emergencies
    .filter(({ poles, endAt }) => endAt > compilation.fromAt && (poles === null || poles.has(pole.id)))
    .map(({ id, audio, startAt, endAt, everySeconds }) => ({ id, audio, startAt, endAt, everySeconds }));
  return {
    airings,
    content: {
      v: 1,
      commune: compilation.communeId,
      pole: pole.id,
      volume: pole.volume,
      ...(pole.settings === undefined ? {} : { settings: pole.settings }),
      offsetMs: pole.offsetMs,
      items: airings.map(({ item }) => item),
      orderNumber: compilation.orderNumber,
      emergencies,
      silencedAt: pole.silencedAt,
      revokedKeys: [...compilation.revokedKeys],
      prepared: [...compilation.prepared],
    },
  };
}

function itemOf(
  sounding: Sounding,
  airing: string,
  waits: { readonly after: string; readonly startBy: number } | undefined,
  rules: AirRules,
  offsetMs: number,
): ProgrammeItem {
  const { broadcast, version, startAt, quietAt } = sounding;
  const { priority } = broadcast;
  const soundMs = soundingMs(version.audio);
  const afterCut = rules.afterCut[priority];
  const waitMs = priority === 'regular' ? null : rules.priorityWaitMs;
  const startBy = waits?.startBy ?? sounding.startBy;
  const endBy = Math.min(
    startBy + offsetMs + soundMs + (afterCut === 'drop' ? 0 : rules.resumeMs),
    quietAt ?? Infinity,
  );
  return {
    airing,
    broadcast: broadcast.id,
    priority,
    startAt,
    // So late that it still fits before the quiet hours.
    startBy: Math.max(startAt, Math.min(startBy, endBy - offsetMs - soundMs)),
    cutsAt: waitMs === null ? null : startAt + waitMs,
    endBy,
    afterCut,
    after: waits?.after ?? null,
    audio: version.audio,
  };
}

/**
 * Changes when anything that the pole would do changes, or who signs it: the same number must always be the same bytes,
 * since a pole refuses other ones as replayed.
 */
export function contentHash(content: ProgrammeContent, keyId: string): string {
  return createHash('sha256').update(keyId).update(JSON.stringify(content)).digest('hex');
}
