import { describe, expect, test } from '@jest/globals';
import { doReadNumber, ReadingConfig } from 'read-vietnamese-number';
import { Numbers } from './numbers.ts';

const seed = Number(process.env.LOA_SEED ?? Date.now() % 1_000_000_007);
const north = new Numbers('north');
const witness = new ReadingConfig();
witness.unit = [];

/*
 * The other library says lẻ for linh, ngàn for nghìn and tỉ for tỷ, which the conventions hold for equal; with four for
 * *tư* behind *mươi* these are all the differences, so the words are compared modulo them.
 */
function same(spoken: string): string {
  return spoken
    .replaceAll('lẻ', 'linh')
    .replaceAll('ngàn', 'nghìn')
    .replaceAll('tỉ', 'tỷ')
    .replaceAll('mươi bốn', 'mươi tư')
    .trim();
}

function differences(numbers: Iterable<string>): string[] {
  const wrong: string[] = [];
  for (const number of numbers) {
    const ours = north.cardinal(number);
    const theirs = same(doReadNumber(number, witness));
    if (ours !== theirs && wrong.push(`${number}: ${ours} | ${theirs}`) === 5) break;
  }
  return wrong;
}

function* upTo(last: number): Generator<string> {
  for (let number = 0; number <= last; number += 1) yield `${number}`;
}

/** Numbers of 7 to 16 digits, half of them with runs of zeros, where *linh* and *không trăm* are. */
function* beyond(count: number): Generator<string> {
  let state = BigInt(seed);
  for (let round = 0; round < count; round += 1) {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    const digits = String(state >> 3n)
      .padStart(19, '7')
      .slice(0, 7 + (round % 10));
    const whole = digits.startsWith('0') ? `1${digits.slice(1)}` : digits;
    yield round % 2 === 0
      ? whole
      : whole.replaceAll(/[2-6]/gu, (digit, at: number) => (at === 0 ? digit : '0'));
  }
}

describe('cardinals', () => {
  test('every number to a million is said as by an independent reader', () => {
    expect(differences(upTo(1_000_000))).toEqual([]);
  });

  test('a million seeded numbers beyond are said alike', () => {
    process.stdout.write(`numbers: LOA_SEED=${seed}\n`);
    expect(differences(beyond(1_000_000))).toEqual([]);
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
