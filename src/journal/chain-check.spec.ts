import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { ChainCheck } from './chain-check.ts';
import type { ChainResult } from './chain-check.ts';
import { firstPreviousHash, lineHash, wordsHash } from './journal-line.ts';
import type { JournalLine } from './journal-line.ts';

const communeId = '0190a000-0000-7000-8000-000000000001';

interface Stored {
  line: JournalLine;
  words: { salt: string; words: string } | null;
}

function chainOf(length: number): Stored[] {
  const stored: Stored[] = [];
  for (let number = 1; number <= length; number += 1) {
    const words = number % 3 === 0 ? null : { salt: `salt${number}`, words: `Người thứ ${number}` };
    const open = {
      communeId,
      number,
      at: new Date(1_800_000_000_000 + number * 1_000).toISOString(),
      actorId: number % 4 === 0 ? null : `actor-${number % 5}`,
      action: `announcements.${['approved', 'submitted'][number % 2] ?? ''}`,
      subjectType: 'announcement',
      subjectId: `subject-${number}`,
      facts: { revision: number, hash: 'ab12', nested: { b: [1, 2], a: null } },
      wordsHash: words === null ? '' : wordsHash(words.salt, words.words),
      previousHash: stored.at(-1)?.line.hash ?? firstPreviousHash(communeId),
    };
    stored.push({ line: { ...open, hash: lineHash(open) }, words });
  }
  return stored;
}

function check(stored: readonly Stored[], witnessed: ReadonlyMap<number, string> = new Map()): ChainResult {
  const chain = new ChainCheck(communeId, witnessed);
  for (const { line, words } of [...stored].sort((a, b) => a.line.number - b.line.number))
    chain.take(line, words);
  return chain.end();
}

const edits: readonly ((line: JournalLine) => JournalLine)[] = [
  (line) => ({ ...line, at: new Date(Date.parse(line.at) + 1).toISOString() }),
  (line) => ({ ...line, actorId: line.actorId === null ? 'somebody' : null }),
  (line) => ({ ...line, action: `${line.action}x` }),
  (line) => ({ ...line, subjectType: '' }),
  (line) => ({ ...line, subjectId: `${line.subjectId} ` }),
  (line) => ({ ...line, facts: { ...line.facts, revision: Number(line.facts.revision) + 1 } }),
  (line) => ({ ...line, facts: { ...line.facts, more: 0 } }),
  (line) => ({ ...line, wordsHash: wordsHash('', '') }),
  (line) => ({ ...line, previousHash: lineHash(line) }),
  (line) => ({ ...line, hash: firstPreviousHash(communeId) }),
  (line) => {
    const changed = { ...line, subjectId: 'another' };
    return { ...changed, hash: lineHash(changed) };
  },
];

describe('the check of a chain', () => {
  const length = 60;
  const whole = chainOf(length);
  const place = fc.integer({ min: 0, max: length - 1 });

  test('finds nothing in what was written, whatever order the keys of the facts come back in', () => {
    const turned = whole.map(({ line, words }) => ({
      line: { ...line, facts: Object.fromEntries(Object.entries(line.facts).reverse()) },
      words,
    }));
    expect(check(turned)).toEqual({
      lines: length,
      firstFaultAt: null,
      fault: null,
      lastHash: whole.at(-1)?.line.hash,
    });
    expect(check([])).toMatchObject({ lines: 0, fault: null, lastHash: firstPreviousHash(communeId) });
  });

  test('finds any one edit, at its line', () => {
    fc.assert(
      fc.property(place, fc.constantFrom(...edits), (at, edit) => {
        const last = whole.at(-1)?.line;
        const result = check(
          whole.map((stored, index) => (index === at ? { ...stored, line: edit(stored.line) } : stored)),
          // The last line's own hash computed anew is known to the witness only.
          new Map([[length, last?.hash ?? '']]),
        );
        const rehashed = edit === edits.at(-1);
        // With its own hash computed anew a line holds in itself: the next one tells, or the witness.
        expect(result.firstFaultAt).toBe(rehashed && at < length - 1 ? at + 2 : rehashed ? 1 : at + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  test('finds removed lines, the last ones by the witness', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 10 }), (at, count) => {
        const left = whole.filter((_, index) => index < at || index >= at + count);
        const result = check(left, new Map([[length, whole.at(-1)?.line.hash ?? '']]));
        expect(result).toMatchObject({ firstFaultAt: at + 1, fault: 'removed' });
      }),
    );
    expect(check(whole.slice(0, -1)).fault).toBeNull();
  });

  test('finds two lines that changed places', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        fc.pre(a !== b);
        const [one, other] = [whole[a] as Stored, whole[b] as Stored];
        const swapped = whole.map((stored, index) =>
          index === a
            ? { ...other, line: { ...other.line, number: a + 1 } }
            : index === b
              ? { ...one, line: { ...one.line, number: b + 1 } }
              : stored,
        );
        expect(check(swapped)).toMatchObject({ firstFaultAt: Math.min(a, b) + 1, fault: 'moved' });
      }),
    );
  });

  test('finds a chain computed anew from some line on, by the witness', () => {
    fc.assert(
      fc.property(place, (at) => {
        const forged = whole.map((stored) => ({ ...stored }));
        for (let index = at; index < length; index += 1) {
          const { line, words } = forged[index] as Stored;
          const open = {
            ...line,
            subjectId: index === at ? 'another' : line.subjectId,
            previousHash: forged[index - 1]?.line.hash ?? firstPreviousHash(communeId),
          };
          forged[index] = { line: { ...open, hash: lineHash(open) }, words };
        }
        expect(check(forged).fault).toBeNull();
        const witnessed = new Map(whole.map(({ line }) => [line.number, line.hash]));
        expect(check(forged, witnessed)).toMatchObject({ firstFaultAt: at + 1, fault: 'changed' });
      }),
    );
  });

  test('lets words be erased, and not be changed', () => {
    expect(check(whole.map(({ line }) => ({ line, words: null }))).fault).toBeNull();
    const reworded = whole.map((stored, index) =>
      index === 6 ? { ...stored, words: { salt: 'salt7', words: 'Ai đó khác' } } : stored,
    );
    expect(check(reworded)).toMatchObject({ firstFaultAt: 7, fault: 'words-changed' });
    const addition = whole.map((stored, index) =>
      index === 8 ? { ...stored, words: { salt: '', words: 'x' } } : stored,
    );
    expect(check(addition)).toMatchObject({ firstFaultAt: 9, fault: 'words-changed' });
  });
});
