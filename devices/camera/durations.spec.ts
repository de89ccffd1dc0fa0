import { expect, test } from '@jest/globals';
import { durationMs, lifeMs } from './durations.ts';

test.each([
  ['PT60S', 60_000],
  ['PT1M', 60_000],
  ['PT1H30M', 5_400_000],
  ['P1DT1S', 86_401_000],
  ['PT0.5S', 500],
  ['60', undefined],
  ['PT', undefined],
  ['P', undefined],
  ['', undefined],
])('%s lasts %s ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test('a subscription may be asked for by instant or duration, from ten seconds to an hour', () => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  expect(lifeMs('2026-11-22T08:01:00Z', now)).toBe(60_000);
  expect(lifeMs('PT5S', now)).toBeUndefined();
  expect(lifeMs('PT2H', now)).toBeUndefined();
  expect(lifeMs('2026-11-22T07:59:00Z', now)).toBeUndefined();
});
