import { expect, test } from '@jest/globals';
import { readiness } from '../../web/src/parts/readiness.ts';

const held = {
  ...{ link: 'online' as const, programmeHeld: true, programmeUntilAt: '2026-11-29T00:00:00Z' },
  ...{ audioReady: 4, audioNeeded: 4 },
};

test('46 of 50 ready: whoever lacks a sound, the newest days or a word of its own is named by its number', () => {
  const poles = Array.from({ length: 51 }, (_, index) => {
    const number = 51 - index;
    if (number === 9) return { number, now: { ...held, audioReady: 3 } };
    if (number === 17) return { number, now: { ...held, programmeHeld: false } };
    if (number === 30) return { number, now: { ...held, programmeUntilAt: null } };
    if (number === 41) return { number, now: { ...held, link: 'offline' as const, audioReady: 0 } };
    // It holds all it needs, and plays on without a line.
    if (number === 50) return { number, now: { ...held, link: 'offline' as const } };
    return { number, now: number === 51 ? { ...held, link: 'not-enrolled' as const } : held };
  });
  expect(readiness(poles)).toEqual({ ready: 46, of: 50, missing: [9, 17, 30, 41] });
  expect(readiness([])).toEqual({ ready: 0, of: 0, missing: [] });
});
