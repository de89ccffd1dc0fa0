import { numeralAt, type Numeral } from './numerals.ts';
import { ends, type Hit, type Scan } from './scan.ts';
import { isSyllable } from './syllable.ts';

const SYMBOL =
  /[ ]{0,2}(°[ ]?[CFcfNEne](?![\p{L}\d])|[’'′](?![\p{L}\d])|[oO]C(?![\p{L}\d])|[%‰°₫$€](?![\p{L}\d])|[\p{L}µμ]+(?:[23²³]|\^[23])?(?:\.h)?)/uy;
/* "1m65", "2kg5" as spoken; m2 and m3 are areas and volumes. */
const LENGTH_TAIL = /(m(?![23](?!\d))|kg|km)(\d{1,2})(?![\p{L}\p{M}\d]|[.,]\d)/uy;
/* "50.000,-đ" of accountants. */
const LEDGER = /,-?(đ|₫)(?![\p{L}\d])/uy;
const MONEY_TAIL =
  /(tr|triệu|trieu|tỷ|tỉ|k|nghìn|ngàn)(\d{1,3}(?=k(?![\p{L}\d]))|\d{1,3}(?![\d\p{L}.,]))k?/iuy;
const PREFIX_MONEY = /(?:VNĐ|VND|USD|\$|€|₫|US\$)[ ]?(?=\d)/uy;
const GLUED_ONLY: ReadonlySet<string> = new Set(['p', 's', 'A', 'v', 'V', 'w', 'l', 'L', 't', 'N', 'T']);
/* A single letter after these names a class, a house or a plot. */
const LETTERED = ends(
  'lớp|thôn|tổ|khu|lô|số|số nhà|nhà số|nhà|xóm|khối|phòng|khu phố|ấp|quốc lộ|ql|đường|đội|dãy|hẻm|ngõ|tầng|tỉnh lộ|đường tỉnh',
);
const PRESSURE = ends('(?:áp suất|khí áp|áp)(?: (?:là|khoảng|thấp nhất|tâm bão|ở tâm|trung tâm|gần tâm))?');
const ELECTRIC = ends('điện|dòng điện|cầu dao|aptomat|áp tô mát|công tơ|ổ cắm|cường độ|dòng|điện áp|pha');

const COORDINATE = ends(
  'vĩ độ|kinh độ|tọa độ|vĩ tuyến|kinh tuyến|vị trí|vĩ|kinh|khoảng|vĩ độ [\\d.,]+n?[,;–-]?|[\\d.,]+n ?[,;–-]',
);

/** A number with what it is counted in: percent, money, units. */
export function quantity(scan: Scan): Hit | undefined {
  const numeral = numeralAt(scan);
  if (numeral === undefined) return undefined;
  return split(scan, numeral) ?? measured(scan, numeral);
}

/** "1tr5", "2tr500", "1 tỷ 2" as spoken on the market: the tail counts in the next lower unit. */
function split(scan: Scan, numeral: Numeral): Hit | undefined {
  // "sinh năm 2k3": so the young write 2003.
  const young = scan.after(ends('năm|sn|sinh|đời|lứa|thế hệ'))
    ? scan.match(/2k(\d{1,2})(?![\p{L}\d])/iuy)
    : undefined;
  if (young !== undefined) {
    const lead = scan.after(ends('năm')) ? '' : 'năm ';
    const year = scan.say.cardinal(2000 + Number(young[1]));
    return { end: scan.at + young[0].length, spoken: `${lead}${year}`, rule: 'date.year' };
  }
  const length = numeral.fraction === '' ? scan.match(LENGTH_TAIL, numeral.end) : undefined;
  if (length !== undefined) {
    const name = scan.lexicon.unit(length[1] ?? '') ?? '';
    const tail = scan.say.cardinal(length[2] ?? '');
    return {
      end: numeral.end + length[0].length,
      spoken: `${numeral.spoken} ${name} ${tail}`,
      rule: 'quantity.unit',
    };
  }
  const found = scan.match(MONEY_TAIL, numeral.end);
  if (found === undefined || numeral.fraction !== '') return undefined;
  const [all, unit = '', tail = ''] = found;
  const big = /^t[ỷỉ]/iu.test(unit);
  const small = /^(?:k|n)/iu.test(unit);
  const name = big ? 'tỷ' : small ? scan.say.thousandWord : 'triệu';
  const value = tail.padEnd(3, '0').replace(/^0+(?=\d)/u, '');
  const lower = big ? ' triệu' : small ? '' : ` ${scan.say.thousandWord}`;
  return {
    end: numeral.end + all.length,
    spoken: `${numeral.spoken} ${name} ${scan.say.cardinal(value)}${lower}`,
    rule: 'money.short',
  };
}

function measured(scan: Scan, numeral: Numeral): Hit | undefined {
  const found = scan.match(LEDGER, numeral.end) ?? scan.match(SYMBOL, numeral.end);
  if (found === undefined) return undefined;
  const [all, symbol = ''] = found;
  const end = numeral.end + all.length;
  // "10 đ/c": comrades, not đồng.
  if (/^đ$/iu.test(symbol) && /^\/c(?![\p{L}\p{M}])/iu.test(scan.text.slice(end, end + 3))) return undefined;
  if (/[\p{L}\p{M}\d]/u.test(scan.text[end] ?? '') && !/^[%‰°]/u.test(symbol)) return undefined;
  const glued = !all.startsWith(' ');
  const name = unitName(scan, symbol, glued, numeral.fraction !== '');
  if (name === undefined) return undefined;
  const temperature = /^(?:°|độ)/u.test(symbol) || /^oC$/u.test(symbol);
  const rule = /^°?[NE]$/iu.test(symbol)
    ? 'coordinate.degrees'
    : /%|‰/u.test(symbol)
      ? 'quantity.percent'
      : MONEY.has(symbol.toLowerCase())
        ? 'money.amount'
        : temperature
          ? 'quantity.degrees'
          : 'quantity.unit';
  const doubt =
    numeral.doubt ??
    (rule === 'money.amount' &&
    numeral.rule === 'number.decimal' &&
    (/^(?:đ|₫|vnđ|vnd)$/iu.test(symbol) || numeral.fraction.length > 2)
      ? 'reading.odd-number'
      : undefined);
  return {
    end,
    spoken: `${numeral.spoken} ${name}`,
    rule,
    alternatives: numeral.alternatives.map((one) => `${one} ${name}`),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

const MONEY: ReadonlySet<string> = new Set([
  'đ',
  '₫',
  'vnđ',
  'vnd',
  'usd',
  '$',
  '€',
  'k',
  'tr',
  'eur',
  'đồng',
]);

function unitName(scan: Scan, symbol: string, glued: boolean, fractional: boolean): string | undefined {
  const plain = symbol
    .replace('²', '2')
    .replace('³', '3')
    .replace('^', '')
    .replace(/[ ]/gu, '')
    .replace('μ', 'µ');
  if (plain === 'k' || plain === 'K')
    return glued && plain === 'K' && scan.after(LETTERED) ? undefined : scan.say.thousandWord;
  if (/^[’'′]$/u.test(plain)) return 'phút';
  const pair =
    glued &&
    /^\d{1,3}[.,]\d{1,2}[NE][\s;,–-]*(?:\d{1,3}[.,]\d{1,2}°?E|$)/u.test(
      scan.text.slice(scan.at, scan.at + 24),
    );
  if (/^°?[NE]$/iu.test(plain) && (plain.length === 2 || pair || scan.after(COORDINATE)))
    return plain.endsWith('N') ? 'độ vĩ bắc' : 'độ kinh đông';
  if (plain === 'MB' && scan.after(PRESSURE)) return scan.lexicon.unit('mb');
  if (plain.length === 1 && /[A-ZĐ]/u.test(plain)) {
    if (plain === 'Đ') return scan.after(LETTERED) ? undefined : 'đồng';
    if (scan.after(LETTERED)) return undefined;
    if (plain === 'M') return scan.inCapitals || fractional ? 'mét' : undefined;
    if (plain === 'A') return glued && scan.after(ELECTRIC) ? 'am pe' : undefined;
    if (plain === 'V' || plain === 'W') return scan.lexicon.unit(plain);
    if (plain === 'G' || plain === 'L')
      return scan.inCapitals ? scan.lexicon.unit(plain.toLowerCase()) : undefined;
    return undefined;
  }
  if (plain.length === 1 && /[a-z]/u.test(plain)) {
    if (scan.after(LETTERED) && plain !== 'm') return undefined;
    if (!glued && GLUED_ONLY.has(plain) && plain !== 'l') return undefined;
  }
  return scan.lexicon.unit(plain);
}

/** "VNĐ 500.000", "$100": the unit stands first and is said last. */
export function moneyInFront(scan: Scan): Hit | undefined {
  const prefix = scan.match(PREFIX_MONEY);
  if (prefix === undefined) return undefined;
  const numeral = numeralAt(scan, scan.at + prefix[0].length);
  const name = scan.lexicon.unit(prefix[0].trim());
  if (numeral === undefined || name === undefined) return undefined;
  const scale = scan.sees(/ (?:nghìn|ngàn|triệu|tỷ|tỉ)(?![\p{L}\p{M}])/uy, numeral.end)?.[0] ?? '';
  return {
    end: numeral.end + scale.length,
    spoken: `${numeral.spoken}${scale} ${name}`,
    rule: 'money.amount',
    alternatives: numeral.alternatives,
    ...(numeral.doubt === undefined ? {} : { doubt: numeral.doubt }),
  };
}

const PER = /\/ ?([\p{L}]+[23²³]?)(?![\p{L}\p{M}\d])/uy;
const NOUNS: ReadonlySet<string> = new Set(
  (
    'hộ người ngày tháng năm giờ phút giây tuần ha sào tổ tấn tạ yến lít con cây suất trường lớp buổi ca lượt xe chuyến thửa khẩu nhân hồ giấy bao cái chiếc lần học cháu trẻ đợt vụ quý mét thôn xã đơn bữa ' +
    'số thùng hộp viên chai kỳ khóa đêm mẫu công liều gói bộ phòng nhà căn gia hội chi đoàn đồng chỗ vé ki buồng bệnh khối gốc hố đàn em sản lao phiếu bản tờ trang cặp đôi mùa cơ chủ gốc hecta điểm đội nhóm cán giáo vận đại thẻ cuộc phiên ngôi vỉ khay bàn mâm sọt lon lốc rổ mớ bó chục lứa tiết môn tập can chậu bầu lọ ống mũi khoang toa'
  ).split(' '),
);
const SAME_RANK: ReadonlySet<string> = new Set(
  'xã phường thôn buôn xóm ấp tổ khu tỉnh huyện thị trấn bản làng dân phố khóm nhóm đội'.split(' '),
);

/** A slash between what is counted and its measure: *một*. Between words that are alternatives: a short pause. */
export function per(scan: Scan): Hit | undefined {
  const found = scan.match(PER);
  if (found === undefined) return undefined;
  const [all, word = ''] = found;
  const end = scan.at + all.length;
  const left =
    /([\p{L}\p{M}]+)\)?\s*$/u.exec(scan.folded.slice(Math.max(0, scan.at - 16), scan.at))?.[1] ?? '';
  const unit = scan.lexicon.unit(word.replace('²', '2').replace('³', '3'));
  const lowered = word.toLowerCase();
  // "đ/HS/tháng": what a measure is for may be for something in its turn.
  const chained =
    scan.sinceLast(/^lexicon\./u) === '' &&
    /\d[^\s/]*\/$/u.test(scan.text.slice(Math.max(0, (scan.last?.start ?? 0) - 8), scan.last?.start));
  const counted =
    chained ||
    (scan.last !== undefined &&
      /^(?:quantity|money|number|fraction|symbol\.per)/u.test(scan.last.rule) &&
      scan.text.slice(scan.last.end, scan.at).split(/\s+/u).length <= 5 &&
      !/[,.;:\n]/u.test(scan.text.slice(scan.last.end, scan.at)));
  // "2h/ngày" is a rate, "17h/ngày 25" a time and its day.
  const hours =
    scan.sinceLast(/^time\./u) === '' &&
    /^(?:ngày|tuần|buổi|ca|đêm|lần|người)$/u.test(lowered) &&
    !/^ ?\d/u.test(scan.text.slice(end, end + 2));
  const measure = /^(?:đồng|nghìn|ngàn|triệu|tỷ|lần|tấn|tạ|lít|kg|km|mg|suất|viên|người)$/u.test(left);
  if (!counted && !measure && !hours) return undefined;
  if (SAME_RANK.has(left) && SAME_RANK.has(lowered)) return undefined;
  if (unit !== undefined && !/^(?:tr|k|đ)$/u.test(lowered))
    return { end, spoken: `một ${unit}`, rule: 'symbol.per', alternatives: [`trên ${unit}`, `mỗi ${unit}`] };
  // "500đ/SMS", "300.000 đ/cá nhân": behind money and units everything is what it is for, and is read in its turn.
  const paid =
    scan.sinceLast(/^(?:money|quantity\.unit)/u)?.trim() === '' ||
    /^(?:đồng|triệu|tỷ|nghìn|ngàn)$/u.test(left);
  if (paid && !NOUNS.has(lowered))
    return { end: scan.at + 1, spoken: 'một', rule: 'symbol.per', alternatives: ['mỗi', 'trên'] };
  if (!NOUNS.has(lowered)) return undefined;
  // A noun in capitals is taken along, or it would be spelt.
  if (word !== lowered && word === word.toUpperCase())
    return { end, spoken: `một ${lowered}`, rule: 'symbol.per' };
  return { end: scan.at + 1, spoken: 'một', rule: 'symbol.per', alternatives: ['mỗi', 'trên'] };
}

const SCALE_WORD = ends('nghìn|ngàn|triệu|tỷ|tỉ');
const UNIT_WORD = /[\p{L}µ]{1,4}[23²³]?(?![\p{L}\p{M}\d])/uy;

/** A unit that stands apart from its number: "đơn vị tính: kg/ha", "120/80 mmHg". */
export function unitWord(scan: Scan): Hit | undefined {
  if (
    scan.text[scan.at] === 'đ' &&
    scan.after(SCALE_WORD) &&
    scan.match(/đ(?![\p{L}\p{M}\d])/uy) !== undefined
  ) {
    return { end: scan.at + 1, spoken: 'đồng', rule: 'money.amount' };
  }
  const found = scan.match(UNIT_WORD);
  if (found === undefined || found[0].length < 2 || isSyllable(found[0].toLowerCase())) return undefined;
  if (/^(?:tr|ph|hp|mb|ms|kb|gr|cc|hm|hl|iu|ui|va|ma|mp|px|cal|bar|min|atm)$/iu.test(found[0]))
    return undefined;
  const name = scan.lexicon.unit(found[0].replace('²', '2').replace('³', '3'));
  return name === undefined
    ? undefined
    : { end: scan.at + found[0].length, spoken: name, rule: 'quantity.unit-alone' };
}

const HOUR_DAY = /\/ ?(0?[1-9]|[12]\d|3[01])(?:(h)(?!\d)|(?![\d\p{L}]|[/:.,-]\d))/uy;
const PER_NUMBER = /\/ ?(?=\d)/uy;

/** "200 mm/24h". */
export function perNumber(scan: Scan): Hit | undefined {
  const found = scan.match(PER_NUMBER);
  if (found === undefined) return undefined;
  // "13h/28": the hour and the day of a bulletin; "24h/24h" is around the clock.
  const day = scan.sinceLast(/^time\./u) === '' ? scan.match(HOUR_DAY) : undefined;
  if (day !== undefined) {
    const around = day[2] !== undefined;
    const said = around ? 'trên' : Number(day[1]) <= 10 ? `ngày mùng` : 'ngày';
    const hours = `${said} ${scan.say.cardinal(day[1] ?? '')}${around ? ' giờ' : ''}`;
    return { end: scan.at + day[0].length, spoken: hours, rule: around ? 'time.clock' : 'date.day' };
  }
  const gap = scan.sinceLast(/^(?:quantity|money)/u);
  if (gap === undefined || !/^ ?(?:đồng|triệu|tỷ|nghìn)?(?: đồng)? ?$/u.test(gap)) return undefined;
  // "10.000đ/1kg" is said like "10.000đ/kg".
  const one = /^1(?!\d|[.,]\d)/u.test(
    scan.text.slice(scan.at + found[0].length, scan.at + found[0].length + 3),
  );
  if (one) return { end: scan.at + found[0].length, spoken: '', rule: 'symbol.join' };
  return {
    end: scan.at + found[0].length,
    spoken: 'trên',
    rule: 'symbol.per',
    alternatives: ['trong', 'một'],
  };
}
