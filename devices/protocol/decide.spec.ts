import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { decide, dues, resumeBy, silencedUntil } from './decide.ts';
import type { Begun, Situation } from './decide.ts';
import { start, uuid, commune, pole, day, programmeOf, ordersAt, live, soundAt } from './decide.testing.ts';
import type { Order, Programme } from './pole-messages.ts';

const rank = { regular: 0, priority: 1, emergency: 2 } as const;

describe('what sounds now', () => {
  test('is never silence where something may begin, nor a lower class where a higher one may cut', () => {
    fc.assert(
      fc.property(day, (of) => {
        for (const { now, situation, sound } of live(of).looks) {
          const { programme, orders } = situation;
          for (const due of dues(situation, now)) {
            const may =
              !situation.began.has(due.airing) &&
              !situation.ended.has(due.airing) &&
              due.after === null &&
              due.nominalAt > silencedUntil(programme, orders, due.raisedBy) &&
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
          const { programme, orders } = situation;
          expect(sound.nominalAt).toBeGreaterThan(silencedUntil(programme, orders, sound.raisedBy));
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

const audio = { sha256: '0'.repeat(64), bytes: 10, seconds: 20 };
const alarm = { id: uuid(5, 0), audio, startAt: start, endAt: start + 1_800_000, everySeconds: 60 };
const headOf = (index: number, number: number) => ({
  ...{ v: 1 as const, commune, id: uuid(6, index), number, issuedAt: start, poles: null },
  expiresAt: alarm.endAt,
});
const raised: Order = { ...headOf(0, start), kind: 'emergency', emergency: alarm };
const silentProgramme: Programme = {
  ...{ v: 1, commune, pole, number: start + 4_001, issuedAt: start + 4_001, untilAt: start + 1e9 },
  ...{
    volume: { regular: 80, priority: 90, emergency: 100 },
    offsetMs: 0,
    items: [],
    orderNumber: start - 2,
  },
  ...{ emergencies: [], silencedAt: 0, revokedKeys: [], prepared: [] },
};
const knowing = (orders: readonly Order[], programme: Partial<Programme> = {}): Situation => ({
  ...{ programme: { ...silentProgramme, ...programme }, orders, began: new Map(), ended: new Set() },
  heldAudio: new Set([audio.sha256]),
});

test('a programme that speaks for a cancelled emergency ends it, though the order itself has not expired', () => {
  const elevenMinutesLater = start + 660_000;
  expect(decide(knowing([raised]), elevenMinutesLater).sound?.broadcast).toBe(alarm.id);
  expect(decide(knowing([raised], { orderNumber: start + 4_000 }), elevenMinutesLater).sound).toBeNull();
});

test('a stop that was given before the clock was set back silences what is due by then, and no emergency raised since', () => {
  const hour = 3_600_000;
  const stop = (number: number): Order => ({ ...headOf(1, number), kind: 'stop', silencedAt: start + hour });
  const item = {
    ...{ airing: uuid(3, 0), broadcast: uuid(4, 0), priority: 'regular' as const, audio },
    ...{ startAt: start, startBy: start + 60_000, cutsAt: null, endBy: start + 120_000 },
    ...{ afterCut: 'drop' as const, after: null },
  };
  const missed = (situation: Situation): string[] =>
    decide(situation, start).missed.map(({ due }) => due.broadcast);
  for (const before of [
    knowing([stop(start - 1), raised]),
    knowing([raised], { silencedAt: start + hour }),
  ]) {
    expect(decide(before, start).sound?.broadcast).toBe(alarm.id);
    expect(
      missed({ ...before, programme: { ...silentProgramme, ...before.programme, items: [item] } }),
    ).toEqual([item.broadcast]);
  }
  expect(missed(knowing([raised, stop(start + 1)]))).toContain(alarm.id);
});
