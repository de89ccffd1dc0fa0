import { Failure } from '../../base/failure.ts';
import { fold, isSyllable } from './syllable.ts';

/** What an entry is: it decides how it is matched (see `matching`), and the console groups by it. */
export const LEXICON_KINDS = [
  'administration',
  'organisation',
  'document',
  'security',
  'health',
  'education',
  'agriculture',
  'society',
  'title',
  'signature',
  'place',
  'person',
  'name',
  'brand',
  'foreign',
  'technology',
  'unit',
  'issuer',
  'web',
  'word',
] as const;
export type LexiconKind = (typeof LEXICON_KINDS)[number];

/** One way to say an entry, and where. Without `next` and `previous` it holds everywhere. */
export interface Expansion {
  readonly spoken: string;
  /** Folded words, one of which follows; `#` a digit, perhaps in a bracket, `^` a word with a capital, `:` a colon, `$` the end. */
  readonly next?: readonly string[];
  /** Folded words, one of which stands right before. */
  readonly previous?: readonly string[];
}

/** A written form and its ways to be said; the first expansion whose place fits is taken. */
export interface LexiconEntry {
  readonly written: string;
  readonly kind: LexiconKind;
  readonly expansions: readonly Expansion[];
  /** Set when an expansion without a condition is a guess that a person must confirm. */
  readonly doubtful?: boolean;
  /** Other right ways to say it, offered to a person. */
  readonly alternatives?: readonly string[];
}

/** An entry found in a text. */
export interface Found {
  readonly entry: LexiconEntry;
  readonly end: number;
  readonly spoken: string;
  readonly guessed: boolean;
  /** The commune's, which no rule overrides. */
  readonly isOwn: boolean;
  readonly alternatives: readonly string[];
}

interface Indexed {
  readonly entry: LexiconEntry;
  readonly folded: string;
  readonly anyCase: boolean;
}

const ANY_CASE: ReadonlySet<LexiconKind> = new Set(['name', 'brand', 'foreign', 'technology', 'word']);
/* After these a full stop belongs to the abbreviation: "TP. Huế", "BS. Lan", "KT. CHỦ TỊCH". */
const WITH_STOP: ReadonlySet<LexiconKind> = new Set(['title', 'place', 'signature']);
/* These are looked up by the rules that know where they stand, never as words of their own. */
const NOT_WORDS: ReadonlySet<LexiconKind> = new Set(['unit', 'issuer', 'web']);

/** Whether two entries are for the same form, so that one stands in the other's place. */
export function sameForm(
  one: Pick<LexiconEntry, 'written' | 'kind'>,
  other: Pick<LexiconEntry, 'written' | 'kind'>,
): boolean {
  const family = (kind: LexiconKind): string => (NOT_WORDS.has(kind) ? kind : '');
  return one.written === other.written && family(one.kind) === family(other.kind);
}

const LETTER = /[\p{L}\p{M}]/u;

/** The words of the country and of the commune, ready to be looked up. Not changed once made. */
export class Lexicon {
  private readonly byStart = new Map<string, Indexed[]>();
  private readonly keyed = new Map<string, LexiconEntry>();

  private readonly own: ReadonlySet<LexiconEntry>;

  /** `own` entries, a commune's, replace those of the same written form. */
  constructor(
    readonly entries: readonly LexiconEntry[],
    own: readonly LexiconEntry[] = [],
    /** Of what is shipped: the first digits of the file's hash. */
    readonly version = 'none',
  ) {
    this.own = new Set(own);
    const replaced = new Set(own.filter(({ kind }) => !NOT_WORDS.has(kind)).map(({ written }) => written));
    const words = new Map<string, Indexed>();
    for (const entry of [
      ...entries.filter(({ kind, written }) => NOT_WORDS.has(kind) || !replaced.has(written)),
      ...own,
    ]) {
      if (NOT_WORDS.has(entry.kind)) {
        this.keyed.set(`${entry.kind} ${entry.written}`, entry);
        const lower = `${entry.kind} ~${entry.written.toLowerCase()}`;
        if (!this.keyed.has(lower) || this.keyed.get(lower)?.written === entry.written)
          this.keyed.set(lower, entry);
      } else {
        const folded = fold(entry.written.normalize('NFC'));
        const anyCase = anyCaseOf(entry, folded);
        words.set(anyCase ? folded : entry.written, { entry, folded, anyCase });
      }
    }
    for (const indexed of words.values()) {
      const start = startOf(indexed.folded);
      const list = this.byStart.get(start);
      if (list === undefined) this.byStart.set(start, [indexed]);
      else list.push(indexed);
    }
    for (const list of this.byStart.values()) list.sort((a, b) => b.folded.length - a.folded.length);
  }

  /** The same lexicon with a commune's own entries, which win. */
  with(own: readonly LexiconEntry[]): Lexicon {
    return new Lexicon(this.entries, own, this.version);
  }

  /** How a unit of measure is said; the case as written first (MB, mb), else any. */
  unit(symbol: string): string | undefined {
    return this.key('unit', symbol);
  }

  /** Who stands behind a code in a document number (BYT: bộ y tế). */
  issuer(code: string): string | undefined {
    return this.key('issuer', code);
  }

  /** How a part of a web address is said. */
  label(part: string): string | undefined {
    return this.key('web', part);
  }

  /** How a word entry of exactly this written form is said where nothing is known of its place. */
  word(written: string): string | undefined {
    const folded = fold(written);
    const found = this.byStart.get(startOf(folded))?.find(({ folded: form }) => form === folded);
    return found?.entry.expansions.find((expansion) => holdsEverywhere(expansion))?.spoken;
  }

  /** The longest entry at a place of a text; `folded` is the text folded. `before` is the folded text before it. */
  find(text: string, folded: string, at: number, before: string): Found | undefined {
    const list = this.byStart.get(startOf(folded.slice(at, at + 24)));
    for (const { entry, folded: form, anyCase } of list ?? []) {
      if (!folded.startsWith(form, at)) continue;
      if (!anyCase && text.slice(at, at + form.length) !== entry.written) continue;
      let end = at + form.length;
      const next = text[end] ?? '';
      const digitsFollow = /\d/u.test(next);
      if (LETTER.test(next) && LETTER.test(form.slice(-1))) continue;
      if (WITH_STOP.has(entry.kind) && next === '.' && /^\.[ ]?[\p{L}\d]/u.test(text.slice(end, end + 3)))
        end += 1;
      const expansion = entry.expansions.find((one) => fits(one, text, folded, end, before));
      if (expansion === undefined) continue;
      if (digitsFollow && end === at + form.length && !(expansion.next?.includes('#') ?? false)) continue;
      const others = [...entry.expansions.map(({ spoken }) => spoken), ...(entry.alternatives ?? [])];
      return {
        entry,
        end,
        spoken: expansion.spoken,
        isOwn: this.own.has(entry),
        guessed: entry.doubtful === true && holdsEverywhere(expansion),
        alternatives: [...new Set(others)].filter((other) => other !== expansion.spoken),
      };
    }
    return undefined;
  }

  private key(kind: LexiconKind, code: string): string | undefined {
    const entry = this.keyed.get(`${kind} ${code}`) ?? this.keyed.get(`${kind} ~${code.toLowerCase()}`);
    return entry?.expansions[0]?.spoken;
  }
}

/** Capitals that are also a word of ours (AI and ai, SIM and sim) are only meant when they are capitals. */
function anyCaseOf(entry: LexiconEntry, folded: string): boolean {
  if (isSyllable(folded) && entry.written !== folded && entry.kind !== 'name') return false;
  return ANY_CASE.has(entry.kind) || folded.length > 2;
}

function holdsEverywhere(expansion: Expansion): boolean {
  return expansion.next === undefined && expansion.previous === undefined;
}

function startOf(folded: string): string {
  return /^[\p{L}\p{M}]+|^\d+|^./u.exec(folded)?.[0] ?? '';
}

function fits(expansion: Expansion, text: string, folded: string, end: number, before: string): boolean {
  if (expansion.previous !== undefined && !expansion.previous.some((word) => endsWithWord(before, word)))
    return false;
  if (expansion.next === undefined) return true;
  let at = end;
  while (text[at] === ' ' || text[at] === '.') at += 1;
  return expansion.next.some((word) => {
    if (word === '#') return /^(?:\(?\+?)\d/u.test(text.slice(at, at + 3));
    if (word === '^') return /\p{Lu}/u.test(text[at] ?? '');
    if (word === ':') return text[at] === ':';
    if (word === '$') return at >= text.length || text[at] === '\n';
    return folded.startsWith(word, at) && !LETTER.test(folded[at + word.length] ?? '');
  });
}

function endsWithWord(before: string, word: string): boolean {
  return before.endsWith(word) && !LETTER.test(before[before.length - word.length - 1] ?? '');
}

/** What `parseLexicon` reads, of entries: what a commune takes home, and brings back. */
export function formatLexicon(entries: readonly LexiconEntry[]): string {
  const lines = entries.flatMap(({ written, kind, expansions, doubtful, alternatives }) =>
    expansions.map((expansion, at) => {
      const { spoken, next, previous } = expansion;
      const where = [
        ...(next === undefined ? [] : [`next:${next.join('|')}`]),
        ...(previous === undefined ? [] : [`previous:${previous.join('|')}`]),
        ...(doubtful === true && holdsEverywhere(expansion) ? ['?'] : []),
      ].join(' ');
      const also = at === 0 ? (alternatives ?? []).join('|') : '';
      return [written, kind, spoken, where, also].join('\t').trimEnd();
    }),
  );
  return `${lines.join('\n')}\n`;
}

/**
 * Reads the file form: one expansion a line, `written<TAB>kind<TAB>spoken<TAB>where<TAB>also`, `#` comments, blank
 * lines free. `where`: `next:a|b`, `previous:a|b` (both may stand, a space between), `?` = a guess, to be confirmed.
 * `also`: other right ways, `|` between. Lines of one written form and kind make one entry, in their order.
 * Throws `speech.lexicon-line` with the number of the line.
 */
export function parseLexicon(file: string): LexiconEntry[] {
  const entries = new Map<string, LexiconEntry>();
  for (const [index, line] of file.normalize('NFC').split(/\r?\n/u).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [written = '', kind = '', spoken = '', where = '', also = ''] = line
      .split('\t')
      .map((cell) => cell.trim());
    if (written === '' || spoken === '' || !isKind(kind)) {
      throw new Failure(
        'invalid',
        'speech.lexicon-line',
        `Line ${index + 1} of the lexicon cannot be read.`,
        {
          details: { line: index + 1 },
        },
      );
    }
    const key = `${kind === 'unit' || kind === 'issuer' || kind === 'web' ? kind : ''} ${written}`;
    const entry = entries.get(key);
    const doubtful = where.split(' ').includes('?');
    entries.set(key, {
      written,
      kind: entry?.kind ?? kind,
      expansions: [...(entry?.expansions ?? []), parseExpansion(spoken, where)],
      ...(doubtful || entry?.doubtful === true ? { doubtful: true } : {}),
      alternatives: [...(entry?.alternatives ?? []), ...also.split('|').filter((one) => one !== '')],
    });
  }
  return [...entries.values()];
}

function parseExpansion(spoken: string, where: string): Expansion {
  const next = /(?:^| )next:(.*?)(?= previous:| \?|$)/u.exec(where)?.[1];
  const previous = /(?:^| )previous:(.*?)(?= next:| \?|$)/u.exec(where)?.[1];
  return {
    spoken,
    ...(next === undefined ? {} : { next: next.split('|').map(fold) }),
    ...(previous === undefined ? {} : { previous: previous.split('|').map(fold) }),
  };
}

function isKind(kind: string): kind is LexiconKind {
  return (LEXICON_KINDS as readonly string[]).includes(kind);
}
