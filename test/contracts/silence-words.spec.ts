import { describe, expect, test } from '@jest/globals';
import { missedReasons } from '../../devices/protocol/pole-messages.ts';
import { airingStates } from '../../src/broadcasts/broadcast.view.ts';
import { silences, whySilent } from '../../src/broadcasts/silence.ts';
import type { LoggedAiring, Silence, SilenceEvidence } from '../../src/broadcasts/silence.ts';
import { writtenTimes } from '../stage/written-times.ts';
import { silenceSentence } from '../../web/src/words/silence-sentence.ts';

const at = (time: string): number => Date.parse(`2026-11-22T${time}+07:00`);
const five = at('17:00:00');
const asked = at('17:00:20');
const cutAt = at('17:00:10');
const begun = { startedAt: five, endedAt: cutAt, seconds: 10 };

const airing = (state: string, more: Partial<LoggedAiring> = {}): LoggedAiring => ({
  ...{ title: 'Họp thôn', nominalAt: five, plannedSeconds: 60, state, reason: null },
  ...{ endedAt: null, toldAt: null, reportedAt: null, parts: [], ...more },
});
const evidence = (
  airings: readonly LoggedAiring[],
  more: Partial<SilenceEvidence> = {},
): SilenceEvidence => ({
  ...{ now: at('18:00:00'), enrolledAt: at('06:30:00'), airings, isQuietHour: false, unheardSince: null },
  ...more,
});

/** As the console says it of what the service answers. */
function said(silence: Silence, isDesk = false): string {
  const instant = (time: number | null): string | null =>
    time === null ? null : new Date(time).toISOString();
  const { since, until, reportedAt, unheardSince } = silence;
  const view = {
    ...{ ...silence, at: new Date(asked).toISOString(), since: instant(since), until: instant(until) },
    ...{ reportedAt: instant(reportedAt), unheardSince: instant(unheardSince) },
  };
  return silenceSentence(view, isDesk, writtenTimes);
}
const tell = (airings: readonly LoggedAiring[], more: Partial<SilenceEvidence> = {}): string =>
  said(whySilent(evidence(airings, more), asked));

describe('Why a loudspeaker was silent is one sentence', () => {
  const ended = { endedAt: cutAt, parts: [begun] };
  const late = { toldAt: at('17:01:00'), reportedAt: at('17:25:00') };
  const whole = { endedAt: at('17:01:00'), parts: [{ startedAt: five, endedAt: at('17:01:00') }] };

  test.each<[string, readonly LoggedAiring[], Partial<SilenceEvidence>]>([
    ['Lúc đó cụm loa đang phát “Họp thôn” (từ 17:00:00), không im lặng.', [airing('played', whole)], {}],
    [
      'Lúc đó cụm loa mất liên lạc với máy chủ nhưng vẫn phát “Họp thôn” (từ 17:00:00); đến 17:25 22/11/2026 mới báo về được.',
      [airing('played', { ...whole, ...late })],
      {},
    ],
    ['Có người đã bấm dừng “Họp thôn” lúc 17:00:10.', [airing('stopped', ended)], {}],
    [
      '“Họp thôn” bị gián đoạn lúc 17:00:10: thiết bị mất điện, bị tắt, hoặc tăng âm ngừng ra tiếng giữa chừng.',
      [airing('interrupted', ended)],
      {},
    ],
    ['“Họp thôn” bị ngắt lúc 17:00:10 để nhường tin khẩn hơn.', [airing('cut', ended)], {}],
    [
      '“Họp thôn” tạm ngắt lúc 17:00:10 để nhường tin khẩn hơn và chờ phát tiếp.',
      [airing('paused', ended)],
      {},
    ],
    ['“Họp thôn” đã được hủy trước giờ phát.', [airing('cancelled', { reason: 'withdrawn' })], {}],
    [
      'Lúc đó phải phát “Họp thôn”, nhưng cụm loa mất liên lạc từ 16:52 22/11/2026 nên chưa biết đã phát hay chưa.',
      [airing('planned')],
      { unheardSince: at('16:52:00') },
    ],
    [
      'Lúc đó phải phát “Họp thôn”, nhưng cụm loa chưa báo về nên chưa biết đã phát hay chưa.',
      [airing('planned')],
      {},
    ],
    [
      '“Họp thôn” không phát được: cụm loa mất điện hoặc bị tắt.',
      [airing('missed', { reason: 'pole-was-off' })],
      {},
    ],
    [
      '“Họp thôn” không phát được: chưa tải kịp tệp âm thanh.',
      [airing('missed', { reason: 'no-audio' })],
      {},
    ],
    ['Lúc đó là giờ yên tĩnh, không có gì được lên lịch.', [], { isQuietHour: true }],
    ['Lúc đó không có gì được lên lịch cho cụm loa này.', [], {}],
    ['Thời điểm này chưa đến.', [], { now: at('16:00:00') }],
    ['Tại cột này chưa từng có thiết bị nào được kết nối.', [], { enrolledAt: null }],
    [
      'Lúc đó tại cột chưa có thiết bị; thiết bị đầu tiên kết nối lúc 17:30 22/11/2026.',
      [],
      { enrolledAt: at('17:30:00') },
    ],
  ])('%s', (sentence, airings, more) => {
    expect(tell(airings, more)).toBe(sentence);
  });

  test('whole for every state of an airing, with every reason, near or away; every cause has its case', () => {
    const causes = new Set<string>();
    const bad: string[] = [];
    const look = (each: SilenceEvidence): void => {
      const silence = whySilent(each, asked);
      causes.add(silence.cause);
      for (const isDesk of [false, true]) {
        const sentence = said(silence, isDesk);
        const isWhole = /^(\p{Lu}|“Họp thôn”)[^.]*[^ .:,]\.$/u.test(sentence);
        const hasHole = /undefined|null|NaN|“”|\(từ \)|lúc \.| {2}|: \./.test(sentence);
        const isNamed = silence.title === null || sentence.includes('“Họp thôn”');
        if (!isWhole || hasHole || !isNamed) bad.push(sentence);
      }
    };
    for (const state of airingStates)
      for (const reason of [null, ...missedReasons])
        for (const parts of [[], [begun], [{ startedAt: five, endedAt: at('17:00:40') }]])
          for (const unheardSince of [null, at('16:52:00')]) {
            if (state === 'missed' && reason === null) continue;
            const last = parts.at(-1);
            look(
              evidence([airing(state, { reason, parts, endedAt: last?.endedAt ?? null })], { unheardSince }),
            );
          }
    for (const isQuietHour of [false, true]) look(evidence([], { isQuietHour }));
    for (const enrolledAt of [null, at('17:30:00')]) look(evidence([], { enrolledAt }));
    look(evidence([], { now: five }));
    expect(bad).toEqual([]);
    expect([...causes].sort()).toEqual([...silences].sort());
  });
});
