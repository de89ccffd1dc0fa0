import { expect } from '@jest/globals';
import type { Arbitrary } from 'fast-check';
import { comparable } from '../../../test/fixtures/corpora/comparing.ts';
import { fc } from '../../../test/property.ts';
import { loadLexicon } from './lexicon.file.ts';
import { readAloud, type Reading } from './reading.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');
export const read = (written: string): Reading => readAloud(written, { lexicon });
/** 5 → "05". */
export const two = (number: number): string => `${number}`.padStart(2, '0');
export const oneOf = <T>(...values: T[]): Arbitrary<T> => fc.constantFrom(...values);
export const whole = (min: number, max: number): Arbitrary<number> => fc.integer({ min, max });

/** Every pair of what is written and what the oracle says comes out alike and without a doubt. */
export function agree(pairs: Arbitrary<readonly [string, string]>, numRuns = 600): void {
  fc.assert(
    fc.property(pairs, ([written, wanted]) => {
      const { spoken, doubts } = read(written);
      expect([written, comparable(spoken), doubts]).toEqual([written, comparable(wanted), []]);
    }),
    { numRuns },
  );
}

/** Each is raised as a doubt, whatever is said by default. */
export function doubted(texts: Arbitrary<string>, numRuns = 300): void {
  fc.assert(
    fc.property(texts, (written) => {
      expect([written, read(written).doubts.length > 0]).toEqual([written, true]);
    }),
    { numRuns },
  );
}
