import type { Hit, Scan } from './scan.ts';

/* 12°54'N, 12,9oN, 108°20'30"Đ: storm bulletins write the side in English (N, E) or in Vietnamese (B, Đ). */
const COORDINATE =
  /(\d{1,3})(?:[.,](\d{1,3}))? ?[°oº] ?(?:(\d{1,2}) ?['’′] ?)?(?:(\d{1,2}) ?["”″] ?)?([NEBĐ])(?![\p{L}\p{M}\d])/uy;

/** Degrees of a place, with minutes and seconds or a decimal. */
export function coordinate(scan: Scan): Hit | undefined {
  const found = scan.match(COORDINATE);
  if (found === undefined) return undefined;
  const [all, whole = '', fraction, minutes, seconds, side = ''] = found;
  const { say } = scan;
  const spoken = [
    fraction === undefined ? say.cardinal(whole) : say.decimal(whole, fraction),
    'độ',
    ...(minutes === undefined ? [] : [say.cardinal(minutes), 'phút']),
    ...(seconds === undefined ? [] : [say.cardinal(seconds), 'giây']),
    /[NB]/u.test(side) ? 'vĩ bắc' : 'kinh đông',
  ].join(' ');
  return { end: scan.at + all.length, spoken, rule: 'coordinate.degrees' };
}
