import { troublesOf } from './box-state.ts';
import type { BoxState, Trouble } from './box-state.ts';
import { lampCode, lampCodes } from './lamp.ts';
import type { LampCode } from './lamp.ts';
import { happenedInWords, noLineInWords } from './local-words.ts';

/** What whoever stands at the pole may read: no key, no secret, no address. */
export interface PageFacts {
  readonly pole: string;
  readonly commune: string;
  readonly state: BoxState;
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number } | null;
  readonly now: number | null;
  readonly whyNot: string;
  readonly programmeUntilAt: number | null;
  readonly itemsLeft: number;
  readonly nextAt: number | null;
  readonly outbox: number;
  readonly last: readonly Readonly<Record<string, unknown>>[];
  readonly canSpeak: boolean;
}

const why: Record<Trouble, readonly [title: string, whatToDo: string]> = {
  'power-failing': ['Mất điện lưới', 'Thiết bị đang chạy bằng tụ dự phòng và không phát gì.'],
  'unordered-sound': ['Loa có tiếng mà không có lệnh', 'Ngắt điện tăng âm ngay, báo về xã.'],
  'not-enrolled': ['Chưa đăng ký', 'Lấy mã ở trang cụm loa, chép liên kết vào tệp enrol.txt.'],
  fault: ['Bộ phát hoặc dây nối có lỗi', 'Kiểm tra card âm thanh và dây; xem dòng lỗi bên dưới.'],
  'amplifier-silent': ['Tăng âm không ra tiếng', 'Kiểm tra điện tăng âm, rơ-le, cầu chì, dây loa.'],
  'no-network': ['Chưa nối được máy chủ', 'Lịch đã nạp vẫn phát. Kiểm tra SIM, ăng-ten, dây mạng.'],
  'no-time': ['Đồng hồ chưa đúng', 'Không phát gì cho đến khi máy chủ cho giờ tin cậy.'],
  'no-programme': ['Chưa có lịch phát', 'Lập lịch cho cụm loa này ở xã, chờ một phút.'],
  'audio-missing': ['Chưa tải đủ âm thanh', 'Chờ tải xong; nếu lâu, kiểm tra mạng.'],
  refused: ['Vừa từ chối một lệnh', 'Có thể có người giả lệnh. Loa không phát lệnh đó.'],
};

const time = new Intl.DateTimeFormat('vi-VN', {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', day: '2-digit', month: '2-digit' },
  timeZone: 'Asia/Ho_Chi_Minh',
});

/** "21:58:47 22/11", whatever mark this Node.js puts between day and month. */
function inWords(instant: number): string {
  const part = Object.fromEntries(time.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part['hour'] ?? ''}:${part['minute'] ?? ''}:${part['second'] ?? ''} ${part['day'] ?? ''}/${part['month'] ?? ''}`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0) ?? 0};`);
const at = (instant: number | null): string => (instant === null ? 'chưa rõ' : inWords(instant));

function flashes(code: LampCode): string {
  if (code === 'steady') return 'sáng liên tục';
  if (code === 'alive') return 'lóe nhẹ 3 giây một lần';
  if (code === 'hurry') return 'nhấp nháy gấp';
  return code === 'dark' ? 'tắt' : `nháy ${code} lần`;
}

/** The page for a technician's phone under the pole. It shows; all it can do is speak on the monitor. */
export function localPage(facts: PageFacts): string {
  const { state } = facts;
  const wrong = troublesOf(state);
  const [first] = wrong;
  const heading = state.isPlaying ? 'Đang phát' : first === undefined ? 'Sẵn sàng' : why[first][0];
  const tone = first === undefined ? 'well' : state.isPlaying ? 'warn' : 'bad';
  const rows: [string, string][] = [
    [
      'Máy chủ',
      state.isConnected
        ? 'đã nối'
        : `chưa nối${facts.whyNot === '' ? '' : `: ${noLineInWords(facts.whyNot)}`}`,
    ],
    ['Giờ của loa', at(facts.now)],
    [
      'Đồng hồ sai',
      facts.clock === null ? 'chưa đo' : `không quá ${Math.ceil(facts.clock.uncertaintyMs)} ms`,
    ],
    ['Lịch phát đến', facts.programmeUntilAt === null ? 'chưa có' : at(facts.programmeUntilAt)],
    ['Tin sắp tới', facts.nextAt === null ? 'không có' : at(facts.nextAt)],
    ['Còn phải phát', `${facts.itemsLeft} tin`],
    ['Âm thanh đã tải', `${state.audio.ready}/${state.audio.of} tệp`],
    ['Tăng âm', hearing(state)],
    ['Báo cáo chờ gửi', String(facts.outbox)],
    ...(state.fault === null ? [] : ([['Lỗi', state.fault]] as [string, string][])),
  ];
  const row = ([name, value]: [string, string]): string => `<dt>${name}</dt><dd>${escaped(value)}</dd>`;
  const trouble = (each: Trouble): string => `<li><b>${why[each][0]}.</b> ${why[each][1]}</li>`;
  const event = (each: Readonly<Record<string, unknown>>): string =>
    `<li><time>${at(Number(each['at']))}</time> ${escaped(happenedInWords(each))}</li>`;
  const now = lampCode(state);
  const lamp = (Object.entries(lampCodes) as [Trouble, LampCode][])
    .map(([each, code]) => `<tr><td>${flashes(code)}</td><td>${why[each][0]}</td></tr>`)
    .join('');
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="10"><title>${escaped(facts.pole)}</title><style>
*{box-sizing:border-box}body{margin:0 auto;padding:16px;max-width:560px;font:16px/1.5 system-ui,sans-serif;color:#1c2430;background:#f4f6f8}
h1{font-size:20px;margin:0}h2{font-size:15px;margin:24px 0 8px;color:#44506a}p{margin:4px 0;color:#44506a}
.now{margin:16px 0 0;padding:14px 16px;border-radius:10px;color:#fff;font-size:22px;font-weight:700}
.now small{display:block;font-size:14px;font-weight:400}.well{background:#1b6e3c}.warn{background:#8a5200}.bad{background:#a3231f}
dl,ul,table{background:#fff;border-radius:10px;padding:8px 14px;margin:0;width:100%}
dl{display:grid;grid-template-columns:9.5em 1fr;gap:6px 10px}dt{color:#5a6478}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
ul{list-style:none}li{padding:6px 0}li+li{border-top:1px solid #e6eaf0}time{color:#5a6478;font-variant-numeric:tabular-nums;margin-right:6px}
td{padding:4px 0;vertical-align:top}td:first-child{width:9.5em;color:#5a6478}
button{width:100%;min-height:52px;border:0;border-radius:10px;background:#1f4e9c;color:#fff;font:600 17px system-ui,sans-serif;margin-top:16px}
</style></head><body>
<h1>${escaped(facts.pole)}</h1><p>${escaped(facts.commune)}</p>
<div class="now ${tone}">${heading}<small>Đèn: ${flashes(now)}</small></div>
${wrong.length === 0 ? '' : `<h2>Vì sao, và làm gì</h2><ul>${wrong.map(trouble).join('')}</ul>`}
${facts.canSpeak ? '<form method="post" action="/speak"><button>Đọc tình trạng ra tai nghe</button></form><p>Chỉ ra loa nhỏ hoặc tai nghe trong tủ, không ra loa trên cột.</p>' : ''}
<h2>Tình trạng</h2><dl>${rows.map(row).join('')}</dl>
<h2>Việc gần đây</h2><ul>${facts.last.length === 0 ? '<li>Chưa có gì</li>' : facts.last.map(event).join('')}</ul>
<h2>Đèn báo</h2><table>${lamp}<tr><td>sáng liên tục</td><td>Đang phát</td></tr><tr><td>lóe nhẹ</td><td>Mọi thứ bình thường</td></tr></table>
</body></html>`;
}

function hearing({ hears }: BoxState): string {
  if (hears === null) return 'không có dây nghe';
  if (hears === 'right') return 'ra tiếng đúng lúc phát';
  return hears === 'silent' ? 'không ra tiếng' : 'có tiếng lạ';
}
