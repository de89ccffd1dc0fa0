import { describe, expect, test } from '@jest/globals';
import { Flights } from './flight.ts';

/** Work that ends when told. */
function work() {
  const told = {
    started: 0,
    stopped: false,
    finish: (_: string): void => undefined,
    break: (_: Error): void => undefined,
  };
  const run = (signal: AbortSignal) => {
    told.started += 1;
    return new Promise<string>((resolve, reject) => {
      told.finish = resolve;
      told.break = reject;
      signal.addEventListener('abort', () => {
        told.stopped = true;
        reject(new Error('stopped'));
      });
    });
  };
  return { told, run };
}

describe('the same work asked for by many', () => {
  test('is done once, and all get it', async () => {
    const flights = new Flights<string>();
    const { told, run } = work();
    const all = Array.from({ length: 20 }, () => flights.join('a', undefined, run));
    told.finish('sound');
    expect(await Promise.all(all)).toEqual(Array(20).fill('sound'));
    expect(told.started).toBe(1);
  });

  test('goes on when one of two gives up, and stops when both do', async () => {
    const flights = new Flights<string>();
    const { told, run } = work();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = flights.join('a', first.signal, run);
    const other = flights.join('a', second.signal, run);
    first.abort();
    await expect(one).rejects.toMatchObject({ code: 'speech.aborted' });
    expect(told.stopped).toBe(false);
    second.abort();
    await expect(other).rejects.toMatchObject({ code: 'speech.aborted' });
    expect(told.stopped).toBe(true);
  });

  test('starts anew for who asks after all had given up', async () => {
    const flights = new Flights<string>();
    const { told, run } = work();
    const caller = new AbortController();
    const one = flights.join('a', caller.signal, run);
    caller.abort();
    await expect(one).rejects.toBeDefined();
    const again = flights.join('a', undefined, run);
    told.finish('later');
    expect(await again).toBe('later');
    expect(told.started).toBe(2);
  });

  test('that failed is tried again by the next who asks', async () => {
    const flights = new Flights<string>();
    const { told, run } = work();
    const one = flights.join('a', undefined, run);
    told.break(new Error('no'));
    await expect(one).rejects.toThrow('no');
    const again = flights.join('a', undefined, run);
    told.finish('yes');
    expect(await again).toBe('yes');
  });

  test('under another name is other work', async () => {
    const flights = new Flights<number>();
    const [a, b] = await Promise.all([
      flights.join('a', undefined, () => Promise.resolve(1)),
      flights.join('b', undefined, () => Promise.resolve(2)),
    ]);
    expect([a, b]).toEqual([1, 2]);
  });
});
