import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { counted, forgiven, noTries, waitMs } from './tries.ts';
import type { Tries, TriesRule } from './tries.ts';

const rule: TriesRule = { freeTries: 5, firstWaitSeconds: 30, maximumWaitSeconds: 3_600, perHour: 20 };
const start = Date.parse('2026-12-01T00:00:00Z');

/** As the store does it: a try is answered, and counted, only where there is nothing to wait for. */
function attempt(tries: Tries, now: number, by = rule): { tries: Tries; answered: boolean } {
  return waitMs(tries, by, now) > 0
    ? { tries, answered: false }
    : { tries: counted(tries, by, now), answered: true };
}

describe('tries to sign in', () => {
  test('cost nothing at first, then a wait that doubles up to its longest', () => {
    let tries = noTries;
    const waits: number[] = [];
    let now = start;
    for (let i = 0; i < 13; i += 1) {
      tries = counted(tries, rule, now);
      const wait = waitMs(tries, { ...rule, perHour: 1_000 }, now) / 1_000;
      waits.push(wait);
      now += wait * 1_000;
    }
    expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
  });

  test('of two at the same moment do not hold up each other, whichever is counted first', () => {
    const first = counted(noTries, rule, start + 20);
    expect(waitMs(first, rule, start)).toBe(0);
  });

  test('are answered at most 20 times in any hour that began with one, whatever the settings', () => {
    const loose = { ...rule, freeTries: 20, firstWaitSeconds: 1, maximumWaitSeconds: 1 };
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 50, maxLength: 300 }),
        (pauses) => {
          let tries = noTries;
          let now = start;
          const answeredAt: number[] = [];
          for (const pause of pauses) {
            now += pause;
            const next = attempt(tries, now, loose);
            tries = next.tries;
            if (next.answered) answeredAt.push(now);
          }
          for (let from = start; from < now; from += 3_600_000) {
            const windows = answeredAt.filter((at) => at >= tries.hourAt && at < tries.hourAt + 3_600_000);
            expect(windows.length).toBeLessThanOrEqual(20);
          }
          expect(answeredAt.length).toBeLessThanOrEqual(20 * (Math.floor((now - start) / 3_600_000) + 1));
        },
      ),
    );
  });

  test('that were right are forgiven, and wrong ones are forgotten after a day', () => {
    let tries = noTries;
    for (let i = 0; i < 8; i += 1) tries = counted(tries, rule, start);
    expect(waitMs(forgiven(tries), rule, start)).toBe(0);
    const nextDay = start + 25 * 3_600_000;
    expect(counted(tries, rule, nextDay).inARow).toBe(1);
  });
});
