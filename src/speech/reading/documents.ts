import { spell } from './letters.ts';
import { ends, type Hit, type Scan } from './scan.ts';

const NUMBER = /(\d{1,6})(?:\/(\d{4}))?([/-])(?=\p{L})/uy;
const SIGN = /\p{Lu}[\p{L}&]{0,11}\d{0,2}(?:[-–/.]\p{Lu}[\p{L}&]{0,9}\d{0,2}){0,4}(?![\p{L}\d])/uy;
/* Whole texts typed in small letters happen: "78/qđ-ubnd". */
const SMALL_SIGN = /\p{Ll}{2,7}[-–](?:\p{Ll}{2,9})(?![\p{L}\d])|(?:qh|ubtvqh)\d{1,2}(?![\p{L}\d])/uy;
const STANDARD =
  /(QCVN|TCVN|TCXDVN|QCĐP|ISO|TCCS)[ -]?(\d{1,6}(?:-\d{1,3})?)(?::(\d{4}))?(?:\/(\p{Lu}[\p{L}]{1,9}))?(?![\p{L}\d])/uy;
const TYPED = ends(
  '(?:quyết định|nghị quyết|nghị định|thông tư|thông tư liên tịch|chỉ thị|kế hoạch|thông báo|công văn|công điện|luật|bộ luật|pháp lệnh|hướng dẫn|kết luận|quy định|tờ trình|báo cáo|văn bản|giấy mời|lệnh|quy chế|chương trình|đề án|phương án|quyết nghị|biên bản|hiệu lệnh|giấy phép|thư ngỏ|quy trình|sắc lệnh|lời kêu gọi|tt|qđ|nđ|nq|ct|kh|tb|cv|bc)(?: liên tịch)?(?: số)?',
);
const TYPES: ReadonlySet<string> = new Set(
  'QĐ NQ NĐ TT CT KH TB CV CĐ HD KL QĐi QC TTr BC GM L LCT PL TTLT VB BB ĐA CTr TL HĐ PA GP SL VBHN QyĐ QĐXP UQ GUQ CTPH TLĐ QT PH TTg'.split(
    ' ',
  ),
);
const OF = /(?:,? ?ngày \d{1,2}(?:[/.-]\d{1,2}[/.-]\d{4}| tháng \d{1,2} năm \d{4}))?,? của /uy;

/** 13/2023/NĐ-CP, 78/QĐ-UBND, 57-NQ/TW, 91/2025/QH15: the number, the year and who issued it. */
export function documentNumber(scan: Scan): Hit | undefined {
  const number = scan.match(NUMBER);
  if (number === undefined) return undefined;
  const [all, digits = '', year] = number;
  const from = scan.at + all.length;
  const typed = scan.after(TYPED);
  const sign = scan.match(SIGN, from) ?? (typed ? scan.match(SMALL_SIGN, from) : undefined);
  if (sign === undefined) return undefined;
  if (scan.after(ends('(?:mẫu|biểu|biểu mẫu)(?: số)?'))) return undefined;
  const parts = sign[0].split(/[-–/.]/u);
  const known = parts.some((part) => isType(part) || issuer(scan, part) !== undefined);
  if (!typed && !known && !scan.after(ends('số'))) return undefined;
  if (!known && year === undefined && all.endsWith('-')) return undefined;
  // "30.000/Người": a signature of words is none.
  if (sign[0] !== sign[0].toUpperCase() && !known && !typed) return undefined;
  const end = from + sign[0].length;
  const said = /^0\d/u.test(digits) ? scan.say.digits(digits) : scan.say.cardinal(digits);
  const years = year === undefined ? '' : ` năm ${scan.say.cardinal(year)}`;
  const named = scan.sees(OF, end) !== undefined;
  const names: string[] = [];
  let unknown = false;
  // Of "UBND-VX" the first signs; the second is the desk that wrote it. Joint circulars name several.
  const issuing = isType(parts[0] ?? '') && parts.length > 1 ? parts.slice(1) : parts;
  const joint = parts[0] === 'TTLT' || parts[0] === 'CTPH' || parts[0] === 'NQLT';
  for (const part of issuing) {
    if (names.length > 0 && !joint) break;
    const name = issuer(scan, part);
    if (name !== undefined) names.push(name);
    else if (!isType(part)) {
      names.push(spell(part.replace(/\d/gu, '')));
      unknown = true;
    }
  }
  const of = names.length === 0 || named ? '' : ` của ${names.join(' và ')}`;
  return {
    end,
    spoken: `${said}${years}${of}`,
    rule: 'document.number',
    alternatives: [`${said}${years}`],
    ...(unknown && !named ? { doubt: 'reading.unknown-issuer' } : {}),
  };
}

function isType(part: string): boolean {
  return TYPES.has(part) || TYPES.has(part.toUpperCase());
}

function issuer(scan: Scan, part: string): string | undefined {
  const term = /^(QH|UBTVQH|HĐND|NQ)(\d{1,2})$/u.exec(part.toUpperCase());
  if (term !== null) {
    const house = scan.lexicon.issuer(term[1] ?? '');
    return house === undefined ? undefined : `${house} khóa ${scan.say.cardinal(term[2] ?? '')}`;
  }
  return scan.lexicon.issuer(part);
}

/** QCVN 26:2010/BTNMT. */
export function standard(scan: Scan): Hit | undefined {
  const found = scan.match(STANDARD);
  if (found === undefined) return undefined;
  const [all, code = '', number = '', year, by] = found;
  const name = scan.lexicon.word(code) ?? spell(code);
  const numbers = number
    .split('-')
    .map((part) => (/^0\d/u.test(part) ? scan.say.digits(part) : scan.say.cardinal(part)))
    .join(' ');
  const years = year === undefined ? '' : ` năm ${scan.say.cardinal(year)}`;
  const issued = by === undefined ? '' : ` của ${issuer(scan, by) ?? spell(by)}`;
  return {
    end: scan.at + all.length,
    spoken: `${name} ${numbers}${years}${issued}`,
    rule: 'document.standard',
  };
}
