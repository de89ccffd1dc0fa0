import { spell } from './letters.ts';
import type { Found } from './lexicon.ts';
import type { Hit, Scan } from './scan.ts';
import { isSayable, isSyllable } from './syllable.ts';

const WORD = /[\p{L}\p{M}]+/uy;
const INITIALISM = /\p{Lu}[\p{Lu}&]*(?:[-–/.]\p{Lu}{2,})*(?![\p{L}\p{M}])/uy;

/** What the commune's own lexicon says goes before every rule. */
export function ownWord(scan: Scan): Hit | undefined {
  if (/[\p{L}\p{M}\d]$/u.test(scan.text.slice(Math.max(0, scan.at - 1), scan.at))) return undefined;
  const found = scan.lexicon.find(scan.text, scan.folded, scan.at, scan.before);
  return found?.isOwn === true ? hitOf(found) : undefined;
}

/** What the lexicon knows, by its place. */
export function knownWord(scan: Scan): Hit | undefined {
  const found = scan.lexicon.find(scan.text, scan.folded, scan.at, scan.before);
  if (found === undefined) return undefined;
  if (scan.inCapitals && isSyllable(found.entry.written.toLowerCase()) && found.entry.written.length > 1) {
    // "LAN" and "SIM" in a line of capitals are as likely words of ours.
    return undefined;
  }
  return hitOf(found);
}

function hitOf({ entry, end, spoken, alternatives, guessed }: Found): Hit {
  return {
    end,
    spoken,
    rule: `lexicon.${entry.kind}`,
    alternatives,
    ...(guessed ? { doubt: 'reading.ambiguous-abbreviation' } : {}),
  };
}

/** Capitals that are no word: letter by letter, and a person must say what they stand for. */
export function unknownInitialism(scan: Scan): Hit | undefined {
  const found = scan.match(INITIALISM);
  if (found === undefined || found[0].length < 2) return undefined;
  const letters = found[0];
  const lower = letters.toLowerCase();
  const parts = lower.split(/[-–/.&]/u).filter((part) => part !== '');
  if (
    parts.every(
      (part) =>
        (isSyllable(part) && (scan.inCapitals || /\P{ASCII}/u.test(part) || part.length > 3)) ||
        (isSayable(part) && (scan.inCapitals || part.length > 4)),
    )
  ) {
    return undefined;
  }
  // "TẠ/HA": words set in capitals, each for itself.
  if (isSyllable(parts[0] ?? '') && /[^\p{ASCII}đ]/u.test(parts[0] ?? '')) return undefined;
  // "XEM" in a line of small letters is set in capitals for emphasis, and yet might be an abbreviation.
  if (parts.length === 1 && lower.length > 2 && isSyllable(lower)) {
    return {
      end: scan.at + letters.length,
      spoken: lower,
      rule: 'text.capitals',
      alternatives: [spell(lower)],
      doubt: 'reading.word-or-abbreviation',
    };
  }
  // Inside a hyphenated or slashed run each half the lexicon knows is said in full.
  const said = letters.split(/[-–/.&]/u).map((part) => {
    if (part === '') return '';
    return (
      scan.lexicon.word(part) ??
      (isSyllable(part.toLowerCase()) && scan.inCapitals ? part.toLowerCase() : spell(part))
    );
  });
  const known = letters
    .split(/[-–/.&]/u)
    .every((part) => part === '' || scan.lexicon.word(part) !== undefined);
  const joined = /&/u.test(letters) ? ' và ' : ' ';
  return {
    end: scan.at + letters.length,
    spoken: said.filter((part) => part !== '').join(joined),
    rule: known ? 'abbreviation.joined' : 'abbreviation.unknown',
    ...(known ? {} : { doubt: 'reading.unknown-abbreviation' }),
  };
}

/** Lower-case letters without a vowel ("tgian" has one, "đkkd" none): an abbreviation that nobody explained. */
export function unknownShort(scan: Scan): Hit | undefined {
  const found = scan.match(WORD);
  if (found === undefined || found[0].length < 2) return undefined;
  const word = found[0].toLowerCase();
  if (!/^[bcdđfghjklmnpqrstvwxz]{2,}$/u.test(word)) return undefined;
  return {
    end: scan.at + found[0].length,
    spoken: spell(word),
    rule: 'abbreviation.unknown',
    doubt: 'reading.unknown-abbreviation',
  };
}

/** Words set in capitals are said as words, so that no engine spells them. */
export function capitals(scan: Scan): Hit | undefined {
  const found = scan.match(/\p{Lu}[\p{Lu}\p{M}]+(?![\p{L}\p{M}])/uy);
  if (found === undefined) return undefined;
  return { end: scan.at + found[0].length, spoken: found[0].toLowerCase(), rule: 'text.capitals' };
}
