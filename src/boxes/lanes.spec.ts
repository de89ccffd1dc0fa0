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

test('so many lanes are at work at once; the others have their turn in order', async () => {
  const lanes = new Lanes(10_000, () => undefined, 2);
  let atWork = 0;
  let most = 0;
  const done: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    lanes.put(`lane ${index}`, 1, async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
      done.push(index);
      if (index === 3) throw new Error('one that fails gives its place back');
    });
  }
  await lanes.idle();
  expect(most).toBe(2);
  expect(done).toEqual([...Array(20).keys()]);
});
