import { describe, expect, test } from '@jest/globals';
import { budgetState, refuseBeyondBudget } from './voice-budget.ts';

const budget = { perDay: 100, perMonth: 1_000 };

describe('the budget of a paid voice', () => {
  test.each([
    [79, 790, 'free'],
    [80, 80, 'near'],
    [0, 800, 'near'],
    [100, 100, 'spent'],
    [5, 1_000, 'spent'],
  ])('%d today and %d this month is %s', (today, month, state) => {
    expect(budgetState({ today, month }, budget)).toBe(state);
  });

  test('may be used to its last character and no further', () => {
    expect(() => refuseBeyondBudget({ today: 100, month: 1_000 }, budget)).not.toThrow();
    expect(() => refuseBeyondBudget({ today: 101, month: 500 }, budget)).toThrow(/budget/);
    expect(() => refuseBeyondBudget({ today: 1, month: 1_001 }, budget)).toThrow(/budget/);
  });

  test('of nothing is none', () => {
    const none = { perDay: 0, perMonth: 0 };
    expect(budgetState({ today: 1e9, month: 1e9 }, none)).toBe('free');
    expect(() => refuseBeyondBudget({ today: 1e9, month: 1e9 }, none)).not.toThrow();
  });
});
