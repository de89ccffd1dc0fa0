import { describe, expect, test } from '@jest/globals';
import { HandClock } from '../base/clock.ts';
import { Rests } from './rests.ts';

describe('a voice that failed', () => {
  test('rests a minute, twice as long each time, a quarter of an hour at most', () => {
    const clock = new HandClock('2026-11-20T00:00:00Z');
    const rests = new Rests(clock);
    const minutes = Array.from({ length: 7 }, () => {
      const { until } = rests.fail('a', 'speech.voice-timeout');
      return (until - clock.now()) / 60_000;
    });
    expect(minutes).toEqual([1, 2, 4, 8, 15, 15, 15]);
    expect(rests.isAwake('a')).toBe(false);
    clock.advance(15 * 60_000);
    expect(rests.isAwake('a')).toBe(true);
    expect(rests.of('a')).toMatchObject({ failures: 7 });
  });

  test('rests longer where its quota is used up or somebody must mend something', () => {
    const clock = new HandClock('2026-11-20T00:00:00Z');
    for (const code of ['speech.voice-quota', 'speech.voice-credentials'])
      expect(new Rests(clock).fail('a', code).until - clock.now()).toBe(300_000);
  });

  test('starts from the beginning once it has spoken, and that it is back is told once', () => {
    const clock = new HandClock('2026-11-20T00:00:00Z');
    const rests = new Rests(clock);
    rests.fail('a', 'speech.voice-crashed');
    rests.fail('a', 'speech.voice-crashed');
    expect(rests.isAwake('b')).toBe(true);
    expect([rests.succeed('a'), rests.succeed('a')]).toEqual([true, false]);
    expect(rests.fail('a', 'speech.voice-crashed').until - clock.now()).toBe(60_000);
  });
});
