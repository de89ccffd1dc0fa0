import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Receipt } from '../../devices/protocol/messages.ts';
import { isNews, openStates, reportOf } from './airing.ts';
import { airingStates } from './broadcast.view.ts';
import type { AiringState } from './broadcast.view.ts';

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;
const head = {
  ...{ seq: 1, at: 5, kind: 'airing' as const, airing: 'a', broadcast: 'b', nominalAt: 1 },
};
const receipts: AiringReceipt[] = [
  { ...head, state: 'started', startedAt: 2 },
  { ...head, state: 'played', startedAt: 2, endedAt: 4, seconds: 0.002 },
  { ...head, state: 'stopped', startedAt: 2, endedAt: 3, seconds: 0.001 },
  { ...head, state: 'interrupted', startedAt: 2, endedAt: 3, seconds: 0.001 },
  { ...head, state: 'missed', reason: 'no-audio' },
];
/** Final by the pole's own word. */
const sworn: AiringState[] = ['played', 'cut', 'stopped', 'interrupted', 'missed'];

describe('The ledger', () => {
  test('takes over what the pole says, times and reason included', () => {
    expect(reportOf(receipts[1] ?? fail())).toEqual({
      ...{ state: 'played', reason: null, startedAt: 2, endedAt: 4, seconds: 0.002 },
    });
    expect(reportOf(receipts[4] ?? fail())).toMatchObject({
      state: 'missed',
      reason: 'no-audio',
      startedAt: null,
    });
  });

  test('a final word of the pole stands, whatever comes after, in whatever order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...airingStates),
        fc.array(fc.constantFrom(...receipts), { maxLength: 8 }),
        (start, arriving) => {
          let state: AiringState = start;
          let final: AiringState | null = sworn.includes(start) ? start : null;
          for (const receipt of arriving) {
            const report = reportOf(receipt);
            if (isNews(state, report)) state = report.state;
            if (final !== null) expect(state).toBe(final);
            else if (sworn.includes(state)) final = state;
          }
        },
      ),
    );
  });

  test('the service’s own words give way to the pole’s', () => {
    for (const own of ['cancelled', 'unreported', ...openStates] as const) {
      expect(isNews(own, reportOf(receipts[1] ?? fail()))).toBe(true);
    }
    expect(isNews('started', reportOf(receipts[0] ?? fail()))).toBe(false);
  });
});

function fail(): never {
  throw new Error('no such receipt');
}
