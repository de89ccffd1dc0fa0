import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { judge, parseCorpus, type CorpusRow } from '../../../test/fixtures/corpora/comparing.ts';
import { loadLexicon } from './lexicon.file.ts';
import { readAloud } from './reading.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');
const given = parseCorpus(readFileSync('test/fixtures/corpora/reading.tsv', 'utf8'));
const own = [
  ...parseCorpus(readFileSync('test/fixtures/corpora/reading-own.tsv', 'utf8')),
  ...parseCorpus(readFileSync('test/fixtures/corpora/reading-unseen.tsv', 'utf8')),
];

function misses(rows: readonly CorpusRow[]): string[] {
  return rows.flatMap((row) => {
    const { spoken, doubts } = readAloud(row.written, { lexicon });
    return judge(row, spoken, doubts.length > 0).exact ? [] : [`${row.written} → ${spoken}`];
  });
}

describe('the corpus of announcements', () => {
  test.each([...new Set(given.map(({ category }) => category))])(
    '%s is read as the conventions say',
    (category) => {
      const rows = given.filter((row) => row.category === category);
      expect(rows.length).toBeGreaterThan(0);
      expect(misses(rows)).toEqual([]);
    },
  );
});

describe('rows of our own', () => {
  test.each([...new Set(own.map(({ category }) => category))])('%s', (category) => {
    expect(misses(own.filter((row) => row.category === category))).toEqual([]);
  });
});

describe('the thirty announcements', () => {
  const texts = readFileSync('test/fixtures/corpora/announcements.jsonl', 'utf8').trim().split('\n');

  test.each(
    texts.map((line) => JSON.parse(line) as { id: string; text: string }).map(({ id, text }) => [id, text]),
  )('%s is read without a doubt and without a digit left', (_id, text) => {
    const { spoken, doubts, sentences } = readAloud(text, { lexicon });
    expect(doubts).toEqual([]);
    expect(spoken).not.toMatch(/\d/u);
    expect(sentences.join(' ')).toBe(spoken);
  });
});
