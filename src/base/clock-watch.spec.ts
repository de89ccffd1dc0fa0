import { expect, test } from '@jest/globals';
import { ClockWatch } from './clock-watch.ts';

test('tells each setting of a clock once, forward and back, and no slewing', () => {
  const watch = new ClockWatch();
  const hour = 3_600_000;
  const looks = [
    [5_000_000, 100],
    [5_002_000, 2_100],
    [5_004_900, 4_100],
    [5_006_900 + hour, 6_100],
    [5_008_900 + hour, 8_100],
    [5_010_900, 10_100],
  ] as const;
  expect(looks.map(([now, monotonic]) => watch.look(now, monotonic))).toEqual([0, 0, 0, hour, 0, -hour]);
});
