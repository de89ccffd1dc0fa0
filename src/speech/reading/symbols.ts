import { dayExists } from './calendar.ts';
import { ends, type Hit, type Scan } from './scan.ts';

/* "7h -> 11h", "7h=>11h", "7h→11h": arrows are dashes. */
const DASH = /[-–—−→⇒➔]|={1,2}>/uy;
const RANGE = /(?:-{1,2}>|={1,2}>|[-–—→⇒➔]) ?(?=(?:khoảng |< ?)?\d)/uy;
const WORD_RANGE =
  /[-–—] ?(?=(?:cấp \d|cấp [ivx]|bđ ?[\di]|báo động \d|lớp \d|thứ|t[2-7]|chủ nhật|cn)(?![\p{L}])|[ivx]{1,5}(?![\p{L}])|km ?\d|ngày \d|tháng \d|quý|mùng|hết|nay(?!\p{L}))/uy;
const NUMERIC =
  /^(?:number|time|date|money|quantity|roman|ordinal|fraction|address\.milestone|id\.lettered)/u;
/* What may stand between a number and the dash of its range: "500.000 đồng - 1.000.000 đồng". */
const COUNTED =
  /^ ?(?:(?:nghìn|ngàn|triệu|tỷ|tỉ|đồng|giờ|phút|giây|tuổi|tháng|ngày|năm|tuần|người|hộ|tấn|tạ|lít|độ|mét|kg|km|lần|cây|con|sào)(?: đồng)?)? ?$/u;
export const SCHOOL_YEAR = ends(
  '(?:năm học|niên học|niên khóa|niên vụ|mùa giải|vụ|vụ đông xuân|vụ hè thu|vụ mùa|vụ thu đông|vụ đông|vụ xuân|đông xuân|hè thu)[^.;\\n]{0,12}',
);
const SCORE =
  /(?<!\p{L})(?:tỷ số|tỉ số|kết quả|thắng|thua|hòa|pen|pê nan ti|luân lưu|penalty|dẫn)(?!\p{L})[^.;\n]{0,24}$/u;
const DATE_NEXT = /[-–—] ?(\d{1,2})[/.-](\d{1,2})(?!\d)/uy;
const MINUS = /[-–−](?=\d)/uy;
const COLD = /\d+(?:[.,]\d+)?(?: ?(?:[-–~]|đến|tới|xuống) ?[-–−]?\d+(?:[.,]\d+)?)? ?(?:°|độ|oc)/uy;
const LEVEL = ends(
  'mực nước|thủy triều|triều|cao trình|mức|nhiệt độ(?: (?:là|xuống|còn|dưới|khoảng|thấp nhất|xuống đến|xuống tới|xuống dưới))*',
);
const USSD = /\*\d{1,6}(?:\*\d{1,20}){0,4}#/uy;

const WORDS: Readonly<Record<string, string>> = {
  '&': 'và',
  '~': 'khoảng',
  '≈': 'khoảng',
  '≃': 'khoảng',
  '=': 'bằng',
  '≥': 'từ',
  '≤': 'tối đa',
  '±': 'cộng trừ',
  '×': 'nhân',
  '÷': 'chia',
  '%': 'phần trăm',
  '‰': 'phần nghìn',
  '@': 'a còng',
  '°': 'độ',
  '√': 'căn',
  '∞': 'vô cùng',
  '≠': 'khác',
  Ø: 'phi',
  ø: 'phi',
  '§': 'mục',
  µ: 'mi crô',
};

/* "từ 7h-11h đến 13h-17h": of three *đến* nobody hears which joins what. Numbers have `rangeOfRanges`. */
const RANGE_NEXT = /[\dhHgG:./]+ (?:đến|tới) [\dhHgG:./]+ ?[-–—] ?\d/uy;
const RANGE_BEFORE = /\d[\dhHgG:./]* ?[-–—] ?[\dhHgG:./]+ (?:đến|tới) [\dhHgG:./]+ ?$/u;

/** A dash between two numbers, times or dates: *đến*; what else it may be is told by what stands before. */
export function range(scan: Scan): Hit | undefined {
  const dash = scan.match(DASH);
  if (dash === undefined) return undefined;
  const { last } = scan;
  if (last === undefined || !NUMERIC.test(last.rule) || !COUNTED.test(scan.folded.slice(last.end, scan.at)))
    return undefined;
  const words = scan.sees(WORD_RANGE, scan.at);
  if (words !== undefined) {
    const next = scan.folded.slice(scan.at + words[0].length, scan.at + words[0].length + 3);
    const weekday = /^(?:thứ|t\d|chủ|cn)/u.test(next);
    if (weekday !== last.rule.startsWith('ordinal')) return undefined;
    if (/^[ivx]/u.test(next) && !last.rule.startsWith('roman')) return undefined;
    if (next === 'nay' && !last.rule.startsWith('date')) return undefined;
    // "ngày 20 - tháng 11": one date in pieces.
    if (last.rule === 'date.day' && /^thá/u.test(next))
      return { end: scan.at + words[0].length, spoken: '', rule: 'symbol.join' };
    return { end: scan.at + words[0].length, spoken: 'đến', rule: 'symbol.range' };
  }
  const found = scan.match(RANGE);
  if (found === undefined) return undefined;
  const end = scan.at + found[0].length;
  const [here, there] = [scan.text.slice(last.start, last.end), scan.text.slice(end, end + 12)].map(electric);
  if (here !== undefined && there !== undefined && here !== there) return undefined;
  const years =
    /^\d{4}$/u.test(scan.text.slice(last.start, last.end)) &&
    /^\d{4}(?!\d)/u.test(scan.text.slice(end, end + 5));
  if (years && SCHOOL_YEAR.test(scan.before.replace(/\d{4}$/u, '').trimEnd()))
    return { end, spoken: '', rule: 'symbol.join' };
  const score = scored(scan, last, end);
  if (score === 'sure' || (score === 'perhaps' && SCORE.test(scan.before.replace(/\d{1,2}$/u, '').trimEnd())))
    return { end, spoken: '', rule: 'symbol.join' };
  const day = last.rule === 'time.clock' ? scan.match(DATE_NEXT) : undefined;
  if (day !== undefined && dayExists(Number(day[1]), Number(day[2]))) return undefined;
  if (last.rule === 'date.feast')
    return { end, spoken: 'và', rule: 'symbol.range-feast', alternatives: ['đến', ''] };
  const joins = scan.sees(RANGE_NEXT, end) !== undefined || RANGE_BEFORE.test(scan.before);
  return {
    end,
    spoken: 'đến',
    rule: 'symbol.range',
    ...(joins ? { alternatives: ['tới'], doubt: 'reading.range-of-ranges' } : {}),
  };
}

/** "2-1", "0-0" with nothing counted behind: goals, for no range goes down. "thắng 2-3 năm" is a range. */
function scored(scan: Scan, last: Hit & { start: number }, end: number): 'sure' | 'perhaps' | 'no' {
  const left = scan.text.slice(last.start, last.end);
  const right = /^\d{1,2}(?!\d|[.,/:]\d|h)/u.exec(scan.text.slice(end, end + 5))?.[0];
  if (right === undefined || !/^\d{1,2}$/u.test(left)) return 'no';
  const counted = /^ ?[\p{L}%°]/u.test(scan.text.slice(end + right.length, end + right.length + 2));
  const falls = Number(left) >= Number(right);
  if (falls && !counted) return 'sure';
  return falls || !counted ? 'perhaps' : 'no';
}

/** "220V-50Hz": of two electric measures in a row each is what it is, and no range. */
function electric(text: string): string | undefined {
  return /^\d+(?:[.,]\d+)? ?[kmM]?(V|Hz|Ah|A|Wh|W|VA)(?![\p{L}\d])/u.exec(text)?.[1];
}

const YEAR_AFTER = /[/\-–] ?(?=(?:19|20)\d{2}(?![\d/.]))/uy;

/** "quý I/2026": the year of a part that a Roman numeral names. */
export function yearOfPart(scan: Scan): Hit | undefined {
  const found = scan.match(YEAR_AFTER);
  if (found === undefined || scan.sinceLast(/^roman\./u)?.trim() !== '') return undefined;
  return { end: scan.at + found[0].length, spoken: 'năm', rule: 'date.year' };
}

/** -5°C. Only temperatures and water levels are negative in an announcement; else the dash is a bullet. */
export function minus(scan: Scan): Hit | undefined {
  const found = scan.match(MINUS);
  if (found === undefined || /[\p{L}\d%)]$/u.test(scan.text.slice(Math.max(0, scan.at - 1), scan.at)))
    return undefined;
  if (scan.sees(COLD, scan.at + 1) === undefined && !scan.after(LEVEL)) return undefined;
  return { end: scan.at + 1, spoken: 'âm', rule: 'symbol.minus' };
}

/** Signs with a name. */
export function namedSign(scan: Scan): Hit | undefined {
  const sign = scan.text[scan.at] ?? '';
  const next = scan.text[scan.at + 1] ?? '';
  // The head and the shaft of an arrow between words are no "greater than" and no "equals".
  if ((sign === '>' && /[-=]/u.test(scan.text[scan.at - 1] ?? '')) || (sign === '=' && next === '>'))
    return undefined;
  const ussd = scan.match(USSD);
  if (ussd !== undefined) {
    const spoken = Array.from(ussd[0], (one) =>
      one === '*' ? 'sao' : one === '#' ? 'thăng' : scan.say.digits(one),
    ).join(' ');
    return { end: scan.at + ussd[0].length, spoken, rule: 'phone.code' };
  }
  if (sign === '≥' || sign === '≤') {
    return {
      end: scan.at + 1,
      spoken: sign === '≥' ? 'lớn hơn hoặc bằng' : 'nhỏ hơn hoặc bằng',
      rule: 'symbol.named',
      alternatives: [WORDS[sign] ?? ''],
    };
  }
  if ((sign === '>' || sign === '<') && next === '=') {
    return {
      end: scan.at + 2,
      spoken: sign === '>' ? 'lớn hơn hoặc bằng' : 'nhỏ hơn hoặc bằng',
      rule: 'symbol.named',
    };
  }
  if ((sign === '>' || sign === '<') && /^ ?\d/u.test(scan.text.slice(scan.at + 1, scan.at + 3))) {
    return {
      end: scan.at + 1,
      spoken: sign === '>' ? 'trên' : 'dưới',
      rule: 'symbol.named',
      alternatives: [sign === '>' ? 'lớn hơn' : 'nhỏ hơn'],
    };
  }
  if (sign === '+') {
    const between =
      /[\p{L}\d)%] ?$/u.test(scan.text.slice(Math.max(0, scan.at - 2), scan.at)) &&
      /^ ?[\p{L}\d]/u.test(scan.text.slice(scan.at + 1, scan.at + 3));
    const signed = /\d/u.test(next);
    return between || (signed && !scan.atLineStart)
      ? { end: scan.at + 1, spoken: 'cộng', rule: 'symbol.named' }
      : undefined;
  }
  if (sign === '#' && /\d/u.test(next)) return { end: scan.at + 1, spoken: 'số', rule: 'symbol.named' };
  if (
    (sign === '*' || sign === '×') &&
    scan.last !== undefined &&
    /^\d/u.test(
      scan.text
        .slice(scan.at + 1)
        .trimStart()
        .slice(0, 1),
    ) &&
    scan.text.slice(scan.last.end, scan.at).trim() === ''
  ) {
    return { end: scan.at + 1, spoken: 'nhân', rule: 'symbol.named' };
  }
  if (sign === '~' || sign === '≈') {
    // Between two numbers it is a range.
    const gap = scan.sinceLast(NUMERIC);
    if (gap?.trim() === '' && /^ ?\d/u.test(scan.text.slice(scan.at + 1, scan.at + 3)))
      return { end: scan.at + 1, spoken: 'đến', rule: 'symbol.range' };
    if (scan.after(ends('khoảng|xấp xỉ|gần|chừng'))) return undefined;
  }
  const name = WORDS[sign];
  return name === undefined ? undefined : { end: scan.at + 1, spoken: name, rule: 'symbol.named' };
}

/** "4 x 6 m", "20x30". */
export function times(scan: Scan): Hit | undefined {
  if (!/^[xX]$/u.test(scan.text[scan.at] ?? '') || scan.last === undefined) return undefined;
  const gap = scan.text.slice(scan.last.end, scan.at);
  // "75.000đ/HS/tháng x 9 tháng": by itself between spaces and before a number it multiplies.
  if (gap.endsWith(' ') && gap.length < 24 && /^[xX] \d/u.test(scan.text.slice(scan.at, scan.at + 3)))
    return { end: scan.at + 1, spoken: 'nhân', rule: 'symbol.named' };
  if (
    !/^(?:\/?\p{L}{0,5} ?){0,3}$/u.test(gap) ||
    gap.length > 14 ||
    !/^(?:number|quantity|symbol)/u.test(scan.last.rule)
  )
    return undefined;
  if (!/^ ?\d/u.test(scan.text.slice(scan.at + 1, scan.at + 3))) return undefined;
  return { end: scan.at + 1, spoken: 'nhân', rule: 'symbol.named' };
}
