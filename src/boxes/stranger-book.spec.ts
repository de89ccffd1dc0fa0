import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { StrangerBook } from './stranger-book.ts';

const knock = (name: string, address = '192.168.1.9') => ({
  ...{ name, address, reason: 'unknown-client' as const },
});

describe('the book of strangers', () => {
  test('counts the tries of one device, and names the last one first', () => {
    const book = new StrangerBook();
    expect(book.note(knock('a'), 1_000).isNew).toBe(true);
    book.note(knock('b'), 2_000);
    expect(book.note(knock('a'), 3_000).isNew).toBe(false);
    expect(book.of('c').map(({ name, firstAt, lastAt, tries }) => [name, firstAt, lastAt, tries])).toEqual([
      ['a', 1_000, 3_000, 2],
      ['b', 2_000, 2_000, 1],
    ]);
  });

  test('is told to the commune whose device it is, and to everybody where that is not known', () => {
    const book = new StrangerBook();
    book.note(knock('old box'), 1).stranger.communeId = 'ours';
    book.note(knock('who knows'), 2);
    expect(book.of('ours').map(({ name }) => name)).toEqual(['who knows', 'old box']);
    expect(book.of('theirs').map(({ name }) => name)).toEqual(['who knows']);
  });

  test('shows no character that would forge a line of the log or turn a screen around', () => {
    const book = new StrangerBook();
    const { name } = book.note(knock('a\n2026 LOG \u202egnp\0\u2028'), 1).stranger;
    expect(name).toBe('a·2026 LOG ·gnp··');
    expect(book.note(knock('ô'.repeat(500)), 1).stranger.name).toHaveLength(64);
  });

  test('stays small and loses no count, whoever knocks with whatever names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string(), address: fc.constantFrom('a', 'b', 'c') }), {
          maxLength: 300,
        }),
        (knocks) => {
          const book = new StrangerBook(200, 8);
          knocks.forEach(({ name, address }, index) => book.note(knock(name, address), index));
          const all = book.of('');
          expect(all.length).toBeLessThanOrEqual(3 * (8 + 1));
          expect(all.reduce((sum, { tries }) => sum + tries, 0)).toBe(knocks.length);
          const small = new StrangerBook(5, 8);
          knocks.forEach(({ name, address }, index) => small.note(knock(name, address), index));
          expect(small.of('').length).toBeLessThanOrEqual(5);
          expect(small.tries).toBe(knocks.length);
        },
      ),
    );
  });
});
