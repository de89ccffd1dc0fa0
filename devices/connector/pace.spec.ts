import { describe, expect, test } from '@jest/globals';
import { tellAfterMs } from './pace.ts';

describe('telling of the cameras', () => {
  test('is done at once when one changes, and once a second when they never stop changing', () => {
    expect(tellAfterMs(undefined, 0)).toBe(150);
    expect(tellAfterMs(0, 60_000)).toBe(150);
    let [now, told, times] = [0, -10_000, 0];
    while (now < 60_000) {
      now += tellAfterMs(told, now);
      told = now;
      times += 1;
    }
    expect(times).toBe(61);
  });
});
