import { troublesOf } from './box-state.ts';
import type { BoxState, Trouble } from './box-state.ts';

const numerals = [
  ...['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'],
  ...['mười', 'mươi', 'mốt', 'lăm'],
] as const;
type Numeral = (typeof numerals)[number];

const phrases = {
  'power-failing': 'mất điện lưới',
  'unordered-sound': 'loa có tiếng lạ, không có lệnh nào',
  'not-enrolled': 'chưa đăng ký',
  'no-network': 'chưa có mạng',
  'no-time': 'đồng hồ chưa đúng',
  'no-programme': 'chưa có lịch phát',
  'audio-missing': 'chưa tải đủ âm thanh',
  'amplifier-silent': 'tăng âm không ra tiếng',
  fault: 'thiết bị âm thanh có lỗi',
  refused: 'có lệnh bị từ chối',
  ready: 'loa sẵn sàng',
  left: 'còn',
  items: 'tin',
} as const satisfies Record<Trouble | 'ready' | 'left' | 'items', string>;

/** Something that the box can say: a phrase's name or a numeral. */
export type Saying = keyof typeof phrases | Numeral;
/** Every saying with its Vietnamese words. */
export const sayings: Readonly<Record<Saying, string>> = {
  ...phrases,
  ...(Object.fromEntries(numerals.map((numeral) => [numeral, numeral])) as Record<Numeral, Numeral>),
};

/** What the box says of itself: all that is wrong, the most urgent first; else that it is ready, and for how many items. */
export function diagnosis(state: BoxState, itemsLeft: number): Saying[] {
  const wrong = troublesOf(state);
  return wrong.length > 0 ? wrong : ['ready', 'left', ...counted(Math.min(99, itemsLeft)), 'items'];
}

/** 0 to 99 as read aloud: 46 is "bốn mươi sáu", 15 "mười lăm", 21 "hai mươi mốt". */
function counted(count: number): Numeral[] {
  const [tens, ones] = [Math.floor(count / 10), count % 10];
  const digit = numerals[ones] ?? 'không';
  if (tens === 0) return [digit];
  const last = ones === 5 ? 'lăm' : ones === 1 && tens > 1 ? 'mốt' : digit;
  const head: Numeral[] = tens === 1 ? ['mười'] : [numerals[tens] ?? 'chín', 'mươi'];
  return ones === 0 ? head : [...head, last];
}
