import { describe, expect, test } from '@jest/globals';
import { CameraFault } from './camera-fault.ts';
import { Patience, restAfter } from './patience.ts';

const hungUp = new CameraFault('unreachable', 'no connection', 'UND_ERR_SOCKET');

describe('a camera that hangs up while it is asked to wait', () => {
  test('is asked to wait half as long as it bore, down to a second', () => {
    const patience = new Patience(10);
    expect([patience.bears(hungUp, 9_900), patience.seconds]).toEqual([true, 4]);
    expect([patience.bears(hungUp, 3_900), patience.seconds]).toEqual([true, 1]);
    expect([patience.bears(hungUp, 1_100), patience.seconds]).toEqual([false, 1]);
  });

  test.each([
    ['at once: it is going', hungUp, 200],
    ['and cannot be reached', new CameraFault('unreachable', 'no', 'ECONNREFUSED'), 9_900],
    ['by a fault', new CameraFault('soap-fault', 'unknown subscription'), 9_900],
    ['for ever', new CameraFault('timeout', 'no whole answer'), 15_000],
  ])('is not one that ends it %s', (_what, error, tookMs) => {
    const patience = new Patience(10);
    expect([patience.bears(error, tookMs), patience.seconds]).toEqual([false, 10]);
  });
});

test('a camera that does not wait is not asked as fast as it answers', () => {
  expect([restAfter(0, 3), restAfter(0, 499), restAfter(0, 500)]).toEqual([500, 500, 0]);
  expect([restAfter(100, 3), restAfter(1, 50), restAfter(1, 900)]).toEqual([50, 0, 0]);
});
