import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { doReadNumber, ReadingConfig } from 'read-vietnamese-number';
import { comparable } from '../../../test/fixtures/corpora/comparing.ts';
import { loadLexicon } from './lexicon.file.ts';
import { readAloud } from './reading.ts';

const seed = Number(process.env.LOA_SEED ?? Date.now() % 1_000_000_007);
const lexicon = loadLexicon('config/lexicon/vi.tsv');
const witness = new ReadingConfig();
witness.unit = [];
const say = (number: number): string => doReadNumber(`${number}`, witness);
const heard = (written: string): string => comparable(readAloud(written, { lexicon }).spoken);

describe('values put in the place of others', () => {
  test('days with a dot between two words of a date are days, in any case of letters', () => {
    process.stdout.write(`mutations: LOA_SEED=${seed}\n`);
    const day = fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 10, max: 12 }));
    fc.assert(
      fc.property(day, fc.constantFrom('trước', 'hạn nộp:', 'SÁNG', 'đến hết', 'kể từ'), ([d, m], lead) => {
        const wanted = `${lead} ngày ${d <= 10 ? 'mùng ' : ''}${say(d)} tháng ${say(m)}`;
        expect(heard(`${lead} ${d}.${m}`)).toBe(comparable(wanted));
      }),
      { seed, numRuns: 500 },
    );
  });

  test('sums of money are said whole, whatever stands for đồng', () => {
    const unit = fc.constantFrom('đ', ' đồng', ' VNĐ', 'đ');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), unit, (thousands, mark) => {
        const written = `${thousands}000`.replaceAll(/\B(?=(?:\d{3})+$)/gu, '.');
        expect(heard(`thu ${written}${mark}`)).toBe(comparable(`thu ${say(thousands * 1000)} đồng`));
      }),
      { seed, numRuns: 500 },
    );
  });
});
