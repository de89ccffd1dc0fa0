import { Failure } from '../../base/failure.ts';
import { findLegacy } from './legacy-encoding.ts';

/** The longest text that is read, in UTF-16 units: 20,000 is some 50 minutes of speech. */
export const LONGEST_TEXT = 20_000;

/* Letters of other alphabets that look like ours; they come with text copied out of PDF files and chat programs. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  Ð: 'Đ',
  ð: 'đ',
  Ɖ: 'Đ',
  ɖ: 'đ',
  Ƣ: 'Ư',
  ƣ: 'ư',
  ı: 'i',
  İ: 'I',
  ɩ: 'i',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  һ: 'h',
  ԁ: 'd',
  ɡ: 'g',
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  У: 'Y',
  Х: 'X',
  І: 'I',
  Ѕ: 'S',
  Α: 'A',
  Β: 'B',
  Ε: 'E',
  Ζ: 'Z',
  Η: 'H',
  Ι: 'I',
  Κ: 'K',
  Μ: 'M',
  Ν: 'N',
  Ο: 'O',
  Ρ: 'P',
  Τ: 'T',
  Υ: 'Y',
  Χ: 'X',
  ο: 'o',
  ν: 'v',
  ι: 'i',
  α: 'a',
  '№': 'số ',
  '⁄': '/',
  '∕': '/',
  '：': ':',
  '﹪': '%',
  '٪': '%',
  º: '°',
  '˚': '°',
};
/* Of them those of other alphabets: what they hide must not pass for an old encoding. */
const FOREIGN = /[\u0370-\u052f]/gu;
const LOOKALIKE = new RegExp(`[${Object.keys(LOOKALIKES).join('')}]`, 'gu');

/* Full-width forms, letter-like units (㎡, ℃), styled letters and digits of chat programs, Roman numeral characters. */
const COMPATIBLE =
  /[\uff01-\uff5e\u3380-\u33df\u2103\u2109\u2150-\u217f\u00bc-\u00be\u2460-\u2473\u{1d400}-\u{1d7ff}\ufb00-\ufb06]/gu;
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/* Controls, zero-width characters, direction marks, soft hyphens, variation selectors: never heard. */
const UNHEARD = /[^\P{Cc}\n\t]|\p{Cf}|\ufe0e|\ufe0f/gu;
const SPACES = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/** Stands in for a stretch that is not to be touched; a private-use character is no letter of any language. */
const PLACE = '\ue000';
const PRIVATE = /\p{Co}/gu;

/** A stretch of a text, in UTF-16 units, the end excluded. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A text as it is read from here on. */
export interface Repaired {
  readonly text: string;
  /** Where the stretches that were handed in stand in it, in their order. */
  readonly kept: readonly Stretch[];
  /** Set when the text came in an encoding of before Unicode and was converted. */
  readonly convertedFrom: string | undefined;
}

/**
 * Brings text as staff paste it to one form: NFC, one alphabet, plain spaces, `\n` line ends; old encodings
 * converted. `stretches` (in order, apart) are followed to where they stand afterwards. Throws `speech.empty`,
 * `speech.too-long`, `speech.undecodable`, `speech.legacy-encoding`.
 */
export function repair(source: string, stretches: readonly Stretch[] = []): Repaired {
  if (source.length > LONGEST_TEXT) {
    throw new Failure('invalid', 'speech.too-long', `A text may have at most ${LONGEST_TEXT} characters.`, {
      details: { longest: LONGEST_TEXT, length: source.length },
    });
  }
  if (source.includes('\ufffd')) {
    throw new Failure(
      'invalid',
      'speech.undecodable',
      'The text holds characters that were lost in a conversion.',
    );
  }
  const around = withPlaces(source, stretches);
  const legacy = findLegacy(
    around.normalize('NFC').replace(FOREIGN, (letter) => LOOKALIKES[letter] ?? letter),
  );
  if (legacy !== undefined && legacy.text === undefined) {
    throw new Failure(
      'invalid',
      'speech.legacy-encoding',
      `The text looks like ${legacy.encoding}; send Unicode.`,
      {
        details: { encoding: legacy.encoding },
      },
    );
  }
  const { text, kept } = fillPlaces(
    mend(legacy?.text ?? around),
    stretches.map(({ start, end }) => mend(source.slice(start, end))),
  );
  if (text === '') throw new Failure('invalid', 'speech.empty', 'There is nothing to read.');
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new Failure('invalid', 'speech.only-symbols', 'There is no word and no number to read.');
  }
  return { text, kept, convertedFrom: legacy?.encoding };
}

function mend(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')
    .replace(UNHEARD, '')
    .replace(SPACES, ' ')
    .replace(/ {2,}/gu, ' ')
    .replace(/[\u2010\u2011]/gu, '-')
    .replace(/(?<=\p{L})–(?=\p{L})/gu, '-')
    .replace(/(\d)([\u00bc-\u00be])/gu, '$1 $2')
    .replace(COMPATIBLE, (character) => character.normalize('NFKC').replace(/⁄/gu, '/'))
    .replace(/[₀-₉]/gu, (digit) => String(SUBSCRIPTS.indexOf(digit)))
    .replace(/[\u0312\u0315]/gu, '\u031b')
    .replace(LOOKALIKE, (character) => LOOKALIKES[character] ?? character)
    .replace(/\p{Cs}/gu, '')
    .normalize('NFC')
    .trim();
}

/** The text with one place for each stretch. Wrong stretches are a mistake of the program, not of a person. */
function withPlaces(source: string, stretches: readonly Stretch[]): string {
  let out = '';
  let from = 0;
  for (const { start, end } of stretches) {
    if (!(start >= from && end > start && end <= source.length)) {
      throw new RangeError(`Stretch ${start}–${end} overlaps another or lies outside of the text.`);
    }
    out += source.slice(from, start).replace(PRIVATE, '') + PLACE;
    from = end;
  }
  return out + source.slice(from).replace(PRIVATE, '');
}

function fillPlaces(text: string, fillings: readonly string[]): { text: string; kept: Stretch[] } {
  const [first = '', ...rest] = text.split(PLACE);
  let out = first;
  const kept = rest.map((after, place) => {
    const start = out.length;
    out += fillings[place] ?? '';
    const end = out.length;
    out += after;
    return { start, end };
  });
  return { text: out, kept };
}
