import type { Lexicon } from './lexicon.ts';
import type { Numbers } from './numbers.ts';
import { fold } from './syllable.ts';

/** What a rule found at the place of the scan: the source up to `end` is said as `spoken`. */
export interface Hit {
  readonly end: number;
  readonly spoken: string;
  /** `theme.what`, stable: shown beside the reading and told apart by later rules. */
  readonly rule: string;
  readonly alternatives?: readonly string[];
  /** Set when a person must look: the stable code of the doubt. */
  readonly doubt?: string;
}

/** A rule looks at the place of the scan, takes a bounded look around, and answers or passes. */
export type Rule = (scan: Scan) => Hit | undefined;

/** How far a rule may look back, in UTF-16 units: what keeps the reading linear. */
const REACH = 72;

/** A text being read from left to right, with what rules may ask about the place that it has come to. */
export class Scan {
  /** The text, lower case and with one tone placement; positions are those of `text`. */
  readonly folded: string;
  at = 0;
  last: (Hit & { readonly start: number }) | undefined;
  private beforeAt = -1;
  private beforeText = '';
  private capitalsAt = -1;
  private capitals = false;

  constructor(
    readonly text: string,
    readonly lexicon: Lexicon,
    readonly say: Numbers,
  ) {
    this.folded = fold(text);
  }

  /** Matches a sticky pattern on the source. */
  match(pattern: RegExp, at = this.at): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.text) ?? undefined;
  }

  /** Matches a sticky pattern on the folded text. */
  sees(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.folded) ?? undefined;
  }

  /** The folded text before the place, without spaces, opening marks and colons at its end. */
  get before(): string {
    if (this.beforeAt !== this.at) {
      this.beforeAt = this.at;
      this.beforeText = trimmed(this.folded.slice(Math.max(0, this.at - REACH), this.at));
    }
    return this.beforeText;
  }

  after(pattern: RegExp): boolean {
    return pattern.test(this.before);
  }

  /** The folded text between the last hit and here, when the last hit was of such a rule. */
  sinceLast(rules: RegExp): string | undefined {
    if (this.last === undefined || !rules.test(this.last.rule)) return undefined;
    return this.folded.slice(this.last.end, this.at);
  }

  /** Whether a line begins here, bullets and spaces apart. */
  get atLineStart(): boolean {
    return (
      /(?:^|\n)[\s\-–—*•+·"“]*$/u.test(this.text.slice(Math.max(0, this.at - 12), this.at)) &&
      this.lineOpens()
    );
  }

  private lineOpens(): boolean {
    return this.at <= 12 || this.text.slice(this.at - 12, this.at).includes('\n');
  }

  /** Whether the words around the place are set in capitals, so that capitals say nothing about a word. */
  get inCapitals(): boolean {
    if (this.at === this.capitalsAt) return this.capitals;
    this.capitalsAt = this.at;
    const left = CAPITALS_LEFT.exec(this.text.slice(Math.max(0, this.at - 48), this.at))?.[0] ?? '';
    const right = CAPITALS_RIGHT.exec(this.text.slice(this.at, this.at + 64))?.[0] ?? '';
    // A mark (BÃO, CẤP) tells words from initialisms: one among the neighbours is enough.
    this.capitals = /[^\p{ASCII}Đ]|ĐI|ĐA/u.test(left + right.replace(/^\p{L}+/u, ''));
    return this.capitals;
  }
}

const CAPITALS_LEFT = /(?:(?<![\p{L}\p{M}\d])[\p{Lu}\p{M}\d]+(?!\p{Ll})[ ,:;.()\-–&/"“]{0,3})+$/u;
const CAPITALS_RIGHT =
  /^[\p{Lu}\p{M}\d]+(?!\p{Ll})(?:[ ,:;.()\-–&/"“]{1,3}[\p{Lu}\p{M}\d]+(?![\p{Ll}\p{Lu}]))*/u;

function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && ' \n"“”‘’\'«([{:'.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/** A pattern for what stands right before a place: one of the words, whole. Words are folded. */
const made = new Map<string, RegExp>();

export function ends(words: string): RegExp {
  const known = made.get(words);
  if (known !== undefined) return known;
  const pattern = new RegExp(`(?<![\\p{L}\\d])(?:${words})$`, 'u');
  made.set(words, pattern);
  return pattern;
}

/** A sticky pattern for what follows: optional spaces, one of the words, whole. Words are folded. */
export function follows(words: string): RegExp {
  return new RegExp(`[ ]{0,2}(?:${words})(?![\\p{L}\\p{M}\\d])`, 'uy');
}

/** Not a letter, a mark or a digit: where a word or a number ends. */
export const WORD_END = '(?![\\p{L}\\p{M}\\d])';
