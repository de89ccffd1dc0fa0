import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { due, follow, lightOf, minuteOfDay, stillMinutes } from './rounds.ts';
import type { Round } from './rounds.ts';

const minute = 60_000;
const day = 1_440 * minute;
/** 10:00 in Viet Nam. */
const ten = Date.UTC(2026, 10, 2, 3);
const cameraId = '0199d3a0-0000-7000-8000-00000000002a';
const round: Round = {
  ...{ cameraId, orderedAt: null, checkedAt: ten - 10 * minute, stillAt: ten - 10 * minute },
  ...{ references: [], isSuspect: false },
};

describe('when a camera is looked after', () => {
  test('hourly, and with a still where something seems to be wrong', () => {
    expect(due({ ...round, stillAt: ten }, ten, 60 * minute)).toBeNull();
    const later = { ...round, checkedAt: ten - 61 * minute, stillAt: ten };
    expect(due(later, ten, 60 * minute)).toBe('check');
    expect(due({ ...later, isSuspect: true }, ten, 60 * minute)).toBe('still');
    expect(due({ ...later, stillAt: null }, ten, 60 * minute)).toBe('still');
    expect(due({ ...later, orderedAt: ten - minute }, ten, 60 * minute)).toBeNull();
    // One that gives no pictures is not asked for them all the time.
    expect(due({ ...round, checkedAt: ten, stillAt: null }, ten + 11 * minute, 60 * minute)).toBeNull();
  });

  test('a still once a day, at the hour of its reference', () => {
    const references = [{ takenAt: ten - 30 * day }];
    const [slot = 0] = stillMinutes(cameraId, references);
    expect(slot - minuteOfDay(ten)).toBeLessThan(15);
    const yesterday = { ...round, references, stillAt: ten - day + 20 * minute };
    expect(due(yesterday, ten - minute, 60 * minute)).toBeNull();
    expect(due(yesterday, ten + 20 * minute, 60 * minute)).toBe('still');
    expect(due({ ...yesterday, stillAt: ten + 20 * minute }, ten + 21 * minute, 60 * minute)).toBeNull();
  });

  test('whenever somebody looks, a camera has had its still within a day', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 1_439 }),
        fc.array(fc.integer({ min: 0, max: 1_439 }), { maxLength: 2 }),
        (id, since, hours) => {
          const now = ten + since * minute;
          const old = {
            ...{
              cameraId: id,
              orderedAt: null,
              checkedAt: now - day,
              stillAt: now - day - minute,
              isSuspect: false,
            },
            references: hours.map((at) => ({ takenAt: ten + at * minute })),
          };
          expect(due(old, now, 60 * minute)).toBe('still');
        },
      ),
    );
  });

  test('day is from six to six', () => {
    expect(
      [5.9, 6, 17.9, 18].map((hour) => lightOf(Date.UTC(2026, 0, 2) + (hour - 7) * 60 * minute)),
    ).toEqual([...['night', 'day', 'day', 'night']]);
  });
});

describe('what a still changes', () => {
  const confirmMs = minute;
  const still = (finding: 'covered' | 'moved' | null, takenAt: number) => ({ finding, takenAt });

  test('one alone opens nothing, two that agree do, one that is well closes it', () => {
    expect(follow(null, null, still('covered', 0), confirmMs)).toBe('confirm');
    expect(follow(null, still('covered', 0), still('covered', 30_000), confirmMs)).toBe('confirm');
    expect(follow(null, still('moved', 0), still('covered', minute), confirmMs)).toBe('confirm');
    expect(follow(null, still('covered', 0), still('covered', minute), confirmMs)).toBe('open');
    expect(follow('covered', still('covered', 0), still('covered', minute), confirmMs)).toBeNull();
    expect(follow('covered', still('covered', 0), still(null, minute), confirmMs)).toBe('close');
    expect(follow('covered', still('moved', 0), still('moved', minute), confirmMs)).toBe('open');
    expect(follow(null, null, still(null, 0), confirmMs)).toBeNull();
  });
});
