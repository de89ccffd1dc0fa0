import { describe, expect, test } from '@jest/globals';
import { TrustedClock } from './trusted-clock.ts';

/** A box whose counters are turned by hand. */
function box() {
  const hand = { monotonic: 5_000, wall: 1_000 };
  const clock = new TrustedClock(
    () => hand.monotonic,
    () => hand.wall,
  );
  return { hand, clock };
}

const noon = Date.parse('2026-11-21T05:00:00Z');

describe('the trusted clock', () => {
  test('knows nothing until it is told', () => {
    const { clock } = box();
    expect(clock.now()).toBeNull();
    expect(clock.state()).toBeNull();
    expect(clock.known).toBe(false);
  });

  test('takes the middle of the round trip, and half of it as its uncertainty', () => {
    const { hand, clock } = box();
    hand.monotonic = 5_040;
    clock.learn(5_000, 5_040, noon);
    expect(clock.now()).toBeCloseTo(noon + 20.5, 3);
    expect(clock.state()?.uncertaintyMs).toBeCloseTo(20.5, 1);
    expect(clock.state()?.synchronised).toBe(true);
    expect(clock.trueAt(clock.monotonicAt(noon + 777))).toBeCloseTo(noon + 777, 3);
  });

  test('prefers the shortest way among the last ones, until drift has eaten its advantage', () => {
    const { hand, clock } = box();
    hand.monotonic = 10_002;
    clock.learn(10_000, 10_002, noon);
    hand.monotonic = 10_200;
    clock.learn(10_102, 10_200, noon + 160);
    expect(clock.state()?.uncertaintyMs).toBeLessThan(2);
    expect(clock.now()).toBeCloseTo(noon + 199.5, 0);
    hand.monotonic += 3_600_000;
    clock.learn(hand.monotonic - 20, hand.monotonic, noon + 3_600_190);
    expect(clock.state()?.uncertaintyMs).toBeCloseTo(10.5, 1);
  });

  test("does not follow the host's wall clock, and tells by how much that is wrong", () => {
    const { hand, clock } = box();
    clock.learn(5_000, 5_000, noon);
    hand.wall = noon - 3_600_000;
    expect(clock.now()).toBeCloseTo(noon + 0.5, 3);
    expect(clock.state()?.offsetMs).toBeCloseTo(-3_600_000, -1);
  });

  test('follows the service when its time was set, instead of averaging two times', () => {
    const { hand, clock } = box();
    clock.learn(5_000, 5_000, noon);
    hand.monotonic = 6_000;
    clock.learn(5_980, 6_000, noon + 600_000);
    expect(clock.now()).toBeCloseTo(noon + 600_010.5, 0);
  });

  test.each([200, -200, 40])('learns that the crystal runs %d ppm off, and is right long after', (ppm) => {
    const { hand, clock } = box();
    let trueMs = 0;
    const pass = (ms: number): void => {
      trueMs += ms;
      hand.monotonic += ms * (1 + ppm / 1e6);
    };
    const ask = (): void => {
      const sentAtMs = hand.monotonic;
      pass(2);
      clock.learn(sentAtMs, hand.monotonic, Math.floor(noon + trueMs - 1));
    };
    ask();
    for (let asked = 0; asked < 8; asked += 1) {
      const quietMs = Math.min(600_000, clock.steadyForMs(3));
      pass(quietMs);
      const wrongByMs = Math.abs((clock.now() ?? 0) - (noon + trueMs));
      expect(wrongByMs).toBeLessThan(5);
      expect(wrongByMs).toBeLessThanOrEqual(clock.state()?.uncertaintyMs ?? 0);
      expect(clock.trueAt(clock.monotonicAt(noon + trueMs + 60_000))).toBeCloseTo(noon + trueMs + 60_000, 2);
      ask();
    }
    expect(clock.steadyForMs(3)).toBeGreaterThan(120_000);
  });

  test('says that it is not synchronised when hours have passed without an answer', () => {
    const { hand, clock } = box();
    clock.learn(5_000, 5_000, noon);
    hand.monotonic += 2 * 3_600_000;
    expect(clock.state()?.synchronised).toBe(false);
  });

  test('may be told to believe the host, and still prefers the service', () => {
    const { hand, clock } = box();
    hand.wall = noon;
    clock.trustHost();
    hand.wall = 0;
    hand.monotonic += 100;
    expect(clock.now()).toBe(noon + 100);
    clock.learn(5_100, 5_100, noon + 350);
    expect(clock.now()).toBeCloseTo(noon + 350.5, 3);
  });
});
