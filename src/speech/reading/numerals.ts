import { ends, type Hit, type Scan } from './scan.ts';

/** A number as it stands in the text. */
export interface Numeral {
  readonly end: number;
  readonly spoken: string;
  /** Digits before the decimal mark, thousands marks gone. */
  readonly whole: string;
  readonly fraction: string;
  readonly rule:
    'number.cardinal' | 'number.thousands' | 'number.decimal' | 'number.version' | 'number.digits';
  readonly alternatives: readonly string[];
  readonly doubt?: string;
}

const DOTTED = /(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,9}))?(?![\d]|[.,]\d)/uy;
const SPACED = /([1-9]\d{0,2}(?: \d{3})+)(?:,(\d{1,9}))?(?!\d)/uy;
const FOREIGN = /(\d{1,3}(?:,\d{3}){2,})(?:\.(\d{1,9}))?(?!\d)/uy;
const MIXED = /(\d{1,3}(?:,\d{3})+)\.(\d{1,2})(?!\d|[.,]\d)/uy;
const COMMA = /(\d{1,15}),(\d{1,15})(?!\d|,\d)/uy;
const DOT = /(\d{1,15})\.(\d{1,15})(?!\d|\.\d)/uy;
const DOTS = /\d{1,4}(?:\.\d{1,4}){2,5}(?!\d)/uy;
const PLAIN = /\d+/uy;
/* "84 905 123 456": a telephone number in the form for abroad, its plus forgotten. */
const ABROAD = /84[ .]?[235789]\d(?:[ .]?\d){7}(?!\d)/uy;
const ABROAD_WHOLE = /84[35789]\d{8}(?!\d| ?(?:đ|vn|người))/iuy;
const BROKEN_GROUPS = /\d{1,3}(?:\.\d{1,3}){1,5}(?![\d.])/uy;

export const POINTED = ends(
  'mục|tiểu mục|phiên bản|bản|phần|bài|chương|điều|khoản|tiêu chí|chỉ tiêu|công nghệ|nông nghiệp|cách mạng(?: công nghiệp)?(?: lần thứ tư)?|' +
    'công nghiệp|nông thôn mới|nâng cao|kiểu mẫu|web|version|ver|v|android|ios|windows|chính phủ|xã hội|giáo dục|số hóa|vneid|thời đại|kỷ nguyên|bước|phụ lục|biểu|bảng|hình|điểm|nhiệm vụ|nội dung',
);
/* What is numbered and not measured: "tổ 1,2" is a list and never a decimal. */
const NUMBERED = ends(
  'thôn|tổ|xóm|ấp|buôn|khóm|bản|làng|khu|khu phố|tổ dân phố|phường|quận|trang|vòng|tiết|câu|học kỳ|giai đoạn|tầng|dãy|nhóm|hạng|(?<!(?:phụ|trợ|cung) )cấp|cấp độ|báo động|đội|lớp|khối|điều|khoản|quý|tháng|ngày|các thôn|các tổ|các lớp|(?<!(?:hệ|chỉ|điểm|tỷ|trị|tham|tần|dân|doanh|biến|phân|thông) )số|cụm|lô|thửa|đợt|lần|kỳ|thứ',
);
/* "(6,6%": a bracket ends what is numbered, and no plot is counted in percent. */
const MEASURED =
  /^\(|^.?\d+,\d+ ?(?:[%°‰]|phần trăm|(?:triệu|tỷ|tỉ|nghìn|ngàn|ha|tấn|tạ|kg|km|m|g|mg|lít|ml|l|giờ|h|tiếng|điểm|lần|độ|đồng|sào)(?!\p{L}))/u;
const FORCE = ends('(?:gió|giật|bão|mạnh|mạnh cấp|gió mạnh|sức gió|gió giật|gió mạnh dần lên)(?: lên)? cấp');
const UNIT_NEXT = /^\d+,\d+ ?([\p{L}µ]{1,4}[23²³]?)(?![\p{L}\p{M}\d])/u;

/** "tổ 1,2" and "tần số 96,5 MHz": commas of a list where numbers number, unless what follows measures. */
function isListed(scan: Scan, at: number): boolean {
  if (/\d,$/u.test(scan.text.slice(Math.max(0, at - 2), at))) return true;
  if (!scan.after(NUMBERED) || MEASURED.test(scan.text.slice(at - 1, at + 24))) return false;
  // Lists go up and have no zeros: "phụ cấp 0,3" and "cấp 2,05" are measured.
  const [first = '', second = ''] = /^(\d+),(\d+)/u.exec(scan.text.slice(at, at + 24))?.slice(1) ?? [];
  if (first.startsWith('0') || second.startsWith('0') || Number(second) <= Number(first)) return false;
  const unit = UNIT_NEXT.exec(scan.text.slice(at, at + 24))?.[1];
  return unit === undefined || scan.lexicon.unit(unit.replace('²', '2').replace('³', '3')) === undefined;
}

/* What has a number for its name; a zero in front of it is then said. */
const NAMED = ends(
  'số|nhà số|số nhà|đề án|chỉ thị|nghị quyết|quyết định|kế hoạch|công văn|thông tư|nghị định|kết luận|quy định|hướng dẫn|công điện|' +
    'thông báo|báo cáo|tờ trình|mẫu|biểu mẫu|biểu|phụ lục|mã|mã số|mã vùng|dự án|chương trình|tờ khai|biên bản|hồ sơ|tổ công tác|ban chỉ đạo|' +
    'phòng|thôn|tổ|khu phố|xóm|ấp|buôn|làng|khóm|đội|khu|lô|thửa|thửa đất|tờ bản đồ|nhà|ngõ|hẻm|kiệt|ngách|đường|tổ dân phố|tuyến|kênh|trạm|cụm|cầu|hộp thư|điểm cầu|sbd|số báo danh|bàn|quầy|cửa|bệ|qđ|nq|nđ|ct|kl|kh|tb|cv',
);
const COUNTED = ends('trong số|tổng số|con số|một số|bão số|áp thấp nhiệt đới số|số lượng|mỗi số|dãy số');
const BOARD = ends('ban chỉ đạo|ban chỉ huy|bcđ|lực lượng|đội|tổ công tác|chốt');
/* Nouns that are counted whole: a comma among their digits was meant for thousands. */
const WHOLE =
  / ?(?:đồng|đ|₫|vnđ|vnd|usd|người|hộ|nhân khẩu|khẩu|con|cây|cái|chiếc|suất|phần|lượt|bao|cháu|em|học sinh|đại biểu|cử tri|công dân|khách|hồ sơ|đơn|phiếu|liều|thửa|ca|trường hợp|giống|bản|tờ|quyển|cuốn)(?![\p{L}\p{M}])/uy;

/** The number at a place (by default where the scan is), or nothing where no digit stands. */
export function numeralAt(scan: Scan, at = scan.at): Numeral | undefined {
  const foreign = scan.match(FOREIGN, at) ?? scan.match(MIXED, at);
  if (foreign !== undefined) {
    const whole = (foreign[1] ?? '').replaceAll(',', '');
    return made(scan, at + foreign[0].length, whole, foreign[2] ?? '', 'reading.foreign-thousands');
  }
  const abroad = scan.match(ABROAD, at);
  if (
    abroad !== undefined &&
    (/[ .]/u.test(abroad[0]) || scan.match(ABROAD_WHOLE, at) !== undefined) &&
    !/^84([ .])\d{3}\1\d{3}\1\d{3}(?= ?(?:đ|₫|vn|người|usd|hộ|con|cây))/iu.test(scan.text.slice(at, at + 20))
  ) {
    return {
      end: at + abroad[0].length,
      spoken: scan.say.digits(abroad[0]),
      whole: abroad[0].replaceAll(/[ .]/gu, ''),
      fraction: '',
      rule: 'number.digits',
      alternatives: [scan.say.cardinal(abroad[0].replaceAll(/[ .]/gu, ''))],
      doubt: 'reading.long-number',
    };
  }
  const grouped = scan.match(DOTTED, at) ?? scan.match(SPACED, at);
  if (grouped !== undefined && !/^0[. ]/u.test(grouped[0])) {
    return made(scan, at + grouped[0].length, (grouped[1] ?? '').replace(/\D/gu, ''), grouped[2] ?? '');
  }
  const comma = scan.match(COMMA, at);
  if (comma !== undefined && !isListed(scan, at)) return withComma(scan, at, comma);
  const dots = scan.match(DOTS, at);
  if (dots !== undefined) {
    const parts = dots[0].split('.');
    const odd = parts.some((part) => part.length > 2);
    return {
      end: at + dots[0].length,
      spoken: parts.map((part) => said(scan, part)).join(' chấm '),
      whole: parts.join(''),
      fraction: '',
      rule: 'number.version',
      alternatives: [],
      ...(odd ? { doubt: 'reading.odd-number' } : {}),
    };
  }
  const dot = scan.match(DOT, at);
  if (dot !== undefined) return withDot(scan, at, dot);
  const plain = scan.match(PLAIN, at);
  if (plain === undefined) return undefined;
  return whole(scan, at, plain[0]);
}

function whole(scan: Scan, at: number, digits: string): Numeral {
  const { say } = scan;
  const end = at + digits.length;
  const base = { end, whole: digits, fraction: '', alternatives: [] as string[] };
  const named = at === scan.at && scan.after(NAMED) && !scan.after(COUNTED);
  if (/^0\d/u.test(digits) && (named || /^00/u.test(digits))) {
    return {
      ...base,
      spoken: say.digits(digits),
      rule: 'number.digits',
      alternatives: [say.cardinal(digits)],
    };
  }
  if (/^\d{3}$/u.test(digits) && at === scan.at && scan.after(BOARD)) {
    return {
      ...base,
      spoken: say.digits(digits),
      rule: 'number.digits',
      alternatives: [say.cardinal(digits)],
    };
  }
  // Nobody types a sum of eleven digits without a mark between its thousands: an account, a card, a telephone.
  if (digits.length > 10 && (digits.length > 15 || scan.sees(WHOLE, end) === undefined)) {
    return {
      ...base,
      spoken: say.digits(digits),
      rule: 'number.digits',
      alternatives: digits.length > 15 ? [] : [say.cardinal(digits)],
      doubt: 'reading.long-number',
    };
  }
  return { ...base, spoken: say.cardinal(digits), rule: 'number.cardinal' };
}

function made(scan: Scan, end: number, digits: string, fraction: string, doubt?: string): Numeral {
  const broken = fraction.length === 3;
  const odd = doubt ?? (broken ? 'reading.odd-number' : undefined);
  return {
    end,
    spoken: fraction === '' ? scan.say.cardinal(digits) : scan.say.decimal(digits, fraction),
    whole: digits,
    fraction,
    rule: fraction === '' ? 'number.thousands' : 'number.decimal',
    // "1.500,000": three digits behind both marks were hardly meant as decimals.
    alternatives: broken ? [scan.say.cardinal(digits + fraction)] : [],
    ...(odd === undefined ? {} : { doubt: odd }),
  };
}

/** "3,14" is a decimal; "1,500" may be an English thousand: a person must say. */
function withComma(scan: Scan, at: number, found: RegExpExecArray): Numeral {
  const { say } = scan;
  const [all, integer = '', fraction = ''] = found;
  const end = at + all.length;
  const decimal = say.decimal(integer, fraction);
  const base = { end, whole: integer, fraction, rule: 'number.decimal' as const };
  const thousands = fraction.length === 3 && integer.length <= 3 && !integer.startsWith('0');
  if (thousands && (fraction.endsWith('0') || scan.sees(WHOLE, end) !== undefined)) {
    const spoken = say.cardinal(integer + fraction);
    return { ...base, spoken, alternatives: [decimal], doubt: 'reading.comma-thousands' };
  }
  // "gió cấp 7,6": forces are whole, and lists of them go up.
  if (scan.after(FORCE) && /^[1-9]$|^1[0-7]$/u.test(fraction)) {
    const listed = `${say.cardinal(integer)}, ${say.cardinal(fraction)}`;
    return { ...base, spoken: listed, alternatives: [decimal], doubt: 'reading.odd-number' };
  }
  return {
    ...base,
    spoken: decimal,
    alternatives: [say.digits(fraction)].map((tail) => `${say.cardinal(integer)} phẩy ${tail}`),
  };
}

function withDot(scan: Scan, at: number, found: RegExpExecArray): Numeral {
  const { say } = scan;
  const [all, integer = '', fraction = ''] = found;
  const end = at + all.length;
  const pointed = `${said(scan, integer)} chấm ${said(scan, fraction)}`;
  const decimal = say.decimal(integer, fraction);
  const base = { end, whole: integer, fraction };
  const heading =
    scan.atLineStart &&
    fraction.length === 1 &&
    !/^(?: ?[\p{Ll}%°]|[NE](?!\p{L})| ?[-–—~]| ?[GMTk]?(?:Hz|B|W|V|Wh)(?!\p{L}))/u.test(
      scan.text.slice(end, end + 5),
    );
  if (at === scan.at && (scan.after(POINTED) || heading)) {
    return { ...base, spoken: pointed, rule: 'number.version', alternatives: [decimal] };
  }
  if (fraction === '0' && !/^ ?(?:%|°|\p{Ll}|[NEM](?!\p{L})|[-–—~]\d)/u.test(scan.text.slice(end, end + 2))) {
    return { ...base, spoken: pointed, rule: 'number.version', alternatives: [decimal] };
  }
  const broken = scan.sees(BROKEN_GROUPS, at) !== undefined && scan.sees(WHOLE, end) !== undefined;
  // "1500.000": a point was left out rather than three decimals written.
  if (integer.length > 3 && fraction.length === 3) {
    const spoken = say.cardinal(integer + fraction);
    return {
      ...base,
      spoken,
      rule: 'number.thousands',
      alternatives: [decimal],
      doubt: 'reading.odd-number',
    };
  }
  return {
    ...base,
    spoken: decimal,
    rule: 'number.decimal',
    alternatives: [pointed],
    ...(broken || fraction.length > 3 ? { doubt: 'reading.odd-number' } : {}),
  };
}

function said(scan: Scan, digits: string): string {
  return /^0\d/u.test(digits) ? scan.say.digits(digits) : scan.say.cardinal(digits);
}

/** The last of the digit rules: a number that nothing else knew. */
export function bareNumber(scan: Scan): Hit | undefined {
  const numeral = numeralAt(scan);
  if (numeral === undefined) return undefined;
  // A digit glued to marks that no rule took ("12//5", "7h3O"): said as it stands, and looked at by a person.
  const odd =
    /^(?:[:/]\/?\d|[.,]\d)/u.test(scan.text.slice(numeral.end, numeral.end + 3)) &&
    !/^,\d/u.test(scan.text.slice(numeral.end));
  const doubt = numeral.doubt ?? (odd ? 'reading.odd-number' : undefined);
  return {
    end: numeral.end,
    spoken: numeral.spoken,
    rule: numeral.rule,
    alternatives: numeral.alternatives,
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** Digits of other scripts and lone superscripts: kept as typed, and a person must look. */
export function foreignDigit(scan: Scan): Hit | undefined {
  const found = scan.match(/\p{N}/uy);
  if (found === undefined) return undefined;
  return {
    end: scan.at + found[0].length,
    spoken: found[0],
    rule: 'number.foreign',
    doubt: 'reading.odd-number',
  };
}
