import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { decide, dues, naturalEndAt, resumeBy, silencedUntil } from './decide.ts';
import type { Begun, Due, Situation } from './decide.ts';
import { foresee } from './foresee.ts';
import { afterCuts } from './pole-messages.ts';
import type { AudioRef, Order, Programme } from './pole-messages.ts';

const start = Date.parse('2026-11-21T05:00:00Z');
const uuid = (kind: number, index: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const commune = uuid(1, 1);
const pole = uuid(2, 1);
const rank = { regular: 0, priority: 1, emergency: 2 } as const;

const audio = fc
  .record({ which: fc.nat(5), seconds: fc.integer({ min: 1, max: 90 }) })
  .map(({ which, seconds }): AudioRef => ({
    sha256: String(which).repeat(64),
    bytes: 10,
    seconds: seconds + 0.25,
  }));
const offset = fc.integer({ min: 0, max: 600_000 });
const item = fc.record({
  at: offset,
  slack: fc.integer({ min: 0, max: 120_000 }),
  priority: fc.boolean(),
  cutsAfter: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }),
  room: fc.integer({ min: 0, max: 300_000 }),
  afterCut: fc.constantFrom(...afterCuts),
  after: fc.option(fc.nat(11), { nil: null, freq: 3 }),
  audio,
});
const emergency = fc.record({
  at: offset,
  lasts: fc.integer({ min: 1_000, max: 300_000 }),
  every: fc.integer({ min: 10, max: 120 }),
  audio,
});
const ordered = fc.oneof(
  fc.record({ kind: fc.constant('emergency' as const), at: offset, emergency }),
  fc.record({ kind: fc.constant('cancel' as const), at: offset, which: fc.nat(7) }),
  fc.record({ kind: fc.constant('stop' as const), at: offset }),
);

/** A day on a pole: what it knows from the start, what arrives when, and when it is looked at. */
const day = fc.record({
  items: fc.array(item, { maxLength: 12 }),
  carried: fc.array(emergency, { maxLength: 2 }),
  orders: fc.array(ordered, { maxLength: 5 }),
  silenced: fc.option(offset, { nil: undefined }),
  until: fc.option(offset, { nil: undefined }),
  offsetMs: fc.integer({ min: 0, max: 10_000 }),
  held: fc.subarray(['0', '1', '2', '3', '4', '5']),
  steps: fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 5, maxLength: 40 }),
});
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

function programmeOf(of: Day): Programme {
  return {
    ...{ v: 1, commune, pole, number: start, issuedAt: start, untilAt: start + (of.until ?? 1e9) },
    volume: { regular: 80, priority: 90, emergency: 100 },
    offsetMs: of.offsetMs,
    items: of.items.map((each, index) => ({
      airing: uuid(3, index),
      broadcast: uuid(4, index),
      priority: each.priority ? 'priority' : 'regular',
      startAt: start + each.at,
      startBy: start + each.at + each.slack,
      cutsAt: each.cutsAfter === null ? null : start + each.at + each.cutsAfter,
      endBy:
        start + each.at + Math.min(each.slack, each.room) + Math.ceil(each.audio.seconds * 1_000) + each.room,
      afterCut: each.afterCut,
      after: each.after === null ? null : uuid(3, each.after),
      audio: each.audio,
    })),
    orderNumber: 0,
    emergencies: of.carried.map((each, index) => emergencyOf(each, index)),
    silencedAt: of.silenced === undefined ? 0 : start + of.silenced,
    revokedKeys: [],
    prepared: [],
  };
}

function emergencyOf(each: { at: number; lasts: number; every: number; audio: AudioRef }, index: number) {
  const startAt = start + each.at;
  return {
    id: uuid(5, index),
    audio: each.audio,
    startAt,
    endAt: startAt + each.lasts,
    everySeconds: each.every,
  };
}

function ordersAt(of: Day, now: number): Order[] {
  return of.orders.flatMap((each, index): Order[] => {
    const issuedAt = start + each.at;
    if (issuedAt > now) return [];
    const head = {
      v: 1 as const,
      commune,
      id: uuid(6, index),
      number: issuedAt,
      issuedAt,
      expiresAt: issuedAt + 1e9,
      poles: null,
    };
    if (each.kind === 'stop') return [{ ...head, kind: 'stop', silencedAt: issuedAt }];
    if (each.kind === 'cancel') return [{ ...head, kind: 'cancel', emergency: uuid(5, each.which) }];
    return [
      { ...head, kind: 'emergency', emergency: emergencyOf({ ...each.emergency, at: each.at }, index + 3) },
    ];
  });
}

interface Look {
  readonly now: number;
  readonly situation: Situation;
  readonly sound: Due | null;
}

/** A line of a pole's log: what its receipts say, and nothing else. */
type Told =
  | {
      readonly state: 'started' | 'resumed';
      readonly airing: string;
      readonly at: number;
      readonly fromMs: number;
    }
  | { readonly state: 'paused' | 'played' | 'cut' | 'stopped'; readonly airing: string; readonly at: number }
  | { readonly state: 'missed'; readonly airing: string; readonly at: number };

interface Life {
  readonly looks: Look[];
  readonly log: Told[];
  /** What came out of the horn: the airing and the place in its sound, one each second. */
  readonly horn: { readonly at: number; readonly airing: string | null; readonly placeMs: number }[];
}

/**
 * A pole that does what `decide` says, looked at whenever it asks to be and at other moments. Its horn is a tape of its
 * own: it knows what is in it and from where, and nothing of decisions.
 */
function live(of: Day): Life {
  const programme = programmeOf(of);
  const began = new Map<string, Begun>();
  const ended = new Set<string>();
  const heldAudio = new Set(of.held.map((each) => each.repeat(64)));
  const life: Life = { looks: [], log: [], horn: [] };
  let tape: { due: Due; sinceAt: number; fromMs: number; endAt: number } | null = null;
  let now = start;
  let heardAt = start;

  const listen = (until: number): void => {
    for (; heardAt < until; heardAt += 1_000) {
      const isOver = tape === null || heardAt >= tape.endAt;
      life.horn.push({
        at: heardAt,
        airing: isOver ? null : (tape?.due.airing ?? null),
        placeMs: isOver || tape === null ? 0 : tape.fromMs + heardAt - tape.sinceAt,
      });
    }
  };
  const finish = (airing: string, state: 'played' | 'cut' | 'stopped' | 'missed', at: number): void => {
    expect(ended.has(airing)).toBe(false);
    ended.add(airing);
    life.log.push({ state, airing, at });
  };

  for (const step of of.steps) {
    const until = now + step;
    for (let guard = 0; now < until && guard < 500; guard += 1) {
      listen(now);
      if (tape !== null && now >= tape.endAt) {
        finish(tape.due.airing, 'played', tape.endAt);
        tape = null;
      }
      const situation: Situation = {
        ...{ programme, orders: ordersAt(of, now), began: new Map(began), ended: new Set(ended), heldAudio },
      };
      const decision = decide(situation, now);
      expect(decide(situation, now)).toEqual(decision);
      life.looks.push({ now, situation, sound: decision.sound });
      let isQuiet = true;
      if (tape !== null && tape.due.airing !== decision.sound?.airing) {
        isQuiet = false;
        const { due, sinceAt, fromMs } = tape;
        tape = null;
        const begun = began.get(due.airing);
        if (begun !== undefined && decision.pause.some(({ airing }) => airing === due.airing)) {
          const next = due.afterCut === 'restart' ? 0 : fromMs + now - sinceAt;
          began.set(due.airing, { ...begun, partAt: null, fromMs: next });
          life.log.push({ state: 'paused', airing: due.airing, at: now });
        } else if (!decision.end.some((each) => each.due.airing === due.airing))
          finish(due.airing, 'stopped', now);
      }
      for (const { due, because } of decision.end) finish(due.airing, because, now);
      for (const { due } of decision.missed) finish(due.airing, 'missed', now);
      for (const airing of decision.withdrawn) finish(airing, 'stopped', now);
      if (decision.end.length + decision.missed.length + decision.withdrawn.length > 0) isQuiet = false;
      if (decision.sound !== null && tape === null) {
        isQuiet = false;
        const due: Due = decision.sound;
        expect(ended.has(due.airing)).toBe(false);
        const before = began.get(due.airing);
        const part = { partAt: now, fromMs: before?.fromMs ?? 0 };
        began.set(due.airing, { beganAt: before?.beganAt ?? now, ...part });
        life.log.push({
          ...{
            state: before === undefined ? ('started' as const) : ('resumed' as const),
            airing: due.airing,
          },
          ...{ at: now, fromMs: part.fromMs },
        });
        tape = { due, sinceAt: now, fromMs: part.fromMs, endAt: naturalEndAt(due, part) };
      }
      if (!isQuiet) continue;
      if (decision.nextAt !== null) expect(decision.nextAt).toBeGreaterThan(now);
      now = Math.min(
        until,
        decision.nextAt ?? until,
        ...of.orders.map((each) => start + each.at).filter((at) => at > now),
      );
    }
  }
  listen(now);
  return life;
}

/** The place in the sound at an instant, by the log alone; null for silence. */
function soundAt(log: readonly Told[], at: number): { airing: string; placeMs: number } | null {
  const before = log.filter((line) => line.at <= at);
  const on = before.findLast((line) => line.state === 'started' || line.state === 'resumed');
  if (on === undefined || !('fromMs' in on)) return null;
  const after = before.slice(before.indexOf(on) + 1);
  if (after.some((line) => line.airing === on.airing)) return null;
  return { airing: on.airing, placeMs: on.fromMs + at - on.at };
}

describe('what sounds now', () => {
  test('is never silence where something may begin, nor a lower class where a higher one may cut', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation, sound } of live(of).looks) {
          const silencedAt = silencedUntil(situation.programme, situation.orders);
          for (const due of dues(situation, now)) {
            const may =
              !situation.began.has(due.airing) &&
              !situation.ended.has(due.airing) &&
              due.after === null &&
              due.nominalAt > silencedAt &&
              due.nominalAt <= now &&
              now <= due.startBy &&
              situation.heldAudio.has(due.audio.sha256);
            if (!may) continue;
            expect(sound).not.toBeNull();
            if (due.cutsAt !== null && due.cutsAt <= now) {
              expect(rank[sound?.priority ?? 'regular']).toBeGreaterThanOrEqual(rank[due.priority]);
            }
          }
        }
      }),
    );
  });

  test('was due, is held, is not silenced, and ends at its hard end', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation, sound } of live(of).looks) {
          if (sound === null) continue;
          const { offsetMs, until } = of;
          expect(sound.nominalAt - offsetMs).toBeLessThan(start + (until ?? 1e9));
          expect(sound.nominalAt).toBeLessThanOrEqual(now);
          expect(sound.nominalAt).toBeGreaterThan(silencedUntil(situation.programme, situation.orders));
          expect(now).toBeLessThan(sound.hardEndAt);
          const begun = situation.began.get(sound.airing);
          if (begun === undefined) expect(now).toBeLessThanOrEqual(sound.startBy);
          if (begun?.partAt != null) continue;
          expect(situation.heldAudio.has(sound.audio.sha256)).toBe(true);
          if (begun !== undefined) expect(now).toBeLessThanOrEqual(resumeBy(sound, begun.fromMs));
        }
      }),
    );
  });

  test('begins once, and goes on only where it was cut: no stretch of a sound is heard twice but of a restart', () => {
    fc.assert(
      fc.property(day, (of) => {
        const { log } = live(of);
        for (const airing of new Set(log.map((line) => line.airing))) {
          const mine = log.filter((line) => line.airing === airing);
          expect(mine.map(({ state }) => state).join(' ')).toMatch(
            /^(started( paused resumed)*( (paused( (cut|stopped))?|played|cut|stopped))?|missed)$/,
          );
        }
      }),
    );
  });

  test('is what the log says, at each second, to its place in the sound', () => {
    fc.assert(
      fc.property(day, (of) => {
        const { log, horn } = live(of);
        const untrue = horn.filter(({ at, airing, placeMs }) => {
          const told = soundAt(log, at);
          return (told?.airing ?? null) !== airing || (told?.placeMs ?? 0) !== placeMs;
        });
        expect(untrue).toEqual([]);
      }),
    );
  });

  test('is foreseen: who knows all orders beforehand tells the same log', () => {
    fc.assert(
      fc.property(day, (of) => {
        const { log } = live(of);
        const until = start + of.steps.reduce((sum, step) => sum + step, 0);
        const told = foresee(
          {
            ...{
              programme: programmeOf(of),
              orders: ordersAt(of, until),
              began: new Map(),
              ended: new Set<string>(),
            },
            heldAudio: new Set(of.held.map((each) => each.repeat(64))),
          },
          start,
          until - 1,
        );
        const begun = log.filter((line) => 'fromMs' in line).map(({ airing, at }) => `${airing} ${at}`);
        expect(told.flatMap(({ due, parts }) => parts.map(({ at }) => `${due.airing} ${at}`)).sort()).toEqual(
          begun.sort(),
        );
        // Which repeats of an emergency are told as missed depends on when somebody looks: only those near are named.
        const items = new Set(programmeOf(of).items.map(({ airing }) => airing));
        const finals = log.filter(
          ({ airing, at, state }) =>
            at < until &&
            !['started', 'paused', 'resumed'].includes(state) &&
            (state !== 'missed' || items.has(airing)),
        );
        const ends = finals.map(({ airing, state }) => `${airing} ${state}`);
        const foreseen = told
          .filter(({ due, outcome }) => outcome !== 'open' && (outcome !== 'missed' || items.has(due.airing)))
          .map(({ due, outcome }) => `${due.airing} ${outcome}`);
        expect(foreseen.sort()).toEqual(ends.sort());
      }),
    );
  });

  test('a class is never cut by its equal', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation } of live(of).looks) {
          const decision = decide(situation, now);
          const cut = decision.end.filter(
            ({ due, because }) => because === 'cut' && situation.began.get(due.airing)?.partAt != null,
          );
          for (const due of [...decision.pause, ...cut.map((each) => each.due)]) {
            expect(rank[decision.sound?.priority ?? 'regular']).toBeGreaterThan(rank[due.priority]);
          }
        }
      }),
    );
  });

  test('does not depend on the order in which things are written down', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 700_000 }), (of, after) => {
        const programme = programmeOf(of);
        const now = start + after;
        const base = {
          began: new Map<string, Begun>(),
          ended: new Set<string>(),
          heldAudio: new Set(of.held.map((each) => each.repeat(64))),
        };
        const forwards = decide({ ...base, programme, orders: ordersAt(of, now) }, now);
        const backwards = decide(
          {
            ...base,
            programme: {
              ...programme,
              items: [...programme.items].reverse(),
              emergencies: [...programme.emergencies].reverse(),
            },
            orders: ordersAt(of, now).reverse(),
          },
          now,
        );
        expect(backwards.sound).toEqual(forwards.sound);
        expect(backwards.nextAt).toEqual(forwards.nextAt);
      }),
    );
  });

  test('is silence for a pole that has no programme', () => {
    const empty = {
      programme: null,
      orders: [],
      began: new Map(),
      ended: new Set<string>(),
      heldAudio: new Set<string>(),
    };
    expect(decide(empty, start)).toEqual({
      ...{ sound: null, pause: [], end: [], withdrawn: [], missed: [], nextAt: null },
    });
  });
});

test('a programme that speaks for a cancelled emergency ends it, though the order itself has not expired', () => {
  const audio = { sha256: 'a'.repeat(64), bytes: 1_000, seconds: 5 };
  const emergency = { id: uuid(5, 0), audio, startAt: start, endAt: start + 1_800_000, everySeconds: 60 };
  const head = { v: 1 as const, commune, issuedAt: start, poles: null };
  const raised: Order = {
    ...{ ...head, id: uuid(6, 0), number: start, expiresAt: emergency.endAt },
    ...{ kind: 'emergency', emergency },
  };
  const programme: Programme = {
    ...{ v: 1, commune, pole, number: start + 4_001, issuedAt: start + 4_001, untilAt: start + 1e9 },
    ...{
      volume: { regular: 80, priority: 90, emergency: 100 },
      offsetMs: 0,
      items: [],
      orderNumber: start - 1,
    },
    ...{ emergencies: [], silencedAt: 0, revokedKeys: [], prepared: [] },
  };
  const situation = (orderNumber: number): Situation => ({
    ...{ programme: { ...programme, orderNumber }, orders: [raised], began: new Map(), ended: new Set() },
    heldAudio: new Set([audio.sha256]),
  });
  const elevenMinutesLater = start + 660_000;
  expect(decide(situation(start - 1), elevenMinutesLater).sound?.broadcast).toBe(emergency.id);
  expect(decide(situation(start + 4_000), elevenMinutesLater).sound).toBeNull();
});
