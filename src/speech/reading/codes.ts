import { letterName, spell } from './letters.ts';
import { ends, type Hit, type Scan } from './scan.ts';
import { isSyllable } from './syllable.ts';

const ROAD = /(QL|ĐT|TL|ĐH|HL|ĐX|CT|DT|DH)([ .]{0,2})(\d{1,4})([A-ZĐa-eđ]?)(?![\p{L}\p{M}\d]|[.,:-]\d)/uy;
const ROAD_NAMES: Readonly<Record<string, string>> = {
  QL: 'quốc lộ',
  ĐT: 'đường tỉnh',
  DT: 'đường tỉnh',
  TL: 'tỉnh lộ',
  ĐH: 'đường huyện',
  DH: 'đường huyện',
  HL: 'hương lộ',
  ĐX: 'đường xã',
  CT: 'cao tốc',
};
const ROAD_SMALL = /(ql|đt|tl|đh|hl)([ .]{0,2})(\d{1,4})([a-eđ]?)(?![\p{L}\p{M}\d]|[.,:-]\d)/uy;
const MILESTONE = /km ?(\d{1,4}) ?\+ ?(\d{1,3}(?![.\d])|\d{1,3}[.,]\d{1,2})/uy;
const MILE = /km ?(\d{1,4}(?:[.,]\d{1,2})?)(?![\d\p{L}])/uy;
const CODE = /([A-ZĐ]{1,5})([-.]?)(\d{1,6})([A-ZĐ]{0,2})(\d{0,3})(?![\p{L}\p{M}\d])/uy;
const CODE_POINT = /\.(\d{1,2})(?![\p{L}\d.]|,\d)/uy;
const SMALL_CODE = /([a-zđ]{1,4})-?(\d{1,5})(?![\p{L}\p{M}\d]|[.,]\d)/uy;
const LETTERED = /(\d{1,4})([A-ZĐa-hđ])(\d{0,3})(?![\p{L}\p{M}\d])/uy;
const CHAIN = /(?:([A-ZĐ]{1,4})\d{1,3}){2,4}(?![\p{L}\d])/uy;
const TRIPLE = /\d{1,3}(?:[-–]\d{1,3}){2,4}(?!\d|[-–/]\d)/uy;
const NETWORK = /([2-6])G(?![\p{L}\d]|\/\p{L}| ?[-–] ?\d{1,2}G)/uy;
const NETWORK_SMALL = /([2-6])g(?![\p{L}\d/])/uy;
const NETWORK_LEAD = ends(
  'mạng|sóng|sim|gói|gói cước|internet|data|công nghệ|trạm|phủ sóng|điện thoại|lên|vùng',
);
const PIPE = ends(
  'ống|ống nước|ống nhựa|ống hdpe|ống pvc|ống thép|ống cống|cống|phi|tuyến ống|đường ống|sắt|thép|cống tròn|cống hộp|d|dn',
);
const FERTILIZER = ends('npk|dap|phân|phân bón|bón|lân|kali|lót|thúc|tỷ lệ');

const ONE_LETTER = ends(
  'điểm|lô|khu|lớp|dãy|phòng|nhà|tổ|khối|nhóm|hạng|loại|mẫu|tòa|block|bảng|đội|vitamin|vi ta min|gan|viêm gan|gan siêu vi|cúm|hình|cột|ca|nhà số|số \\d{1,4}|vắc xin viêm gan|nguyễn văn|trần văn|lê văn|thị|văn|giấy phép lái xe|bằng lái|bằng|thửa|khu vực|vùng|cổng|cửa|kênh|tuyến|hội trường|phân hiệu|cơ sở|kế hoạch|phương án|điện áp|trường|đề|phần|mục',
);

/** QL 1A, ĐT.643, TL8. "ĐT:" and "ĐT 0912…" are telephones and pass. */
export function road(scan: Scan): Hit | undefined {
  const found = scan.match(ROAD) ?? scan.match(ROAD_SMALL);
  if (found === undefined) return undefined;
  const [all, code = '', , number = '', letter = ''] = found;
  const name = ROAD_NAMES[code.toUpperCase()];
  if (
    name === undefined ||
    (/^0/u.test(number) && code !== 'CT' && code !== 'ĐX' && code !== 'ĐH') ||
    (code === 'CT' && !/^0/u.test(number))
  )
    return undefined;
  if (/^[ .]\d/u.test(scan.text.slice(scan.at + all.length, scan.at + all.length + 2)) && number.length >= 3)
    return undefined;
  const lead = scan.after(ends(name)) ? '' : `${name} `;
  const said =
    number.length >= 3 || number.startsWith('0') ? scan.say.digits(number) : scan.say.cardinal(number);
  const tail = letter === '' ? '' : ` ${letterName(letter)}`;
  const alternatives = number.length >= 3 ? [`${lead}${scan.say.cardinal(number)}${tail}`] : [];
  return { end: scan.at + all.length, spoken: `${lead}${said}${tail}`, rule: 'address.road', alternatives };
}

/** Km12+500: kilometre twelve plus five hundred metres. */
export function milestone(scan: Scan): Hit | undefined {
  // "giống sắn KM94": a variety.
  if (scan.after(VARIETY)) return undefined;
  const found = scan.sees(MILESTONE, scan.at);
  if (found !== undefined) {
    const [all, kilometres = '', metres = ''] = found;
    const said = /[.,]/u.test(metres)
      ? scan.say.decimal(metres.split(/[.,]/u)[0] ?? '', metres.split(/[.,]/u)[1] ?? '')
      : scan.say.cardinal(metres);
    return {
      end: scan.at + all.length,
      spoken: `ki lô mét ${scan.say.cardinal(kilometres)} cộng ${said}`,
      rule: 'address.milestone',
    };
  }
  const plain = scan.sees(MILE, scan.at);
  if (plain === undefined) return undefined;
  const [all, number = ''] = plain;
  const [whole = '', fraction] = number.split(/[.,]/u);
  const said = fraction === undefined ? scan.say.cardinal(whole) : scan.say.decimal(whole, fraction);
  return { end: scan.at + all.length, spoken: `ki lô mét ${said}`, rule: 'address.milestone' };
}

/** ST25, D110, OM5451, B40, H5N1: letters by name, then the number. */
export function letterCode(scan: Scan): Hit | undefined {
  const chain = scan.match(CHAIN);
  if (chain !== undefined) {
    const spoken = (chain[0].match(/[A-ZĐ]+|\d+/gu) ?? [])
      .map((part) => (/\d/u.test(part) ? scan.say.cardinal(part) : spell(part)))
      .join(' ');
    return { end: scan.at + chain[0].length, spoken, rule: 'id.code' };
  }
  const found = scan.match(CODE);
  if (found !== undefined) {
    const [all, letters = '', mark = '', number = '', tail = '', end = ''] = found;
    if (mark !== '' && letters.length > 3) return undefined;
    if (letters.length > 1 && isSyllable(letters.toLowerCase()) && /[ĂÂĐÊÔƠƯ]/u.test(letters))
      return undefined;
    const pipe = /^(?:D|DN|PHI|Ø)$/u.test(letters) || scan.after(PIPE);
    const spoken = [
      spell(letters),
      codeNumber(scan, number, pipe),
      ...(tail === '' ? [] : [spell(tail)]),
      ...(end === '' ? [] : [codeNumber(scan, end, pipe)]),
    ].join(' ');
    const point = end === '' && tail === '' ? scan.match(CODE_POINT, scan.at + all.length) : undefined;
    if (point !== undefined) {
      const said = `${spoken} chấm ${codeNumber(scan, point[1] ?? '', pipe)}`;
      return { end: scan.at + all.length + point[0].length, spoken: said, rule: 'id.code' };
    }
    return { end: scan.at + all.length, spoken, rule: 'id.code' };
  }
  const small = scan.match(SMALL_CODE);
  if (small === undefined || isSyllable(small[1] ?? '')) return undefined;
  if (scan.lexicon.unit(small[1] ?? '') !== undefined) return undefined;
  return {
    end: scan.at + small[0].length,
    spoken: `${spell(small[1] ?? '')} ${codeNumber(scan, small[2] ?? '', scan.after(PIPE))}`,
    rule: 'id.code',
  };
}

function codeNumber(scan: Scan, number: string, measured: boolean): string {
  return /^0\d/u.test(number) || (number.length >= 3 && !measured)
    ? scan.say.digits(number)
    : scan.say.cardinal(number);
}

const VARIETY = ends('giống|sắn|mì|lúa|ngô|bắp|mía|đậu|lạc|khoai');
const FORM_LEAD = ends('(?:mẫu|biểu|biểu mẫu|mẫu biểu|tờ khai|phụ lục)(?: số)?');
const FORM = /[A-ZĐ]{1,4}-?\d{1,3}[a-z]?(?:[-/.](?:[A-ZĐ]{1,6}\d?|\d{1,3}))*(?![\p{L}\p{M}\d])/uy;

/** "Mẫu TK01-TS": the code of a form, part by part; its letters are no abbreviations. */
export function formCode(scan: Scan): Hit | undefined {
  const found = scan.after(FORM_LEAD) ? scan.match(FORM) : undefined;
  if (found === undefined) return undefined;
  const spoken = (found[0].match(/\p{L}+|\d+/gu) ?? [])
    .map((part) => (/\d/u.test(part) ? codeNumber(scan, part, false) : spell(part)))
    .join(' ');
  return { end: scan.at + found[0].length, spoken, rule: 'id.code' };
}

/** 2G … 6G: the generations of mobile networks. */
export function network(scan: Scan): Hit | undefined {
  const found = scan.match(NETWORK) ?? (scan.after(NETWORK_LEAD) ? scan.match(NETWORK_SMALL) : undefined);
  if (found === undefined || scan.sinceLast(/^symbol\.range/u)?.trim() === '') return undefined;
  return {
    end: scan.at + found[0].length,
    spoken: `${scan.say.cardinal(found[1] ?? '')} gờ`,
    rule: 'id.network',
  };
}

/** 5A, 10A1, 14B. */
export function letteredNumber(scan: Scan): Hit | undefined {
  const found = scan.match(LETTERED);
  if (found === undefined) return undefined;
  const [all, number = '', letter = '', tail = ''] = found;
  const said = /^0\d/u.test(number) ? scan.say.digits(number) : scan.say.cardinal(number);
  const rest = tail === '' ? '' : ` ${codeNumber(scan, tail, false)}`;
  return { end: scan.at + all.length, spoken: `${said} ${letterName(letter)}${rest}`, rule: 'id.lettered' };
}

/** NPK 16-16-8: three numbers in a row are neither a range nor a date. */
export function numberTriple(scan: Scan): Hit | undefined {
  const found = scan.match(TRIPLE);
  if (found === undefined) return undefined;
  const numbers = found[0].split(/[-–]/u);
  const spoken = numbers
    .map((number) => (/^0\d/u.test(number) ? scan.say.digits(number) : scan.say.cardinal(number)))
    .join(' ');
  const known = scan.after(FERTILIZER) || numbers.length > 3;
  return {
    end: scan.at + found[0].length,
    spoken,
    rule: 'id.triple',
    ...(known ? {} : { doubt: 'reading.odd-number' }),
  };
}

const TITLES: Readonly<Record<string, string>> = { a: 'anh', b: 'bà', c: 'chị', ô: 'ông', e: 'em' };
const TITLED =
  /([abcôeABCÔE])\. ?(?=\p{Lu}\p{Ll}+(?: \p{Lu}|$|[\n,.;:)]| (?:và|ở|tại|thôn|số|sđt|đt)(?!\p{L})))/uy;

/** "gặp b. Hoa", "A. Tuấn": how a person is addressed; at the start of a line perhaps an item of a list. */
function titled(scan: Scan): Hit | undefined {
  const found = scan.match(TITLED);
  const title = TITLES[found?.[1]?.toLowerCase() ?? ''];
  if (found === undefined || title === undefined) return undefined;
  const item = letterName(found[1] ?? '');
  const listed = (scan.text.match(/(?:^|\n)\s*[a-eA-E][.)] /gu) ?? []).length > 1;
  const within = scan.after(ONE_LETTER) || scan.after(ends('ông|bà|anh|chị|em|cô|chú|bác|nhóm máu'));
  if (scan.atLineStart ? listed : within) return undefined;
  const sure = !scan.atLineStart && (found[1] ?? '') !== (found[1] ?? '').toUpperCase();
  return {
    end: scan.at + 2,
    spoken: title,
    rule: 'name.title',
    alternatives: [item],
    ...(sure ? {} : { doubt: 'reading.ambiguous-abbreviation' }),
  };
}

/** A capital by itself after a word that letters: lô B, hạng C, điểm b. */
export function singleLetter(scan: Scan): Hit | undefined {
  const found = scan.match(/[A-Za-zĐđ](?![\p{L}\p{M}\d’'.]\p{L}|[\p{L}\p{M}\d])/uy);
  if (found === undefined) return undefined;
  const title = titled(scan);
  if (title !== undefined) return title;
  const letter = found[0];
  const heading = scan.atLineStart && /^[).]/u.test(scan.text.slice(scan.at + 1, scan.at + 2));
  const chained = /^\s*(?:,|và|;|hoặc|-|–|đến)\s*$/u.test(scan.sinceLast(/^id\.letter$/u) ?? 'x');
  const small = letter === letter.toLowerCase();
  // "ông Y Bhăm", "chị H Ly": a capital before a name is a name.
  if (
    !small &&
    !heading &&
    /^ \p{Lu}\p{Ll}/u.test(scan.text.slice(scan.at + 1, scan.at + 4)) &&
    !scan.after(ONE_LETTER)
  )
    return undefined;
  if (small && !(scan.after(ends('điểm|các điểm|lớp|lô|khu|hạng|tiểu mục')) || heading || chained))
    return undefined;
  if (!small && !scan.after(ONE_LETTER) && !heading && !chained && /[AEIOUY]/u.test(letter)) return undefined;
  return {
    end: scan.at + 1,
    spoken: letterName(letter),
    rule: 'id.letter',
    alternatives: [letter.toLowerCase()],
  };
}
