import { numeralAt } from './numerals.ts';
import type { Hit, Scan } from './scan.ts';

const NUMBER = '\\d+(?:[.,]\\d+)*';
const DASH = / ?[-–—~] ?(?=\d)/uy;
const JOINED = `(?:[ ]?%|[ ]?\\p{L}{1,6})? (?:đến|tới) (?:gần |hơn |khoảng |cấp )?`;
const NEXT = new RegExp(`${JOINED}${NUMBER}[-–—]\\d`, 'uy');
const BEFORE = new RegExp(`\\d[-–—]${NUMBER}${JOINED}$`, 'u');

/** "từ 2-3 đến 5-6 triệu": of three *đến* nobody hears which joins what, so the dash is kept short and doubted. */
export function rangeOfRanges(scan: Scan): Hit | undefined {
  const from = numeralAt(scan);
  if (from === undefined) return undefined;
  const dash = scan.match(DASH, from.end);
  if (dash === undefined) return undefined;
  const to = numeralAt(scan, from.end + dash[0].length);
  if (to === undefined) return undefined;
  if (scan.sees(NEXT, to.end) === undefined && !BEFORE.test(`${scan.before} `)) return undefined;
  const whole = `${from.spoken} đến ${to.spoken}`;
  const short = Number(to.whole) - Number(from.whole) === 1 && Number(to.whole) < 10;
  return {
    end: to.end,
    spoken: short ? `${from.spoken} ${to.spoken}` : whole,
    rule: 'number.range',
    alternatives: [short ? whole : `${from.spoken} tới ${to.spoken}`],
    doubt: 'reading.range-of-ranges',
  };
}
