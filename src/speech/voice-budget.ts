import { Failure } from '../base/failure.ts';

/** Characters that a commune may send to a paid voice; 0 is no limit. */
export interface Budget {
  readonly perDay: number;
  readonly perMonth: number;
}

/** Characters sent to a paid voice: today, and in this month with today. */
export interface Usage {
  readonly today: number;
  readonly month: number;
}

/** From here on the screens warn. */
const NEAR = 0.8;

export type BudgetState = 'free' | 'near' | 'spent';

export function budgetState({ today, month }: Usage, { perDay, perMonth }: Budget): BudgetState {
  const share = Math.max(perDay === 0 ? 0 : today / perDay, perMonth === 0 ? 0 : month / perMonth);
  if (share >= 1) return 'spent';
  return share >= NEAR ? 'near' : 'free';
}

/**
 * @param usage with what is about to be sent
 * @throws Failure `unavailable`, `speech.voice-budget`
 */
export function refuseBeyondBudget({ today, month }: Usage, { perDay, perMonth }: Budget): void {
  const isOver = (perDay > 0 && today > perDay) || (perMonth > 0 && month > perMonth);
  if (!isOver) return;
  const message = `${today} characters today, ${month} this month: more than the budget`;
  throw new Failure('unavailable', 'speech.voice-budget', message);
}
