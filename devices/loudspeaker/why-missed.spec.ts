import { expect, test } from '@jest/globals';
import { whyMissed } from './why-missed.ts';
import type { Days } from './why-missed.ts';

/** Installed, its clock set over something, switched on, told the time, given its programme: one after another. */
const days: Days = {
  ...{ sinceAt: 10, isMemoryLost: false, onAt: 30, trustedAt: 40, programmeAt: 50, isFaulted: false },
  skipped: { holds: ({ startBy }) => startBy >= 20 && startBy < 25 },
};

test.each([
  [5, 'no-audio', {}, null],
  [5, 'no-audio', { isMemoryLost: true }, 'no-replay-memory'],
  [15, 'pre-empted', {}, 'pole-was-off'],
  // It was on, for all it knows, and that is what it did not live through.
  [22, 'pre-empted', {}, 'clock-set'],
  [22, 'stopped', {}, 'clock-set'],
  [27, 'stopped', {}, 'stopped'],
  [27, 'no-audio', {}, 'pole-was-off'],
  [35, 'no-audio', {}, 'no-trusted-time'],
  [45, 'no-audio', {}, 'programme-came-late'],
  [55, 'pre-empted', { isFaulted: true }, 'player-fault'],
  [55, 'pre-empted', {}, 'pre-empted'],
  [55, 'no-audio', {}, 'no-audio'],
] as const)(
  'what could begin until %i and did not (%s) is told as it was',
  (startBy, decided, more, reason) => {
    expect(whyMissed({ startBy }, decided, { ...days, ...more })).toBe(reason);
  },
);
