import { describe, expect, test } from '@jest/globals';
import { filmRate, spanAround } from './replay.ts';

const occurredAt = Date.parse('2026-11-22T03:00:00.250Z');
const anHourLater = occurredAt + 3_600_000;
const around = { beforeSeconds: 30, afterSeconds: 20 };

describe('what is asked of a recorder', () => {
  test('reaches as far before and after as was asked for, and further by what the event’s time is unsure by', () => {
    expect(spanAround({ occurredAt, uncertaintyMs: 0 }, around, anHourLater)).toEqual({
      ...{ fromAt: occurredAt - 30_000, untilAt: occurredAt + 20_000 },
    });
    expect(spanAround({ occurredAt, uncertaintyMs: 1_500.5 }, around, anHourLater)).toEqual({
      ...{ fromAt: occurredAt - 31_501, untilAt: occurredAt + 21_501 },
    });
    // A time that nobody knows is not searched for a whole minute each way.
    expect(spanAround({ occurredAt, uncertaintyMs: 60_000 }, around, anHourLater).fromAt).toBe(
      occurredAt - 60_000,
    );
  });

  test('does not reach into what is not recorded yet, nor is it longer than five minutes', () => {
    const now = occurredAt + 5_000;
    expect(spanAround({ occurredAt, uncertaintyMs: 0 }, around, now).untilAt).toBe(now - 2_000);
    const atOnce = { beforeSeconds: 0, afterSeconds: 10 };
    expect(() => spanAround({ occurredAt, uncertaintyMs: 0 }, atOnce, occurredAt + 2_500)).toThrow(
      expect.objectContaining({ code: 'replays.not-yet' }),
    );
    const long = { beforeSeconds: 200, afterSeconds: 101 };
    expect(() => spanAround({ occurredAt, uncertaintyMs: 0 }, long, anHourLater)).toThrow(
      expect.objectContaining({ code: 'replays.too-long' }),
    );
  });

  test('becomes a film that lasts as long as what it shows', () => {
    expect(filmRate({ frames: 51, firstAt: 0, lastAt: 10_000 })).toBe(5);
    expect(filmRate({ frames: 1, firstAt: 5, lastAt: 5 })).toBe(1);
    // What a recorder says of its times is bounded.
    expect(filmRate({ frames: 30_000, firstAt: 0, lastAt: 1 })).toBe(60);
    expect(filmRate({ frames: 2, firstAt: 0, lastAt: 10 ** 12 })).toBe(0.1);
  });
});
