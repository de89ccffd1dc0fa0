import type { Receipt } from '../protocol/pole-messages.ts';

const happened: Record<Receipt['state'], string> = {
  started: 'bắt đầu phát',
  played: 'đã phát xong',
  paused: 'tạm ngắt',
  resumed: 'phát tiếp',
  cut: 'bị ngắt hẳn',
  stopped: 'bị dừng',
  interrupted: 'bị gián đoạn',
  missed: 'không phát',
  refused: 'từ chối',
  held: 'đã nạp lịch',
  unordered: 'loa có tiếng mà không có lệnh',
  done: 'làm xong việc được giao từ xa',
  'not-done': 'không làm được việc được giao từ xa',
  log: 'đã gửi nhật ký',
};

const refused: Record<Extract<Receipt, { state: 'refused' }>['what'], string> = {
  programme: 'lịch phát',
  order: 'một lệnh',
  welcome: 'lời chào của máy chủ',
  committed: 'lời xác nhận của máy chủ',
  membership: 'giấy nhận cột',
  audio: 'một tệp âm thanh',
};

/** Of what was missed, not done, and refused. */
export const localReasons: Record<string, string> = {
  'no-audio': 'chưa tải kịp âm thanh',
  stopped: 'có người dừng',
  'no-trusted-time': 'chưa có giờ tin cậy',
  'pole-was-off': 'mất điện hoặc bị tắt',
  'pre-empted': 'nhường tin ưu tiên hơn',
  'programme-came-late': 'lịch đến muộn',
  'clock-set': 'đồng hồ bị chỉnh nhảy qua',
  'player-fault': 'lỗi bộ phát',
  'amplifier-silent': 'tăng âm không ra tiếng',
  'no-replay-memory': 'chưa nhớ đã phát những gì',
  'on-air': 'đang phát hoặc sắp đến giờ phát',
  emergency: 'đang có tin khẩn cấp',
  cut: 'có tin đến giờ phát',
  interrupted: 'thiết bị tắt giữa chừng',
  disk: 'ổ nhớ đầy hoặc hỏng',
  unreadable: 'không đọc được',
  'too-large': 'quá lớn',
  'wrong-type': 'sai loại',
  'unknown-key': 'ký bằng khóa lạ',
  'bad-signature': 'chữ ký sai',
  'bad-certificate': 'chứng thư không phải của xã',
  'certificate-expired': 'chứng thư hết hạn',
  'clock-beyond-key': 'đồng hồ máy chủ sai',
  'key-revoked': 'khóa đã bị thu hồi',
  'wrong-commune': 'của xã khác',
  'wrong-target': 'của cột khác',
  'bad-shape': 'sai khuôn dạng',
  replayed: 'lệnh cũ gửi lại',
  'older-than-held': 'cũ hơn bản đang giữ',
  expired: 'đã hết hạn',
  'from-the-future': 'ghi giờ ở tương lai',
  'retained-order': 'lệnh bị lưu trên kênh',
  'wrong-hash': 'không đúng bản đã duyệt',
  'no-answer': 'chưa trả lời',
};

/** One line of what this box did lately. */
export function happenedInWords(entry: Readonly<Record<string, unknown>>): string {
  const state = String(entry['state']) as Receipt['state'];
  const what = state === 'refused' ? ` ${refused[entry['what'] as keyof typeof refused]}` : '';
  const reason = typeof entry['reason'] === 'string' ? entry['reason'] : '';
  const because = reason === '' ? '' : `: ${localReasons[reason] ?? reason}`;
  return `${happened[state]}${what}${because}`;
}

/** What the network's own words come to, for whoever stands there with a spare SIM; anything else as it is. */
const noLine: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED|ECONNRESET/, 'máy chủ đang tắt hoặc khởi động lại'],
  [/ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN/, 'không có mạng, hoặc không tìm thấy máy chủ'],
  [/TIMEDOUT|[Tt]imeout|timed out/, 'mạng quá chậm hoặc bị chặn'],
  [/certif|certified/, 'máy trả lời không phải máy chủ của xã'],
  [/Bad username|Not authorized/, 'máy chủ không nhận thiết bị này: lấy mã mới ở trang cụm loa'],
];

export function noLineInWords(reason: string): string {
  return noLine.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}
