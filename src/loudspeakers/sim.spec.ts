import { expect, test } from '@jest/globals';
import { simConditions } from './sim.ts';

const sim = { number: '0912345678', expiresOn: null, monthlyMegabytes: null };
const found = (
  line: { expiresOn?: string; monthlyMegabytes?: number },
  used: { month: string; monthBytes: number } | null = null,
) =>
  simConditions([{ id: 'a', sim: { ...sim, ...line }, used }], '2026-11-22').map(({ kind, count }) => [
    kind,
    count,
  ]);

test.each([
  ['2026-11-30', []],
  ['2026-11-29', [['sim-ends', 7]]],
  ['2026-11-22', [['sim-ends', 0]]],
  ['2026-11-21', [['sim-ended', 1]]],
  ['2027-03-01', []],
])('a SIM that works until %s', (expiresOn, conditions) => {
  expect(found({ expiresOn })).toEqual(conditions);
});

test.each([
  [799_999_999, []],
  [800_000_000, [['data-low', 80]]],
  [999_999_999, [['data-low', 99]]],
  [1_000_000_000, [['data-out', 100]]],
  [2_500_000_000, [['data-out', 250]]],
])('of 1,000 MB a month %d bytes are used', (monthBytes, conditions) => {
  expect(found({ monthlyMegabytes: 1_000 }, { month: '2026-11', monthBytes })).toEqual(conditions);
});

test('what was used last month, and a pole without a SIM or a word, say nothing', () => {
  expect(found({ monthlyMegabytes: 1_000 }, { month: '2026-10', monthBytes: 9e9 })).toEqual([]);
  expect(found({ monthlyMegabytes: 1_000 })).toEqual([]);
  const none = { id: 'a', sim: null, used: { month: '2026-11', monthBytes: 9e9 } };
  expect(simConditions([none], '2026-11-22')).toEqual([]);
});
