import { dayExists } from './calendar.ts';
import { ends, type Hit, type Scan } from './scan.ts';

const CLOCK =
  /(\d{1,2})(?: ?[hHgG] ?|:)([0-5]?\d)(?::([0-5]\d))?(?:[’'′]| ?(?:phút|ph|p(?!\.?m))(?![\p{L}\p{M}]))?(?:(?= ?[ap]\.?m(?![\p{L}\p{M}\d]))|(?![\p{L}\p{M}\d]|\/\d|\.\d))/iuy;
const WORDED =
  /(\d{1,2}) ?giờ ?(\d{1,2})(?: ?(?:phút|ph|p|[’'′])(?![\p{L}\p{M}\d]))?(?![\p{L}\p{M}\d]|[.,/]\d)/iuy;
const BAD_MINUTES = /(\d{1,2})[hHgG:](\d{2})(?:[’'′]| ?phút)?(?![\p{L}\p{M}\d])/uy;
const HOUR = /(\d{1,3}) ?[hH](?:[’'′])?(?![\p{L}\p{M}\d])/uy;
const HOUR_G = /(\d{1,2}) ?[gG](?![\p{L}\p{M}\d/])/uy;
const POINTED =
  /(\d{1,2})(?:\.(\d{2})|,(00|15|30|45)) ?(?:giờ|h)(?![\p{L}\p{M}\d])|(\d{1,2})[hg]\.([0-5]\d)(?![\p{L}\p{M}\d]|[.,]\d)/iuy;
const POINTED_ALONE =
  /([01]?\d|2[0-3])\.([0-5]\d)(?![\p{L}\p{M}\d.,%°]| ?(?:ha|m|km|kg|tấn|tạ|tỷ|triệu|đồng|lần|%))/uy;
const NOON = / ?(am|pm|a\.m\.?|p\.m\.?)(?![\p{L}\p{M}\d])/uy;
const AFTER_WORDED =
  /[ ,;.)]*(?:$|\n|sáng|trưa|chiều|tối|đêm|khuya|ngày|thứ|chủ nhật|hôm|tại|ở|đến|tới|và|cùng|theo|giờ|xuất|có mặt|tập trung|khai mạc|[-–—(]|[.,;])/uy;
const AFTER_G = /[ ,]*(?:sáng|trưa|chiều|tối|đêm|ngày|thứ|hôm|[-–—] ?\d{1,2} ?g|đến|tới|cùng)/uy;

const DAY_BEHIND = /[hHgG] \d{1,2}$/u;

const WEIGHED = ends(
  'nặng|liều|cân|cân nặng|khối lượng|trọng lượng|pha|hàm lượng|gói|mỗi gói|bón|rắc|liều lượng|lấy|còn|hết|khoảng|mỗi lít',
);
const RATIO_LEAD = ends('tỷ lệ|tỉ lệ|tỷ số|tỉ số|bản đồ|theo tỷ lệ|pha');
const AT_CLOCK = ends('lúc|hồi|vào lúc|bắt đầu lúc|kết thúc lúc');

/** Times of the day and lengths in hours: 7h30, 13g30, 08:40, 7 giờ 30, 24h. The 24-hour clock is kept. */
export function timeOfDay(scan: Scan): Hit | undefined {
  return pointed(scan) ?? clock(scan) ?? hourOnly(scan);
}

function dashedDay(scan: Scan, all: string, day: string): boolean {
  const month = scan.match(
    /-(\d{1,2})(?![\d\p{L}:.,/-]| (?:giờ|phút|h|g)(?!\p{L}))/uy,
    scan.at + all.length,
  )?.[1];
  return month !== undefined && dayExists(Number(day), Number(month));
}

function clock(scan: Scan): Hit | undefined {
  const colon = /^\d{1,2}:/u.test(scan.text.slice(scan.at, scan.at + 3));
  if (colon && scan.after(RATIO_LEAD)) return undefined;
  const found = scan.match(CLOCK) ?? worded(scan);
  if (found === undefined) return impossible(scan);
  const [all, hours = '', minutes = '', seconds] = found;
  if (colon && minutes.length < 2) return undefined;
  // "8h 20-11": an hour and a day rather than a range that goes down.
  if (DAY_BEHIND.test(all) && dashedDay(scan, all, minutes)) return hourOnly(scan);
  let end = scan.at + all.length;
  const hour = Number(hours);
  if (hour > 24 && seconds === undefined && !colon && !scan.after(AT_CLOCK)) {
    return timed(
      end,
      `${scan.say.cardinal(hours)} giờ${minutePart(scan, minutes)}`,
      'reading.impossible-time',
    );
  }
  if (hour > 24 || Number(minutes) > 59) {
    return timed(
      end,
      `${scan.say.cardinal(hours)} giờ${minutePart(scan, minutes)}`,
      'reading.impossible-time',
    );
  }
  if (hour === 24 && Number(minutes) > 0) {
    return timed(end, `không giờ${minutePart(scan, minutes)}`, 'reading.impossible-time', [
      `hai mươi tư giờ${minutePart(scan, minutes)}`,
    ]);
  }
  const noon = scan.sees(NOON, end);
  let part = '';
  if (noon !== undefined && hour <= 12) {
    end += noon[0].length;
    part =
      noon[1]?.startsWith('a') === true
        ? hour < 11
          ? ' sáng'
          : ''
        : hour === 12
          ? ' trưa'
          : hour < 6
            ? ' chiều'
            : ' tối';
  }
  const second = seconds === undefined || seconds === '00' ? '' : ` ${scan.say.cardinal(seconds)} giây`;
  const spoken = `${scan.say.cardinal(hours)} giờ${minutePart(scan, minutes)}${second}${part}`;
  const half = minutes === '30' && second === '' ? [`${scan.say.cardinal(hours)} giờ rưỡi`] : [];
  return timed(end, spoken, undefined, half);
}

/** "7 giờ 30" is a time; "7 giờ 30 người" is not. */
function worded(scan: Scan): RegExpExecArray | undefined {
  const found = scan.match(WORDED);
  if (found === undefined || Number(found[2]) > 59 || Number(found[1]) > 24) return undefined;
  const end = scan.at + found[0].length;
  if (/(?:phút|ph|p|['’′])$/iu.test(found[0])) return found;
  return scan.sees(AFTER_WORDED, end) === undefined ? undefined : found;
}

function impossible(scan: Scan): Hit | undefined {
  const found = scan.match(BAD_MINUTES);
  if (found === undefined) return undefined;
  const spoken = `${scan.say.cardinal(found[1] ?? '')} giờ ${scan.say.cardinal(found[2] ?? '')} phút`;
  return timed(scan.at + found[0].length, spoken, 'reading.impossible-time');
}

function hourOnly(scan: Scan): Hit | undefined {
  const found = scan.match(HOUR);
  if (found !== undefined) {
    const hour = Number(found[1]);
    const wrong = hour > 24 && scan.after(AT_CLOCK);
    return timed(
      scan.at + found[0].length,
      `${scan.say.cardinal(hour)} giờ`,
      wrong ? 'reading.impossible-time' : undefined,
    );
  }
  const southern = scan.match(HOUR_G);
  if (southern === undefined || Number(southern[1]) > 24) return undefined;
  const end = scan.at + southern[0].length;
  const noun = /^ ?\p{L}/u.test(scan.text.slice(end, end + 2));
  const range = scan.sinceLast(/^symbol\.range/u)?.trim() === '';
  if (southern[0].endsWith('G') && !range && !scan.inCapitals) return undefined;
  if (scan.sees(AFTER_G, end) === undefined && !range && (noun || scan.after(WEIGHED))) return undefined;
  return timed(end, `${scan.say.cardinal(southern[1] ?? '')} giờ`);
}

/** "10.05 giờ": hours and minutes more likely than a decimal, and a person must say. */
function pointed(scan: Scan): Hit | undefined {
  const found = scan.match(POINTED) ?? (scan.after(AT_CLOCK) ? scan.match(POINTED_ALONE) : undefined);
  if (found === undefined) return undefined;
  const all = found[0];
  const hours = found[1] ?? found[4] ?? '';
  const minutes = found[2] ?? found[3] ?? found[5] ?? '';
  if (Number(hours) > 24 || Number(minutes) > 59) return undefined;
  const decimal = `${scan.say.decimal(hours, minutes)} giờ`;
  return timed(
    scan.at + all.length,
    `${scan.say.cardinal(hours)} giờ${minutePart(scan, minutes)}`,
    'reading.time-or-decimal',
    [decimal],
  );
}

function minutePart(scan: Scan, minutes: string): string {
  return Number(minutes) === 0 ? '' : ` ${scan.say.cardinal(minutes)} phút`;
}

function timed(end: number, spoken: string, doubt?: string, alternatives: string[] = []): Hit {
  return { end, spoken, rule: 'time.clock', alternatives, ...(doubt === undefined ? {} : { doubt }) };
}
