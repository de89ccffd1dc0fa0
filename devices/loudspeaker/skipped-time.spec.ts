import { beforeEach, describe, expect, test } from '@jest/globals';
import { SkippedTime } from './skipped-time.ts';
import type { Span } from './skipped-time.ts';

const noon = Date.parse('2026-11-21T05:00:00Z');
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

class Memory {
  skipped: readonly Span[] = [];
  skip(spans: readonly Span[]): Promise<void> {
    this.skipped = spans;
    return Promise.resolve();
  }
}

let memory: Memory;
let skipped: SkippedTime;
beforeEach(() => {
  memory = new Memory();
  skipped = new SkippedTime(memory, (what) => {
    throw new Error(what);
  });
  skipped.look(noon, 0);
});

const at = (hours: number, minutes = 0): number => noon + hours * hour + minutes * minute;
const holds = (startBy: number): boolean => skipped.holds({ startBy });

describe('time that the trusted clock was set over', () => {
  test('is not what goes by, nor what slewing and better samples make of a second', () => {
    skipped.look(noon + 30 * second, 30 * second);
    skipped.look(noon + 61 * second, 60 * second);
    skipped.look(noon + 89 * second, 89 * second);
    expect(memory.skipped).toEqual([]);
    expect(skipped.isOver(noon)).toBe(true);
  });

  test('holds what was due in it, and is over when the clock has stood for a quarter of an hour', () => {
    skipped.look(at(1) + 10 * second, 10 * second);
    const due = [noon, noon + 10 * second, at(0, 59), at(1) + 9 * second, at(1) + 10 * second];
    expect(due.map(holds)).toEqual([false, true, true, true, false]);
    expect(skipped.isOver(at(1, 15))).toBe(false);
    expect(skipped.isOver(at(1, 16))).toBe(true);
  });

  test('is short again where the clock is set back: what lies ahead is due as it was', () => {
    skipped.look(at(1), 0);
    skipped.look(at(0, 10), 10 * minute);
    expect([at(0, 9), at(0, 11)].map(holds)).toEqual([true, false]);
    skipped.look(at(-1), 11 * minute);
    expect(holds(at(0, 5))).toBe(false);
  });

  test('is remembered after a restart', () => {
    skipped.look(at(1), 0);
    skipped = new SkippedTime(memory, () => undefined);
    skipped.look(at(1, 2), 7 * hour);
    expect(holds(at(0, 30))).toBe(true);
    expect(skipped.isOver(at(1, 2))).toBe(false);
  });

  test('waits for the last of several settings, and keeps no more than twenty', () => {
    for (let step = 1; step <= 30; step += 1) skipped.look(noon + step * hour, step);
    expect(memory.skipped).toHaveLength(20);
    expect(skipped.isOver(noon + 30 * hour)).toBe(false);
    skipped.look(noon + 30 * hour + 16 * minute, 16 * minute + 30);
    expect(skipped.isOver(noon + 30 * hour + 16 * minute)).toBe(true);
  });
});
