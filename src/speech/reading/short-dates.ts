import { dayExists, lunarDayExists, sayDay, sayLunarDay, sayLunarMonth, sayMonth } from './calendar.ts';
import {
  DATE_FOLLOWS,
  DAY_LIST,
  DAY_SAID,
  FEAST,
  FROM,
  HOLIDAYS,
  MEASURE_NEXT,
  DASHED_END,
  DASHED_UNTIL,
  DAY_FOLLOWS,
  NAMED_DAY,
  NOUN_NEXT,
  SCORED,
  STREET,
  STRONG,
  WEAK,
  daySaid,
  isLunar,
} from './date-words.ts';
import { COUNT_OF, fraction, literal, PART_OF, SCALE } from './fractions.ts';
import { ends, type Hit, type Scan } from './scan.ts';

const DAY_MONTH = /(\d{1,2})([/\-–]| [/\-–] )(\d{1,2})(?![\d]|[/.]\d|[/-]\p{Lu})/uy;
const WEEKDAY = '(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)';
const WEEKDAY_COMMA = ends(`${WEEKDAY},`);
const TO_WEEKDAY_COMMA = ends(`(?:đến|tới|-|–) ${WEEKDAY},`);

/** N/N: a date, a part or a count out of a count, by what stands around it; else a doubt. */
export function slashedPair(scan: Scan): Hit | undefined {
  const found = scan.match(DAY_MONTH);
  if (found === undefined) return undefined;
  const [all, left = '', sign = '', right = ''] = found;
  const mark = sign.trim();
  const end = scan.at + all.length;
  const day = Number(left);
  const month = Number(right);
  if (mark === '-' && isLunar(scan, end) && lunarDayExists(day, month))
    return lunar(scan, end, day, month, '');
  if (HOLIDAYS.has(`${day}/${month}`) && scan.after(STREET))
    return {
      ...dayMonth(scan, end, day, month),
      spoken: `${sayDay(scan, day)} tháng ${sayMonth(scan, month)}`,
    };
  if (mark !== '/') return dashedDate(scan, end, day, month, left, right);
  if (isLunar(scan, end) && lunarDayExists(day, month)) return lunar(scan, end, day, month, '');
  if (
    scan.after(SCALE) ||
    scan.after(ends('đạt|được')) ||
    (day === 24 && month === 24 && !scan.after(STRONG)) ||
    (day === 24 && month === 7 && isAroundTheClock(scan))
  )
    return undefined;
  const sound = dayExists(day, month);
  const timed = /^[\s,(\-–]*$/u.test(scan.sinceLast(/^(?:time\.|ordinal\.weekday)/u) ?? 'x');
  const chained = /^[\s,&+]*(?:và|đến|tới|đến hết|hoặc|-|–|—)?\s*$/u.test(
    scan.sinceLast(/^(?:date\.|symbol\.range)/u) ?? 'x',
  );
  const dated =
    scan.after(STRONG) ||
    scan.after(FEAST) ||
    timed ||
    chained ||
    /\d\/\d{1,2} ?[&+]$/u.test(scan.before) ||
    scan.after(WEEKDAY_COMMA) ||
    DAY_LIST.test(`${scan.before} `);
  const typed = /^0/u.test(left) || /^0/u.test(right);
  const shared = scan.sees(DATE_FOLLOWS, end);
  const followed = shared !== undefined && dayExists(Number(shared[1]), Number(shared[2]));
  const part = scan.sees(PART_OF, end) !== undefined && day < month && month <= 10;
  if (dated && !(part && !timed && !scan.after(DAY_SAID))) {
    return sound
      ? dayMonth(scan, end, day, month)
      : { end, spoken: literal(scan, left, right), rule: 'date.short', doubt: 'reading.impossible-date' };
  }
  if (part) return fraction(scan, end, left, right);
  if (scan.sees(COUNT_OF, end) !== undefined && day <= month) return undefined;
  if (sound && scan.sees(DAY_FOLLOWS, end) !== undefined) return dayMonth(scan, end, day, month);
  if (sound && (followed || typed || scan.after(WEAK))) return dayMonth(scan, end, day, month);
  if (sound && day > month) return dayMonth(scan, end, day, month);
  if (sound && NAMED_DAY.test(scan.before) && scan.sees(NOUN_NEXT, end) === undefined)
    return dayMonth(scan, end, day, month);
  return undefined;
}

/** "trực 24/7", "từ thứ Hai đến Chủ nhật, 24/7"; but "thứ Sáu, 24/7" is a day of July. */
function isAroundTheClock(scan: Scan): boolean {
  const isDay = scan.after(STRONG) || scan.after(WEAK) || scan.after(WEEKDAY_COMMA);
  return !isDay || scan.after(TO_WEEKDAY_COMMA);
}

function dashedDate(
  scan: Scan,
  end: number,
  day: number,
  month: number,
  left: string,
  right: string,
): Hit | undefined {
  const feast = scan.after(FEAST) || (scan.sinceLast(/^date\.feast/u) ?? 'nothing').length <= 4;
  const said =
    scan.after(ends('ngày|sáng|chiều|tối|đêm|trưa|mùng')) ||
    (/^[\s,(]*$/u.test(scan.sinceLast(/^time\./u) ?? 'x') && scan.sees(MEASURE_NEXT, end) === undefined);
  // "30-4, 1-5": behind a date a feast is one too.
  const listed = /^[\s,;]*(?:và)?\s*$/u.test(scan.sinceLast(/^date\./u) ?? 'x');
  if (!dayExists(day, month)) return undefined;
  const begins = scan.after(FROM) && scan.sees(DASHED_UNTIL, end) !== undefined;
  const closes = /^ (?:đến|tới)(?: hết)? $/u.test(scan.sinceLast(/^date\.short/u) ?? '');
  if (
    listed &&
    (HOLIDAYS.has(`${day}/${month}`) || day > month) &&
    (scan.sees(MEASURE_NEXT, end) === undefined || scan.sees(/ (?:và|hoặc)(?!\p{L})/uy, end) !== undefined)
  )
    return { ...dayMonth(scan, end, day, month), doubt: 'reading.date-or-range' };
  if (begins || (closes && scan.sees(DASHED_END, end) !== undefined)) return dayMonth(scan, end, day, month);
  // "20-11" by itself: no range goes down, so a date is meant, and a person must say.
  if (!(feast || said)) {
    const counted = scan.sees(MEASURE_NEXT, end) !== undefined || scan.after(SCORED);
    if (day <= month || counted || left.length < 2) return undefined;
    const down = `${scan.say.cardinal(left)} đến ${scan.say.cardinal(right)}`;
    return { ...dayMonth(scan, end, day, month), alternatives: [down], doubt: 'reading.date-or-range' };
  }
  if (feast && day <= month && !said && !HOLIDAYS.has(`${day}/${month}`)) {
    if (scan.sees(MEASURE_NEXT, end) !== undefined) return undefined;
    return { ...dayMonth(scan, end, day, month), doubt: 'reading.date-or-range' };
  }
  if (feast || day > month) return dayMonth(scan, end, day, month);
  const range = `${sayDay(scan, Number(left))} đến ngày ${sayDay(scan, Number(right))}`;
  const date = `${sayDay(scan, day)} tháng ${sayMonth(scan, month)}`;
  const from = scan.after(ends('từ ngày'));
  return {
    end,
    spoken: from ? range : date,
    rule: 'date.short',
    alternatives: [from ? date : range],
    doubt: 'reading.date-or-range',
  };
}

/** A day without its year, told by its place whether *ngày* goes in front. */
export function dayMonth(scan: Scan, end: number, day: number, month: number): Hit {
  const bare = `${sayDay(scan, day)} tháng ${sayMonth(scan, month)}`;
  const feast = scan.after(FEAST) || NAMED_DAY.test(scan.before);
  const chained = /^\s*(?:và|-|–|—|,|đến)?\s*$/u.test(
    scan.sinceLast(/^date\.feast|^symbol\.range-feast/u) ?? 'x',
  );
  if (feast || chained) return { end, spoken: bare, rule: 'date.feast', alternatives: [`ngày ${bare}`] };
  const listed = /^\s*(?:,|và|, và)\s*$/u.test(scan.sinceLast(/^date\.day$/u) ?? 'x');
  return { end, spoken: daySaid(scan) || listed ? bare : `ngày ${bare}`, rule: 'date.short' };
}

/** A day of the moon's calendar; `years` is said behind it. */
export function lunar(scan: Scan, end: number, day: number, month: number, years: string): Hit {
  const lead = daySaid(scan) ? '' : 'ngày ';
  // "ngày rằm 15/8": the day was said by its name.
  const named = day === 15 && scan.after(ends('rằm'));
  const spoken = `${named ? '' : `${lead}${sayLunarDay(scan, day)} `}tháng ${sayLunarMonth(scan, month)}${years}`;
  return {
    end,
    spoken,
    rule: 'date.lunar',
    alternatives: [`${sayDay(scan, day)} tháng ${sayMonth(scan, month)}${years}`],
  };
}
