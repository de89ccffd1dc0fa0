import { Failure } from '../base/failure.ts';
import type { Expansion, LexiconEntry, LexiconKind } from '../speech/reading/lexicon.ts';
import { fold } from '../speech/reading/syllable.ts';

/** More would be a table of cases and not a lexicon; 2,000 entries are looked up as fast as one. */
export const MOST_OWN_ENTRIES = 2_000;

/** An entry of a commune's own, as somebody typed it. */
export interface TypedEntry {
  readonly written: string;
  readonly kind: LexiconKind;
  readonly expansions: readonly {
    readonly spoken: string;
    readonly next?: readonly string[] | undefined;
    readonly previous?: readonly string[] | undefined;
  }[];
  readonly doubtful: boolean;
}

/* What a voice would have to read itself: digits and signs. Words, and marks at which it pauses, are its business. */
const UNSAYABLE = /[^\p{L}\p{M} ,'’-]/u;

/**
 * An entry fit for the lexicon: NFC, single spaces, words around it folded. Throws `lexicon.written` (no letter
 * and no digit, or a line break), `lexicon.spoken` (nothing to say, or digits and signs in it),
 * `lexicon.twice` (two ways to say it with no word around to tell them apart).
 */
export function ownEntry(typed: TypedEntry): LexiconEntry {
  const written = tidy(typed.written);
  if (!/[\p{L}\p{N}]/u.test(written) || written.startsWith('#')) throw refused('written', 'lexicon.written');
  const expansions = typed.expansions.map((one, at) => expansionOf(one, `expansions.${at}.spoken`));
  const bare = expansions.filter(({ next, previous }) => next === undefined && previous === undefined);
  if (bare.length > 1) throw refused(`expansions.${expansions.length - 1}.spoken`, 'lexicon.twice');
  // What holds everywhere is tried last, whatever order it was typed in.
  const ordered = [...expansions.filter((one) => !bare.includes(one)), ...bare];
  return {
    written,
    kind: typed.kind,
    expansions: ordered,
    ...(typed.doubtful && bare.length > 0 ? { doubtful: true } : {}),
  };
}

function expansionOf({ spoken, next, previous }: TypedEntry['expansions'][number], path: string): Expansion {
  const said = tidy(spoken);
  if (!/\p{L}/u.test(said) || UNSAYABLE.test(said)) throw refused(path, 'lexicon.spoken');
  const after = words(next);
  const before = words(previous);
  return {
    spoken: said,
    ...(after.length === 0 ? {} : { next: after }),
    ...(before.length === 0 ? {} : { previous: before }),
  };
}

/**
 * The entry that a pick becomes: said so everywhere, or before one word; what was known of the form stays behind it.
 * @param known the entry that stands now, the commune's or the shipped one
 */
export function promoted(
  pick: { readonly written: string; readonly spoken: string; readonly next?: string | undefined },
  known: LexiconEntry | undefined,
): LexiconEntry {
  const kind = known?.kind ?? 'word';
  if (pick.next === undefined || pick.next === '') {
    const others = (known?.expansions ?? []).filter(({ next, previous }) => next ?? previous);
    return ownEntry({
      written: pick.written,
      kind,
      expansions: [...others, { spoken: pick.spoken }],
      doubtful: false,
    });
  }
  const here = { spoken: pick.spoken, next: [pick.next] };
  return ownEntry({
    written: pick.written,
    kind,
    expansions: [here, ...(known?.expansions ?? [])],
    doubtful: known?.doubtful ?? false,
  });
}

function words(given: readonly string[] | undefined): string[] {
  return [...new Set((given ?? []).map((word) => fold(tidy(word))).filter((word) => word !== ''))];
}

function tidy(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

const MESSAGES = {
  'lexicon.written': 'A form needs a letter or a digit',
  'lexicon.spoken': 'Only words can be said: no digits, no signs',
  'lexicon.twice': 'Two ways to say it, and nothing that tells them apart',
} as const;

function refused(path: string, code: keyof typeof MESSAGES): Failure {
  const message = MESSAGES[code];
  return new Failure('invalid', code, message, { fields: [{ path, code, message }] });
}
