import { describe, expect, test } from '@jest/globals';
import { isDefaultPassword } from './default-password.ts';
import { makersPairs, miraiPairs } from './default-passwords.data.ts';

describe('a password that everybody knows', () => {
  test('all 61 pairs of Mirai and every maker’s default are found', () => {
    expect(miraiPairs).toHaveLength(61);
    const missed = [...miraiPairs, ...makersPairs].filter(([user, word]) => !isDefaultPassword(user, word));
    expect(missed).toEqual([]);
    expect([...miraiPairs, ...makersPairs].every(([user]) => /^\S+$/.test(user))).toBe(true);
  });

  test('also with another user, in other letters, and the user’s own name', () => {
    expect(isDefaultPassword('onvif', 'XC3511')).toBe(true);
    expect(isDefaultPassword('xem', 'xem')).toBe(true);
    expect(isDefaultPassword('', '')).toBe(true);
  });

  test('one that somebody thought of is none', () => {
    for (const word of ['mật khẩu&<1>', 'Cho-Tan-Tien-7', 'admin12345!x', 'hik1234567'])
      expect(isDefaultPassword('admin', word)).toBe(false);
  });
});
