import { capitals, knownWord, ownWord, unknownInitialism, unknownShort } from './abbreviations.ts';
import { Assembly, type SpokenSpan } from './assembly.ts';
import { coordinate } from './coordinates.ts';
import {
  formCode,
  letterCode,
  letteredNumber,
  milestone,
  network,
  numberTriple,
  road,
  singleLetter,
} from './codes.ts';
import { dayOrMonth, fullDate } from './dates.ts';
import { documentNumber, standard } from './documents.ts';
import { dotted } from './dotted.ts';
import { ratio } from './fractions.ts';
import type { Lexicon } from './lexicon.ts';
import { bareNumber, foreignDigit } from './numerals.ts';
import { Numbers, type ReadingProfile } from './numbers.ts';
import { identifier, phone } from './phones.ts';
import { moneyInFront, per, perNumber, quantity, unitWord } from './quantities.ts';
import { rangeOfRanges } from './ranges.ts';
import { repair } from './repair.ts';
import { ordinalNumber, roman, weekdayShort } from './roman.ts';
import { Scan, type Hit, type Rule } from './scan.ts';
import { splitSentences } from './sentences.ts';
import { slashedPair } from './short-dates.ts';
import { minus, namedSign, range, times, yearOfPart } from './symbols.ts';
import { timeOfDay } from './times.ts';
import { webAddress } from './web.ts';

export type { SpokenSpan } from './assembly.ts';

/** A place where a person must say what is meant. Positions are those of `Reading.written`. */
export interface Doubt {
  start: number;
  end: number;
  written: string;
  /** Stable: `reading.unknown-abbreviation`, `reading.impossible-date`, … */
  code: string;
  /** What is said as long as nobody picks. */
  default: string;
  alternatives: string[];
  /** Which of several equal written forms this is, from 1. */
  occurrence: number;
}

/** A text and how it will be said. */
export interface Reading {
  /** The text as read: NFC, look-alikes repaired, old encodings converted. */
  written: string;
  spoken: string;
  /** `spoken` split for synthesis, each with the mark that gives the pause. */
  sentences: string[];
  spans: SpokenSpan[];
  doubts: Doubt[];
  /** The old encoding that the text came in, if it did. */
  convertedFrom?: string;
}

/** A stretch of the text whose reading is known: the field of a form, read by its type. */
export interface Given {
  /** In UTF-16 units of the text as handed in, the end excluded. */
  readonly start: number;
  readonly end: number;
  readonly spoken: string;
  readonly rule: string;
}

export interface ReadingOptions {
  lexicon: Lexicon;
  /** North by default: nghìn, linh; south: ngàn, lẻ. */
  profile?: ReadingProfile;
  /** What people chose: by written form, or by `form#2` for its second occurrence alone. A pick ends the doubt. */
  picks?: Record<string, string>;
  /** In order and apart. Taken as they are: no rule reads them again or reaches into them, none is a doubt. */
  given?: readonly Given[];
}

/* The order is the meaning: the first rule that answers wins. */
const AT_DIGIT: readonly Rule[] = [
  ownWord,
  webAddress,
  documentNumber,
  identifier,
  fullDate,
  phone,
  network,
  timeOfDay,
  dotted,
  slashedPair,
  ratio,
  numberTriple,
  coordinate,
  rangeOfRanges,
  dayOrMonth,
  ordinalNumber,
  quantity,
  letteredNumber,
  bareNumber,
];
const AT_LETTER: readonly Rule[] = [
  ownWord,
  webAddress,
  identifier,
  times,
  moneyInFront,
  standard,
  formCode,
  road,
  milestone,
  weekdayShort,
  roman,
  knownWord,
  unitWord,
  letterCode,
  namedSign,
  singleLetter,
  unknownInitialism,
  unknownShort,
  capitals,
];
const AT_SIGN: readonly Rule[] = [
  phone,
  moneyInFront,
  yearOfPart,
  range,
  minus,
  per,
  perNumber,
  namedSign,
  foreignDigit,
];

const WORD = /[\p{L}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*/uy;
const SPACE = / +/uy;

/**
 * How a text will be said. Throws `Failure('invalid', …)`: `speech.empty`, `speech.too-long` (over 20,000
 * characters), `speech.only-symbols`, `speech.undecodable`, `speech.legacy-encoding`; `RangeError` when what is
 * given overlaps or lies outside of the text.
 */
export function readAloud(text: string, options: ReadingOptions): Reading {
  const given = options.given ?? [];
  const { text: written, kept, convertedFrom } = repair(text, given);
  const scan = new Scan(written, options.lexicon, new Numbers(options.profile ?? 'north'));
  const assembly = new Assembly(written);
  const doubts: Doubt[] = [];
  const seen = new Map<string, number>();
  let next = 0;
  while (scan.at < written.length) {
    const place = kept[next];
    if (place?.start === scan.at) {
      const { spoken, rule } = given[next] ?? { spoken: '', rule: '' };
      const hit = { end: place.end, spoken: spoken.normalize('NFC').trim(), rule };
      assembly.replace(place.start, hit);
      scan.last = { ...hit, start: place.start };
      scan.at = place.end;
      next += 1;
      continue;
    }
    const limit = place?.start ?? written.length;
    const hit = apply(scan, limit);
    if (hit === undefined) {
      scan.at = keep(scan, assembly, limit);
      continue;
    }
    const start = scan.at;
    const chosen = settle(scan, hit, options.picks ?? {}, doubts, seen);
    assembly.replace(start, chosen);
    // Words in capitals are words: they do not come between a number and what belongs to it.
    if (hit.rule !== 'text.capitals') scan.last = { ...hit, start };
    scan.at = hit.end;
  }
  const { spoken } = assembly;
  return {
    written,
    spoken,
    sentences: splitSentences(spoken),
    spans: assembly.spans,
    doubts,
    ...(convertedFrom === undefined ? {} : { convertedFrom }),
  };
}

function apply(scan: Scan, limit: number): Hit | undefined {
  const character = scan.text[scan.at] ?? '';
  if (character === ' ' || character === '\n') return undefined;
  const rules = /\d/u.test(character) ? AT_DIGIT : /[\p{L}\p{M}]/u.test(character) ? AT_LETTER : AT_SIGN;
  for (const rule of rules) {
    const hit = rule(scan);
    if (hit !== undefined && hit.end > scan.at && hit.end <= limit) return hit;
  }
  return undefined;
}

/** A pick of a person replaces what the rules said; without one, what they doubt is noted. */
function settle(
  scan: Scan,
  hit: Hit,
  picks: Record<string, string>,
  doubts: Doubt[],
  seen: Map<string, number>,
): Hit {
  const written = scan.text.slice(scan.at, hit.end);
  const occurrence = (seen.get(written) ?? 0) + 1;
  seen.set(written, occurrence);
  const pick = own(picks, `${written}#${occurrence}`) ?? own(picks, written);
  if (pick !== undefined && pick.trim() !== '') {
    const others = [hit.spoken, ...(hit.alternatives ?? [])];
    return { end: hit.end, spoken: pick.normalize('NFC').trim(), rule: 'pick', alternatives: others };
  }
  if (hit.doubt !== undefined) {
    const alternatives = [...new Set(hit.alternatives ?? [])].filter((other) => other !== hit.spoken);
    doubts.push({
      start: scan.at,
      end: hit.end,
      written,
      code: hit.doubt,
      default: hit.spoken,
      alternatives,
      occurrence,
    });
  }
  return hit;
}

function own(picks: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(picks, key) ? picks[key] : undefined;
}

/** What no rule wants: words stay, marks become pauses, everything else is silent. Returns where to go on. */
function keep(scan: Scan, assembly: Assembly, limit: number): number {
  const { text, at } = scan;
  const space = scan.match(SPACE);
  if (space !== undefined) return at + space[0].length;
  const word = scan.match(WORD);
  if (word !== undefined) {
    const end = Math.min(at + word[0].length, limit);
    assembly.keep(at, end);
    return end;
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 32);
  const mark = markFor(scan, character);
  if (mark !== '') assembly.pause(mark);
  return at + character.length;
}

function markFor(scan: Scan, character: string): string {
  if (character === '\n') return '.';
  if (',:;.?!'.includes(character)) return character;
  if (character === '…') return '.';
  if ('()[]{}|•·→'.includes(character)) return ',';
  if ('-–—−'.includes(character)) {
    const tight =
      /[\p{L}\p{M}\d]/u.test(scan.text[scan.at - 1] ?? '') &&
      /[\p{Ll}\d]/u.test(scan.text[scan.at + 1] ?? '');
    return tight ? '' : ',';
  }
  return '';
}
