import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { disturbs } from './quiet-hours.ts';
import { occurrences, soon, startOfDay } from './schedule.ts';
import type { Schedule } from './schedule.ts';

const zone = 'Asia/Ho_Chi_Minh';
const iso = (at: number): string => new Date(at).toISOString();

describe('A schedule keeps Viet Nam wall time', () => {
  test('once sounds once, at 05:00 in Viet Nam, which is 22:00 UTC of the day before', () => {
    const schedule: Schedule = { kind: 'once', date: '2026-12-01', time: '05:00' };
    expect(occurrences(schedule, zone, 0, Date.parse('2027-01-01'))).toEqual([
      { localTime: '2026-12-01T05:00', at: Date.parse('2026-11-30T22:00:00Z') },
    ]);
  });

  test('weekdays until a date, both ends included', () => {
    const schedule: Schedule = {
      kind: 'weekly',
      time: '17:00',
      weekdays: [1, 2, 3, 4, 5],
      fromDate: '2026-11-20',
      untilDate: '2026-11-24',
    };
    expect(occurrences(schedule, zone, 0, Date.parse('2027-01-01')).map(({ at }) => iso(at))).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-23T10:00:00.000Z',
      '2026-11-24T10:00:00.000Z',
    ]);
  });

  test('every day of any period sounds exactly once at its local time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 86_399 }),
        (day, days, second) => {
          const from = new Date(day * 86_400_000).toISOString().slice(0, 10);
          const until = new Date((day + days) * 86_400_000).toISOString().slice(0, 10);
          const time = new Date(second * 1_000).toISOString().slice(11, 19);
          const found = occurrences(
            { kind: 'daily', time, fromDate: from, untilDate: until },
            zone,
            -1e13,
            1e13,
          );
          expect(found).toHaveLength(days + 1);
          found.forEach(({ localTime }) => expect(localTime.padEnd(19, ':00').slice(11)).toBe(time));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('the range takes its start and leaves its end', () => {
    const schedule: Schedule = {
      kind: 'daily',
      time: '05:00',
      fromDate: '2026-12-01',
      untilDate: '2026-12-03',
    };
    const first = Date.parse('2026-11-30T22:00:00Z');
    expect(occurrences(schedule, zone, first, first + 86_400_000)).toHaveLength(1);
    expect(occurrences(schedule, zone, first + 1, first + 86_400_000)).toHaveLength(0);
  });

  test('now becomes a whole second ahead', () => {
    const schedule = soon(Date.parse('2026-12-31T16:59:58.300Z'), 5_000, zone);
    expect(schedule).toEqual({ kind: 'once', date: '2027-01-01', time: '00:00:04' });
  });
});

describe('Quiet hours', () => {
  const night = { from: '21:00', until: '05:00' };
  const at = (text: string): number => Date.parse(`2026-11-21T${text}+07:00`);

  test.each([
    ['04:59:00', '04:59:30', true],
    ['05:00:00', '05:10:00', false],
    ['20:59:00', '21:00:00', false],
    ['20:59:00', '21:00:01', true],
    ['23:00:00', '23:01:00', true],
    ['12:00:00', '12:30:00', false],
  ])('from %s to %s: disturbs %s', (from, until, expected) => {
    expect(disturbs(night, zone, at(from), at(until))).toBe(expected);
  });

  test('the same time twice means none', () => {
    expect(disturbs({ from: '00:00', until: '00:00' }, zone, at('03:00:00'), at('04:00:00'))).toBe(false);
  });

  test('the start of a local day is 17:00 UTC of the day before', () => {
    expect(iso(startOfDay('2026-11-21', zone))).toBe('2026-11-20T17:00:00.000Z');
  });
});
