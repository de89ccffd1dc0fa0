import { describe, expect, test } from '@jest/globals';
import { Hearing } from './hearing.ts';

const minute = 60_000;

describe('when a detector was heard', () => {
  test('it is silent once its last word is too old, however it was connected', () => {
    const hearing = new Hearing();
    const link = (now: number) => hearing.link('d', null, 5 * minute, now);
    expect(link(1)).toEqual({ link: 'never', heardAt: null });
    hearing.heard('d', 1_000);
    expect(link(1_000 + 5 * minute)).toEqual({ link: 'alive', heardAt: 1_000 });
    expect(link(1_001 + 5 * minute)).toEqual({ link: 'silent', heardAt: 1_000 });
  });

  test('what another service heard counts too, and survives a restart', () => {
    expect(new Hearing().link('d', 2_000, minute, 3_000)).toEqual({ link: 'alive', heardAt: 2_000 });
    expect(new Hearing().link('d', 2_000, minute, 2_001 + minute).link).toBe('silent');
  });

  test('its own word that it stops counts until it is heard again', () => {
    const hearing = new Hearing();
    hearing.heard('d', 1_000);
    hearing.off('d');
    expect(hearing.link('d', null, minute, 2_000).link).toBe('off');
    hearing.heard('d', 3_000);
    expect(hearing.link('d', null, minute, 3_000).link).toBe('alive');
  });

  test('is written down at most once a minute', () => {
    const hearing = new Hearing();
    const kept = [0, 1_000, 59_999, 60_000, 60_001, 125_000].filter((at) => hearing.heard('d', minute + at));
    expect(kept).toEqual([0, 60_000, 125_000]);
  });
});
