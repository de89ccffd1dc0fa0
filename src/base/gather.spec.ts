import { expect, test } from '@jest/globals';
import { Gather } from './gather.ts';

/** Work that waits until it is let go. */
function slow(): { begun: number[][]; gather: Gather<number>; letGo: () => Promise<void> } {
  const begun: number[][] = [];
  const gates: (() => void)[] = [];
  const gather = new Gather<number>(async (items) => {
    begun.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
  }, 3);
  const letGo = async (): Promise<void> => {
    gates.shift()?.();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, gather, letGo };
}

test('what arrives meanwhile goes together into the next piece of work, so many at most, in order', async () => {
  const { begun, gather, letGo } = slow();
  const first = gather.put(1);
  await letGo();
  const others = [2, 3, 4, 5].map((item) => gather.put(item));
  expect(begun).toEqual([[1]]);
  await letGo();
  await first;
  expect(begun).toEqual([[1], [2, 3, 4]]);
  await letGo();
  await letGo();
  await Promise.all(others);
  expect(begun).toEqual([[1], [2, 3, 4], [5]]);
  const later = gather.put(6);
  await letGo();
  await letGo();
  await later;
  expect(begun.at(-1)).toEqual([6]);
});

test('one bad item does not spoil the others', async () => {
  const done: number[] = [];
  const gather = new Gather<number>((items) => {
    if (items.includes(2)) return Promise.reject(new Error(`no ${items.join(' ')}`));
    done.push(...items);
    return Promise.resolve();
  }, 10);
  const results = await Promise.allSettled([1, 2, 3].map((item) => gather.put(item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: new Error('no 2') });
  expect(done).toEqual([1, 3]);
});

test('what is the fault of no item is tried once for all', async () => {
  let tries = 0;
  const gather = new Gather<number>(
    () => {
      tries += 1;
      return Promise.reject(new Error('down'));
    },
    10,
    () => 1,
    () => false,
  );
  const results = await Promise.allSettled([1, 2, 3].map((item) => gather.put(item)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(tries).toBe(1);
});

test('no piece of work is heavier than it may be, but for one item that is so alone', async () => {
  const begun: number[][] = [];
  const gather = new Gather<number>(
    (items) => Promise.resolve(void begun.push([...items])),
    10,
    (item) => item,
  );
  await Promise.all([4, 6, 1, 12, 5, 5].map((item) => gather.put(item)));
  expect(begun).toEqual([[4, 6], [1], [12], [5, 5]]);
});
