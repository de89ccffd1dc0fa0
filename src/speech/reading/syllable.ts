const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;

const SYLLABLE = new RegExp(
  '^(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?' +
    '(?:iêu|yêu|oai|oao|oay|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu|uao|' +
    'ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|oo|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|' +
    '[aăâeêioôơuưy])' +
    '(?:ch|ng|nh|[cmnpt])?$',
  'u',
);

/** Whether a lower-case word has the shape of a Vietnamese syllable, its tone mark apart. */
export function isSyllable(word: string): boolean {
  if (word.length > 7) return false;
  return SYLLABLE.test(word.normalize('NFD').replace(TONES, '').normalize('NFC'));
}

/**
 * Whether a capital run can be said as a word: a syllable, or a name of another language of the country
 * (KRÔNG, MLANG, EA). An initialism (UBND, ABC) fails: it holds a cluster that no tongue here ends a word with.
 */
export function isSayable(word: string): boolean {
  const bare = word.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gu, 'd');
  return /^(?:[bcdghjklmnpqrstvwxz]{0,3})[aeiouy]{1,3}(?:[cghklmnprstw]|ch|ng|nh|h|ih|ik)?$/u.test(bare);
}

const MOVED: Readonly<Record<string, string>> = {
  oà: 'òa',
  oá: 'óa',
  oả: 'ỏa',
  oã: 'õa',
  oạ: 'ọa',
  oè: 'òe',
  oé: 'óe',
  oẻ: 'ỏe',
  oẽ: 'õe',
  oẹ: 'ọe',
  uỳ: 'ùy',
  uý: 'úy',
  uỷ: 'ủy',
  uỹ: 'ũy',
  uỵ: 'ụy',
};
const MOVABLE = /(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?![\p{L}\p{M}])/gu;

/* Two spellings of one word, of the same length: the second is what rules and lexicon are written in. */
const SPELT: Readonly<Record<string, string>> = { tỉ: 'tỷ', kỉ: 'kỷ', mồng: 'mùng', bẩy: 'bảy' };
const SPELLINGS = /(?<![\p{L}\p{M}])(?:tỉ(?= (?:lệ|số|đồng|giá))|kỉ(?= )|mồng|bẩy)(?![\p{L}\p{M}])/gu;

/**
 * Lower case with the tone where the older spelling puts it (hoà and hòa, uỷ and ủy become one). The length stays,
 * so that positions in the folded text are positions in the source.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const same = lower.length === text.length ? lower : Array.from(text, lowerOne).join('');
  return same
    .replace(MOVABLE, (pair) => MOVED[pair] ?? pair)
    .replace(SPELLINGS, (word) => SPELT[word] ?? word);
}

function lowerOne(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
