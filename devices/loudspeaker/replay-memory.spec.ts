import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { Due } from '../protocol/decide.ts';
import type { Order } from '../protocol/pole-messages.ts';
import { ReplayMemory } from './replay-memory.ts';

const now = Date.parse('2026-11-21T05:00:00Z');
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'memory-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const due = (): Due => ({
  airing: v7(),
  broadcast: v7(),
  priority: 'regular',
  nominalAt: now,
  startBy: now + 60_000,
  cutsAt: null,
  hardEndAt: now + 90_000,
  afterCut: 'resume',
  after: null,
  raisedBy: null,
  audio: { sha256: '0'.repeat(64), bytes: 1, seconds: 30 },
});

const cancel = (expiresAt: number): Order => ({
  v: 1,
  kind: 'cancel',
  commune: v7(),
  id: v7(),
  number: now,
  issuedAt: now,
  expiresAt,
  poles: null,
  emergency: v7(),
});

async function reopened(memory: ReplayMemory): Promise<ReplayMemory> {
  await memory.close();
  return ReplayMemory.open(directory, false);
}

describe('the replay memory', () => {
  test('is ready only when the service has told its floors, and then stays ready', async () => {
    let memory = await ReplayMemory.open(directory, true);
    expect(memory.ready).toBe(false);
    expect(memory.lost).toBe(false);
    await memory.welcome(now, { programmeFloor: 7, orderFloor: 8 });
    memory = await reopened(memory);
    expect(memory).toMatchObject({
      ready: true,
      lost: false,
      sinceAt: now,
      programmeFloor: 7,
      orderFloor: 8,
    });
    await memory.welcome(now + 1, { programmeFloor: 9, orderFloor: 99 });
    // An order that is on its way while a welcome is must not be refused.
    expect(memory).toMatchObject({ programmeFloor: 9, orderFloor: 8, sinceAt: now });
    await memory.close();
  });

  test('says that it is lost when its file is gone from an enrolled box', async () => {
    let memory = await ReplayMemory.open(directory, true);
    await memory.welcome(now, { programmeFloor: 1, orderFloor: 1 });
    await memory.close();
    await rm(join(directory, 'memory.log'));
    memory = await ReplayMemory.open(directory, false);
    expect(memory).toMatchObject({ ready: false, lost: true });
    await memory.welcome(now + 5, { programmeFloor: 50, orderFloor: 60 });
    expect(memory).toMatchObject({ ready: true, lost: true, sinceAt: now + 5, orderFloor: 60 });
    await memory.close();
  });

  test('remembers what began, how far it came, what ended and what was not told', async () => {
    let memory = await ReplayMemory.open(directory, true);
    const [whole, half, never] = [due(), due(), due()];
    await memory.begin(whole, now, 0);
    await memory.end(whole.airing, now + 30_000, { state: 'played' });
    await memory.begin(half, now + 40_000, 0);
    await memory.soFar(half.airing, 12.5);
    await memory.begin(never, now + 50_000, 0);
    await memory.unbegin(never.airing);
    memory = await reopened(memory);
    expect(memory.unfinished()).toEqual([
      [
        half.airing,
        {
          ...{ broadcast: half.broadcast, nominalAt: now, past: [], nextFromMs: 0 },
          part: { at: now + 40_000, fromMs: 0, seconds: 12.5 },
        },
      ],
    ]);
    expect([...memory.untold]).toEqual([[whole.airing, { state: 'played' }]]);
    await memory.told(whole.airing);
    memory = await reopened(memory);
    expect(memory.untold.size).toBe(0);
    expect(memory.ended.has(whole.airing)).toBe(true);
    await memory.close();
  });

  test('remembers what was cut and waits to go on, through a restart and a rewriting', async () => {
    let memory = await ReplayMemory.open(directory, true);
    const [waits, goesOn, neverDid] = [due(), due(), due()];
    for (const each of [waits, goesOn, neverDid]) {
      await memory.begin(each, now, 0);
      await memory.pause(each.airing, now + 8_000, 8, 8_000);
    }
    await memory.begin(goesOn, now + 20_000, 8_000);
    await memory.soFar(goesOn.airing, 2);
    await memory.begin(neverDid, now + 20_000, 8_000);
    await memory.unbegin(neverDid.airing);
    await Promise.all(Array.from({ length: 8_000 }, () => memory.soFar(goesOn.airing, 2)));
    await memory.forget(now);
    memory = await reopened(memory);
    const past = [{ at: now, endedAt: now + 8_000, fromMs: 0, seconds: 8 }];
    for (const each of [waits, neverDid]) {
      expect(memory.begun.get(each.airing)).toMatchObject({ past, part: null, nextFromMs: 8_000 });
    }
    expect(memory.unfinished().map(([airing]) => airing)).toEqual([goesOn.airing]);
    expect(memory.begun.get(goesOn.airing)).toMatchObject({
      ...{ past, part: { at: now + 20_000, fromMs: 8_000, seconds: 2 } },
    });
    await memory.close();
  });

  test('keeps the newest programme number, however the writes come in', async () => {
    let memory = await ReplayMemory.open(directory, true);
    await Promise.all([memory.keepProgramme(12, 'b'), memory.keepProgramme(11, 'a')]);
    memory = await reopened(memory);
    expect(memory).toMatchObject({ programmeNumber: 12, programmeSha256: 'b' });
    await memory.close();
  });

  test('remembers an accepted order beyond its expiry: the link may have died right after it', async () => {
    let memory = await ReplayMemory.open(directory, true);
    const order = cancel(now + 60_000);
    await memory.keepOrder(order);
    await memory.forget(now + 3_600_000);
    memory = await reopened(memory);
    expect(memory.knowsOrder(order.id)).toBe(true);
    expect(memory.acceptedOrders).toEqual([order]);
    await memory.close();
  });

  test('is written anew when it has grown, and forgets only what nothing can name', async () => {
    let memory = await ReplayMemory.open(directory, true);
    await memory.welcome(now, { programmeFloor: 1, orderFloor: 2 });
    const [old, recent] = [due(), due()];
    for (const each of [old, recent]) await memory.begin(each, now, 0);
    await memory.end(old.airing, now - 10 * 86_400_000, null);
    await memory.end(recent.airing, now, null);
    await memory.skip([{ fromAt: now - 9, untilAt: now }]);
    await Promise.all(Array.from({ length: 8_000 }, () => memory.soFar(recent.airing, 3)));
    await memory.forget(now);
    memory = await reopened(memory);
    expect(memory.ended.has(recent.airing)).toBe(true);
    expect(memory.ended.has(old.airing)).toBe(false);
    expect(memory).toMatchObject({ ready: true, lost: false, orderFloor: 2 });
    expect(memory.skipped).toEqual([{ fromAt: now - 9, untilAt: now }]);
    await memory.close();
  });

  test('keeps what a clock jumped over until it ends, or lies ahead once more', async () => {
    let memory = await ReplayMemory.open(directory, true);
    const [over, ahead, told] = [due(), { ...due(), startBy: now + 600_000 }, due()];
    await memory.skip([{ fromAt: now, untilAt: now + 3_600_000 }]);
    for (const each of [over, ahead, told]) await memory.jump(each);
    await memory.end(told.airing, now, null);
    expect([...memory.jumped.keys()]).toEqual([over.airing, ahead.airing]);
    await memory.skip([{ fromAt: now, untilAt: now + 300_000 }]);
    memory = await reopened(memory);
    const { airing, broadcast, nominalAt, startBy } = over;
    expect([...memory.jumped.values()]).toEqual([{ airing, broadcast, nominalAt, startBy }]);
    await memory.close();
  });

  test('forgets nothing for a clock that is weeks ahead: it is set back, and what was played is due again', async () => {
    const memory = await ReplayMemory.open(directory, true);
    const [played, order] = [due(), cancel(now + 60_000)];
    await memory.keepOrder(order);
    await memory.begin(played, now, 0);
    await memory.end(played.airing, now, null);
    await memory.forget(now + 40 * 86_400_000);
    expect(memory.ended.has(played.airing)).toBe(true);
    expect(memory.knowsOrder(order.id)).toBe(true);
    await memory.close();
  });
});
