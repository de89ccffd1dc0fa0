import { expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { troubles, troublesOf } from './box-state.ts';
import type { BoxState } from './box-state.ts';
import { isLit, lampCode, lampCodes } from './lamp.ts';

const well: BoxState = {
  ...{ isEnrolled: true, isConnected: true, hasTime: true, hasProgramme: true, isPlaying: false },
  ...{ fault: null, hears: 'right', hasRefusedLately: false, power: 'on', audio: { ready: 46, of: 46 } },
};

test('a box that is well gives a sign of life, and is steadily lit while it plays', () => {
  expect(lampCode(well)).toBe('alive');
  expect(lampCode({ ...well, isPlaying: true })).toBe('steady');
  expect(lampCode({ ...well, isPlaying: true, hasRefusedLately: true })).toBe('steady');
});

test('each trouble has a code of its own, and the most urgent is shown', () => {
  expect(new Set(Object.values(lampCodes)).size).toBe(troubles.length);
  const down = { ...well, isConnected: false, hasTime: false };
  expect(troublesOf(down)).toEqual(['no-network', 'no-time']);
  expect(lampCode(down)).toBe(lampCodes['no-network']);
  expect(lampCode({ ...down, isPlaying: true, hears: 'unordered' })).toBe('hurry');
  expect(troublesOf({ ...down, isEnrolled: false })).toEqual(['not-enrolled']);
});

test('somebody who counts the flashes between two pauses counts the code', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60_000 }), (code, from) => {
      const runs: number[] = [];
      let flashes = 0;
      let darkMs = 0;
      for (let at = from; at < from + 30_000; at += 20) {
        const lit = isLit(code, at);
        if (lit && darkMs > 0) {
          if (darkMs > 1_000) {
            runs.push(flashes);
            flashes = 0;
          }
          flashes += 1;
        }
        darkMs = lit ? 0 : darkMs + 20;
      }
      // The first run may have begun before anybody looked.
      expect(runs.length).toBeGreaterThan(2);
      expect(new Set(runs.slice(1))).toEqual(new Set([code]));
    }),
  );
});
