import { describe, expect, test } from '@jest/globals';
import { CameraFault } from './camera-fault.ts';
import { Patience, restAfter } from './patience.ts';

const hungUp = new CameraFault('unreachable', 'no connection', 'UND_ERR_SOCKET');

/** Known to answer when it was asked to. */
function punctual(): Patience {
  const patience = new Patience(10);
  patience.answered(0, 1_000, false);
  return patience;
}

describe('a camera that hangs up while it is asked to wait', () => {
  test('twice is asked to wait half as long as it bore, down to a second', () => {
    const patience = punctual();
    expect([patience.bears(hungUp, 9_900), patience.seconds]).toEqual([true, 10]);
    expect([patience.bears(hungUp, 9_900), patience.seconds]).toEqual([true, 4]);
    expect([patience.bears(hungUp, 3_900), patience.seconds]).toEqual([true, 1]);
    expect([patience.bears(hungUp, 1_100), patience.seconds]).toEqual([false, 1]);
  });

  test('and waits to the end in between, as one that was started anew, is asked to wait as long as before', () => {
    const patience = punctual();
    expect(patience.bears(hungUp, 3_000)).toBe(true);
    patience.answered(1, 2_000, false);
    patience.answered(0, 10_000, false);
    expect([patience.bears(hungUp, 3_000), patience.seconds]).toEqual([true, 10]);
  });

  test.each([
    ['at once: it is going', hungUp, 200],
    ['and cannot be reached', new CameraFault('unreachable', 'no', 'ECONNREFUSED'), 9_900],
    ['by a fault', new CameraFault('soap-fault', 'unknown subscription'), 9_900],
    ['for ever', new CameraFault('timeout', 'no whole answer'), 15_000],
  ])('is not one that ends it %s', (_what, error, tookMs) => {
    const patience = punctual();
    expect([patience.bears(error, tookMs), patience.seconds]).toEqual([false, 10]);
  });
});

describe('a pull that is not answered in its time', () => {
  test('may be held, until the camera has answered one with nothing after waiting, or two at once', () => {
    const patience = new Patience(10);
    patience.answered(3, 900, false);
    patience.answered(0, 5, false);
    expect([patience.mayBeHeld, patience.seconds]).toEqual([true, 1]);
    patience.answered(0, 5, false);
    expect([patience.mayBeHeld, patience.seconds]).toEqual([false, 10]);
    expect(punctual().mayBeHeld).toBe(false);
  });

  test('was held, where it was answered late', () => {
    const patience = new Patience(10);
    patience.answered(0, 5, false);
    patience.answered(0, 60_000, true);
    patience.answered(0, 5, false);
    expect(patience.mayBeHeld).toBe(true);
  });

  test('is not waited for again after one that nothing would hold for so long, until something is answered', () => {
    const patience = new Patience(10);
    patience.spend();
    expect(patience.mayBeHeld).toBe(false);
    patience.answered(9, 20, false);
    expect(patience.mayBeHeld).toBe(true);
  });
});

test('a camera that does not wait is not asked as fast as it answers', () => {
  expect([restAfter(0, 3), restAfter(0, 499), restAfter(0, 500)]).toEqual([500, 500, 0]);
  expect([restAfter(100, 3), restAfter(1, 50), restAfter(1, 900)]).toEqual([50, 0, 0]);
});
