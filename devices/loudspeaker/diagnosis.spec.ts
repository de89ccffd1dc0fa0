import { expect, test } from '@jest/globals';
import { diagnosis, sayings } from './diagnosis.ts';
import { notEnrolled } from './box-state.ts';
import type { BoxState } from './box-state.ts';
import { sayingsAt } from './sayings.data.ts';

const well: BoxState = {
  ...{ isEnrolled: true, isConnected: true, hasTime: true, hasProgramme: true, isPlaying: false },
  ...{ fault: null, hears: null, hasRefusedLately: false, power: 'on', audio: { ready: 46, of: 46 } },
};
const said = (state: BoxState, left: number): string =>
  diagnosis(state, left)
    .map((saying) => sayings[saying])
    .join(' ');

test('a box that is well says for how many items it is ready, as people say numbers', () => {
  expect(said(well, 46)).toBe('loa sẵn sàng còn bốn mươi sáu tin');
  expect([0, 5, 10, 11, 15, 20, 21, 55, 300].map((count) => said(well, count))).toEqual(
    [
      ...['không', 'năm', 'mười', 'mười một', 'mười lăm'],
      ...['hai mươi', 'hai mươi mốt', 'năm mươi lăm', 'chín mươi chín'],
    ].map((count) => `loa sẵn sàng còn ${count} tin`),
  );
});

test('a box that is not well says what is wrong, the most urgent first', () => {
  expect(said({ ...well, isConnected: false, hasTime: false }, 3)).toBe('chưa có mạng đồng hồ chưa đúng');
  expect(said(notEnrolled(null), 0)).toBe('chưa đăng ký');
});

test('every saying is in the sound that the box carries, none over another', () => {
  const spans = Object.keys(sayings).map((saying) => sayingsAt[saying as keyof typeof sayings]);
  for (const [index, [fromMs, toMs]] of spans.entries()) {
    expect(toMs - fromMs).toBeGreaterThan(100);
    if (index > 0) expect(fromMs).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? Infinity);
  }
});
