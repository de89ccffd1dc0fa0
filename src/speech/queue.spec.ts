import { describe, expect, test } from '@jest/globals';
import { BoundedQueue, inOrder } from './queue.ts';

describe('a line for work', () => {
  test('lets so many work at once, the others wait in order', async () => {
    const queue = new BoundedQueue(2, 10);
    const events: string[] = [];
    const ends: (() => void)[] = [];
    const all = ['a', 'b', 'c', 'd'].map((name) =>
      queue.run(() => {
        events.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    expect(events).toEqual(['a', 'b']);
    ends[0]?.();
    await all[0];
    expect(events).toEqual(['a', 'b', 'c']);
    for (let at = 1; at < 4; at += 1) {
      ends[at]?.();
      await all[at];
    }
    expect(events).toEqual(['a', 'b', 'c', 'd']);
  });

  test('says no when it is full, and takes work again when there is room', async () => {
    const queue = new BoundedQueue(1, 1);
    let end = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
    const second = queue.run(() => Promise.resolve('second'));
    await expect(queue.run(() => Promise.resolve('third'))).rejects.toMatchObject({
      kind: 'too-many',
      code: 'speech.busy',
    });
    end();
    await first;
    expect(await second).toBe('second');
    expect(await queue.run(() => Promise.resolve('fourth'))).toBe('fourth');
  });

  test('goes on after work that failed', async () => {
    const queue = new BoundedQueue(1, 1);
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run(() => Promise.resolve('yes'))).toBe('yes');
  });

  test('forgets who gave up waiting, and never does their work', async () => {
    const queue = new BoundedQueue(1, 5);
    let end = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
    const caller = new AbortController();
    let done = false;
    const waiting = queue.run(() => Promise.resolve((done = true)), caller.signal);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'speech.aborted' });
    end();
    await first;
    expect(await queue.run(() => Promise.resolve('next'))).toBe('next');
    expect(done).toBe(false);
  });
});

describe('work side by side', () => {
  test('comes out in order, whatever ends first', async () => {
    const ends = new Map<number, () => void>();
    const results = inOrder(
      [0, 1, 2],
      3,
      (item) => new Promise<number>((resolve) => ends.set(item, () => resolve(item))),
    );
    const first = results.next();
    for (const item of [2, 1, 0]) ends.get(item)?.();
    const got = [(await first).value];
    for await (const value of results) got.push(value);
    expect(got).toEqual([0, 1, 2]);
  });

  test('is begun for no more than so many at once', async () => {
    let [now, most] = [0, 0];
    const results = inOrder([...Array(20).keys()], 4, async (item) => {
      most = Math.max(most, (now += 1));
      await new Promise(setImmediate);
      now -= 1;
      return item;
    });
    const got: number[] = [];
    for await (const value of results) got.push(value);
    expect(got).toEqual([...Array(20).keys()]);
    expect(most).toBe(4);
  });

  test('ends with the first failure in order', async () => {
    const results = inOrder([1, 2, 3], 3, (item) =>
      item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item),
    );
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('two');
  });
});
