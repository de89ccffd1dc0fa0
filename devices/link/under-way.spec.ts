import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Outbox } from './outbox.ts';
import { UnderWay } from './under-way.ts';

let directory = '';
let outbox: Outbox;
let underWay: UnderWay;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'under-way-'));
  outbox = await Outbox.open(directory);
  underWay = new UnderWay(outbox);
});
afterEach(async () => {
  await outbox.close();
  await rm(directory, { recursive: true, force: true });
});

const keep = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => outbox.append({ word: 'một' })));
const sendAt = (nowMs: number): number[] =>
  underWay.next(nowMs).map((json) => (JSON.parse(json) as { seq: number }).seq);

describe('what is under way', () => {
  test('goes at once while nothing is; then what comes gathers, though not until an answer', async () => {
    await keep(1);
    expect(underWay.dueInMs(1_000)).toBe(0);
    expect(sendAt(1_000)).toEqual([1]);
    await keep(3);
    expect(underWay.dueInMs(1_001)).toBe(14);
    expect(underWay.dueInMs(1_015)).toBe(0);
    expect(sendAt(1_015)).toEqual([2, 3, 4]);
    await keep(1);
    underWay.answered([1]);
    expect(underWay.dueInMs(1_016)).toBe(14);
    underWay.answered([2, 3, 4]);
    expect(underWay.dueInMs(1_016)).toBe(0);
  });

  test('is a whole message as soon as there is one, and no more than eight of them', async () => {
    await keep(2);
    for (const nowMs of [1_000, 1_001]) {
      sendAt(nowMs);
      await keep(200);
    }
    expect(underWay.dueInMs(1_002)).toBe(0);
    await keep(1_800);
    const sizes = Array.from({ length: 9 }, () => sendAt(1_002).length);
    expect(sizes).toEqual([200, 200, 200, 200, 200, 200, 0, 0, 0]);
    underWay.answered(Array.from({ length: 202 }, (_, index) => index + 1));
    expect(sendAt(1_003)).toHaveLength(200);
  });

  test('is sent once more where nobody answered in time', async () => {
    await keep(1);
    expect(sendAt(1_000)).toEqual([1]);
    expect(sendAt(15_999)).toEqual([]);
    expect(sendAt(16_000)).toEqual([1]);
  });
});
