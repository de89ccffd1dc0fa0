import { describe, test } from '@jest/globals';
import { seed } from '../../../test/faults/seed.ts';
import { fc } from '../../../test/property.ts';
import { agree, doubted, oneOf, whole } from './mutations.testing.ts';
import * as said from './oracle.testing.ts';

process.stdout.write(`amounts: LOA_SEED=${seed}\n`);

describe('numbers and money', () => {
  const group = oneOf('.', ' ', '\u00a0', '\u202f', '');

  test('with every mark between thousands, counted', () => {
    const noun = oneOf(' hộ', ' cây giống', ' lượt người', ' con gà');
    agree(
      fc
        .tuple(whole(1_000, 99_999_999), group, noun)
        .map(([n, mark, of]) => [`có ${said.grouped(n, mark)}${of}`, `có ${said.cardinal(n)}${of}`]),
    );
  });

  test('money, whatever stands for đồng, for whom and how often', () => {
    const unit = oneOf('đ', ' đồng', ' đ', ' VNĐ', 'VND', '₫', 'Đ', ' vnđ');
    const per = oneOf(
      ['', ''],
      ['/người', ' một người'],
      ['/kg', ' một ki lô gam'],
      ['/hộ/năm', ' một hộ một năm'],
      ['/m2', ' một mét vuông'],
      ['/cá nhân', ' một cá nhân'],
    );
    agree(
      fc
        .tuple(whole(1, 9_999_999), group, unit, per)
        .map(([thousands, mark, sign, [written, spoken]]) => [
          `thu ${said.grouped(thousands * 1000, mark)}${sign}${written}`,
          `thu ${said.cardinal(thousands * 1000)} đồng${spoken}`,
        ]),
      800,
    );
  });

  test('money in thousands and millions', () => {
    const unit = oneOf(
      ['k', 'nghìn'],
      ['tr', 'triệu'],
      [' triệu', 'triệu'],
      [' triệu đồng', 'triệu đồng'],
      [' tỷ đồng', 'tỷ đồng'],
      [' nghìn đồng', 'nghìn đồng'],
    );
    agree(
      fc
        .tuple(whole(1, 999), unit)
        .map(([n, [sign = '', name = '']]) => [`hỗ trợ ${n}${sign}`, `hỗ trợ ${said.cardinal(n)} ${name}`]),
    );
    agree(
      fc
        .tuple(
          whole(1, 99),
          fc.stringMatching(/^(?:[1-9]|[0-9][1-9])$/u),
          oneOf('triệu đồng', 'tỷ đồng', 'triệu'),
        )
        .map(([n, f, name]) => [`vốn ${n},${f} ${name}`, `vốn ${said.decimal(n, f)} ${name}`]),
    );
  });

  test('money with a comma between thousands is a doubt', () => {
    doubted(
      fc
        .tuple(whole(1, 999), oneOf('đ', ' đồng', ' VNĐ'), oneOf('500', '000', '250'))
        .map(([n, sign, tail]) => `giá ${n},${tail}${sign}`),
    );
  });

  test('decimals and percentages', () => {
    const unit = oneOf(
      ['%', ' phần trăm'],
      [' ha', ' héc ta'],
      [' tấn', ' tấn'],
      ['m', ' mét'],
      [' km', ' ki lô mét'],
      [' lần', ' lần'],
    );
    agree(
      fc
        .tuple(
          oneOf('đạt', 'tăng', 'khoảng', 'còn'),
          whole(0, 9_999),
          fc.stringMatching(/^\d{0,1}[1-9]$/u),
          unit,
        )
        .map(([lead, n, f, [sign = '', name = '']]) => [
          `${lead} ${said.grouped(n, n > 999 ? '.' : '')},${f}${sign}`,
          `${lead} ${said.decimal(n, f)}${name}`,
        ]),
    );
  });
});

describe('weather', () => {
  const pair = fc.tuple(whole(1, 12), whole(1, 5)).map(([a, more]) => [a, a + more] as const);
  const dash = oneOf('-', ' - ', '–', ' đến ');

  test('levels of wind, heights of waves', () => {
    agree(
      fc
        .tuple(pair, dash, whole(8, 17))
        .map(([[a, b], mark, gust]) => [
          `gió cấp ${a}${mark}${b}, giật cấp ${gust}`,
          `gió cấp ${said.cardinal(a)} đến ${said.cardinal(b)} giật cấp ${said.cardinal(gust)}`,
        ]),
    );
    agree(
      fc
        .tuple(pair, dash, oneOf('m', ' m', ' mét'))
        .map(([[a, b], mark, unit]) => [
          `sóng biển cao ${a}${mark}${b}${unit}`,
          `sóng biển cao ${said.cardinal(a)} đến ${said.cardinal(b)} mét`,
        ]),
    );
  });

  test('rain, heat, cold, moisture, speed and flow', () => {
    const unit = oneOf(
      ['mưa', 'mm', 'mi li mét'],
      ['mưa', ' mm', 'mi li mét'],
      ['nhiệt độ', '°C', 'độ xê'],
      ['nhiệt độ', ' độ C', 'độ xê'],
      ['nhiệt độ', 'oC', 'độ xê'],
      ['độ ẩm', '%', 'phần trăm'],
      ['tốc độ', 'km/h', 'ki lô mét một giờ'],
      ['tốc độ', ' km/giờ', 'ki lô mét một giờ'],
      ['xả lũ', 'm3/s', 'mét khối một giây'],
      ['xả lũ', ' m³/s', 'mét khối một giây'],
    );
    agree(
      fc
        .tuple(unit, whole(10, 400), whole(1, 300), dash)
        .map(([[what = '', sign = '', name = ''], a, more, mark]) => [
          `${what} ${a}${mark}${a + more}${sign}`,
          `${what} ${said.cardinal(a)} đến ${said.cardinal(a + more)} ${name}`,
        ]),
      800,
    );
    agree(
      fc
        .tuple(whole(1, 15), oneOf('°C', ' độ C', 'oC'))
        .map(([n, sign]) => [`nhiệt độ xuống -${n}${sign}`, `nhiệt độ xuống âm ${said.cardinal(n)} độ xê`]),
    );
  });

  test('water above and below its levels', () => {
    agree(
      fc
        .tuple(
          whole(0, 30),
          fc.stringMatching(/^\d?[1-9]$/u),
          oneOf('trên', 'dưới'),
          oneOf('BĐ', 'BĐ ', 'báo động '),
          whole(1, 3),
        )
        .map(([n, f, side, level, step]) => [
          `mực nước ${n},${f}m, ${side} ${level}${step} 0,5m`,
          `mực nước ${said.decimal(n, f)} mét ${side} báo động ${said.cardinal(step)} không phẩy năm mét`,
        ]),
    );
  });

  test('places of storms', () => {
    const form = oneOf<(a: string, b: string) => string>(
      (a, b) => `${a.replace(',', '.')}N-${b.replace(',', '.')}E`,
      (a, b) => `${a}°N; ${b}°E`,
      (a, b) => `${a} độ Vĩ Bắc; ${b} độ Kinh Đông`,
      (a, b) => `${a}N; ${b}E`,
    );
    agree(
      fc
        .tuple(whole(8, 23), whole(0, 9), whole(102, 120), whole(0, 9), form)
        .map(([a, b, c, d, write]) => [
          `tâm bão ở ${write(`${a},${b}`, `${c},${d}`)}`,
          `tâm bão ở ${said.decimal(a, `${b}`)} độ vĩ bắc ${said.decimal(c, `${d}`)} độ kinh đông`,
        ]),
    );
  });
});
