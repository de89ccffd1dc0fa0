import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import type { PoleSettings } from './pole-messages.ts';
import { covers, localMinute, volumeFor, volumesAt, withNewestSettings } from './volume.ts';
import type { HowLoud } from './volume.ts';

const vietNam = 420;
const at = (time: string): number => Date.parse(`2026-11-22T${time}:00+07:00`);
const day = { regular: 70, priority: 80, emergency: 100 };
const night: HowLoud = {
  volume: day,
  settings: {
    version: 1,
    utcOffsetMinutes: vietNam,
    emergencyFloor: 75,
    hours: [
      { fromMinute: 21 * 60, untilMinute: 6 * 60, volume: { regular: 20, priority: 40, emergency: 50 } },
    ],
  },
};

const percent = fc.integer({ min: 0, max: 100 });
const volume = fc.record({ regular: percent, priority: percent, emergency: percent });
const minute = fc.integer({ min: 0, max: 1_439 });
const settings: fc.Arbitrary<PoleSettings> = fc.record({
  version: fc.integer({ min: 1, max: 1_000 }),
  utcOffsetMinutes: fc.integer({ min: -840, max: 840 }),
  emergencyFloor: percent,
  hours: fc.array(fc.record({ fromMinute: minute, untilMinute: minute, volume }), { maxLength: 24 }),
});
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const loud = fc.oneof(
  fc.record({ volume, settings }),
  volume.map((each): HowLoud => ({ volume: each })),
);

describe('how loud', () => {
  test.each([
    ['20:59', 70],
    ['21:00', 20],
    ['23:59', 20],
    ['00:00', 20],
    ['05:59', 20],
    ['06:00', 70],
  ])('an ordinary item at %s: %d %%', (time, expected) => {
    expect(volumeFor('regular', at(time), night)).toBe(expected);
  });

  test('an emergency at night is not below its floor, and what comes after it is as quiet as before', () => {
    expect(volumeFor('emergency', at('23:00'), night)).toBe(75);
    expect(volumeFor('regular', at('23:01'), night)).toBe(20);
    expect(volumeFor('emergency', at('12:00'), night)).toBe(100);
  });

  test('of two bands that hold the first counts, and a box without settings goes by class alone', () => {
    const twice = { ...night.settings, hours: [...(night.settings?.hours ?? [])] } as PoleSettings;
    twice.hours.push({ fromMinute: 0, untilMinute: 0, volume: { regular: 5, priority: 5, emergency: 5 } });
    expect(volumeFor('regular', at('22:00'), { volume: day, settings: twice })).toBe(20);
    expect(volumeFor('regular', at('12:00'), { volume: day, settings: twice })).toBe(5);
    expect(volumesAt(at('22:00'), { volume: { ...day, emergency: 30 } })).toEqual({ ...day, emergency: 60 });
  });

  test('a programme with older settings changes nothing of them; one with the same or newer ones does', () => {
    const settings = (version: number): PoleSettings => ({
      ...{ version, utcOffsetMinutes: 420, emergencyFloor: 60 + version, hours: [] },
    });
    const quiet = { regular: 10, priority: 20, emergency: 70 };
    const held = { volume: quiet, settings: settings(3) };
    for (const next of [{ volume: day }, { volume: day, settings: settings(2) }])
      expect(withNewestSettings(held, next)).toEqual(held);
    for (const version of [3, 4]) {
      const next = { volume: day, settings: settings(version) };
      expect(withNewestSettings(held, next)).toBe(next);
      expect(withNewestSettings({ volume: quiet }, next)).toBe(next);
      expect(withNewestSettings(null, next)).toBe(next);
    }
  });

  test('never above 100, never below 0, an emergency never below its floor, whatever the settings and the instant', () => {
    fc.assert(
      fc.property(loud, instant, (each, when) => {
        const found = volumesAt(when, each);
        for (const value of Object.values(found)) expect(value).toBe(Math.min(100, Math.max(0, value)));
        expect(found.emergency).toBeGreaterThanOrEqual(each.settings?.emergencyFloor ?? 60);
      }),
    );
  });

  test('what an ordinary item sounds with is what is written for that minute, however often it is asked', () => {
    fc.assert(
      fc.property(volume, settings, instant, (base, each, when) => {
        const now = localMinute(when, each.utcOffsetMinutes);
        expect(now).toBe(Math.min(1_439, Math.max(0, now)));
        const band = each.hours.find((one) => covers(one, now));
        const found = volumeFor('regular', when, { volume: base, settings: each });
        expect(found).toBe((band?.volume ?? base).regular);
        expect(volumeFor('regular', when, { volume: base, settings: each })).toBe(found);
      }),
    );
  });
});
