import { describe, expect, test } from '@jest/globals';
import { Failure } from '../base/failure.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { refuseOverlaps, settingsOf, settingsState } from './pole-settings.ts';
import type { DesiredVolume } from './pole-settings.ts';

const timeZone = 'Asia/Ho_Chi_Minh';
const at = (time: string): number => Date.parse(`2026-11-22T${time}:00+07:00`);
const day = { regular: 70, priority: 80, emergency: 100 };
const night = { regular: 20, priority: 40, emergency: 50 };
const hours = [{ from: '21:00', until: '06:00', volume: night }];
const desired: DesiredVolume = { volume: day, volumeHours: hours, emergencyFloor: 75, settingsVersion: 3 };
const reported = (version: number, volumeNow: typeof day, time: string) => ({
  ...{ version, volumeNow, at: at(time) },
});

describe('How loud a pole is to be, and says it is', () => {
  test('travels with its version, in minutes of the commune’s day; a pole that nobody set names nothing', () => {
    expect(settingsOf(desired, timeZone, at('12:00'))).toEqual({
      ...{ version: 3, utcOffsetMinutes: 420, emergencyFloor: 75 },
      hours: [{ fromMinute: 1_260, untilMinute: 360, volume: night }],
    });
    expect(settingsOf({ ...desired, settingsVersion: 0 }, timeZone, 0)).toBeUndefined();
  });

  test.each([
    ['untold', null],
    ['waiting', reported(-1, { regular: 0, priority: 0, emergency: 0 }, '12:00')],
    ['waiting', reported(2, day, '12:00')],
    ['applied', reported(3, day, '12:00')],
    ['applied', reported(3, { ...night, emergency: 75 }, '23:00')],
    ['differs', reported(3, day, '23:00')],
    ['ahead', reported(4, day, '12:00')],
  ] as const)('%s where the pole says %j', (state, told) => {
    expect(settingsState(desired, told, timeZone)).toBe(state);
  });

  test.each([
    [[['21:00', '06:00']], false],
    [
      [
        ['21:00', '06:00'],
        ['06:00', '07:00'],
      ],
      false,
    ],
    [
      [
        ['21:00', '06:00'],
        ['05:59', '07:00'],
      ],
      true,
    ],
    [
      [
        ['11:00', '14:00'],
        ['12:00', '13:00'],
      ],
      true,
    ],
    [
      [
        ['22:00', '23:00'],
        ['21:00', '06:00'],
      ],
      true,
    ],
  ] as const)('%j overlap: %s', (bands, isRefused) => {
    const all = bands.map(([from, until]) => ({ from, until, volume: night }));
    const refuse = (): void => refuseOverlaps(all);
    if (isRefused) expect(refuse).toThrow(Failure);
    else expect(refuse).not.toThrow();
  });

  test('the version grows with each change of a volume, and with nothing else', () => {
    const now = new Date(at('12:00'));
    const place = {
      kind: 'pole' as const,
      villageId: 'v',
      place: '',
      latitude: null,
      longitude: null,
      horns: 2,
    };
    const pole = Loudspeaker.put(
      { communeId: 'c', id: 'p', number: 1, now },
      { ...place, name: 'Cột 1', volume: day, offsetMs: 0 },
    );
    pole.change({ name: 'Cột một', volume: { emergency: 100, regular: 70, priority: 80 } }, now);
    expect([pole.settingsVersion, pole.settingsAt]).toEqual([0, null]);
    // A pole that is ahead of the books is set anew by whoever saves, not by a new name.
    pole.change({ name: 'Cột hai', offsetMs: 0 }, now, 7);
    expect(pole.settingsVersion).toBe(0);
    const behind = Object.assign(new Loudspeaker(), pole);
    behind.change({ volume: { emergency: 100, regular: 70, priority: 80 } }, now, 7);
    expect(behind.settingsVersion).toBe(8);
    pole.change({ volumeHours: hours }, now);
    pole.change({ volumeHours: structuredClone(hours), offsetMs: 250 }, now);
    expect([pole.settingsVersion, pole.settingsAt]).toEqual([1, now]);
    pole.change({ emergencyFloor: 80 }, now);
    pole.change({ volume: { ...day, regular: 60 } }, now);
    expect(pole.settingsVersion).toBe(3);
  });

  test('of a pole that is ahead a person lets its settings count, or the books’, above its number', () => {
    const now = new Date(at('12:00'));
    const kept = {
      volume: { regular: 33, priority: 80, emergency: 100 },
      ...{ emergencyFloor: 75, hours: [{ fromMinute: 1_275, untilMinute: 300, volume: night }] },
    };
    const told = { version: 7, kept };
    const books = {
      volume: day,
      volumeHours: hours,
      emergencyFloor: 60,
      settingsVersion: 3,
      retiredAt: null,
    };
    const behind = (): Loudspeaker => Object.assign(new Loudspeaker(), structuredClone(books));

    const adopted = behind();
    adopted.settle('pole', told, now);
    expect(adopted).toMatchObject({
      ...{ volume: kept.volume, emergencyFloor: 75, settingsVersion: 7, settingsAt: now },
      volumeHours: [{ from: '21:15', until: '05:00', volume: night }],
    });
    // What it is sent then is, to the letter, what it follows.
    expect(settingsOf(adopted, timeZone, now.getTime())).toMatchObject({ version: 7, hours: kept.hours });
    expect(settingsState(adopted, { ...reported(7, kept.volume, '12:00') }, timeZone)).toBe('applied');

    const anew = behind();
    anew.settle('books', { ...told, kept: null }, now);
    expect(anew).toMatchObject({ ...books, settingsVersion: 8 });

    for (const [count, said] of [
      ['pole', null],
      ['pole', { ...told, kept: null }],
      ['pole', { ...told, version: 3 }],
      ['books', { ...told, version: 3 }],
    ] as const)
      expect(() => behind().settle(count, said, now)).toThrow(
        expect.objectContaining({ code: 'loudspeakers.not-ahead' }),
      );
  });
});
