import { expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { backoffMs } from './backoff.ts';

test('a camera is asked again after half a second at most, then twice as late each time, up to a minute', () => {
  expect([1, 2, 3, 4, 8, 50, 5_000].map((failures) => backoffMs(failures, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 60_000, 60_000, 60_000,
  ]);
});

test('chance takes away up to half of the wait and never more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const wait = backoffMs(failures, random);
        expect(wait).toBeGreaterThanOrEqual(backoffMs(failures, 0));
        expect(wait).toBeLessThanOrEqual(60_000);
        expect(backoffMs(failures, 0) * 2).toBeGreaterThanOrEqual(backoffMs(failures, 1) - 1);
      },
    ),
  );
});
