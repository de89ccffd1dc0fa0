import { isSyllable } from './syllable.ts';

/* TCVN3 (the ".Vn" fonts): one byte a letter. The order of both strings is the same. */
const TCVN3_BYTES = 'µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦';
const TCVN3_LETTERS = 'àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ';

/* VNI: the base letter, then one byte for its marks; some letters have a byte of their own. */
const VNI_MARKS: Readonly<Record<string, string>> = {
  ù: '\u0301',
  ø: '\u0300',
  û: '\u0309',
  õ: '\u0303',
  ï: '\u0323',
  ê: '\u0306',
  é: '\u0306\u0301',
  è: '\u0306\u0300',
  ú: '\u0306\u0309',
  ü: '\u0306\u0303',
  ë: '\u0306\u0323',
  â: '\u0302',
  á: '\u0302\u0301',
  à: '\u0302\u0300',
  å: '\u0302\u0309',
  ã: '\u0302\u0303',
  ä: '\u0302\u0323',
};
const VNI_ALONE: Readonly<Record<string, string>> = {
  ô: 'ơ',
  ö: 'ư',
  ñ: 'đ',
  æ: 'ỉ',
  ó: 'ĩ',
  ò: 'ị',
  î: 'ỵ',
  í: 'í',
  ì: 'ì',
};

/* Windows-1252 beyond Latin-1, for text in UTF-8 that was once opened as Windows-1252. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const MODERN = /[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]/u;
const IN_TCVN3 = /[A-Za-z][µ¸¶·¹¨»¾¼½©ª«¬®¡¢§£¤¥¦\u00ad×÷]|[µ¸¶·¹¨¾¼½©ª«¬®¡¢§£¤¥¦\u00ad][A-Za-z]/u;
const INSIDE_TCVN3 = /[a-z][µ¸¶¹¨¾¼½©ª«¬®\u00ad][a-z]/u;
const WORDS = /[\p{L}\p{M}µ¸¶·¹¨»¾¼½©ª«¬®¡¢§£¤¥¦\u00ad×÷]+/gu;
const IN_VNI =
  /[AEOUYaeouyôöÔÖ][ùøûõïêéèúüëâáàåãäÙØÛÕÏÊÉÈÚÜËÂÁÀÅÃÄ]|[ñÑ][A-Za-zöôÖÔ]|[bcdghlmnrstvxBCDGHLMNRSTVX][öæîÖÆÎ]/u;
const IN_MOJIBAKE = /[ÃÄÆ][\u0080-\u00bf\u0152-\u2122]|á[º»]/u;

export type LegacyEncoding = 'tcvn3' | 'vni' | 'utf-8 read as windows-1252';

/** `text` converted when every sign agrees; `undefined` text when it looks old and yet does not convert. */
export interface LegacyFinding {
  readonly encoding: LegacyEncoding;
  readonly text: string | undefined;
}

/** What old encoding a text is in, or nothing when it is today's Vietnamese (or no Vietnamese at all). */
export function findLegacy(text: string): LegacyFinding | undefined {
  return ofWhole(text) ?? ofLines(text);
}

/** Old paragraphs pasted between lines of today: each line by itself, where it is long enough to tell. */
function ofLines(text: string): LegacyFinding | undefined {
  const lines = text.split('\n');
  if (lines.length < 2) return undefined;
  let encoding: LegacyEncoding | undefined;
  const out: string[] = [];
  for (const line of lines) {
    const found = markedWords(line).length < 4 ? undefined : ofWhole(line);
    if (found !== undefined && found.text === undefined) return found;
    encoding ??= found?.encoding;
    out.push(found?.text ?? line);
  }
  return encoding === undefined ? undefined : { encoding, text: out.join('\n') };
}

function ofWhole(text: string): LegacyFinding | undefined {
  if (IN_MOJIBAKE.test(text)) {
    const decoded = undoMojibake(text);
    if (decoded !== undefined) return { encoding: 'utf-8 read as windows-1252', text: decoded };
  }
  const modern = MODERN.test(text);
  const plain = modern ? undefined : byLetters(text);
  if (plain !== undefined) return plain;
  if (IN_TCVN3.test(text)) {
    const { before, after } = shares(text, fromTcvn3);
    if (!modern && after >= 0.8 && after > before) return { encoding: 'tcvn3', text: fromTcvn3(text) };
    if (before < 0.5 && INSIDE_TCVN3.test(text)) return { encoding: 'tcvn3', text: undefined };
  }
  if (IN_VNI.test(text)) {
    const { before, after } = shares(text, fromVni);
    if (!modern && after >= 0.8 && after > before) return { encoding: 'vni', text: fromVni(text) };
    if (before < 0.4) return { encoding: 'vni', text: undefined };
  }
  return undefined;
}

/** "Héi nghÞ": letters of Latin-1 alone, told by how many words only become Vietnamese in one of the encodings. */
function byLetters(text: string): LegacyFinding | undefined {
  if (markedWords(text).filter(({ length }) => length > 1).length < 2) return undefined;
  const tcvn3 = shares(text, fromTcvn3);
  const vni = shares(text, fromVni);
  const best = tcvn3.after >= vni.after ? tcvn3 : vni;
  if (best.after < 0.8 || best.before >= 0.5 || tcvn3.after === vni.after) return undefined;
  return best === tcvn3
    ? { encoding: 'tcvn3', text: fromTcvn3(text) }
    : { encoding: 'vni', text: fromVni(text) };
}

function fromTcvn3(text: string): string {
  return Array.from(text, (character) => {
    const place = TCVN3_BYTES.indexOf(character);
    return place < 0 ? character : (TCVN3_LETTERS[place] ?? character);
  }).join('');
}

function fromVni(text: string): string {
  let out = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    const upper = lower !== character;
    const base = out.slice(-1);
    const marks = VNI_MARKS[lower];
    if (marks !== undefined && /[aeouyơư]/iu.test(base)) {
      out += marks;
      continue;
    }
    const alone = VNI_ALONE[lower];
    out += alone === undefined ? character : upper ? alone.toUpperCase() : alone;
  }
  return out.normalize('NFC');
}

function undoMojibake(text: string): string | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const high = WINDOWS_1252.indexOf(character);
    if (high >= 0) bytes.push(0x80 + high);
    else if (code < 0x100) bytes.push(code);
    else return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function markedWords(text: string): string[] {
  return text.match(WORDS)?.filter((word) => /\P{ASCII}/u.test(word)) ?? [];
}

/** Of the words with a letter beyond ASCII: the share that are Vietnamese syllables as they are, and converted. */
function shares(text: string, convert: (word: string) => string): { before: number; after: number } {
  const words = markedWords(text);
  const sound = (of: readonly string[]): number =>
    of.filter((word) => isSyllable(word.normalize('NFC').toLowerCase())).length / Math.max(1, of.length);
  return { before: sound(words), after: sound(words.map(convert)) };
}
