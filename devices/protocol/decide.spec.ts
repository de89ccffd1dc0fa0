import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, dues, naturalEndAt, silencedUntil } from './decide.ts';
import type { Due, Situation } from './decide.ts';
import type { AudioRef, Order, Programme } from './messages.ts';

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

/** A pole that does what `decide` says, looked at whenever it asks to be and at other moments. */
function live(of: Day): Look[] {
  const programme = programmeOf(of);
  const began = new Map<string, number>();
  const ended = new Set<string>();
  const heldAudio = new Set(of.held.map((each) => each.repeat(64)));
  const looks: Look[] = [];
  let now = start;
  for (const step of of.steps) {
    const until = now + step;
    for (let guard = 0; now < until && guard < 200; guard += 1) {
      const situation: Situation = {
        ...{ programme, orders: ordersAt(of, now), began: new Map(began), ended: new Set(ended), heldAudio },
      };
      const decision = decide(situation, now);
      expect(decide(situation, now)).toEqual(decision);
      for (const { due } of [...decision.missed, ...decision.end]) {
        expect(ended.has(due.airing)).toBe(false);
        ended.add(due.airing);
      }
      if (decision.sound !== null) {
        expect(ended.has(decision.sound.airing)).toBe(false);
        if (!began.has(decision.sound.airing)) began.set(decision.sound.airing, now);
      }
      looks.push({ now, situation, sound: decision.sound });
      if (decision.nextAt !== null) expect(decision.nextAt).toBeGreaterThan(now);
      now = Math.min(until, decision.nextAt ?? until);
    }
  }
  return looks;
}

describe('what sounds now', () => {
  test('is the highest class of all that may sound, and of what is held', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation, sound } of live(of)) {
          const silencedAt = silencedUntil(situation.programme, situation.orders);
          for (const due of dues(situation, now)) {
            const beganAt = situation.began.get(due.airing);
            const may =
              !situation.ended.has(due.airing) &&
              due.nominalAt > silencedAt &&
              due.nominalAt <= now &&
              (beganAt === undefined
                ? now <= due.startBy && situation.heldAudio.has(due.audio.sha256)
                : now < naturalEndAt(due, beganAt));
            if (may) expect(rank[sound?.priority ?? 'regular']).toBeGreaterThanOrEqual(rank[due.priority]);
            if (may) expect(sound).not.toBeNull();
          }
        }
      }),
    );
  });

  test('was due, is held, is not silenced, and ends at its hard end', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation, sound } of live(of)) {
          if (sound === null) continue;
          const { offsetMs, until } = of;
          expect(sound.nominalAt - offsetMs).toBeLessThan(start + (until ?? 1e9));
          expect(sound.nominalAt).toBeLessThanOrEqual(now);
          expect(sound.nominalAt).toBeGreaterThan(silencedUntil(situation.programme, situation.orders));
          expect(now).toBeLessThanOrEqual(sound.hardEndAt);
          if (!situation.began.has(sound.airing)) {
            expect(situation.heldAudio.has(sound.audio.sha256)).toBe(true);
            expect(now).toBeLessThanOrEqual(sound.startBy);
          }
        }
      }),
    );
  });

  test('begins once: what stopped sounding never sounds again', () => {
    fc.assert(
      fc.property(day, (of) => {
        const over = new Set<string>();
        let last: string | null = null;
        for (const { sound } of live(of)) {
          const airing = sound?.airing ?? null;
          if (airing !== last && last !== null) over.add(last);
          if (airing !== null) expect(over.has(airing)).toBe(false);
          last = airing;
        }
      }),
    );
  });

  test('a class is never cut by its equal', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation } of live(of)) {
          const decision = decide(situation, now);
          for (const { due, because } of decision.end) {
            if (because === 'cut')
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
          began: new Map<string, number>(),
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
    expect(decide(empty, start)).toEqual({ sound: null, end: [], missed: [], nextAt: null });
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
