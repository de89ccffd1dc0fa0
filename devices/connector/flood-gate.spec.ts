import { describe, expect, test } from '@jest/globals';
import { FloodGate, FLOOD_REST_MS } from './flood-gate.ts';

describe('what one camera may tell', () => {
  test('a storm of 900 an hour and a queue of a thousand pass whole', () => {
    const gate = new FloodGate();
    expect(gate.admit(1_000, 0)).toBe(1_000);
    for (let at = 4_000; at < 3_600_000; at += 4_000) expect(gate.admit(1, at)).toBe(1);
    expect(gate.shed).toBeNull();
  });

  test('5,000 a second for a minute: what passes is bounded, and all the rest is counted', () => {
    const gate = new FloodGate();
    let passed = 0;
    for (let at = 0; at < 60_000; at += 20) passed += gate.admit(100, at);
    expect(passed).toBeLessThanOrEqual(3_000 + 60 * 50);
    expect(passed + (gate.shed?.count ?? 0)).toBe(300_000);
    expect(gate.shed).toMatchObject({ sinceAt: 600, lastAt: 59_980 });
  });

  test('the next flood is counted anew, and after a rest there is room again', () => {
    const gate = new FloodGate();
    gate.admit(4_000, 0);
    gate.admit(4_000, FLOOD_REST_MS);
    expect(gate.shed).toEqual({ sinceAt: 0, lastAt: FLOOD_REST_MS, count: 2_000 });
    gate.admit(3_500, 3 * FLOOD_REST_MS);
    expect(gate.shed).toEqual({ sinceAt: 3 * FLOOD_REST_MS, lastAt: 3 * FLOOD_REST_MS, count: 500 });
  });

  test('a clock that is set back takes no room away', () => {
    const gate = new FloodGate();
    gate.admit(1, 100_000);
    expect(gate.admit(2_000, 0)).toBe(2_000);
    expect(gate.shed).toBeNull();
  });
});
