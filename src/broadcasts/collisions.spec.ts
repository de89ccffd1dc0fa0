import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { collisions, precedenceOf, queue } from './collisions.ts';
import type { Waiting } from './collisions.ts';
import type { Scheduled, Sounding } from './programme.ts';

const id = (index: number): string => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
const at = Date.parse('2026-11-22T17:00:00+07:00');
const version = { language: 'vi', audio: { sha256: 'a'.repeat(64), bytes: 1, seconds: 60 } };

function sounding(index: number, startAt: number, more: Partial<Scheduled> = {}): Sounding {
  const broadcast: Scheduled = {
    ...{ id: id(index), title: `Tin ${index}`, priority: 'priority', repeatCount: 1, repeatGapSeconds: 0 },
    schedule: { kind: 'once', date: '2026-11-22', time: '17:00' },
    ...{ lateSeconds: 120, versions: [version], poles: new Set(['p']) },
    ...more,
  };
  const occurrence = { localTime: '2026-11-22T17:00', at: startAt };
  return { broadcast, occurrence, version, repeat: 0, startAt, startBy: startAt + 120_000, quietAt: null };
}

const item = (index: number, startAt: number, soundMs = 60_000): Waiting => ({
  ...{ airing: `a${index}`, broadcastId: id(index), startAt, startBy: startAt + 120_000, soundMs },
});

describe('Two priority broadcasts', () => {
  test('collide where their sounds overlap on a pole, and not otherwise', () => {
    const none = new Set<string>();
    expect(collisions([sounding(1, at), sounding(2, at + 59_999)], none)).toEqual([
      { earlierId: id(1), laterId: id(2), at: at + 59_999, firstId: null, poles: 1 },
    ]);
    expect(collisions([sounding(1, at), sounding(2, at + 60_000)], none)).toEqual([]);
    expect(collisions([sounding(1, at), sounding(2, at, { poles: new Set(['q']) })], none)).toEqual([]);
    expect(collisions([sounding(1, at), sounding(2, at, { priority: 'regular' })], none)).toEqual([]);
    const decided = new Set([precedenceOf(id(2), id(1))]);
    expect(collisions([sounding(1, at), sounding(2, at)], decided)).toMatchObject([{ firstId: id(2) }]);
  });

  test('undecided play in the order in which they were scheduled, the second after the first', () => {
    const waits = queue([item(2, at), item(1, at + 10_000)], new Set());
    expect(waits).toEqual(new Map([['a2', { after: 'a1', startBy: at + 70_000 + 120_000 }]]));
  });

  test('play as decided', () => {
    const waits = queue([item(1, at), item(2, at + 10_000)], new Set([precedenceOf(id(2), id(1))]));
    expect(waits).toEqual(new Map([['a1', { after: 'a2', startBy: at + 70_000 + 120_000 }]]));
  });

  test('whatever collides and whatever was decided: a line without a circle, in which nothing is left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ start: fc.nat(300), length: fc.integer({ min: 1, max: 90 }) }), {
          maxLength: 7,
        }),
        fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 10 }),
        (given, decided) => {
          const items = given.map(({ start, length }, index) =>
            item(index, at + start * 1_000, length * 1_000),
          );
          const precedence = new Set(decided.map(([a, b]) => precedenceOf(id(a), id(b))));
          const waits = queue(items, precedence);
          const followers = [...waits.values()].map(({ after }) => after);
          expect(new Set(followers).size).toBe(followers.length);
          for (const start of items) {
            let airing: string | undefined = start.airing;
            for (let steps = 0; airing !== undefined; steps += 1) {
              expect(steps).toBeLessThanOrEqual(items.length);
              airing = waits.get(airing)?.after;
            }
          }
          for (const { airing, startBy } of items) {
            expect(waits.get(airing)?.startBy ?? startBy).toBeGreaterThanOrEqual(startBy);
          }
        },
      ),
    );
  });
});
