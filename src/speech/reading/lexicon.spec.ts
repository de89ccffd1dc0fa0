import { describe, expect, test } from '@jest/globals';
import { loadLexicon } from './lexicon.file.ts';
import { Lexicon, parseLexicon } from './lexicon.ts';

describe('the shipped lexicon', () => {
  const { entries } = loadLexicon('config/lexicon/vi.tsv');

  test('holds more than three hundred entries, each said in lower case letters alone', () => {
    expect(entries.length).toBeGreaterThan(300);
    const odd = entries.flatMap(({ written, expansions }) =>
      expansions
        .filter(({ spoken }) => !/^[\p{Ll}\p{M} ]+$/u.test(spoken))
        .map(({ spoken }) => `${written}: ${spoken}`),
    );
    expect(odd).toEqual([]);
  });

  test('offers another way wherever it guesses', () => {
    const alone = entries.filter(({ doubtful, alternatives, expansions }) => {
      return (
        doubtful === true &&
        (alternatives ?? []).length === 0 &&
        new Set(expansions.map(({ spoken }) => spoken)).size < 2
      );
    });
    expect(alone.map(({ written }) => written)).toEqual([]);
  });

  test('never says địa chỉ for đ/c', () => {
    const said = entries
      .filter(({ written }) => written.toLowerCase() === 'đ/c')
      .flatMap(({ expansions }) => expansions.map(({ spoken }) => spoken));
    expect(new Set(said)).toEqual(new Set(['đồng chí']));
  });
});

describe('a lexicon file', () => {
  test('gives one entry for several lines, tried in their order', () => {
    const [entry] = parseLexicon(
      'TT\tadministration\tthông tư\tnext:số|#\nTT\tadministration\ttrung tâm\t?\tthị trấn',
    );
    expect(entry).toEqual({
      written: 'TT',
      kind: 'administration',
      expansions: [{ spoken: 'thông tư', next: ['số', '#'] }, { spoken: 'trung tâm' }],
      doubtful: true,
      alternatives: ['thị trấn'],
    });
  });

  test('names the line that cannot be read', () => {
    expect(() => parseLexicon('# head\nUBND\tnothing\tủy ban')).toThrow(
      expect.objectContaining({ code: 'speech.lexicon-line', details: { line: 2 } }),
    );
  });
});

describe('looking up', () => {
  const lexicon = new Lexicon(
    parseLexicon('AI\ttechnology\tây ai\nKT-XH\tadministration\tkinh tế xã hội\nKT\tsignature\tký thay'),
  );
  const find = (text: string): string | undefined => lexicon.find(text, text.toLowerCase(), 0, '')?.spoken;

  test('takes the longest entry, whole words, and capitals that are a word only as capitals', () => {
    expect(find('KT-XH xã')).toBe('kinh tế xã hội');
    expect(find('KTX')).toBeUndefined();
    expect(find('AI')).toBe('ây ai');
    expect(find('Ai cần')).toBeUndefined();
  });
});
