import { describe, expect, test } from '@jest/globals';
import { atItsWord, climb, granted, nextStep, pulledOn } from './renewal.ts';

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

describe('what a camera says with a pull', () => {
  const lease = granted(60_000, 1_000);
  test('keeps the subscription for as long again as it was granted, give or take its whole seconds', () => {
    expect(pulledOn(lease, 60_000, 11_000, 'pulling')).toEqual({ grantedMs: 60_000, endsAtMs: 71_000 });
    expect(pulledOn(lease, 61_000, 11_000, 'renew').endsAtMs).toBe(72_000);
    expect(pulledOn(lease, 40_000, 11_000, 're-create').endsAtMs).toBe(51_000);
  });
  test('leaves the end where it was if it names none, or one that was never granted', () => {
    expect(pulledOn(lease, undefined, 11_000, 'pulling')).toBe(lease);
    expect(pulledOn(lease, 600_000, 11_000, 'renew')).toEqual({ ...lease, saidEndMs: 611_000 });
  });
  test('is all there is of a subscription that bears no Renew', () => {
    expect(atItsWord(lease, 41_000)).toBeUndefined();
    const doubted = pulledOn(lease, 600_000, 11_000, 'pulling');
    expect(atItsWord(doubted, 41_000)).toEqual({ grantedMs: 570_000, endsAtMs: 611_000 });
    expect(pulledOn(lease, 600_000, 11_000, 're-create').endsAtMs).toBe(611_000);
  });
});
