import { dayExists, sayDay, sayMonth } from './calendar.ts';
import { ends, type Hit, type Scan } from './scan.ts';

/* After these N/N is no date: scales, houses, ranks, blood pressure. */
export const SCALE = ends(
  'tỷ lệ|tỉ lệ|bản đồ|tỷ số|tỉ số|nhà số|số nhà|số|ngõ|hẻm|kiệt|ngách|đường|địa chỉ|thứ|xếp|hạng|huyết áp|thửa|lô|mũi|lớp',
);
const DAYS = ends('(?:ngày|mùng)(?: (?:\\d{1,2}, ?)+)?');
const REACHED = ends('đạt|được|đã có|có|hoàn thành');
/* What is divided: before these a small N/N is a part. */
export const PART_OF =
  /[ ]*(?:số|diện tích|dân số|tổng|quãng|chiều|thời gian|lượng|kế hoạch|thu nhập|quân số|vốn|giá|cốc|thìa|muỗng|bát|viên|lít|ly|thế kỷ|mét|mức|phần|đường|khối lượng|công việc|nguồn|sản lượng|trọng lượng|tài sản|mặt bằng|chặng|ngân sách|kinh phí|đất|bề|tỷ lệ|học phí|lương|nhà|vườn|rừng|nước)(?![\p{L}\p{M}])/uy;
/* What is counted: before these N/N is so many out of so many. */
export const COUNT_OF =
  /[ ]*(?:điểm|thôn|xã|phường|buôn|xóm|ấp|khu|tổ|hộ|tiêu chí|chỉ tiêu|đơn|hồ sơ|trường|đại biểu|người|phiếu|mô hình|bài|đồng chí|dân tộc|giờ|đảng viên|công trình|nhiệm vụ|lớp|học sinh|em|cháu|chi bộ|chi hội|cơ quan|đơn vị|trạm|nội dung|cử tri|sản phẩm|bác sĩ|con|cây|ca|thành viên|ngày|tuần|tháng|huyện|tỉnh|tổ chức|lần|vụ|lượt|câu)(?![\p{L}\p{M}])/uy;
const NOUN = / \p{L}/uy;
const RATIO = /(\d{1,3}(?:\.\d{3})+|\d+(?:,\d{1,2})?) ?\/ ?(\d{1,3}(?:\.\d{3})+|\d+)(?![\d]|[.,]\d)/uy;
const COLON_RATIO = /(\d{1,3}) ?: ?(\d{1,3}(?:\.\d{3})+|\d+)(?![\d]|[.,]\d)/uy;
const SCALED = ends('tỷ lệ|bản đồ|pha|theo tỷ lệ|trộn');
/* Counted by the piece even when few: three thôn of four, not three quarters of a thôn. */
const PIECES =
  /[ ]*(?:thôn|xã|phường|buôn|xóm|ấp|khu|tổ|tiêu chí|chỉ tiêu|đơn|hồ sơ|trường|giờ|công trình|nhiệm vụ|lớp|chi bộ|chi hội|trạm|bài|huyện|tỉnh|lần|câu|sản phẩm|mô hình|con|cây|lượt|vụ|ca|điểm)(?![\p{L}\p{M}])/uy;
/* "mũi 1/2/3": these are numbered, and a slash lists them. */
const LISTED = ends(
  '(?:các )?(?:mũi|khối|lớp|lần|tổ|thôn|đợt|vòng|liều|giải|cấp|xóm|buôn|ấp|khóa|tầng|loại|nhóm)',
);
const THIRD = /\/(\d{1,3}(?:\.\d{3})+|\d+)(?![\d])/uy;
const MEASURED = /[ ]?(?:h|g|phút|giờ)(?![\p{L}\p{M}\d])/uy;

/** "2/3" as a part: hai phần ba. */
export function fraction(scan: Scan, end: number, left: string, right: string): Hit {
  const { say } = scan;
  const lower = right === '4' ? 'tư' : say.cardinal(right);
  return {
    end,
    spoken: `${say.cardinal(left)} phần ${lower}`,
    rule: 'fraction.part',
    alternatives: [literal(scan, left, right)],
  };
}

/** "15/15" as a count: mười lăm trên mười lăm. */
export function literal(scan: Scan, left: string, right: string): string {
  return `${scan.say.cardinal(left)} trên ${scan.say.cardinal(right)}`;
}

/** What is left of N/N: parts with a small lower number, else *trên*; without a word around, a doubt. */
export function ratio(scan: Scan): Hit | undefined {
  const found = scan.match(RATIO) ?? (scan.after(SCALED) ? scan.match(COLON_RATIO) : undefined);
  if (found === undefined) return undefined;
  const [all, left = '', right = ''] = found;
  // "ngày 12,13/5": days in a row, and no decimal.
  if (left.includes(',') && scan.after(DAYS)) return undefined;
  let end = scan.at + all.length;
  const a = left.replaceAll('.', '');
  const b = right.replaceAll('.', '');
  const third = scan.match(THIRD, end);
  const first =
    scan.after(ends('thứ')) && a === '1'
      ? 'nhất'
      : scan.after(ends('thứ')) && a === '4'
        ? 'tư'
        : sayIn(scan, a);
  if (third !== undefined) {
    end += third[0].length;
    const all = [a, b, (third[1] ?? '').replaceAll('.', '')].map((one) => sayIn(scan, one));
    if (scan.after(LISTED))
      return { end, spoken: all.join(', '), rule: 'fraction.list', alternatives: [all.join(' trên ')] };
    const spoken = [first, ...all.slice(1)].join(' trên ');
    return {
      end,
      spoken,
      rule: 'fraction.ratio',
      ...(scan.after(ends('số|nhà số|số nhà|hẻm|ngõ|kiệt|ngách|địa chỉ|nhà'))
        ? {}
        : { doubt: 'reading.impossible-date' }),
    };
  }
  const hours = scan.sees(MEASURED, end);
  const clock = hours !== undefined && /^ ?[hg]/u.test(hours[0]);
  if (clock) end += hours[0].length;
  const spoken = `${first} trên ${sayIn(scan, b)}${clock ? ' giờ' : ''}`;
  const few =
    /^[1-3]$/u.test(a) &&
    /^[2-4]$/u.test(b) &&
    Number(a) < Number(b) &&
    scan.sees(PIECES, end) === undefined &&
    !scan.after(ends('thứ|xếp|đạt'));
  const part =
    Number(a) < Number(b) && Number(b) <= 10 && scan.sees(PART_OF, end) !== undefined && !scan.after(SCALE);
  if (part) return fraction(scan, end, a, b);
  const counted = !few && (scan.sees(COUNT_OF, end) !== undefined || hours !== undefined);
  if (
    counted ||
    scan.after(SCALE) ||
    (scan.after(REACHED) && !few) ||
    a.includes(',') ||
    Number(a) > Number(b)
  ) {
    const always = a === '24' && (b === '7' || b === '24');
    const wrong =
      !always &&
      a.length <= 2 &&
      b.length <= 2 &&
      Number(a) > Number(b) &&
      Number(b) <= 12 &&
      !scan.after(SCALE) &&
      !counted;
    return { end, spoken, rule: 'fraction.ratio', ...(wrong ? { doubt: 'reading.date-or-ratio' } : {}) };
  }
  if (Number(a) < Number(b) && Number(b) <= 10 && Number(a) > 0) {
    const piece = fraction(scan, end, a, b);
    if (
      scan.sees(NOUN, end) !== undefined ||
      scan.after(ends('khoảng|gần|hơn|giảm|tăng|chiếm|được|ít nhất|tối thiểu|còn|chưa đến|chưa tới|quá|đủ'))
    )
      return piece;
    const alternatives = [
      spoken,
      ...(dayExists(Number(a), Number(b))
        ? [`ngày ${sayDay(scan, Number(a))} tháng ${sayMonth(scan, Number(b))}`]
        : []),
    ];
    return { ...piece, alternatives, doubt: 'reading.date-or-fraction' };
  }
  // 9/11, 10/10 with no noun behind: a day more likely than a count.
  if (
    scan.sees(NOUN, end) === undefined &&
    Number(a) <= Number(b) &&
    Number(b) <= 12 &&
    Number(a) > 0 &&
    b.length <= 2
  ) {
    const day = `ngày ${sayDay(scan, Number(a))} tháng ${sayMonth(scan, Number(b))}`;
    return {
      end,
      spoken: day,
      rule: 'date.short',
      alternatives: [spoken],
      doubt: 'reading.date-or-fraction',
    };
  }
  // "12/25" alone may be a day of the American kind, "5/13" nobody's.
  const maybeDate =
    scan.sees(NOUN, end) === undefined &&
    !/[.\s%]/u.test(all) &&
    Number(a) <= 31 &&
    Number(b) <= 31 &&
    Number(a) > 0;
  return { end, spoken, rule: 'fraction.ratio', ...(maybeDate ? { doubt: 'reading.date-or-fraction' } : {}) };
}

function sayIn(scan: Scan, digits: string): string {
  const [whole = '', decimals] = digits.split(',');
  if (decimals !== undefined) return scan.say.decimal(whole, decimals);
  return /^0\d/u.test(digits) && scan.after(SCALE) ? scan.say.digits(digits) : scan.say.cardinal(digits);
}
