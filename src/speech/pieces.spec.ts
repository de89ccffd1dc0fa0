import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { piecesOf, piecesOfLetters } from './pieces.ts';

describe('a long sentence in pieces', () => {
  test('is left whole when it fits', () => {
    expect(piecesOf(' Xin chào bà con. ', 100)).toEqual(['Xin chào bà con.']);
  });

  test('is cut after sentences rather than commas, after commas rather than words', () => {
    expect(piecesOf('aaaa. bbbb, cccc', 11)).toEqual(['aaaa.', 'bbbb, cccc']);
    expect(piecesOf('aaaa bbbb, cccc', 10)).toEqual(['aaaa bbbb,', 'cccc']);
  });

  test('may be measured in letters, however many bytes each has', () => {
    expect(piecesOfLetters('ốốốố, ữữữữ. ởởởở', 11)).toEqual(['ốốốố, ữữữữ.', 'ởởởở']);
  });

  test('loses no letter and never exceeds the limit, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'ố', 'ỡ', ' ', ',', '. ', '; ', '😀'),
      maxLength: 200,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 60 }), (sentence, maximum) => {
        const pieces = piecesOf(sentence, maximum);
        const bare = (one: string) => one.replace(/\s+/gu, '');
        expect(bare(pieces.join(''))).toBe(bare(sentence));
        for (const piece of pieces) {
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maximum);
          expect(piece.trim()).not.toBe('');
        }
      }),
    );
  });
});
