import { describe, expect, test } from '@jest/globals';
import { AccountLock } from './account-lock.ts';

describe('a simulated account', () => {
  test('is shut by its last refusal in a row, for half an hour', () => {
    const lock = new AccountLock(5);
    for (let turn = 0; turn < 4; turn += 1) lock.refused(turn);
    lock.opened();
    for (let turn = 0; turn < 4; turn += 1) lock.refused(turn);
    expect([lock.isShut(4), lock.times]).toEqual([false, 0]);
    lock.refused(5);
    expect([lock.isShut(5), lock.isShut(1_800_004), lock.isShut(1_800_005)]).toEqual([true, true, false]);
    expect(lock.times).toBe(1);
  });
});
