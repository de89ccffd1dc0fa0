import { dayExists, lunarDayExists } from './calendar.ts';
import { dayMonth, lunar } from './short-dates.ts';
import { daySaid, FEAST, isLunar, STRONG } from './date-words.ts';
import { ends, type Hit, type Scan } from './scan.ts';

/*
 * "20.11" may be a day, a decimal or a heading, and "7.30" an hour. What is measured, scored or numbered is left to the
 * numbers; beside the words of a date it is a day; everything else a person must say, for each way is wrong on air.
 */
const DOTTED = /(\d{1,2})\.(\d{1,2})(?!\d|[.,]\d)/uy;
const CLOCKED = /([01]?\d|2[0-3])\.([0-5]\d)(?!\d|[.,]\d)/uy;

/* Behind a number these say that it was measured. */
const MEASURES =
  'triệu|tỷ|tỉ|nghìn|ngàn|trăm|đồng|đô|độ|năm|tháng|tuần|ngày(?! (?:\\d|hội|toàn|lễ|nhà|quốc|đại|thế))|giờ|phút|giây|tiếng|lần|điểm|phần|mét|phân|thước|cây số|dặm|lít|tấn|tạ|yến|cân|lạng|gam|ký|ki lô|kilô|mẫu|sào|công|héc|hecta|hec|' +
  'người|hộ|con|cây|cái|chiếc|suất|bao|thùng|hộp|viên|liều|mũi|khối|kw|phần trăm|inch|bậc|số điện|gi ga|vạn|bát|chén|thìa|ly|cốc|chai|gói|oát|vôn|cấp|hải lý|trên|so với|lên|xuống|còn|ca(?! sĩ)';
const MEASURED = new RegExp(
  `[ ]?[%°‰₫$€×*/]|[ ]?(?:${MEASURES})(?![\\p{L}\\p{M}])|[ ]?x ?\\d|[’'′"”]?[\\p{L}]`,
  'uy',
);
const WORD_AFTER = / ([\p{L}µ]{1,5}[23²³]?)(?![\p{L}\p{M}\d])/uy;
/* "2.5 - 3.5 ha", "từ 2.5 đến 3.5 triệu": measured with what stands at the end of the range. */
const TO_MEASURED =
  /[ ]?(?:[-–—~]|đến|tới|và|hoặc|lên|xuống|còn)[ ]?(?:hơn |gần |khoảng )?\d{1,3}(?:[.,]\d{1,2})?/uy;
/* In front of a number these say that it was measured, scored or numbered. */
const COUNTING = ends(
  '(?:tăng|giảm|đạt|gấp|khoảng|hơn|gần|dưới|trên|điểm|số điểm|giá|nhiệt độ|sốt|ph|độ ph|mức|mức độ|rộng|dài|cao|sâu|nặng|dày|cân nặng|chiều (?:dài|rộng|cao)|bán kính|đường kính|diện tích|thể tích|hệ số|' +
    'tỷ giá|tỷ lệ|tỷ số|chỉ số|chỉ tiêu|tốc độ|độ mặn|độ ẩm|nồng độ|năng suất|sản lượng|bình quân|trung bình|lãi suất|fm|tần số|kênh|band|mhz|cỡ|size|số|lên|xuống|còn|chiếm|vượt|bằng|thêm|bớt|nhân|chia|cộng|trừ|lượng|nước|sóng|gió|mưa|gpa|điểm trung bình|richter|độ lớn|cường độ|công suất|dung tích|mực nước|loa|' +
    'mục|tiểu mục|phiên bản|bản|phần|bài|chương|điều|khoản|tiêu chí|công nghệ|nông nghiệp|cách mạng|công nghiệp|nông thôn mới|nâng cao|kiểu mẫu|web|version|ver|v|android|ios|windows|chính phủ|xã hội|giáo dục|vneid|bước|phụ lục|biểu|bảng|hình|nhiệm vụ|nội dung|thửa|lô|nhà|ngõ|hẻm|đường|mã)(?: (?:từ|là|đến|khoảng|hơn|gần|dưới|trên|cao nhất|thấp nhất|đạt))?',
);
/* "lúc nước lên đến 2.5", "tăng từ 2.5": *từ* and *đến* of a measure, not of a day. */
const FROM_COUNTING = ends(
  '(?:tăng|giảm|lên|xuống|đạt|cao|dài|rộng|sâu|nặng|giá|mức|lãi suất|nhiệt độ|điểm|dao động|biến động) (?:từ|đến|tới)(?: \\d+[.,]\\d+ (?:đến|lên|tới))?',
);
const DATED = ends(
  'từ|từ nay đến|đến|tới|đến hết|hết|trước|sau|vào|kể từ|bắt đầu|bắt đầu từ|kết thúc|hạn|hạn chót|hạn cuối|hạn nộp|hạn cuối cùng|thời hạn|chậm nhất|muộn nhất|chậm nhất là|muộn nhất là|trễ nhất|dự kiến|' +
    'khai mạc|bế mạc|khai giảng|tổng kết|sáng sớm|rạng sáng|chiều tối|cuối tuần|đầu tuần|nhân|mừng|sinh|mất|giỗ|cưới|cúng|thời gian|nay|mai|họp|cắt điện|cúp điện|tiêm|tổ chức|diễn ra|lịch|lịch cúp điện|lịch cắt điện|ngày [\\p{L} ]{2,24}|cn|t[2-7]|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|giờ|phút|sáng|trưa|chiều|tối|đêm',
);
const SURE = ends(
  'trước|sau|đến hết|từ nay đến|kể từ|hạn|hạn chót|hạn cuối|hạn nộp|hạn cuối cùng|chậm nhất|muộn nhất|chậm nhất là|muộn nhất là|khai mạc|bế mạc|khai giảng|sáng sớm|rạng sáng|chiều tối|thời gian',
);
/* What may stand behind a day and never behind a measure. */
const DAY_BEHIND =
  /[ ]*(?:$|[\n.,;:!?()]|[-–—] ?\d{1,2}[./]\d|này|tới(?! \d)|sắp tới|hằng năm|hàng năm|tại|để|sẽ|là (?:ngày|hạn)|\(|đến (?:hết )?(?:ngày )?\d{1,2}[./-]\d|và \d{1,2}[./]\d)/uy;
const UNTIL =
  /[ ]*(?:[-–—]|đến|tới|đến hết|và|,)[ ]*(?:ngày |sáng |chiều )?(\d{1,2})\.(\d{1,2})(?!\d|[.,]\d)/uy;
const PART_OF_DAY = /[ ]*(?:giờ )?(?:sáng|trưa|chiều|tối|đêm|ngày (?=\d))/uy;
const HEADED = /[.)]? ?\p{Lu}/uy;

/** "20.11" and "7.30": a day, an hour, or a doubt; what is measured passes to the numbers. */
export function dotted(scan: Scan): Hit | undefined {
  // "họp.20.11" ends a sentence without a space; "1.20.11" and "=20.11" do not.
  if (/(?:\d[.,]|[+=*/])$/u.test(scan.text.slice(Math.max(0, scan.at - 2), scan.at))) return undefined;
  return dayOf(scan) ?? hourOf(scan);
}

function dayOf(scan: Scan): Hit | undefined {
  const found = scan.match(DOTTED);
  if (found === undefined) return undefined;
  const [all, left = '', right = ''] = found;
  const end = scan.at + all.length;
  const [day, month] = [Number(left), Number(right)];
  if (isLunar(scan, end) && lunarDayExists(day, month)) return lunar(scan, end, day, month, '');
  if (!dayExists(day, month) || right === '0') return undefined;
  // "8.10 sáng", "8.10 ngày 20.11": an hour, where the clock allows it.
  if (day <= 12 && right.length === 2 && !daySaid(scan) && scan.sees(PART_OF_DAY, end) !== undefined)
    return undefined;
  const hit = dayMonth(scan, end, day, month);
  const feast = hit.rule === 'date.feast' && scan.after(FEAST);
  const listed = /^[\s,;(]*(?:và|đến|tới|đến hết|hoặc|rạng sáng|sáng|chiều|tối|[-–—])?[\s]*$/u.test(
    scan.sinceLast(/^(?:date\.|symbol\.range)/u) ?? 'x',
  );
  if (scan.after(ends('ngày|các ngày|mùng|sáng|chiều|tối|đêm|trưa|nghỉ lễ|kỷ niệm'))) return hit;
  if (measured(scan, end)) return undefined;
  const timed = /^[\s,(\-–]*$/u.test(scan.sinceLast(/^time\./u) ?? 'x');
  if (feast || listed || timed || daySaid(scan)) return hit;
  if (scan.after(FROM_COUNTING) || (scan.after(COUNTING) && !scan.after(SURE))) return undefined;
  const heading = scan.atLineStart && scan.match(HEADED, end) !== undefined;
  const pointed = `${scan.say.cardinal(left)} chấm ${scan.say.cardinal(right)}`;
  if (heading && (left.length < 2 || right.length < 2))
    return { end, spoken: pointed, rule: 'number.version', alternatives: [hit.spoken] };
  const until = scan.sees(UNTIL, end);
  const paired =
    until !== undefined && dayExists(Number(until[1]), Number(until[2])) && all !== `${until[1]}.${until[2]}`;
  const closed = scan.sees(DAY_BEHIND, end) !== undefined;
  if (paired && (scan.after(DATED) || right.length === 2)) return hit;
  const full = right.length === 2 && scan.after(ends('đến|tới|hết|vào|từ'));
  if ((scan.after(SURE) || scan.after(STRONG) || full) && closed) return hit;
  const likely = scan.after(DATED) || scan.after(STRONG) || /^0|^\d\d$/u.test(right);
  const decimal = scan.say.decimal(left, right);
  return likely
    ? { ...hit, alternatives: [decimal, pointed], doubt: 'reading.date-or-decimal' }
    : {
        end,
        spoken: right.length === 1 && scan.atLineStart ? pointed : decimal,
        rule: 'number.decimal',
        alternatives: [hit.spoken, decimal, pointed],
        doubt: 'reading.date-or-decimal',
      };
}

/** Whether what follows says that the number was measured. */
function measured(scan: Scan, end: number): boolean {
  let at = end;
  const range = scan.sees(TO_MEASURED, end);
  if (range !== undefined) at += range[0].length;
  for (const place of new Set([end, at])) {
    if (scan.sees(MEASURED, place) !== undefined) return true;
    const word = scan.match(WORD_AFTER, place)?.[1];
    if (word !== undefined && scan.lexicon.unit(word.replace('²', '2').replace('³', '3')) !== undefined)
      return true;
  }
  return false;
}

/** "7.30 sáng", "từ 7.30 đến 11.30": an hour where no day of the year can be meant. */
function hourOf(scan: Scan): Hit | undefined {
  const found = scan.match(CLOCKED);
  if (found === undefined) return undefined;
  const [all, hours = '', minutes = ''] = found;
  const end = scan.at + all.length;
  const parted = scan.sees(PART_OF_DAY, end) !== undefined;
  if (!parted && (measured(scan, end) || scan.after(COUNTING) || scan.after(FROM_COUNTING))) return undefined;
  const round = /^(?:00|15|30|45)$/u.test(minutes) || hours.startsWith('0');
  const stated =
    scan.after(ends('từ|đến|tới|vào|lúc|trước|sau|khoảng|sáng|chiều|tối|trưa')) && minutes.endsWith('0');
  const chained = /^\s*(?:đến|tới|và|,)?\s*$/u.test(scan.sinceLast(/^(?:time\.|symbol\.range)/u) ?? 'x');
  if (!parted && !round && !stated && !chained) return undefined;
  const said = Number(minutes) === 0 ? '' : ` ${scan.say.cardinal(minutes)} phút`;
  return {
    end,
    spoken: `${scan.say.cardinal(hours)} giờ${said}`,
    rule: 'time.clock',
    alternatives: [scan.say.decimal(hours, minutes)],
    ...(parted && !dayExists(Number(hours), Number(minutes)) ? {} : { doubt: 'reading.time-or-decimal' }),
  };
}
