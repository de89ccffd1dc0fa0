import { describe, expect, test } from '@jest/globals';
import { whySilent } from './silence.ts';
import type { LoggedAiring, SilenceEvidence } from './silence.ts';

const five = Date.parse('2026-11-22T17:00:00+07:00');
const airing = (state: string, more: Partial<LoggedAiring> = {}): LoggedAiring => ({
  ...{
    title: 'Họp thôn',
    nominalAt: five,
    plannedSeconds: 60,
    state,
    reason: null,
    endedAt: null,
    toldAt: null,
    reportedAt: null,
    parts: [],
  },
  ...more,
});
const ask = (airings: LoggedAiring[], at = five + 20_000, more: Partial<SilenceEvidence> = {}) =>
  whySilent(
    {
      ...{ now: five + 3_600_000, enrolledAt: five - 86_400_000, airings, isQuietHour: false },
      ...{ unheardSince: null, ...more },
    },
    at,
  );
const cutShort = { endedAt: five + 10_000, parts: [{ startedAt: five, endedAt: five + 10_000 }] };

describe('Why a pole was silent', () => {
  test.each(['stopped', 'interrupted', 'cut', 'paused'])('it was %s in the middle', (state) => {
    expect(ask([airing(state, cutShort)])).toEqual({
      ...{ cause: state, title: 'Họp thôn', reason: null, since: five + 10_000, until: null },
      ...{ reportedAt: null, unheardSince: null },
    });
  });

  test('it did not begin, and the pole said why', () => {
    expect(ask([airing('missed', { reason: 'no-audio' })])).toMatchObject({
      cause: 'missed',
      reason: 'no-audio',
    });
  });

  test('a person had cancelled it; its report is awaited, or never came', () => {
    expect(ask([airing('cancelled')]).cause).toBe('cancelled');
    expect(ask([airing('planned')]).cause).toBe('awaiting-report');
    expect(ask([airing('started', { parts: [{ startedAt: five + 30_000, endedAt: null }] })]).cause).toBe(
      'awaiting-report',
    );
    expect(ask([airing('unreported')]).cause).toBe('unreported');
  });

  test('a pole that is away is named as the cause of not knowing, and of nothing else', () => {
    const unheardSince = five - 480_000;
    expect(ask([airing('planned')], five + 20_000, { unheardSince })).toMatchObject({
      ...{ cause: 'awaiting-report', unheardSince },
    });
    expect(ask([airing('cancelled')], five + 20_000, { unheardSince }).unheardSince).toBeNull();
  });

  test('what sounded though the pole could not tell of it at once is told with the time of its report', () => {
    const endedAt = five + 60_000;
    const parts = [{ startedAt: five, endedAt }];
    const played = (reportedAt: number) => airing('played', { endedAt, parts, toldAt: endedAt, reportedAt });
    const late = endedAt + 1_500_000;
    expect(ask([played(late)])).toMatchObject({ cause: 'sounded', reportedAt: late });
    expect(ask([played(endedAt + 40)])).toMatchObject({ cause: 'sounded', reportedAt: null });
  });

  test('a pole that fell dark in the middle is not said to sound for ever', () => {
    const begun = airing('started', { parts: [{ startedAt: five, endedAt: null }] });
    expect(ask([begun], five + 59_999).cause).toBe('sounded');
    expect(ask([begun], five + 60_000).cause).toBe('nothing-planned');
    expect(ask([begun], five + 20_000, { now: five + 10_000 }).cause).toBe('to-come');
  });

  test('between its parts it was silent because of what cut it; while they sounded it was not', () => {
    const parts = [
      { startedAt: five, endedAt: five + 10_000 },
      { startedAt: five + 30_000, endedAt: five + 80_000 },
    ];
    const played = airing('played', { endedAt: five + 80_000, parts });
    expect(ask([played]).cause).toBe('between');
    expect(ask([played], five + 40_000)).toMatchObject({
      cause: 'sounded',
      title: 'Họp thôn',
      since: five + 30_000,
    });
  });

  test('of several the most telling is named', () => {
    expect(ask([airing('cancelled', { title: 'A' }), airing('missed', { title: 'B' })]).title).toBe('B');
  });

  test('nothing was planned, the quiet hours, the time to come, no box yet', () => {
    expect(ask([]).cause).toBe('nothing-planned');
    expect(ask([airing('played', { nominalAt: five - 600_000 })]).cause).toBe('nothing-planned');
    expect(ask([], five, { isQuietHour: true }).cause).toBe('quiet-hours');
    expect(ask([], five + 7_200_000).cause).toBe('to-come');
    expect(ask([airing('planned')], five + 20_000, { enrolledAt: null })).toMatchObject({
      cause: 'not-enrolled',
    });
    expect(ask([], five, { enrolledAt: five + 60_000 })).toMatchObject({
      cause: 'not-enrolled',
      until: five + 60_000,
    });
  });
});
