import { describe, expect, test } from '@jest/globals';
import { occurredAt } from './occurred-at.ts';

const RECEIVED = Date.parse('2026-11-22T01:00:03Z');
const CLOCK = { offsetMs: 0, uncertaintyMs: 520 };
const at = (text: string | null, clock = CLOCK) => occurredAt(text, clock, RECEIVED);

describe('when something happened', () => {
  test('is the camera’s time, corrected by its measured error', () => {
    expect(at('2026-11-22T02:00:00Z', { offsetMs: 3_600_000, uncertaintyMs: 520 })).toEqual({
      occurredAt: Date.parse('2026-11-22T01:00:00.500Z'),
      uncertaintyMs: 1_020,
    });
  });
  test('can be told with parts of a second', () => {
    expect(at('2026-11-22T01:00:01.250Z')).toEqual({ occurredAt: RECEIVED - 1_750, uncertaintyMs: 520 });
  });
  test.each(['2026-11-22T01:00:00', '2026-11-22T08:00:00', '2026-11-22T08:00:00+07:00', '2026-11-22 8:0:0'])(
    'is understood from %s, with no zone or Viet Nam’s',
    (text) => {
      expect(at(text).occurredAt).toBe(Date.parse('2026-11-22T01:00:00.500Z'));
    },
  );
  test.each([null, '', '1970-01-01T00:00:00Z', 'yesterday', '2031-01-01T00:00:00Z', '2026-13-45T99:99:99Z'])(
    'is the receipt, and plainly unsure, where the camera says %s',
    (text) => {
      expect(at(text)).toEqual({ occurredAt: RECEIVED, uncertaintyMs: 60_000 });
    },
  );
  test('never lies after its receipt', () => {
    expect(at('2026-11-22T01:00:04Z').occurredAt).toBe(RECEIVED);
  });
});
