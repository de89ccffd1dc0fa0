import type { LexiconEntryView } from '../../api/lexicon.ts';
import { words } from '../../words/words.ts';

const w = words.lexicon;
type Place = Pick<LexiconEntryView['expansions'][number], 'next' | 'previous'>;

/* The service's signs for what is no word, and how a person reads them. */
const signs = Object.entries(w.signs);
export const signNames = Object.values(w.signs);
export const nameOfPlace = (word: string): string => signs.find(([sign]) => sign === word)?.[1] ?? word;
export const placeOfName = (name: string): string => signs.find(([, known]) => known === name)?.[0] ?? name;

const listed = (place: readonly string[]): string => place.map((word) => nameOfPlace(word)).join(', ');

/** Where one way of saying holds, to stand behind it; empty where there is nothing to tell. */
export function placesOf({ next, previous }: Place, hasOthers: boolean): string {
  const parts = [
    ...(previous.length === 0 ? [] : [w.afterWords(listed(previous))]),
    ...(next.length === 0 ? [] : [w.beforeWords(listed(next))]),
  ];
  if (parts.length > 0) return ` — ${parts.join(', ')}`;
  return hasOthers ? ` — ${w.elsewhere}` : '';
}
