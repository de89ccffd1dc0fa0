import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Lexicon, parseLexicon } from './lexicon.ts';

/** The shipped lexicon; `path` is that of `config/lexicon/vi.tsv`. Read once, at start. */
export function loadLexicon(path: string): Lexicon {
  const file = readFileSync(path, 'utf8');
  return new Lexicon(parseLexicon(file), [], createHash('sha256').update(file).digest('hex').slice(0, 8));
}
