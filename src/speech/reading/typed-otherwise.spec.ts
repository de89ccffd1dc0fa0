import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { judge, parseCorpus } from '../../../test/fixtures/corpora/comparing.ts';
import { loadLexicon } from './lexicon.file.ts';
import { read } from './mutations.testing.ts';
import { readAloud } from './reading.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');

describe('the rows of the corpora, typed otherwise', () => {
  const rows = ['reading', 'reading-own', 'reading-unseen']
    .flatMap((name) => parseCorpus(readFileSync(`test/fixtures/corpora/${name}.tsv`, 'utf8')))
    .filter(({ category }) => category !== 'legacy_encoding');

  /** Rows that come out wrong, or without the doubt that they had. */
  function changed(change: (written: string) => string, categories?: ReadonlySet<string>): string[] {
    return rows
      .filter(({ category }) => categories?.has(category) ?? true)
      .flatMap((row) => {
        const written = change(row.written);
        const { spoken, doubts } = read(written);
        return judge(row, spoken, doubts.length > 0).exact ? [] : [`${written} → ${spoken}`];
      });
  }

  test('decomposed letters change nothing', () => {
    expect(changed((written) => written.normalize('NFD'))).toEqual([]);
  });

  test('spaces too many, unbreakable and around the text change nothing', () => {
    expect(changed((written) => `  ${written.replaceAll(' ', '  ')}\t`)).toEqual([]);
    expect(changed((written) => written.replaceAll(' ', '\u00a0'))).toEqual([]);
  });

  test('letters of other alphabets and marks that nobody sees change nothing', () => {
    const alike: Readonly<Record<string, string>> = { a: 'а', o: 'о', e: 'е', c: 'с', p: 'р', đ: 'ð' };
    const typed = new Set(['url_email', 'unicode']);
    const foreign = (text: string): string =>
      text.replaceAll(/[aoecpđ]/gu, (letter) => alike[letter] ?? letter);
    const plain = new Set(rows.map(({ category }) => category).filter((category) => !typed.has(category)));
    expect(changed(foreign, plain)).toEqual([]);
    expect(changed((written) => `\u202b${written.replaceAll(' ', '\u200b ')}\u202c`)).toEqual([]);
  });

  test('a heading in capitals is never read wrong without a doubt', () => {
    const numbers = new Set(
      'cardinal thousands percent date time lunar ordinal range fraction_ratio weather phone money'.split(
        ' ',
      ),
    );
    const silent = rows
      .filter(({ category }) => numbers.has(category))
      .flatMap((row) => {
        const written = row.written.toUpperCase();
        const { spoken, doubts } = read(written);
        return doubts.length > 0 || judge(row, spoken, false).exact ? [] : [`${written} → ${spoken}`];
      });
    expect(silent).toEqual([]);
  });

  test('the south differs in ngàn for nghìn and lẻ for linh alone, and doubts the same', () => {
    const other: Readonly<Record<string, string>> = { nghìn: 'ngàn', linh: 'lẻ' };
    const announced = readFileSync('test/fixtures/corpora/announcements.jsonl', 'utf8').trim().split('\n');
    const texts = [
      ...rows.map(({ written }) => written),
      ...announced.map((line) => (JSON.parse(line) as { text: string }).text),
    ];
    let told = 0;
    for (const text of texts) {
      const [north, south] = (['north', 'south'] as const).map((profile) =>
        readAloud(text, { lexicon, profile }),
      );
      const words = south?.spoken.split(' ') ?? [];
      const strange = north?.spoken.split(' ').filter((word, at) => {
        const same = word === words[at];
        const bare = (said: string | undefined): string => (said ?? '').replaceAll(/\P{L}/gu, '');
        if (!same) told += 1;
        return !same && other[bare(word)] !== bare(words[at]);
      });
      expect([text, strange]).toEqual([text, []]);
      expect(south?.doubts.map(({ code, written }) => [code, written])).toEqual(
        north?.doubts.map(({ code, written }) => [code, written]),
      );
    }
    expect(told).toBeGreaterThan(100);
  });
});
