import { describe, expect, test } from '@jest/globals';
import { pastDates } from './past-dates.ts';

/** A text with [marked] dates, as a reading would give it. */
function reading(marked: string, rule = 'date.full') {
  const spans = [...marked.matchAll(/\[([^\]]*)\]/g)].map(({ index, 1: written = '' }, at) => ({
    ...{ written, rule, spoken: '', spokenStart: 0, spokenEnd: 0, alternatives: [] },
    start: index - at * 2,
    end: index - at * 2 + written.length,
  }));
  return { written: marked.replace(/[[\]]/g, ''), spans };
}

describe('dates that are past', () => {
  const today = '2026-11-21';

  test.each([
    ['Tiêm phòng ngày [5/1/2020] và [21/11/2026]', ['5/1/2020']],
    ['Hạn [20-11-2026], [20.11.26], họp [22/11/2026]', ['20-11-2026', '20.11.26']],
    ['Từ [2026-11-20]', ['2026-11-20']],
    ['Ngày [20/11] và [22/11]', ['20/11']],
    ['Ngày [5/1] là tháng giêng tới', []],
    ['Ngày [5] tháng 10 năm 2026 và ngày [5] tháng 12', ['5 tháng 10 năm 2026']],
    ['Ngày [5] tháng 2 đã xa', []],
  ])('%s', (text, expected) => {
    expect(pastDates(reading(text), today)).toEqual(expected);
  });

  test('are not told of what is no date, and of the moon', () => {
    expect(pastDates(reading('Số [5/1/2020]', 'number.fraction'), today)).toEqual([]);
    expect(pastDates(reading('Rằm [15/10] âm lịch', 'date.lunar'), today)).toEqual([]);
  });
});
