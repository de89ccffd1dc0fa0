import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { Failure } from '../base/failure.ts';
import { byListOrder, heardInOrder, languages, missingFrom, refuseBadLanguages } from './language.ts';
import { Village } from './village.ts';

const codes = languages.map(({ code }) => code);
const some = fc.uniqueArray(fc.constantFrom(...codes), { minLength: 1, maxLength: 6 });

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'done';
}

describe('the languages of the list', () => {
  test('have a code each, Vietnamese first, and names in composed letters', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes[0]).toBe('vi');
    for (const { code, name, ownName } of languages) {
      expect(code).toMatch(/^(vi|[a-z]{3})$/);
      for (const each of [name, ownName]) expect(each).toBe(each.normalize('NFC'));
    }
    expect([...codes].reverse().sort(byListOrder)).toEqual(codes);
  });
});

describe('what a village hears', () => {
  test('is what there is, in its order: nothing in the place of what is missing, and nothing twice', () => {
    fc.assert(
      fc.property(some, some, (order, made) => {
        const versions = made.map((language) => ({ language }));
        const heard = heardInOrder(order, versions).map(({ language }) => language);
        expect(heard).toEqual(order.filter((code) => made.includes(code)));
        expect(heard.filter((code) => code === 'vi').length).toBeLessThanOrEqual(1);
        if (!order.includes('vi')) expect(heard).not.toContain('vi');
        expect([...heard, ...missingFrom(order, new Set(made))].sort()).toEqual([...order].sort());
      }),
    );
  });

  test('is Vietnamese alone until somebody says otherwise', () => {
    const at = { communeId: 'c', id: 'v', position: 0 };
    expect(Village.found(at, { word: 'buôn', name: 'Ea Mlang' }).languages).toEqual(['vi']);
    const village = Village.found(at, { word: 'buôn', name: 'Ea Mlang', languages: ['rad', 'vi'] });
    village.change({ name: 'Ea Mlăng' });
    expect(village.languages).toEqual(['rad', 'vi']);
  });

  test('is never nothing, unknown or named twice', () => {
    expect(codeOf(() => refuseBadLanguages([]))).toBe('villages.no-language');
    expect(codeOf(() => refuseBadLanguages(['xx']))).toBe('villages.unknown-language');
    expect(codeOf(() => refuseBadLanguages(['vi', 'rad', 'vi']))).toBe('villages.language-twice');
    expect(codeOf(() => refuseBadLanguages(['rad', 'vi']))).toBe('done');
  });
});
