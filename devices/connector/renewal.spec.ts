import { describe, expect, test } from '@jest/globals';
import { climb, nextStep } from './renewal.ts';

describe('a subscription', () => {
  test('is only pulled while its camera says that enough of it is left', () => {
    expect(nextStep('pulling', 60_000, 10_000)).toBe('pulling');
    expect(nextStep('re-create', 21_000, 10_000)).toBe('pulling');
  });
  test('is repaired before it ends, in the way that this camera bears', () => {
    expect(nextStep('pulling', 20_000, 10_000)).toBe('renew');
    expect(nextStep('renew', 20_000, 10_000)).toBe('renew');
    expect(nextStep('re-create', 5_000, 10_000)).toBe('re-create');
  });
  test('whose Renew was refused is made anew from then on', () => {
    expect([climb('pulling'), climb('renew'), climb('re-create')]).toEqual([
      'renew',
      're-create',
      're-create',
    ]);
  });
});
