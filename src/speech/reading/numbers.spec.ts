import { describe, expect, test } from '@jest/globals';
import { doReadNumber, ReadingConfig } from 'read-vietnamese-number';
import { Numbers } from './numbers.ts';

const north = new Numbers('north');
const witness = new ReadingConfig();
witness.unit = [];

/** The other library says lẻ for linh, ngàn for nghìn, tỉ for tỷ, and a zero hundred only where we do too. */
function same(spoken: string): string {
  return spoken
    .replace(/(?<!\p{L})lẻ(?!\p{L})/gu, 'linh')
    .replace(/ngàn/gu, 'nghìn')
    .replace(/tỉ/gu, 'tỷ')
    .replace(/mươi bốn/gu, 'mươi tư')
    .trim();
}

describe('cardinals', () => {
  test('every number to a hundred thousand is said as by an independent reader', () => {
    const wrong: string[] = [];
    for (let number = 0; number <= 100_000; number += 1) {
      const ours = north.cardinal(number);
      if (ours !== same(doReadNumber(String(number), witness))) wrong.push(`${number} ${ours}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test('seeded numbers to a thousand billion billion are said alike', () => {
    const wrong: string[] = [];
    let seed = 20_261_121n;
    for (let round = 0; round < 100_000; round += 1) {
      seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
      const number = String((seed >> 8n) % 10n ** BigInt(6 + (round % 10)));
      const ours = north.cardinal(number);
      if (ours !== same(doReadNumber(number, witness)))
        wrong.push(`${number} ${ours} | ${same(doReadNumber(number, witness))}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test('the south says ngàn and lẻ', () => {
    expect(new Numbers('south').cardinal(1105)).toBe('một ngàn một trăm lẻ năm');
  });

  test('decimals of two digits are a number, longer ones and those with a zero go digit by digit', () => {
    expect(north.decimal('3', '14')).toBe('ba phẩy mười bốn');
    expect(north.decimal('1', '05')).toBe('một phẩy không năm');
    expect(north.decimal('5', '125')).toBe('năm phẩy một hai năm');
  });
});
