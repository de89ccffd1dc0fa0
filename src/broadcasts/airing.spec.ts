import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import type { Receipt } from '../../devices/protocol/pole-messages.ts';
import { enter, openStates } from './airing.ts';
import type { Before } from './airing.ts';
import { airingStates } from './broadcast.view.ts';
import type { AiringState } from './broadcast.view.ts';

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;
const head = {
  ...{ seq: 1, at: 5, kind: 'airing' as const, airing: 'a', broadcast: 'b', nominalAt: 1 },
};
const started: AiringReceipt = { ...head, state: 'started', startedAt: 2_000 };
const paused: AiringReceipt = { ...head, state: 'paused', startedAt: 2_000, endedAt: 5_000, seconds: 3 };
const resumed: AiringReceipt = { ...head, state: 'resumed', startedAt: 9_000, fromSeconds: 3 };
const played: AiringReceipt = { ...head, state: 'played', startedAt: 2_000, endedAt: 11_000, seconds: 5 };
const cut: AiringReceipt = { ...head, state: 'cut', startedAt: 2_000, endedAt: 5_000, seconds: 3 };
const receipts: AiringReceipt[] = [
  ...[started, paused, resumed, played],
  { ...head, state: 'stopped', startedAt: 2_000, endedAt: 3_000, seconds: 1 },
  { ...head, state: 'interrupted', startedAt: 2_000, endedAt: 3_000, seconds: 1 },
  { ...head, state: 'missed', reason: 'no-audio' },
];
/** Final by the pole's own word. */
const sworn: AiringState[] = ['played', 'cut', 'stopped', 'interrupted', 'missed'];

function after(given: readonly AiringReceipt[]): Before {
  return given.reduce<Before>((line, receipt) => enter(line, receipt) ?? line, {
    state: 'planned',
    parts: [],
  });
}

describe('The ledger', () => {
  test('takes over what the pole says, times and reason included', () => {
    expect(enter({ state: 'started', parts: [] }, played)).toEqual({
      ...{ state: 'played', reason: null, startedAt: 2_000, endedAt: 11_000, seconds: 5 },
      parts: [{ startedAt: 2_000, endedAt: 11_000, seconds: 5 }],
    });
    expect(
      enter({ state: 'planned', parts: [] }, { ...head, state: 'missed', reason: 'no-audio' }),
    ).toMatchObject({
      ...{ state: 'missed', reason: 'no-audio', startedAt: null },
    });
  });

  test('keeps the parts of what was cut and went on, in whatever order they are told before the end', () => {
    const parts = [
      { startedAt: 2_000, endedAt: 5_000, seconds: 3 },
      { startedAt: 9_000, endedAt: 11_000, seconds: 2 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([started, paused, resumed], { minLength: 3 }), (order) => {
        const running = after(order);
        // A late "started" of a part that has ended meanwhile changes nothing.
        expect(running.state).toBe('started');
        expect(after([...order, played])).toMatchObject({ state: 'played', parts });
      }),
    );
    expect(after([started, paused]).state).toBe('paused');
    expect(after([started, paused, cut])).toMatchObject({ state: 'cut', parts: parts.slice(0, 1) });
    // A lost word about the first part: the seconds still add up.
    expect(after([started, played]).parts).toEqual([{ startedAt: 2_000, endedAt: 11_000, seconds: 5 }]);
  });

  test('a final word of the pole stands, whatever comes after, in whatever order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...airingStates),
        fc.array(fc.constantFrom(...receipts), { maxLength: 8 }),
        (start, arriving) => {
          let line: Before = { state: start, parts: [] };
          let final: AiringState | null = sworn.includes(start) ? start : null;
          for (const receipt of arriving) {
            line = enter(line, receipt) ?? line;
            if (final !== null) expect(line.state).toBe(final);
            else if (sworn.includes(line.state)) final = line.state;
          }
        },
      ),
    );
  });

  test('the service’s own words give way to the pole’s', () => {
    for (const own of ['cancelled', 'unreported', ...openStates] as const) {
      expect(enter({ state: own, parts: [] }, played)?.state).toBe('played');
    }
    expect(
      enter({ state: 'started', parts: [{ startedAt: 2_000, endedAt: null, seconds: null }] }, started),
    ).toBeNull();
  });
});
