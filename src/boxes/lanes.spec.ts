import { expect, test } from '@jest/globals';
import { Lanes } from './lanes.ts';

test('a lane works in order, takes no more than its weight, and is free again afterwards', async () => {
  const faults: unknown[] = [];
  const lanes = new Lanes(10_000, (_, error) => void faults.push(error));
  const done: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  expect(lanes.put('a', 7_000, () => gate.then(() => void done.push('first')))).toBe(true);
  expect(lanes.put('a', 2_000, () => Promise.resolve())).toBe(false);
  expect(lanes.put('a', 500, () => Promise.reject(new Error('x')))).toBe(true);
  expect(lanes.put('b', 9_000, () => Promise.resolve(void done.push('other lane')))).toBe(true);
  await Promise.resolve().then(() => undefined);
  expect(done).toEqual(['other lane']);
  open();
  await lanes.idle();
  expect(done).toEqual(['other lane', 'first']);
  expect(faults).toEqual([new Error('x')]);
  expect(lanes.put('a', 9_000, () => Promise.resolve(void done.push('later')))).toBe(true);
  await lanes.idle();
  expect(done.at(-1)).toBe('later');
});
