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
  /** Where an all-capital stretch around the last asked place ends, so that it is measured once. */
  private capitalsUntil = -1;
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

  /** The source between the last hit and here, when the last hit was of such a rule. */
  sinceLast(rules: RegExp): string | undefined {
    if (this.last === undefined || !rules.test(this.last.rule)) return undefined;
    return this.text.slice(this.last.end, this.at);
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

  /** Whether the sentence around the place is set in capitals, so that capitals say nothing. */
  get inCapitals(): boolean {
    if (this.at < this.capitalsUntil) return this.capitals;
    const from = Math.max(this.at - 60, this.text.lastIndexOf('\n', this.at - 1) + 1, 0);
    const stop = this.text.indexOf('\n', this.at);
    const until = Math.min(this.at + 60, stop < 0 ? this.text.length : stop);
    const around = this.text.slice(from, until);
    const words = around.match(/\p{L}{2,}/gu) ?? [];
    const marked = words.filter(
      (word) => word === word.toUpperCase() && /[^\u0000-\u007f]/u.test(word),
    ).length;
    const small = words.filter((word) => word !== word.toUpperCase()).length;
    this.capitals = marked >= 1 && small === 0;
    this.capitalsUntil = this.at + 1;
    return this.capitals;
  }
}

function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && ' \n"“”‘’\'«([{:'.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/** A pattern for what stands right before a place: one of the words, whole. Words are folded. */
export function ends(words: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${words})$`, 'u');
}

/** A sticky pattern for what follows: optional spaces, one of the words, whole. Words are folded. */
export function follows(words: string): RegExp {
  return new RegExp(`[ ]{0,2}(?:${words})(?![\\p{L}\\p{M}\\d])`, 'uy');
}

/** Not a letter, a mark or a digit: where a word or a number ends. */
export const WORD_END = '(?![\\p{L}\\p{M}\\d])';
