import { expect, test } from '@jest/globals';
import { ClockWatch } from './clock-watch.ts';
import { HandClock } from './clock.ts';

const hour = 3_600_000;

test('tells each setting of a clock once, forward and back, and no slewing', () => {
  const clock = new HandClock(5_000_000);
  const watch = new ClockWatch(clock);
  const steps = [0, 900, hour, 0, -hour];
  const told = steps.map((step) => {
    clock.advance(2_000);
    clock.step(step);
    return watch.look();
  });
  expect(told).toEqual([0, 0, hour, 0, -hour]);
});

test('doubts a clock that was set forward, at once, until it is set back or a day has gone by', () => {
  const clock = new HandClock(5_000_000);
  const watch = new ClockWatch(clock);
  expect(watch.doubtMs).toBe(0);
  // The clock that nobody can set knows fractions; what is dated back has none.
  clock.step(hour + 0.3);
  expect(watch.doubtMs).toBe(hour);
  watch.look();
  clock.step(2 * hour - 0.3);
  watch.look();
  clock.advance(hour);
  expect(watch.doubtMs).toBe(3 * hour);
  clock.step(-2 * hour);
  expect(watch.doubtMs).toBe(hour);
  watch.look();
  clock.advance(24 * hour);
  expect(watch.doubtMs).toBe(0);
});

test('one that was behind and is put right, or is days ahead, names no days that are over', () => {
  const clock = new HandClock(5_000_000);
  const watch = new ClockWatch(clock);
  clock.step(-hour);
  watch.look();
  expect(watch.doubtMs).toBe(0);
  clock.step(40 * 24 * hour);
  expect(watch.look()).toBe(40 * 24 * hour);
  expect(watch.doubtMs).toBe(0);
});
