import { ends, type Hit, type Scan } from './scan.ts';

const ROMAN = /[IVXL]{1,7}(?![\p{L}\p{M}\d])/uy;
const SMALL = /[ivx]{1,5}(?![\p{L}\p{M}\d])/uy;
const SHAPE = /^(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/u;
const LED = ends(
  'quý|các quý|khóa|hạng|cấp|báo động|bđ|chương|mục|phần|điều|thế kỷ|đại hội|học kỳ|khu vực|kỳ|lần thứ|thứ|loại|nhóm|vùng|giai đoạn|hồi|tập|quyển|bậc|tầng|phụ lục|quân khu|số|biểu|bảng|đợt|lần|mức|mức độ|cấp độ|cung|' +
    'đảng bộ|kỳ họp|kỳ họp thứ|quốc hội khóa|hđnd khóa|trung ương|vòng|đội|khối|tổ|chi bộ|phân khu|tiết|hội nghị|đệ|quy hoạch điện|bão cấp|sơ đồ|type|hk|huân chương lao động hạng',
);
const STRICT = ends(
  'quý|khóa|mục|phần|điều|chương|học kỳ|báo động|thế kỷ|đại hội lần thứ|lần thứ|cấp|hạng|khu vực',
);
const ORDINAL = ends('lần thứ|thứ|kỳ họp thứ|đại hội thứ');
const CONGRESS = /(?:đại hội|nghị quyết|khóa|nhiệm kỳ)[^.;\n]{0,40}$/u;

function value(numeral: string): number {
  const worth: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50 };
  let total = 0;
  for (let at = 0; at < numeral.length; at += 1) {
    const one = worth[numeral[at] ?? ''] ?? 0;
    total += one < (worth[numeral[at + 1] ?? ''] ?? 0) ? -one : one;
  }
  return total;
}

/** Roman numerals, upper case, after the words that number with them. */
export function roman(scan: Scan): Hit | undefined {
  const found = scan.match(ROMAN) ?? (scan.after(STRICT) ? scan.match(SMALL) : undefined);
  if (found === undefined) return undefined;
  const numeral = found[0].toUpperCase();
  if (!SHAPE.test(numeral) || scan.sees(/v\/v/uy, scan.at) !== undefined) return undefined;
  const end = scan.at + found[0].length;
  const small = found[0] !== numeral;
  if (
    small &&
    (found[0] === 'vi' || found[0] === 'xi') &&
    /^ \p{L}/u.test(scan.text.slice(end, end + 2)) &&
    !scan.after(ends('quý|chương|báo động|thế kỷ'))
  )
    return undefined;
  const chained = /^\s*(?:[,;–\-/]|và|hoặc|đến|,? ?và)?\s*(?:đến )?$/u.test(
    scan.sinceLast(/^(?:roman\.|symbol\.range)/u) ?? 'x',
  );
  const heading =
    scan.atLineStart && /^(?:\.|\)|\/| ?[-–—])(?: |\p{Lu})/u.test(scan.text.slice(end, end + 3));
  const known = scan.after(LED) || chained || heading;
  const alone = numeral.length >= 2 && !scan.inCapitals;
  const word =
    /^(?:VI|XI)$/u.test(numeral) &&
    scan.inCapitals &&
    /^ \p{Lu}/u.test(scan.text.slice(end, end + 2)) &&
    !scan.after(ends('chương|khóa|thế kỷ|quý|lần thứ|báo động'));
  if (word || (!known && !alone)) return undefined;
  if (!known && numeral === 'XL') return undefined;
  const number = value(numeral);
  const spoken = scan.after(ORDINAL) ? ordinal(scan, number) : scan.say.cardinal(number);
  const sure = known || numeral.length >= 3 || CONGRESS.test(scan.before);
  return { end, spoken, rule: 'roman.numeral', ...(sure ? {} : { doubt: 'reading.roman-or-letters' }) };
}

/** thứ nhất, thứ tư, thứ mười: the first and the fourth have names of their own. */
export function ordinal(scan: Scan, number: number): string {
  return number === 1 ? 'nhất' : number === 4 ? 'tư' : scan.say.cardinal(number);
}

const THIRD = ends('thứ');
/* "thứ 2, 4, 6": the days that follow are weekdays too. */
const WEEKDAY_LIST = ends('thứ [2-7](?:(?:,| và|,? ?-) ?[2-7])*(?:,| và| ?-)');

/** "thứ 4", "lần thứ 1". */
export function ordinalNumber(scan: Scan): Hit | undefined {
  if (
    !scan.after(THIRD) &&
    !(scan.after(WEEKDAY_LIST) && scan.match(/[2-7](?![\d\p{L}]|[.,/:]\d)/uy) !== undefined)
  )
    return undefined;
  const found = scan.match(/(\d{1,3})(?![\d\p{L}]|[.,/:]\d)/uy);
  if (found === undefined) return undefined;
  const number = Number(found[0]);
  return { end: scan.at + found[0].length, spoken: ordinal(scan, number), rule: 'ordinal.number' };
}

const WEEKDAYS = ['hai', 'ba', 'tư', 'năm', 'sáu', 'bảy'] as const;

const MONTH_SHORT = /T\.?(1[0-2]|0?[1-9])(?= ?[/-] ?(?:(?:19|20)\d{2})(?!\d))/uy;
const YEAR_OF_MONTH = / ?[/-] ?((?:19|20)\d{2})/uy;
const SUNDAY_SHORT = /CN(?=[ ,(]{1,3}(?:ngày )?\d{1,2}[/.-]\d{1,2}(?!\d))/uy;

/** "T7" for a weekday, "thứ 2-6" and "T2-T6", "CN 29/11"; "T11/2026" for a month. */
export function weekdayShort(scan: Scan): Hit | undefined {
  const sunday = scan.match(SUNDAY_SHORT);
  if (sunday !== undefined) return { end: scan.at + 2, spoken: 'chủ nhật', rule: 'ordinal.weekday' };
  const month = scan.match(MONTH_SHORT);
  if (month !== undefined) {
    const from = scan.at + month[0].length;
    const year = scan.match(YEAR_OF_MONTH, from);
    const number = Number(month[1]);
    const name = number === 4 ? 'tư' : scan.say.cardinal(number);
    const lead = scan.after(ends('tháng')) ? '' : 'tháng ';
    return {
      end: from + (year?.[0].length ?? 0),
      spoken: `${lead}${name} năm ${scan.say.cardinal(year?.[1] ?? '')}`,
      rule: 'date.month',
    };
  }
  const found = scan.match(/T\.?([2-7])(?![\p{L}\d]|[.,]\d)/uy);
  if (found === undefined) return undefined;
  const year = scan.match(/ ?[/-] ?(?:19|20)\d{2}/uy, scan.at + found[0].length);
  const name = WEEKDAYS[Number(found[1]) - 2];
  if (name === undefined || year !== undefined) return undefined;
  if (scan.after(LETTERED)) return undefined;
  return { end: scan.at + found[0].length, spoken: `thứ ${name}`, rule: 'ordinal.weekday' };
}

const LETTERED = ends('kênh|lô|khu|đường|tuyến|nhà|tòa|ga|cổng|xe|phòng|lớp|tầng|mẫu|vị trí|trạm');
