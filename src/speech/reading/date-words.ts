import { ends, type Scan } from './scan.ts';

/* What stands around a date and tells it from everything else that has its shape. */

export const LUNAR_AFTER =
  /[ ]*[,(]?[ ]*(?:âm lịch|âl(?![\p{L}\p{M}])|âm(?! [\p{L}])|al(?![\p{L}\p{M}])|a\.l|nhuận|tháng giêng|năm (?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý) (?:tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi))/uy;
export const LUNAR_FAR =
  /[ ]*(?:[-–—,]|và|đến|tới)?[ ]*(?:ngày )?\d{1,2}(?:\/\d{1,2})?(?:\/\d{4})?[ ]*[,(]?[ ]*(?:âm lịch|âl(?![\p{L}\p{M}]))/uy;
export const LUNAR_BEFORE = ends('âm lịch|âm lịch ngày|âm lịch là|âm lịch là ngày|nhằm ngày|rằm');
export const SOLAR_AFTER = /[ ]*[,(]?[ ]*(?:dương lịch|dl(?![\p{L}\p{M}]))/uy;

export const DAY_SAID = ends(
  'ngày|mùng|mồng|rằm|hôm|ngày mùng|ngày mồng|các ngày|đúng ngày|đêm ngày|hằng ngày|hàng ngày',
);
export const FEAST = ends(
  '(?:lễ|dịp|dịp lễ|nghỉ lễ|ngày lễ|đại lễ|kỷ niệm|mừng|chào mừng|quốc khánh|tết|tết dương lịch|quốc tế lao động|giải phóng miền nam|quốc tế phụ nữ|quốc tế thiếu nhi|' +
    'thương binh liệt sĩ|thương binh - liệt sĩ|tết độc lập|phụ nữ việt nam|nhà giáo việt nam|thầy thuốc việt nam|thành lập đảng|thành lập đoàn|giỗ tổ hùng vương|giỗ tổ|' +
    'trong|nhân)(?: ngày)?|cách mạng tháng tám|đợt lễ|và dịp|ngày hội',
);
export const NAMED_DAY = /(?<![\p{L}])(?:ngày|tháng|tuần lễ|đợt|lễ) (?:\p{L}+[ ]){1,7}\p{L}+$/u;
/* These make a date of what follows, whatever follows. */
export const STRONG = ends(
  'ngày|sáng|trưa|chiều|tối|đêm|khuya|hôm|hôm nay|sáng nay|chiều nay|tối nay|ngày mai|sáng mai|chiều mai|tối mai|hạn|trước ngày|chủ nhật|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|t[2-7]|' +
    'giờ|phút|nghỉ|lễ|dịp|kỷ niệm|mùng|mồng|rằm|tức|nhằm|đợt|(?:đợt|vòng|kỳ|buổi) \\d{1,2}|kể từ|âm lịch|dương lịch|sinh|mất|qua đời|sinh nhật|hạn chót|hạn cuối|hết ngày|thời hạn|thời gian|nay|cn|khai mạc',
);
export const WEAK = ends(
  'từ|đến|tới|trước|sau|vào|hết|lúc|quá|và|cuối|dự kiến|muộn nhất|chậm nhất|là|mừng|trong|nhân|quốc khánh|phát động',
);
export const MONTH_SAID = ends('tháng|các tháng|tháng \\d{1,2},?|tháng \\d{1,2}(?:, ?\\d{1,2})*(?: và|,)?');
export const NUMBERED_IN_YEAR = ends(
  'quý|đợt|kỳ|học kỳ|lần|tuần|số|phiên|khóa|vụ|kỳ họp|lần thứ|thứ|giai đoạn|đợt thứ',
);
export const NUMBERED = ends('số|mã|mẫu|lô|nhà|đường');
export const BOOKED = ends('(?:lương|thưởng|tiền|lương thưởng|công|kênh|kỳ) tháng');
export const LENGTH_SAID = ends(
  'trong|suốt|khoảng|mỗi|được|hơn|gần|sau|đủ|dưới|trên|quá|thêm|còn|mức|cả|hết',
);
export const LISTED_DAYS = ends('(?:ngày|tháng|mùng)(?: (?:\\d{1,2}, ?)+)?');
export const DAY_LIST = /ngày (?:(?:mùng |mồng )?\d{1,2}(?:,| và|, và)? ?)+$/u;
export const MEASURE_NEXT = / ?[\p{L}%°‰]/uy;
export const SCORED = ends('tỷ số|tỉ số|kết quả|số|npk|tổ|mã');
export const NOUN_NEXT = / \p{Ll}/uy;
export const FROM = ends('từ|kể từ');
export const UNTIL_DATE =
  /[ ](?:đến|tới)(?: hết)?(?: ngày)? \d{1,2}(?:\/\d{1,2}| tháng \d|\.(?:0\d|1[0-2])(?=$|[\n.,;:)](?!\d)| (?:tại|để|sẽ)))/uy;
export const DURATION = ends('\\d{1,3} tháng');
export const LENGTH_AFTER = /[ ](?:ngày|tuần)(?! \d)/uy;
export const NOT_A_DAY =
  /[ ]*(?:lần|buổi|bữa|viên|ca|lượt|giờ|tiếng|công|kg|lít|%|người|triệu|nghìn|đồng|hộ|-?\d)/uy;
export const DATE_FOLLOWS =
  /[ ]*(?:[-–—]|đến(?: hết)?(?: ngày)?|tới|và|hoặc|,)[ ]*(?:ngày )?(\d{1,2})\/(\d{1,2})(\/\d{4})?/uy;

/* "từ 2-9 đến 5-9": nothing runs from one range to another. */
export const DASHED_UNTIL =
  / (?:đến|tới)(?: hết)?(?: ngày)? \d{1,2}-(?:\d|1[0-2])(?=$|[\n.,;:)](?!\d)| (?:tại|ở|để|sẽ|bà con|các|toàn|xã|thôn)(?!\p{L}))/uy;
export const DASHED_END = /(?=$|[\n.,;:)](?!\d)| (?:tại|ở|để|sẽ|bà con|các|toàn|xã|thôn)(?!\p{L}))/uy;

/** Behind N/N only a day has these. */
export const DAY_FOLLOWS = / (?:này|sắp tới|hằng năm|hàng năm)(?![\p{L}\p{M}])/uy;

/* Days that every announcer knows by their numbers. */
export const HOLIDAYS: ReadonlySet<string> = new Set(
  '1/1 3/2 27/2 8/3 26/3 24/3 23/3 10/3 21/4 30/4 1/5 7/5 15/5 19/5 1/6 5/6 21/6 28/6 27/7 28/7 19/8 2/9 1/10 10/10 13/10 14/10 20/10 9/11 18/11 20/11 23/11 1/12 22/12'.split(
    ' ',
  ),
);
export const STREET = ends(
  'đường|phố|trường|xã|phường|công viên|nông trường|quảng trường|chợ|cầu|sân vận động',
);

export function isLunar(scan: Scan, end: number): boolean {
  if (scan.sees(SOLAR_AFTER, end) !== undefined) return false;
  return (
    scan.sees(LUNAR_AFTER, end) !== undefined ||
    scan.sees(LUNAR_FAR, end) !== undefined ||
    scan.after(LUNAR_BEFORE)
  );
}

/** Whether *ngày* was said already: right before, or before a list of days that goes on here. */
export function daySaid(scan: Scan): boolean {
  return scan.after(DAY_SAID) || DAY_LIST.test(`${scan.before} `);
}
