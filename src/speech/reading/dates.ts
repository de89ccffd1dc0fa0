import {
  dayExists,
  lunarDayExists,
  sayDay,
  sayLunarDay,
  sayLunarMonth,
  sayMonth,
  weekday,
} from './calendar.ts';
import {
  BOOKED,
  DAY_LIST,
  DURATION,
  FEAST,
  FROM,
  LENGTH_AFTER,
  LENGTH_SAID,
  LISTED_DAYS,
  MONTH_SAID,
  NOT_A_DAY,
  NOUN_NEXT,
  NUMBERED,
  NUMBERED_IN_YEAR,
  STRONG,
  UNTIL_DATE,
  WEAK,
  daySaid,
  isLunar,
} from './date-words.ts';
import { literal, SCALE } from './fractions.ts';
import { POINTED } from './numerals.ts';
import { ends, type Hit, type Scan } from './scan.ts';
import { lunar } from './short-dates.ts';
import { SCHOOL_YEAR } from './symbols.ts';

const FULL = /(\d{1,2})( ?[/.\-–] ?)(\d{1,2})( ?[/.\-–] ?)(\d{4}|\d{2})(?![\d]|[/.]\d)/uy;
const ISO = /(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?![\d]|[/.\-–]\d)/uy;
const MONTH_YEAR = /(\d{1,2}) ?[/.\-–] ?((?:19|20)\d{2})(?![\d]|[/.\-–]\d|[/-]\p{Lu})/uy;
const DAY_RANGE = /(\d{1,2}) ?[-–—] ?(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?(?![\d]|[/.]\d)/uy;
/* "5 - 7 tháng 12 năm 2026"; "3-5 tháng 12 ngày" is a length. */
const WORDED_RANGE =
  /(\d{1,2}) ?[-–—] ?(\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?(?![\d\p{L}]|[.,/:-]\d| (?:ngày|tuần|tuổi|rưỡi|giờ)(?!\p{L}))/uy;
const DAY_WORD =
  /(\d{1,2}) tháng (?:(\d{1,2})|giêng|chạp|một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)(?![\p{L}\p{M}\d])/uy;
const YEAR_PAIR = /((?:19|20)\d{2}) ?\/ ?((?:19|20)\d{2})(?![\d/])/uy;
const MONTHS = /(\d{1,2}) ?[-–—] ?(\d{1,2})(?: ?\/ ?((?:19|20)\d{2}))?(?![\d/])/uy;

const YEAR_NEXT = / năm (?:19|20)\d{2}(?!\d)/uy;
const CLAUSE_END = /[ ]*(?:$|[\n.;:!?)])/uy;
/* "đêm 5, rạng sáng 6/12": a part of a day with its day, told by the date that follows. */
const NEXT_DATE =
  /(?:, ?\d{1,2}(?= ?[,v]))*[ ]*(?:,|và|đến|rạng|rạng sáng|[-–—])?[ ]*(?:rạng sáng |sáng |trưa |chiều |tối |đêm |đến )?(?:ngày )?\d{1,2}[/.]\d{1,2}(?!\d)/uy;
const DAY_BEFORE = /^\s*(?:,|và|, và)\s*$/u;
const PART_OF_DAY = ends('sáng|trưa|chiều|tối|đêm|khuya');

const DAY_NAMES = ['chủ nhật', 'hai', 'ba', 'tư', 'năm', 'sáu', 'bảy'] as const;
const DAY_NAMED = /(?<!\p{L})(?:thứ (hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật))[,(]? ?(?:ngày)?$/u;

/** Whether the weekday in front of a date is that of the date; true where none stands. */
function weekdayFits(scan: Scan, day: number, month: number, year: number): boolean {
  const found = DAY_NAMED.exec(scan.before);
  if (found === null) return true;
  const said = found[1];
  const at =
    said === undefined
      ? 0
      : /\d/u.test(said)
        ? Number(said) - 1
        : (DAY_NAMES as readonly string[]).indexOf(said);
  return at === weekday(day, month, year);
}

/** Dates with a year, months with a year, ranges of days: what cannot be anything else. */
export function fullDate(scan: Scan): Hit | undefined {
  return season(scan) ?? iso(scan) ?? monthRange(scan) ?? dayRange(scan) ?? withYear(scan) ?? monthYear(scan);
}

/** "niên vụ 2026/2027", "năm học 2026/2027": two years of one season. */
function season(scan: Scan): Hit | undefined {
  const found = scan.match(YEAR_PAIR);
  if (found === undefined) return undefined;
  const spoken = `${scan.say.cardinal(found[1] ?? '')} ${scan.say.cardinal(found[2] ?? '')}`;
  const end = scan.at + found[0].length;
  if (scan.after(SCHOOL_YEAR)) return { end, spoken, rule: 'date.years' };
  if (Number(found[2]) - Number(found[1]) !== 1 || scan.sees(NOUN_NEXT, end) !== undefined) return undefined;
  const counted = literal(scan, found[1] ?? '', found[2] ?? '');
  return { end, spoken, rule: 'date.years', alternatives: [counted], doubt: 'reading.date-or-ratio' };
}

function iso(scan: Scan): Hit | undefined {
  const found = scan.match(ISO);
  if (found === undefined) return undefined;
  return full(scan, scan.at + found[0].length, Number(found[4]), Number(found[3]), found[1] ?? '');
}

function withYear(scan: Scan): Hit | undefined {
  const found = scan.match(FULL);
  if (found === undefined) return undefined;
  const [all, day = '', first = '', month = '', second = '', year = ''] = found;
  const dated = scan.after(STRONG) || scan.after(WEAK);
  const slashed = first.trim() === '/' && second.trim() === '/';
  const dotted = first === '.' && second === '.' && day.length + month.length === 4 && !scan.after(POINTED);
  if (year.length === 2 && dotted && dayExists(Number(day), Number(month)))
    return full(scan, scan.at + all.length, Number(day), Number(month), year);
  // A short year needs slashes or a date word: "1.2.10" is a heading and "16-16-8" a fertiliser.
  if (year.length === 2 && !(slashed || (dated && first === second))) return undefined;
  if (year.length === 2 && slashed && !dated && !dayExists(Number(day), Number(month))) return undefined;
  if (year.length === 4 && !/^(?:1[6-9]|2[0-2])/u.test(year) && !slashed) return undefined;
  return full(scan, scan.at + all.length, Number(day), Number(month), year);
}

function full(scan: Scan, end: number, day: number, month: number, year: string): Hit {
  const { say } = scan;
  const years = year.length === 2 ? `20${year}` : year;
  const lead = daySaid(scan) ? '' : 'ngày ';
  if (isLunar(scan, end) && lunarDayExists(day, month)) {
    return lunar(scan, end, day, month, ` năm ${say.cardinal(years)}`);
  }
  const tail = `tháng ${sayMonth(scan, month)} năm ${say.cardinal(years)}`;
  if (!dayExists(day, month, Number(years))) {
    const swapped = dayExists(month, day, Number(years));
    const spoken = `${lead}${say.cardinal(day)} ${tail}`;
    const turned = `${lead}${sayDay(scan, month)} tháng ${sayMonth(scan, day)} năm ${say.cardinal(years)}`;
    return {
      end,
      spoken,
      rule: 'date.full',
      alternatives: swapped ? [turned] : [],
      doubt: 'reading.impossible-date',
    };
  }
  const doubt =
    year.length === 2
      ? 'reading.short-year'
      : weekdayFits(scan, day, month, Number(years))
        ? undefined
        : 'reading.weekday-mismatch';
  const alternatives =
    year.length === 2
      ? [`${lead}${sayDay(scan, day)} tháng ${sayMonth(scan, month)} năm ${say.cardinal(`19${year}`)}`]
      : [];
  return {
    end,
    spoken: `${lead}${sayDay(scan, day)} ${tail}`,
    rule: 'date.full',
    alternatives,
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** "10-12/5/2026": two days of one month. */
function dayRange(scan: Scan): Hit | undefined {
  const found = scan.match(DAY_RANGE) ?? scan.sees(WORDED_RANGE, scan.at);
  if (found === undefined) return undefined;
  const [all, from = '', until = '', month = '', year] = found;
  const end = scan.at + all.length;
  if (scan.after(MONTH_SAID)) return undefined;
  const years = year === undefined ? '' : ` năm ${scan.say.cardinal(year)}`;
  const number = year === undefined ? undefined : Number(year);
  const sound =
    dayExists(Number(from), Number(month), number) && dayExists(Number(until), Number(month), number);
  const alone = Number(from) < Number(until) && scan.sees(NOUN_NEXT, end) === undefined;
  const dated = alone || scan.after(STRONG) || scan.after(WEAK) || scan.after(FEAST);
  if (year === undefined && !(sound && dated)) return undefined;
  const moon = isLunar(scan, end);
  const day = (text: string): string => (moon ? sayLunarDay(scan, Number(text)) : sayDay(scan, Number(text)));
  const months = moon ? sayLunarMonth(scan, Number(month)) : sayMonth(scan, Number(month));
  const lead = daySaid(scan) ? '' : 'ngày ';
  const spoken = `${lead}${day(from)} đến ngày ${day(until)} tháng ${months}${years}`;
  const ordered = Number(from) < Number(until);
  return {
    end,
    spoken,
    rule: 'date.days',
    ...(sound && ordered ? {} : { doubt: 'reading.impossible-date' }),
  };
}

function monthYear(scan: Scan): Hit | undefined {
  const found = scan.match(MONTH_YEAR);
  if (found === undefined) return undefined;
  const [all, month = '', year = ''] = found;
  const end = scan.at + all.length;
  const years = `năm ${scan.say.cardinal(year)}`;
  if (scan.after(NUMBERED_IN_YEAR)) {
    const named = scan.after(ends('số')) && month.startsWith('0');
    return {
      end,
      spoken: `${named ? scan.say.digits(month) : scan.say.cardinal(month)} ${years}`,
      rule: 'date.part-of-year',
    };
  }
  const slashed = all.includes('/');
  if (!slashed && !scan.after(MONTH_SAID) && !/^0/u.test(month)) return perhapsMonth(scan, end, month, years);
  if (scan.after(SCALE)) return undefined;
  const lead = scan.after(MONTH_SAID) ? '' : 'tháng ';
  const day = scan.after(ends('ngày|mùng'));
  const sound = Number(month) >= 1 && Number(month) <= 12 && !day;
  if (!sound && lead !== '' && !day) return undefined;
  const spoken = `${lead}${sayMonth(scan, Number(month))} ${years}`;
  return { end, spoken, rule: 'date.month', ...(sound ? {} : { doubt: 'reading.impossible-date' }) };
}

/** "12-2026" by itself: no range runs from 12 to 2026, so a month is meant, and a person must say. */
function perhapsMonth(scan: Scan, end: number, month: string, years: string): Hit | undefined {
  if (Number(month) < 1 || Number(month) > 12 || scan.after(NUMBERED)) return undefined;
  const spoken = `tháng ${sayMonth(scan, Number(month))} ${years}`;
  return { end, spoken, rule: 'date.month', doubt: 'reading.date-or-range' };
}

function monthRange(scan: Scan): Hit | undefined {
  if (!scan.after(ends('tháng|các tháng'))) return undefined;
  const found = scan.match(MONTHS);
  if (found === undefined) return undefined;
  const [all, from = '', until = '', year] = found;
  if (![from, until].every((month) => Number(month) >= 1 && Number(month) <= 12)) return undefined;
  if (/^[ ]*tuổi/u.test(scan.folded.slice(scan.at + all.length, scan.at + all.length + 6))) return undefined;
  const years = year === undefined ? '' : ` năm ${scan.say.cardinal(year)}`;
  const spoken = `${sayMonth(scan, Number(from))} đến tháng ${sayMonth(scan, Number(until))}${years}`;
  return { end: scan.at + all.length, spoken, rule: 'date.months' };
}

/** Days and months by themselves: "ngày 5", "tháng 4", "5 tháng 4", "mùng 1". */
export function dayOrMonth(scan: Scan): Hit | undefined {
  const plain = scan.match(/\d{1,2}(?![\d\p{L}]|[./]\d)/uy)?.[0];
  if (plain === undefined) return undefined;
  const tail = scan.match(/,\d{1,2}(?!\d)/uy, scan.at + plain.length);
  if (/^,\d/u.test(scan.text.slice(scan.at + plain.length, scan.at + plain.length + 2))) {
    const measured = tail !== undefined && scan.sees(NOT_A_DAY, scan.at + plain.length + tail[0].length);
    if (tail === undefined || measured !== undefined || !scan.after(LISTED_DAYS)) return undefined;
  }
  const number = Number(plain);
  const end = scan.at + plain.length;
  const worded = scan.sees(DAY_WORD, scan.at);
  if (worded !== undefined) {
    const stated =
      scan.after(STRONG) || scan.after(WEAK) || scan.after(FEAST) || DAY_LIST.test(scan.before + ' ');
    const moonMonth = worded[2] === undefined && /giêng|chạp/u.test(worded[0]);
    const impossible =
      number > 31 || number < 1 || (worded[2] !== undefined && !dayExists(number, Number(worded[2])));
    const after = scan.at + worded[0].length;
    // "5 tháng 12 năm 2026" and "5 tháng 12." by themselves; "5 tháng 12 ngày" is a length.
    const whole =
      dayExists(number, Number(worded[2] ?? 0)) &&
      (scan.sees(YEAR_NEXT, after) !== undefined ||
        (scan.sees(CLAUSE_END, after) !== undefined && !scan.after(LENGTH_SAID)));
    if (((stated || moonMonth) && !scan.after(LENGTH_SAID)) || whole) {
      const moon = moonMonth || isLunar(scan, scan.at + worded[0].length);
      if (impossible)
        return { end, spoken: scan.say.cardinal(number), rule: 'date.day', doubt: 'reading.impossible-date' };
      const said = scan.after(ends('mùng|mồng'))
        ? scan.say.cardinal(number)
        : moon
          ? sayLunarDay(scan, number)
          : sayDay(scan, number);
      return { end, spoken: said, rule: 'date.day' };
    }
  }
  if (scan.after(ends('tháng|t')) && number >= 1 && number <= 12) {
    if (scan.after(DURATION) && scan.sees(LENGTH_AFTER, end) !== undefined) return undefined;
    const month = isLunar(scan, end)
      ? sayLunarMonth(scan, number)
      : scan.after(ends('rằm tháng'))
        ? sayLunarMonth(scan, number)
        : sayMonth(scan, number);
    return { end, spoken: month, rule: 'date.month' };
  }
  if (
    scan.after(ends('ngày|các ngày')) &&
    number >= 1 &&
    number <= 31 &&
    scan.sees(NOT_A_DAY, end) === undefined
  ) {
    if (scan.after(ends('(?:\\d+|mỗi|một|hai|ba|hằng|hàng|hôm) ngày'))) return undefined;
    return { end, spoken: sayDay(scan, number), rule: 'date.day' };
  }
  const next = number >= 1 && number <= 31 && scan.sees(NEXT_DATE, end) !== undefined;
  if (next && DAY_BEFORE.test(scan.sinceLast(/^date\.day$/u) ?? 'x'))
    return { end, spoken: sayDay(scan, number), rule: 'date.day' };
  if (next && scan.after(PART_OF_DAY))
    return {
      end,
      spoken: number <= 10 ? sayDay(scan, number) : `ngày ${sayDay(scan, number)}`,
      rule: 'date.day',
    };
  if (scan.after(FROM) && number >= 1 && number <= 31 && scan.sees(UNTIL_DATE, end) !== undefined) {
    return { end, spoken: `ngày ${sayDay(scan, number)}`, rule: 'date.day' };
  }
  // "ngày 35", "tháng 13": no such day; but "mỗi ngày 35 ca" and "lương tháng 13" count.
  const alone =
    scan.sees(NOUN_NEXT, end) === undefined && !/^[ ]?[%°\p{L}]/u.test(scan.text.slice(end, end + 2));
  const wrongDay =
    (number > 31 || number < 1) && alone && scan.after(ends('(?<!(?:mỗi|một|hằng|hàng|\\d) )ngày'));
  const wrongMonth = (number > 12 || number < 1) && scan.after(ends('tháng')) && !scan.after(BOOKED) && alone;
  if (wrongDay || wrongMonth) {
    return { end, spoken: scan.say.cardinal(number), rule: 'date.day', doubt: 'reading.impossible-date' };
  }
  if (
    number >= 1 &&
    number <= 31 &&
    DAY_LIST.test(`${scan.before} `) &&
    scan.sees(NOT_A_DAY, end) === undefined
  ) {
    return { end, spoken: sayDay(scan, number), rule: 'date.day' };
  }
  return undefined;
}
