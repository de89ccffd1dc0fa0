import { describe, expect, test } from '@jest/globals';
import { conditions, darkAfterMs, reconcile } from './alarm.ts';
import type { PoleHealth } from './alarm.ts';
import type { PoleNowView } from './loudspeaker.view.ts';

const now = Date.parse('2026-11-22T17:00:00+07:00');
const dayMs = 86_400_000;
const asItIs = { raise: [], clear: [], join: [], renew: [] };

function pole(id: string, villageId: string, darkForMs = 0, more: Partial<PoleNowView> = {}): PoleHealth {
  const online: PoleNowView = {
    ...{ loudspeakerId: id, link: darkForMs > 0 ? 'unknown' : 'online', heardAt: null, state: 'idle' },
    ...{ airingId: null, audioReady: 3, audioNeeded: 3, programmeNumber: 1, programmeHeld: true },
    programmeUntilAt: new Date(now + 7 * dayMs).toISOString(),
    ...{ clockOffsetMs: 1, clockUncertaintyMs: 2, outbox: 0, amplifier: null, powerFailing: false },
  };
  return {
    id,
    villageId,
    now: { ...online, ...more },
    darkForMs,
    unordered: 0,
    isAhead: false,
    isPlaceAhead: false,
  };
}
const certain = (poles: PoleHealth[]) =>
  conditions(poles, null, now)
    .filter(({ isCertain }) => isCertain)
    .map(({ kind, subject }) => `${kind} ${subject}`);

describe('Alarms', () => {
  test('a village that heard nothing is an alarm though its poles say that they played', () => {
    const found = conditions([pole('a', 'v')], null, now, ['v']);
    expect(found).toEqual([{ kind: 'not-heard', subject: 'v', count: 1, isCertain: true }]);
    const open = [{ id: '1', kind: 'not-heard', subject: 'v', count: 1, poles: [] } as const];
    expect(reconcile(open, found)).toEqual(asItIs);
    expect(reconcile(open, conditions([pole('a', 'v')], null, now)).clear).toEqual(['1']);
  });

  test('an amplifier that says nothing, and one that says what nobody ordered, are an alarm each', () => {
    expect(certain([pole('a', 'v', 0, { amplifier: 'silent' })])).toEqual(['amplifier-silent a']);
    expect(certain([pole('a', 'v', 0, { amplifier: 'unordered' })])).toEqual(['unordered-sound a']);
    expect(certain([pole('a', 'v', 0, { amplifier: 'right' })])).toEqual([]);
  });

  test('a pole whose settings are newer than the books is one alarm, until a person has said which count', () => {
    const ahead = { ...pole('a', 'v'), isAhead: true };
    expect(certain([ahead])).toEqual(['settings-ahead a']);
    const open = [{ id: '1', kind: 'settings-ahead', subject: 'a', count: 1, poles: [] } as const];
    expect(reconcile(open, conditions([ahead], null, now))).toEqual(asItIs);
    expect(reconcile(open, conditions([pole('a', 'v')], null, now)).clear).toEqual(['1']);
    // It is one cause: that its word of the place is newer as well is no second alarm.
    expect(certain([{ ...ahead, isPlaceAhead: true }])).toEqual(['settings-ahead a']);
    expect(certain([{ ...pole('a', 'v'), isPlaceAhead: true }])).toEqual(['place-ahead a']);
    // Nobody knows of one that is away.
    expect(certain([{ ...pole('a', 'v', 1), isAhead: true }])).toEqual([]);
  });

  test('a healthy commune has none, and a pole without a box is no fault', () => {
    expect(conditions([pole('a', 'v'), pole('b', 'v', 0, { link: 'not-enrolled' })], null, now)).toEqual([]);
  });

  test('a dark pole is one alarm, a whole dark village another one, and only one', () => {
    const dark = darkAfterMs;
    expect(certain([pole('a', 'v', dark), pole('b', 'v')])).toEqual(['pole-dark a']);
    expect(certain([pole('a', 'v', dark), pole('b', 'v', dark), pole('c', 'w')])).toEqual(['village-dark v']);
    expect(certain([pole('a', 'v', dark)])).toEqual(['pole-dark a']);
  });

  test('a blink raises nothing, and a service that has just started neither raises nor clears', () => {
    const blink = conditions([pole('a', 'v', 1)], null, now);
    expect(reconcile([], blink)).toEqual(asItIs);
    expect(reconcile([{ id: '1', kind: 'pole-dark', subject: 'a', count: 1, poles: [] }], blink)).toEqual(
      asItIs,
    );
    const back = conditions([pole('a', 'v')], null, now);
    expect(reconcile([{ id: '1', kind: 'pole-dark', subject: 'a', count: 1, poles: [] }], back)).toEqual({
      ...asItIs,
      clear: ['1'],
    });
  });

  test('what an online pole says of itself: no time, an unsure clock, missing sound, days that run out', () => {
    const unwell = pole('a', 'v', 0, {
      ...{ state: 'waiting-for-time', clockUncertaintyMs: 80, audioReady: 1 },
      programmeUntilAt: new Date(now + dayMs).toISOString(),
    });
    expect(certain([unwell])).toEqual(['no-time a', 'clock a', 'audio a', 'programme a']);
  });

  test('sound without an order that was told late is an alarm of its own, also of a pole that is dark again', () => {
    const found = conditions([{ ...pole('a', 'v', darkAfterMs), unordered: 2 }], null, now);
    expect(found).toContainEqual({ kind: 'unordered-before', subject: 'a', count: 2, isCertain: true });
  });

  test.each([
    [31, null, null],
    [30, 30, 30],
    [8, 30, 8],
    [7, 7, 7],
    [2.5, 7, 3],
    [1, 1, 1],
    [0.5, 1, 1],
    [0, 0, 0],
    [-3, 0, 0],
  ])('a key with %d days left raises the alarm of %s and tells %s', (days, threshold, told) => {
    const found = conditions([], { keyId: 'k', notAfterAt: now + days * dayMs }, now);
    expect(found.map(({ subject, count }) => [subject, count])).toEqual(
      threshold === null ? [] : [[`k ${threshold}`, told]],
    );
  });

  test('an open alarm tells the number of now, unless nobody can say it', () => {
    const away = conditions([pole('a', 'v', 1, { clockUncertaintyMs: 200 })], null, now);
    const worse = conditions([pole('a', 'v', 0, { clockUncertaintyMs: 200 })], null, now);
    const clock = (count: number) => [{ id: '1', kind: 'clock', subject: 'a', count, poles: [] }] as const;
    expect(reconcile(clock(80), worse)).toEqual({ ...asItIs, renew: [{ id: '1', count: 200 }] });
    expect(reconcile(clock(200), worse)).toEqual(asItIs);
    expect(reconcile(clock(80), away)).toEqual(asItIs);
    // Days are counted down, and those of a key pass within the same alarm.
    const key = { keyId: 'k', notAfterAt: now + 7 * dayMs };
    const seven = [{ id: '2', kind: 'key', subject: 'k 7', count: 7, poles: [] } as const];
    expect(reconcile(seven, conditions([], key, now + 4 * dayMs))).toEqual({
      ...asItIs,
      renew: [{ id: '2', count: 3 }],
    });
  });
});
