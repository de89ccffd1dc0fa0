import { describe, test } from '@jest/globals';
import { seed } from '../../../test/faults/seed.ts';
import { fc } from '../../../test/property.ts';
import { agree, doubted, oneOf, two, whole } from './mutations.testing.ts';
import * as said from './oracle.testing.ts';

process.stdout.write(`mutations: LOA_SEED=${seed}\n`);

const hour = whole(0, 23);
const minute = whole(0, 59);
const clock = fc
  .tuple(
    hour,
    minute,
    oneOf<(h: number, m: number) => string>(
      (h, m) => `${h}h${two(m)}`,
      (h, m) => `${two(h)}h${two(m)}`,
      (h, m) => `${two(h)}:${two(m)}`,
      (h, m) => `${h}g${two(m)}`,
      (h, m) => `${h}H${two(m)}`,
      (h, m) => `${h}h${two(m)}'`,
      (h, m) => `${h} giờ ${two(m)} phút`,
      (h, m) => `${two(h)} giờ ${m} phút`,
      (h, m) => `${h}h ${two(m)}`,
    ),
  )
  .map(([h, m, form]) => [form(h, m), said.time(h, m)] as const);

describe('times', () => {
  const lead = oneOf('', 'lúc ', 'từ ', 'vào lúc ', 'trước ', 'LÚC ', 'đúng ', 'bắt đầu ');

  test('of any writing, behind any word, at the start or between words', () => {
    const tail = oneOf('', ' sáng nay', ' tại nhà văn hóa', ', bà con chú ý', ' chiều thứ Sáu');
    agree(
      fc
        .tuple(lead, clock, tail)
        .map(([before, [written, wanted], after]) => [
          `${before}${written}${after}`,
          `${before}${wanted}${after}`,
        ]),
    );
  });

  test('from one to another, with every kind of dash and arrow', () => {
    const dash = oneOf('-', ' - ', '–', ' – ', ' đến ', ' tới ', ' -> ', '→');
    agree(
      fc
        .tuple(clock, dash, clock)
        .map(([[from, fromSaid], mark, [to, toSaid]]) => [
          `thời gian: ${from}${mark}${to}`,
          `thời gian ${fromSaid} ${mark === ' tới ' ? 'tới' : 'đến'} ${toSaid}`,
        ]),
    );
  });

  test('of whole hours', () => {
    const form = oneOf<(h: number) => string>(
      (h) => `${h}h`,
      (h) => `${two(h)}h`,
      (h) => `${h} giờ`,
      (h) => `${h}H`,
    );
    const tail = oneOf('', ' tối nay', ' hằng ngày', ' cùng ngày');
    agree(
      fc
        .tuple(hour, form, tail)
        .map(([h, write, after]) => [`lúc ${write(h)}${after}`, `lúc ${said.cardinal(h)} giờ${after}`]),
    );
  });

  test('that no clock shows are doubts', () => {
    const late = fc.tuple(whole(25, 99), minute).map(([h, m]) => [h, m] as const);
    const long = fc.tuple(hour, whole(60, 99)).map(([h, m]) => [h, m] as const);
    const form = oneOf<(h: number, m: number) => string>(
      (h, m) => `lúc ${h}h${two(m)}`,
      (h, m) => `lúc ${h}:${two(m)}`,
      (h, m) => `lúc ${h}g${two(m)}`,
      (h, m) => `họp lúc ${h}h${two(m)} sáng mai`,
    );
    doubted(fc.tuple(fc.oneof(late, long), form).map(([[h, m], write]) => write(h, m)));
    doubted(whole(25, 99).map((h) => `lúc ${h}h`));
  });
});

describe('dates', () => {
  const full = fc
    .tuple(whole(1, 31), whole(1, 12), whole(1930, 2049))
    .filter(([d, m, y]) => said.exists(d, m, y));

  test('without a year, behind the words of a date, with a slash', () => {
    const lead = oneOf('ngày ', 'sáng ', 'chiều thứ Ba, ', 'hạn cuối: ', 'trước ngày ', 'từ ');
    const form = oneOf<(d: number, m: number) => string>(
      (d, m) => `${d}/${m}`,
      (d, m) => `${two(d)}/${two(m)}`,
      (d, m) => `${two(d)}/${m}`,
    );
    agree(
      fc.tuple(lead, full, form).map(([before, [d, m], write]) => {
        const spoken = `${said.day(d)} ${said.month(m)}`;
        return [
          `${before}${write(d, m)}`,
          before.endsWith('ngày ') ? before + spoken : `${before}ngày ${spoken}`,
        ];
      }),
    );
  });

  test('with a dot between two words of a date are days, in any case of letters', () => {
    const late = fc.tuple(whole(1, 28), whole(10, 12));
    agree(
      fc
        .tuple(late, oneOf('trước', 'hạn nộp:', 'SÁNG', 'đến hết', 'kể từ'))
        .map(([[d, m], lead]) => [`${lead} ${d}.${m}`, `${lead} ngày ${said.day(d)} ${said.month(m)}`]),
    );
  });

  test('from one to another', () => {
    const dash = oneOf(' - ', '-', ' đến ', ' đến ngày ', ' – ');
    agree(
      fc
        .tuple(full, dash, full)
        .map(([[d, m], mark, [e, n, y]]) => [
          `từ ngày ${d}/${m}${mark}${e}/${n}/${y}`,
          `từ ngày ${said.day(d)} ${said.month(m)} đến ngày ${said.day(e)} ${said.month(n)} năm ${said.cardinal(y)}`,
        ]),
    );
  });

  test('that no calendar holds are doubts', () => {
    const none = fc
      .tuple(whole(0, 39), whole(0, 19), whole(2000, 2049))
      .filter(([d, m, y]) => !said.exists(d, m, y));
    const form = oneOf<(d: number, m: number, y: number) => string>(
      (d, m, y) => `ngày ${d}/${m}/${y}`,
      (d, m, y) => `${two(d)}/${two(m)}/${y}`,
      (d, m, y) => `${two(d)}-${two(m)}-${y}`,
      (d, m, y) => `ngày ${two(d)}.${two(m)}.${y}`,
      (d, m, y) => `${y}-${two(m)}-${two(d)}`,
      (d, m, y) => `ngày ${d} tháng ${m} năm ${y}`,
    );
    doubted(fc.tuple(none, form).map(([[d, m, y], write]) => write(d, m, y)));
  });
});

describe('telephone numbers', () => {
  const lead = oneOf('', 'SĐT: ', 'liên hệ ', 'ĐT ', 'gọi số ', 'số điện thoại ', 'Zalo ', '(');
  const leadSaid: Readonly<Record<string, string>> = {
    'SĐT: ': 'số điện thoại ',
    'ĐT ': 'điện thoại ',
    'Zalo ': 'da lô ',
    '(': '',
  };
  const mark = oneOf('', ' ', '.', '-');
  const split = (number: string, groups: readonly number[]): string[] => {
    let at = 0;
    return groups.map((length) => number.slice(at, (at += length)));
  };
  const spoken = (before: string, number: string): string =>
    `${leadSaid[before] ?? before}${said.digits(number)}`;

  test('of mobiles, in every grouping', () => {
    const number = fc.stringMatching(/^0[35789]\d{8}$/u);
    const groups = oneOf(
      [10],
      [4, 3, 3],
      [3, 3, 4],
      [3, 4, 3],
      [4, 2, 2, 2],
      [4, 6],
      [2, 2, 2, 2, 2],
      [3, 7],
    );
    agree(
      fc
        .tuple(lead, number, groups, mark)
        .map(([before, all, sizes, between]) => [
          before + split(all, sizes).join(between),
          spoken(before, all),
        ]),
      800,
    );
  });

  test('of the country code', () => {
    const number = fc.stringMatching(/^[35789]\d{8}$/u);
    const form = oneOf<(n: string) => string>(
      (n) => `+84${n}`,
      (n) => `+84 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
      (n) => `+84.${n.slice(0, 2)}.${n.slice(2, 5)}.${n.slice(5)}`,
      (n) => `(+84) ${n}`,
    );
    agree(
      fc
        .tuple(number, form)
        .map(([all, write]) => [`gọi ${write(all)}`, `gọi cộng tám bốn ${said.digits(all)}`]),
    );
  });

  test('of a town', () => {
    const town = fc.tuple(oneOf('0262', '0269', '0236', '0256'), fc.stringMatching(/^3\d{6}$/u));
    const city = fc.tuple(oneOf('024', '028'), fc.stringMatching(/^[36]\d{7}$/u));
    const form = oneOf<(code: string, n: string) => string>(
      (code, n) => code + n,
      (code, n) => `${code} ${n}`,
      (code, n) => `${code}.${n}`,
      (code, n) => `(${code}) ${n}`,
      (code, n) => `${code} ${n.slice(0, -4)} ${n.slice(-4)}`,
      (code, n) => `${code}.${n.slice(0, -4)}.${n.slice(-4)}`,
      (code, n) => `${code}-${n}`,
    );
    agree(
      fc
        .tuple(lead, fc.oneof(town, city), form)
        .map(([before, [code, n], write]) => [before + write(code, n), spoken(before, code + n)]),
    );
  });

  test('of services', () => {
    const short = fc
      .tuple(oneOf('1800', '1900'), fc.stringMatching(/^\d{4}$/u), mark)
      .map(([code, n, between]) => [code + between + n, code + n] as const);
    const long = fc
      .tuple(oneOf('1800', '1900'), fc.stringMatching(/^\d{6}$/u), mark)
      .map(([code, n, between]) => [[code, n.slice(0, 3), n.slice(3)].join(between), code + n] as const);
    agree(
      fc
        .tuple(oneOf('tổng đài ', 'gọi ', 'hotline: '), fc.oneof(short, long))
        .map(([before, [written, all]]) => [
          before + written,
          `${before === 'hotline: ' ? 'hót lai ' : before}${said.digits(all)}`,
        ]),
    );
  });

  test('with a digit too few or too many are doubts', () => {
    doubted(
      fc
        .tuple(oneOf('SĐT ', 'gọi ', 'liên hệ: '), fc.stringMatching(/^0[35789](?:\d{7}|\d{9})$/u), mark)
        .map(([before, all, between]) => before + split(all, [4, 3, all.length - 7]).join(between)),
    );
  });
});
