import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fc } from '../../../test/property.ts';
import { comparable, parseCorpus } from '../../../test/fixtures/corpora/comparing.ts';
import type { Failure } from '../../base/failure.ts';
import { Lexicon } from './lexicon.ts';
import { loadLexicon } from './lexicon.file.ts';
import * as said from './oracle.testing.ts';
import { readAloud, type Reading } from './reading.ts';
import { LONGEST_SENTENCE } from './sentences.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');
const read = (text: string): Reading => readAloud(text, { lexicon });
const rows = parseCorpus(readFileSync('test/fixtures/corpora/reading.tsv', 'utf8'))
  .filter(({ category }) => category !== 'legacy_encoding')
  .map(({ written }) => written);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Failure).code;
  }
  return 'none';
}

describe('dates and times', () => {
  test('each day of a century is said in full, with the year, in every way of writing', () => {
    const wrong: string[] = [];
    for (let year = 1950; year < 2050; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        for (let day = 1; day <= 31; day += 1) {
          if (!said.exists(day, month, year)) continue;
          const bare = `${said.day(day)} ${said.month(month)} năm ${said.cardinal(year)}`;
          const [d, m] = [day, month].map((number) => `${number}`.padStart(2, '0')) as [string, string];
          const forms = [
            `${day}/${month}/${year}`,
            `ngày ${d}-${m}-${year}`,
            `${d}.${m}.${year}`,
            `${year}-${m}-${d}`,
            `ngày ${day} tháng ${month} năm ${year}`,
          ];
          // One text of five lines: a fifth of the work of five texts.
          const { spoken, doubts } = read(forms.join('\n'));
          const lines = forms.map(() => comparable(`ngày ${bare}`)).join(' ');
          if (comparable(spoken) !== lines || doubts.length > 0)
            wrong.push(`${forms.join(', ')} → ${spoken}`);
        }
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test('each day without its year, and each month of a century', () => {
    const wrong: string[] = [];
    const check = (written: string, wanted: string): void => {
      const { spoken, doubts } = read(written);
      if (comparable(spoken) !== comparable(wanted) || doubts.length > 0)
        wrong.push(`${written} → ${spoken}`);
    };
    for (let month = 1; month <= 12; month += 1) {
      for (let day = 1; day <= 31; day += 1) {
        if (!said.exists(day, month, 2000)) continue;
        const wanted = `ngày ${said.day(day)} ${said.month(month)}`;
        check(`ngày ${day}/${month}`, wanted);
        check(`chiều ${String(day).padStart(2, '0')}/${month}`, `chiều ${wanted}`);
        check(`ngày ${day} tháng ${month}`, wanted);
      }
      for (let year = 1950; year < 2050; year += 1) {
        const wanted = `${said.month(month)} năm ${said.cardinal(year)}`;
        check(`tháng ${month}/${year}`, wanted);
        check(`${String(month).padStart(2, '0')}/${year}`, wanted);
        check(`tháng ${month}-${year}`, wanted);
        check(`tháng ${month} năm ${year}`, wanted);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test('each minute of a day is said alike from 7h05, 07:05, 7g05 and 7 giờ 05 phút', () => {
    const wrong: string[] = [];
    for (let minute = 0; minute < 1440; minute += 1) {
      const hours = Math.floor(minute / 60);
      const minutes = minute % 60;
      const two = String(minutes).padStart(2, '0');
      const wanted = comparable(said.time(hours, minutes));
      for (const form of [
        `${hours}h${two}`,
        `${String(hours).padStart(2, '0')}:${two}`,
        `${hours}g${two}`,
        `${hours} giờ ${two} phút`,
      ]) {
        const { spoken, doubts } = read(form);
        if (comparable(spoken) !== wanted || doubts.length > 0) wrong.push(`${form} → ${spoken}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test('a day that does not exist is a doubt in every writing', () => {
    for (const form of [
      '30/2/2028',
      '31/4/2026',
      '29/02/2027',
      'ngày 31/11',
      '0/5/2026',
      '5/0/2026',
      '32-01-2026',
    ]) {
      expect([form, read(form).doubts.map(({ code }) => code)]).toEqual([form, ['reading.impossible-date']]);
    }
  });
});

describe('spans', () => {
  const bare = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}]/gu, '');

  function check(reading: Reading): void {
    let source = 0;
    let target = 0;
    for (const span of reading.spans) {
      expect(span.start).toBeGreaterThanOrEqual(source);
      expect(span.end).toBeGreaterThan(span.start);
      expect(reading.written.slice(span.start, span.end)).toBe(span.written);
      expect(reading.spoken.slice(span.spokenStart, span.spokenEnd)).toBe(span.spoken);
      expect(bare(reading.written.slice(source, span.start))).toBe(
        bare(reading.spoken.slice(target, span.spokenStart)),
      );
      source = span.end;
      target = span.spokenEnd;
    }
    expect(bare(reading.written.slice(source))).toBe(bare(reading.spoken.slice(target)));
    for (const doubt of reading.doubts) {
      expect(reading.written.slice(doubt.start, doubt.end)).toBe(doubt.written);
    }
    expect(reading.sentences.every((sentence) => sentence.length <= LONGEST_SENTENCE)).toBe(true);
  }

  test('tile the text: in order, apart, and what they leave is said as written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...rows), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('. ', ', ', '\n', ' '),
        (parts, glue) => {
          check(read(parts.join(glue)));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('tile whatever is typed', () => {
    const piece = fc.oneof(
      fc.constantFrom(...rows),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.stringMatching(/^[\d./:,\-hgđkm% ]{1,10}$/u),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = `a ${parts.join(' ')}`.replaceAll('\ufffd', '');
        if (codeOf(() => read(text)) !== 'none') return;
        check(read(text));
      }),
      { numRuns: 600 },
    );
  });
});

describe('doubts and picks', () => {
  test('of two ranges joined by đến nobody hears which joins what', () => {
    for (const written of [
      'từ 2-3 đến 5-6 triệu',
      'từ 7h-11h đến 13h-17h',
      'làm việc từ 7h00 - 11h00 đến 13h30 - 17h00',
      'từ 5/12-7/12 đến 9/12-11/12',
    ]) {
      const codes = new Set(read(written).doubts.map(({ code }) => code));
      expect([written, [...codes]]).toEqual([written, ['reading.range-of-ranges']]);
    }
    expect(read('từ 8h-9h đến 10h, sáng 7h-11h, chiều 13h-17h').doubts).toEqual([]);
  });

  test('a wind of falling forces has no decimals', () => {
    const { spoken, doubts } = read('gió cấp 7,6');
    expect([spoken, doubts.map(({ code }) => code)]).toEqual(['gió cấp bảy, sáu', ['reading.odd-number']]);
    expect(read('gió cấp 6,7').doubts).toEqual([]);
  });

  test('a pick replaces the default and ends the doubt', () => {
    const before = read('TT xã họp');
    expect(before.doubts).toMatchObject([
      { written: 'TT', code: 'reading.ambiguous-abbreviation', default: 'trung tâm' },
    ]);
    expect(before.doubts[0]?.alternatives).toContain('thị trấn');
    const after = readAloud('TT xã họp', { lexicon, picks: { TT: 'thị trấn' } });
    expect(after).toMatchObject({ spoken: 'thị trấn xã họp', doubts: [] });
  });

  test('a pick may be for one occurrence alone', () => {
    const { spoken } = readAloud('còn 3/4, còn 3/4', {
      lexicon,
      picks: { '3/4#2': 'ngày mùng ba tháng tư' },
    });
    expect(spoken).toBe('còn ba phần tư, còn ngày mùng ba tháng tư');
  });

  test('names of prototypes are no picks', () => {
    expect(readAloud('constructor 5', { lexicon, picks: {} }).spoken).toBe('constructor năm');
  });
});

describe('what is given', () => {
  const given = (text: string, ...parts: readonly [string, string][]): Reading =>
    readAloud(text, {
      lexicon,
      given: parts.map(([written, spoken]) => {
        const start = text.indexOf(written);
        return { start, end: start + written.length, spoken, rule: 'field.test' };
      }),
    });

  test('is taken as it is, without a doubt, and followed through what is repaired around it', () => {
    const reading = given('Đ/c  TT ,  hạn 3/4, TT xã', ['TT', 'ông Tê Tê'], ['3/4', 'ngày mùng ba tháng tư']);
    expect(reading.spoken).toBe('đồng chí ông Tê Tê, hạn ngày mùng ba tháng tư, trung tâm xã');
    expect(reading.doubts.map(({ written, start }) => [written, start])).toEqual([['TT', 18]]);
    expect(reading.spans.filter(({ rule }) => rule === 'field.test')).toMatchObject([
      { written: 'TT', start: 4, end: 6 },
      { written: '3/4', start: 13, end: 16 },
    ]);
  });

  test('is not reached into by a rule that begins before it', () => {
    expect(given('gọi 0915 123 456', ['123', 'một hai ba']).spoken).toContain(' một hai ba ');
    expect(given('abcd', ['cd', 'xê đê']).spoken).toBe('ab xê đê');
  });

  test('may be the whole text, and old encodings around it are converted', () => {
    expect(given('5/6', ['5/6', 'ngày mùng năm tháng sáu']).spoken).toBe('ngày mùng năm tháng sáu');
    expect(given('th«ng b¸o 5/6', ['5/6', 'ngày mùng năm tháng sáu']).spoken).toBe(
      'thông báo ngày mùng năm tháng sáu',
    );
  });

  test('is refused as a mistake of the program when it overlaps or lies outside', () => {
    const wrong =
      (...ranges: [number, number][]) =>
      () =>
        readAloud('năm sáu', {
          lexicon,
          given: ranges.map(([start, end]) => ({ start, end, spoken: 'x', rule: 'field.test' })),
        });
    expect(wrong([0, 3], [2, 5])).toThrow(RangeError);
    expect(wrong([4, 99])).toThrow(RangeError);
    expect(wrong([3, 3])).toThrow(RangeError);
  });
});

describe('what cannot be read is refused clearly', () => {
  test.each([
    ['', 'speech.empty'],
    [' \n\u200b ', 'speech.empty'],
    ['*** --- !!!', 'speech.only-symbols'],
    ['🔊🔊', 'speech.only-symbols'],
    ['a'.repeat(20_001), 'speech.too-long'],
    ['th\ufffdng b\ufffdo', 'speech.undecodable'],
  ])('%j', (text, code) => {
    expect(codeOf(() => read(text))).toBe(code);
  });

  test('old encodings are named when they are converted', () => {
    expect(read('th«ng b¸o khÈn').convertedFrom).toBe('tcvn3');
    expect(read('thoâng baùo khaån').convertedFrom).toBe('vni');
    expect(read('thông báo khẩn').convertedFrom).toBeUndefined();
  });
});

describe('long texts', () => {
  test.each([
    ['digits', '1'.repeat(19_999)],
    ['numbers', '1.234,5/6-7:8h9 '.repeat(1_250)],
    ['capitals', 'KHẨN CẤP ABC '.repeat(1_538)],
    ['dashes', `a${'-–— '.repeat(4_999)}`],
    ['letters', 'a'.repeat(20_000)],
    ['spaces', `a${' '.repeat(19_998)}b`],
    ['dots', `a${'1.'.repeat(9_999)}`],
    ['addresses', 'a.b-c.d@'.repeat(2_400)],
    ['announcement', 'Lúc 7h30 ngày 20/5/2026, UBND xã họp 2/3 số hộ, SĐT 0912.345.678. '.repeat(290)],
  ])('of %s take time that grows with their length alone', (_name, text) => {
    read(text.slice(0, 2_000));
    const begun = process.cpuUsage();
    read(text);
    const spent = process.cpuUsage(begun);
    // 100 ms is the goal on a quiet machine; a quadratic rule takes seconds.
    expect((spent.user + spent.system) / 1_000).toBeLessThan(600);
  });

  test('sentences keep their marks and stay short', () => {
    const { sentences } = read(`Khẩn cấp! ${'bà con ở thôn ba, '.repeat(40)}nghe rõ. Hết`);
    expect(sentences[0]).toBe('Khẩn cấp!');
    expect(sentences.at(-1)).toBe('Hết');
    expect(Math.max(...sentences.map(({ length }) => length))).toBeLessThanOrEqual(LONGEST_SENTENCE);
  });
});

describe('profiles and lexicons', () => {
  test('the south says ngàn and lẻ', () => {
    expect(readAloud('1.105 hộ', { lexicon, profile: 'south' }).spoken).toBe('một ngàn một trăm lẻ năm hộ');
  });

  test("a commune's entry wins over the shipped one", () => {
    const own = lexicon.with([
      { written: 'Ea Mlang', kind: 'name', expansions: [{ spoken: 'ê a mơ lang' }] },
      { written: 'BCH', kind: 'administration', expansions: [{ spoken: 'ban chỉ huy' }] },
    ]);
    expect(readAloud('BCH buôn Ea Mlang', { lexicon: own }).spoken).toBe('ban chỉ huy buôn ê a mơ lang');
  });

  test('without a lexicon an abbreviation is spelt and doubted', () => {
    const { spoken, doubts } = readAloud('UBND', { lexicon: new Lexicon([]) });
    expect(spoken).toBe('u bê nờ đê');
    expect(doubts).toMatchObject([{ code: 'reading.unknown-abbreviation' }]);
  });

  test('letters of the minority languages are kept', () => {
    expect(read('buôn Čư Mgar, ƀuôn Kŏ, ông Y Ñŭ').spoken).toBe('buôn Čư Mgar, ƀuôn Kŏ, ông Y Ñŭ');
  });
});
