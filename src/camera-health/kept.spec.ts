import { describe, expect, test } from '@jest/globals';
import { daysKept, faultOf } from './kept.ts';
import type { Kept } from './kept.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-22T03:00:00Z');
const since = (days: number): number => now - days * day;

const kept = (change: Partial<Kept>): Kept => ({
  ...{ at: now, result: 'ok', detail: '', replay: true, of: 'camera', count: 1 },
  ...{ fromAt: since(30), untilAt: now - 60_000 },
  ...change,
});

describe('what a recorder keeps', () => {
  const needed = { days: 30, since: since(90) };

  test('is well when it reaches back as far as it must, or nearly', () => {
    expect(faultOf(kept({}), needed)).toBeNull();
    expect(faultOf(kept({ fromAt: since(29.5) }), needed)).toBeNull();
    expect(daysKept(kept({ fromAt: since(29.5) }))).toBe(29);
    expect(daysKept(kept({ fromAt: since(5) + 200 }))).toBe(5);
  });

  test('is short when what it should still have is gone', () => {
    expect(faultOf(kept({ fromAt: since(5) }), needed)).toBe('short');
    expect(daysKept(kept({ fromAt: since(5) }))).toBe(5);
  });

  test('is only young where nobody has watched it for longer than it reaches back', () => {
    expect(faultOf(kept({ fromAt: since(5) }), { days: 30, since: since(1) })).toBe('young');
    // Known for ten days, and the first five of them are gone.
    expect(faultOf(kept({ fromAt: since(5) }), { days: 30, since: since(10) })).toBe('short');
  });

  test('has stopped when a day brought nothing new, whatever it has of before', () => {
    expect(faultOf(kept({ untilAt: since(2) }), needed)).toBe('stopped');
    expect(faultOf(kept({ untilAt: since(0.5) }), needed)).toBeNull();
  });

  test('is empty when it says that it has nothing, and unknown when it gives no time', () => {
    const nothing = { fromAt: null, untilAt: null };
    expect(faultOf(kept({ ...nothing, count: 0 }), needed)).toBe('empty');
    expect(faultOf(kept({ ...nothing, count: 2 }), needed)).toBeNull();
    expect(daysKept(kept(nothing))).toBeNull();
  });

  test('is nothing to warn of where it was not asked', () => {
    for (const result of ['none', 'silent', 'refused', 'bad-answer'] as const)
      expect(faultOf(kept({ result, fromAt: null, untilAt: null, count: 0 }), needed)).toBeNull();
  });
});
