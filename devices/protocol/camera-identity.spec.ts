import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { compare, isSameCamera, twinOf } from './camera-identity.ts';
import type { Identity } from './camera-identity.ts';

const gate: Identity = { serial: 'DS-2CD1', macs: ['c0:56:e3:00:00:01'], endpoint: 'aa-1' };

describe('by what a camera is known again', () => {
  test('two attributes that agree are enough, one is not', () => {
    expect(isSameCamera(gate, { ...gate, endpoint: null })).toBe(true);
    expect(isSameCamera(gate, { serial: 'ds-2cd1 ', macs: [], endpoint: null })).toBe(false);
  });

  test('one attribute that speaks against it makes it another camera, and a cloned number', () => {
    const other = { ...gate, macs: ['c0:56:e3:00:00:02'] };
    expect(isSameCamera(gate, other)).toBe(false);
    expect(twinOf(gate, other)).toBe('cloned');
    expect(twinOf(gate, gate)).toBe('twice');
    expect(twinOf(gate, { serial: 'x', macs: [], endpoint: null })).toBeNull();
  });

  test('a number that says nothing is none', () => {
    for (const serial of ['000000', '123456789', 'None', ' '])
      expect(compare({ ...gate, serial }, { ...gate, serial }).same).toEqual(['mac', 'endpoint']);
  });

  test('whatever they tell: both ways the same answer, and nothing is known of what one does not tell', () => {
    const identity = fc.record({
      serial: fc.option(fc.constantFrom('a', 'b', '0')),
      macs: fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm3'), { maxLength: 2 }),
      endpoint: fc.option(fc.constantFrom('e1', 'e2')),
    });
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        expect(compare(a, b)).toEqual(compare(b, a));
        expect(isSameCamera(a, b)).toBe(twinOf(a, b) === 'twice');
        expect(compare(a, { serial: null, macs: [], endpoint: null })).toEqual({ same: [], different: [] });
      }),
    );
  });
});
