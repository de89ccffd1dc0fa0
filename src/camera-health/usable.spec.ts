import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { percents, together, usability } from './usable.ts';
import type { Spell } from './usable.ts';

const hour = 3_600_000;
const week = { fromAt: 0, untilAt: 168 * hour };
const held = (from: number, until: number, state: Spell['state'] = 'subscribed'): Spell => ({
  ...{ state, fromAt: from * hour, untilAt: until * hour },
});

describe('what a camera was worth in a period', () => {
  test('an outage of a day and a half in a week is what the figure says', () => {
    const worth = usability(week, [held(-50, 100), held(100, 136, 'unreachable'), held(136, 168)], []);
    expect(worth).toEqual({
      usableMs: 132 * hour,
      deadMs: 36 * hour,
      badPictureMs: 0,
      unknownMs: 0,
    });
    expect(percents(worth)).toEqual({ usable: 78.6, unknown: 0 });
  });

  test('what nobody told is unknown, and neither good nor bad', () => {
    const worth = usability(week, [held(0, 42), held(84, 168)], []);
    expect(percents(worth)).toEqual({ usable: 100, unknown: 25 });
    expect(percents(usability(week, [], []))).toEqual({ usable: null, unknown: 100 });
    expect(usability(week, [held(0, 1, 'connecting')], []).unknownMs).toBe(168 * hour);
  });

  test('a camera that is held and sees nothing is not usable; nothing is bad twice', () => {
    const bad = [
      { fromAt: 10 * hour, untilAt: 34 * hour },
      { fromAt: 20 * hour, untilAt: 44 * hour },
      { fromAt: 160 * hour, untilAt: 200 * hour },
    ];
    const worth = usability(week, [held(0, 150), held(150, 168, 'password-refused')], bad);
    expect(worth).toEqual({
      usableMs: 116 * hour,
      badPictureMs: 34 * hour,
      deadMs: 18 * hour,
      unknownMs: 0,
    });
  });

  test('a later word corrects an earlier one, and a village is the sum of its cameras', () => {
    const one = usability(week, [held(0, 168), held(84, 168, 'unreachable')], []);
    expect(percents(one).usable).toBe(50);
    const whole = usability(week, [held(0, 168)], []);
    expect(percents(together([one, whole]))).toEqual({ usable: 75, unknown: 0 });
  });

  test('whatever was told, each instant of the period is counted once', () => {
    const times = fc
      .tuple(fc.integer({ min: -20, max: 200 }), fc.integer({ min: 0, max: 60 }))
      .map(([from, length]) => [from, from + length] as const);
    const state = fc.constantFrom('subscribed' as const, 'unreachable' as const, 'connecting' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(times, state), { maxLength: 12 }), fc.array(times), (spells, bad) => {
        const worth = usability(
          week,
          spells.map(([[from, until], how]) => held(from, until, how)),
          bad.map(([from, until]) => ({ fromAt: from * hour, untilAt: until * hour })),
        );
        const { usableMs, deadMs, badPictureMs, unknownMs } = worth;
        const parts = [usableMs, deadMs, badPictureMs, unknownMs];
        expect(parts.reduce((sum, ms) => sum + ms, 0)).toBe(168 * hour);
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
