import { readFileSync } from 'node:fs';
import { Lexicon, parseLexicon } from './lexicon.ts';

/** The shipped lexicon; `path` is that of `config/lexicon/vi.tsv`. Read once, at start. */
export function loadLexicon(path: string): Lexicon {
  return new Lexicon(parseLexicon(readFileSync(path, 'utf8')));
}
