import { test } from '@jest/globals';

/** For one chapter, on a loaded machine (ms). */
const patienceMs = 300_000;
let isBroken = false;

/** A test that stands on those before it: where one fails, the others need not wait for what will not come. */
export function chapter(name: string, tell: () => void | Promise<void>): void {
  test(
    name,
    async () => {
      if (isBroken) throw new Error('An earlier chapter failed');
      isBroken = true;
      await tell();
      isBroken = false;
    },
    patienceMs,
  );
}
