import { spell } from './letters.ts';
import { ends, type Hit, type Scan } from './scan.ts';

const OPENING = /\(?(?:\+ ?84|00 ?84|0\d{1,4})\)?/uy;
const GROUP = /(?: ?[.–-] ?|[ ]|\) ?|\()?\(?(\d{1,11})\)?/uy;
const SERVICE = /1[89]00(?:[ .-]?\d{1,8}){1,4}(?!\d)/uy;
const DIGITS_RUN = /\d(?:[ .-]?\d){2,14}(?!\d)/uy;
const BRACKETED = /\(\+?84[ .-]?\d{1,3}\)[ .-]?\d(?:[ .-]?\d){5,8}(?!\d)/uy;
/* "024 1080": a town's enquiries, behind its code. */
const TOWN_SERVICE = /\(?0(?:2[48]|2\d{2})\)?[ .-]?(?:1080|1081|1088|108|116|119)(?!\d|[.,/-]\d)/uy;
const PARTED = /\d{3,4}[ .-]\d{3,4}(?![\d])/uy;
const SHORT = /\d{3,5}(?![\d\p{L}]|[.,]\d|\/(?!11[1-9](?!\d))\d)/uy;
const WRONG_LETTERS = /0[\d. -]{6,13}[A-Za-zĐđ]{1,2}\d?(?![\p{L}\d])/uy;

const CALLED =
  'gọi|gọi ngay|gọi đến|gọi tới|gọi điện|gọi điện thoại|gọi số|gọi theo số|báo|báo ngay|báo cho|liên hệ|liên hệ số|liên lạc|tổng đài|tổng đài số|trực ban|cấp cứu|đường dây nóng|đường dây|hotline|bảo vệ trẻ em|' +
  'sđt|đt|điện thoại|số điện thoại|số máy|số đt|di động|zalo|máy bàn|điện thoại trực|fax|đtdđ|tel|số trực|số nóng|số hotline|cảnh sát|cứu hỏa|chữa cháy|cứu nạn|cứu hộ|cứu thương|khẩn cấp|phản ánh|qua số|theo số|vào số|tới số|đến số|ngay số|bấm|bấm số|nhắn tin|quay số|công an|y tế|cảnh sát pccc|pccc|số khẩn cấp|qua đầu số|đầu số|nhắn tin đến|nhắn tin tới|nhắn tin về|gửi về|tư vấn|gửi|gửi tới|gửi đến|nhắn|gọi cho|điện cho|điện|báo với|báo tới|báo đến|máy lẻ|số nội bộ|nội bộ|điện thoại bàn|gọi về|gọi vào';
const PHONE_LEAD = ends(`(?:${CALLED})(?: số| theo số| qua số| tới số| đến số| số điện thoại)?`);
const HOSPITAL = ends('bệnh viện|bv|viện|quân y viện|quân y');
const NUMBER_LEAD = ends('số');
const EMERGENCY_LEAD = ends(
  `(?:${CALLED})(?: (?:xã|phường|tỉnh|huyện|thôn))?(?: (?:số|theo số|qua số|tới số|đến số|ngay số))?`,
);
const OTHER_NUMBER = ends(
  '(?:quyết định|kế hoạch|công văn|thông báo|nghị quyết|nghị định|thông tư|chỉ thị|báo cáo|tờ trình|nhà|mẫu|bão|hòm thư|luật|điều|công điện|kết luận|hướng dẫn|đường|trong|tổng|con|một|trạm|đội|giấy mời|lệnh|thửa|lô|tờ bản đồ|áp thấp nhiệt đới|văn bản|tổ|thôn) số',
);
const COUNTED_AFTER =
  /[ ](?:người|thanh niên|công dân|hộ|trường hợp|em|cháu|học sinh|đại biểu|đồng chí|đoàn viên|hội viên|con|ca|cây|suất|đơn|hồ sơ|lượt|tân binh|nam|nữ|cử tri|đảng viên|tỷ|triệu|nghìn|đồng|đường|phố|thôn|quốc lộ|ha|km|m|kg|chủ|chiến sĩ|nhân khẩu|phụ nữ|tình nguyện|nạn nhân|vụ|thí sinh|giáo viên|cán bộ|bệnh nhân|xe|xã|phường|thửa|mét|tấn|ngày|phút|giờ|%)(?![\p{L}\p{M}])|[ ]?%|[ ]?(?:đ|k|kg|m2?|km|ha|tr)(?![\p{L}\p{M}\d])/uy;

/** Telephone numbers, digit by digit; short ones only where someone is to be called. */
export function phone(scan: Scan): Hit | undefined {
  return (
    service(scan) ??
    townService(scan) ??
    bracketed(scan) ??
    withZero(scan) ??
    parted(scan) ??
    short(scan) ??
    inContext(scan)
  );
}

function townService(scan: Scan): Hit | undefined {
  const found = scan.match(TOWN_SERVICE);
  return found === undefined ? undefined : dial(scan, found[0].length);
}

/** "(84-262) 3851234": the country and the town in brackets. */
function bracketed(scan: Scan): Hit | undefined {
  const found = scan.match(BRACKETED);
  if (found === undefined) return undefined;
  const digits = found[0].replace(/\D/gu, '').length;
  return digits === 11 || digits === 12 ? dial(scan, found[0].length) : undefined;
}

/** "ĐT 3851 234": groups of a number without its town, where the first might be a short number. */
function parted(scan: Scan): Hit | undefined {
  return scan.match(PARTED) === undefined ? undefined : inContext(scan);
}

function service(scan: Scan): Hit | undefined {
  const found = scan.match(SERVICE);
  if (found === undefined) return undefined;
  const lead = scan.after(PHONE_LEAD) || scan.after(NUMBER_LEAD);
  const total = found[0].replace(/\D/gu, '').length;
  // "18000000 hộ": without marks and before what is counted, a number.
  if (/^\d+$/u.test(found[0]) && !lead && scan.sees(COUNTED_AFTER, scan.at + total) !== undefined)
    return undefined;
  if (total === 8 || total === 10) return dial(scan, found[0].length);
  const groups = found[0].split(/[ .-]/u);
  let taken = '';
  let length = 0;
  for (const group of groups) {
    const digits = taken.replace(/\D/gu, '').length;
    if (digits >= 8 || digits + group.length > 10) break;
    taken += found[0].slice(length, length + group.length + (length === 0 ? 0 : 1));
    length = taken.length;
    if (taken.replace(/\D/gu, '').length > 10) return undefined;
  }
  const count = taken.replace(/\D/gu, '').length;
  if (count < 8 && !lead) return undefined;
  if (count < 6) return undefined;
  return dial(scan, taken.length, count < 8 ? 'reading.phone-length' : undefined);
}

/** 0912.345.678, (0262) 3123456, +84 912 345 678. Groups are taken until a number is complete. */
function withZero(scan: Scan): Hit | undefined {
  const opening = scan.match(OPENING);
  if (opening === undefined) return undefined;
  const foreign = opening[0].includes('+');
  let end = scan.at + (/^\(?(?:\+ ?84|00 ?84|0)/u.exec(opening[0])?.[0].length ?? 0);
  let digits = foreign ? '0' : '0';
  const stops: { end: number; count: number }[] = [];
  for (let step = 0; step < 9 && digits.length < 12; step += 1) {
    const group = scan.match(GROUP, end);
    if (group === undefined) break;
    if (step > 0 && / [-–] /u.test(group[0]) && expected(digits) === digits.length) break;
    digits += group[1] ?? '';
    end += group[0].length;
    stops.push({ end, count: digits.length });
  }
  const wanted = expected(digits);
  const exact =
    stops.find(({ count }) => count === wanted) ??
    stops.find(({ count }) => digits.startsWith('02') && count === 10);
  if (exact !== undefined && !/[\d]/u.test(scan.text[exact.end] ?? '')) {
    const trailing = scan.match(/[\p{L}\d]/uy, exact.end) !== undefined;
    return dial(scan, exact.end - scan.at, trailing ? 'reading.phone-length' : undefined);
  }
  const lead =
    scan.after(PHONE_LEAD) ||
    scan.after(NUMBER_LEAD) ||
    /^[\s,;–\-/]*(?:hoặc|và)?[\s]*$/u.test(scan.sinceLast(/^phone\./u) ?? 'x');
  const near =
    stops.filter(({ count }) => count >= 9 && count <= 12).at(-1) ??
    (scan.after(PHONE_LEAD) ? stops.filter(({ count }) => count >= 6).at(-1) : undefined);
  if (near === undefined || !(lead || near.count >= 9)) return letters(scan);
  return dial(scan, near.end - scan.at, 'reading.phone-length');
}

/** "0912.345.67O": a letter typed for a digit. */
function letters(scan: Scan): Hit | undefined {
  if (!scan.after(PHONE_LEAD)) return undefined;
  const found = scan.match(WRONG_LETTERS);
  if (found === undefined) return undefined;
  const spoken = Array.from(found[0].replace(/[ .-]/gu, ''), (one) =>
    /\d/u.test(one) ? scan.say.digits(one) : spell(one),
  ).join(' ');
  return { end: scan.at + found[0].length, spoken, rule: 'phone.number', doubt: 'reading.phone-length' };
}

function expected(digits: string): number {
  return digits.startsWith('02') ? 11 : 10;
}

function short(scan: Scan): Hit | undefined {
  const found = scan.match(SHORT);
  if (found === undefined) return undefined;
  const end = scan.at + found[0].length;
  if (scan.sees(COUNTED_AFTER, end) !== undefined) return undefined;
  // Hospitals named by a number are said either way, by the town.
  if (found[0].length === 3 && scan.after(HOSPITAL)) {
    const spoken = scan.say.cardinal(found[0]);
    const alternatives = [scan.say.digits(found[0])];
    return { end, spoken, rule: 'number.cardinal', alternatives, doubt: 'reading.digits-or-number' };
  }
  const emergency = /^11[1-9]$/u.test(found[0]);
  const chained = /^[\s,;–\-/]*(?:hoặc|và|hay)?(?: (?:số|gọi))?[\s]*$/u.test(
    scan.sinceLast(/^phone\./u) ?? 'x',
  );
  const called =
    scan.after(emergency ? EMERGENCY_LEAD : PHONE_LEAD) ||
    (emergency && scan.after(NUMBER_LEAD) && !scan.after(OTHER_NUMBER));
  if (!called && !(chained && emergency)) return uncalled(scan, found[0], end);
  if (
    !emergency &&
    /^\d{3}$/u.test(found[0]) &&
    !scan.after(
      ends(
        '(?:máy lẻ|số nội bộ|nội bộ|tổng đài|hotline|đường dây nóng|bấm|sđt|số điện thoại|gửi|gửi tới|gửi đến|đầu số|nhắn tin|tin nhắn|nhắn)(?: số)?',
      ),
    )
  )
    return undefined;
  return dial(scan, found[0].length);
}

/* In front of 113 these say that it counts or numbers something. */
const COUNTING = ends(
  '(?:là|được|đạt|tổng|tổng cộng|tổng số|cộng|thứ|trang|còn|có|gồm|hết|tới|đến|tăng|giảm|lên|xuống|từ|hơn|gần|khoảng|trên|dưới|bằng|chỉ|số lượng|điều|khoản|mục|phòng|thôn|tổ|xóm|ấp|khu|khu phố|đội|km|bàn|lô|thửa|đường|hẻm|ngõ|ql|quốc lộ|kênh|trạm|chốt|ban|lớp|năm|ngày|nhà|cột|trụ|quyết định|kế hoạch|nghị định|nghị quyết|thông tư|thông báo|công văn|chỉ thị|luật|thứ hạng|hạng|sbd|mã)(?: (?:11[1-9](?:,| và|;| -)? ?)+)?',
);
const CLAUSE_END = /[ ]*(?:$|[\n.,;:!?()/]|[-–—] (?!\d)|(?:và|hoặc|hay) 11[1-9](?!\d))/uy;
const ANOTHER = /[ ]*(?:,|;|\/|-|–|và|hoặc|hay)[ ]*11[1-5](?![\d\p{L}]|[.,]\d)/uy;

/** "113, 114, 115" with nobody called: the emergency numbers, one by one; one by itself a person must say. */
function uncalled(scan: Scan, digits: string, end: number): Hit | undefined {
  if (!/^11[1-5]$/u.test(digits) || scan.after(COUNTING)) return undefined;
  if (scan.sees(CLAUSE_END, end) === undefined) return undefined;
  if (scan.sees(ANOTHER, end) !== undefined)
    return dial(scan, digits.length, 'reading.digits-or-number', [scan.say.cardinal(digits)]);
  return {
    end,
    spoken: scan.say.cardinal(digits),
    rule: 'number.cardinal',
    alternatives: [scan.say.digits(digits)],
    doubt: 'reading.digits-or-number',
  };
}

/** A number without a leading zero after a word that announces a telephone: 3822153. */
function inContext(scan: Scan): Hit | undefined {
  if (!scan.after(PHONE_LEAD)) return undefined;
  const found = scan.match(DIGITS_RUN);
  if (found === undefined) return undefined;
  const digits = found[0].replace(/\D/gu, '');
  if (
    digits.length < 6 ||
    digits.length > 12 ||
    scan.sees(COUNTED_AFTER, scan.at + found[0].length) !== undefined
  )
    return undefined;
  return dial(
    scan,
    found[0].length,
    digits.length === 7 || digits.length === 8 ? undefined : 'reading.phone-length',
  );
}

function dial(scan: Scan, length: number, doubt?: string, alternatives: string[] = []): Hit {
  const written = scan.text.slice(scan.at, scan.at + length);
  const plus = written.includes('+') ? 'cộng ' : '';
  return {
    end: scan.at + length,
    spoken: plus + scan.say.digits(written),
    rule: 'phone.number',
    alternatives,
    ...(doubt === undefined ? {} : { doubt }),
  };
}

const ID_LEAD = ends(
  'tk|tk số|cccd|cmnd|số cccd|số cmnd|căn cước|căn cước công dân|chứng minh nhân dân|stk|số tài khoản|tài khoản|tài khoản số|mst|mã số thuế|mã số|mã hồ sơ|mã định danh|mã bưu chính|mã|số hiệu|số thẻ|mã thẻ|mã khách hàng|mã số bhxh|biển số|biển kiểm soát|bks|biển số xe|số hồ sơ|seri|số seri|số sổ|số định danh|mã đơn vị|mã điểm|số báo danh|sbd|số thẻ bhyt|mã xác nhận|mật khẩu|mã pin|mã kh|số thuê bao|mã số hộ|mã phiếu',
);
const ID =
  /(?=[A-ZĐ\d.– -]{3})[A-ZĐ]{0,4}(?:[ .–-]?[A-ZĐ]{0,3}[.–-]?\d{1,14}){1,7}[A-ZĐ]{0,2}(?![\p{L}\d])/uy;

/** Numbers of cards, accounts, plates: character by character. */
export function identifier(scan: Scan): Hit | undefined {
  if (
    !scan.after(ID_LEAD) &&
    !scan.after(ends('(?:tk|stk|cccd|cmnd|tài khoản|căn cước|định danh|thẻ|thuế|bhyt|bhxh) số'))
  )
    return undefined;
  const found = scan.match(ID);
  if (found === undefined) return undefined;
  // "số thẻ BHYT GD4 66…": the abbreviation is said, and the number behind it is read in its turn.
  const letters = /^[A-ZĐ]{2,}(?= )/u.exec(found[0])?.[0];
  if (letters !== undefined && scan.lexicon.word(letters) !== undefined) return undefined;
  const digits = found[0].replace(/\D/gu, '').length;
  if (digits < 3 || (digits < 5 && !/^0|[A-Z]/u.test(found[0]))) return undefined;
  const spoken = Array.from(found[0].replace(/[^\p{L}\d]/gu, ''), (one) =>
    /\d/u.test(one) ? scan.say.digits(one) : spell(one),
  ).join(' ');
  return { end: scan.at + found[0].length, spoken, rule: 'id.digits' };
}
