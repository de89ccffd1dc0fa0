import { loadavg } from 'node:os';
import { describe, expect, jest, test } from '@jest/globals';
import type { Mutation } from '../stage/build.ts';
import { until } from '../stage/program.ts';
import { drawer, pause, seed } from './seed.ts';
import { reckon, Town } from './town.ts';

jest.setTimeout(900_000);

const kills = 50;
const items = 8;
/** So long may an item be late here, that a broker can be away for longer than that. */
const lateSeconds = 20;
const shortValidity: Mutation = {
  file: 'src/broadcasts/broadcast.service.js',
  from: 'scheduled: 120',
  to: `scheduled: ${lateSeconds}`,
};

const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;

describe('a broker that dies', () => {
  test(`${kills} times while things are scheduled and played: nothing is lost, nothing plays twice`, async () => {
    process.stdout.write(`broker-kills: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const town = await Town.found('broker-kills', 2);
    let isGood = false;
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const stepMs = (Math.ceil(spoken.recording?.seconds ?? 0) + 3) * 1_000;
      const killing = (async () => {
        for (let kill = 0; kill < kills; kill += 1) {
          const pid = await until('the broker to run', () => town.brokerPid, {
            timeoutMs: 30_000,
            everyMs: 20,
          });
          await pause(draw() * 2_000);
          process.kill(pid, 'SIGKILL');
          await until('another broker', () => (town.brokerPid === pid ? undefined : true), {
            timeoutMs: 30_000,
            everyMs: 20,
          });
        }
      })();
      killing.catch(() => undefined);
      const broadcastIds: string[] = [];
      let freeAt = 0;
      for (let item = 0; item < items; item += 1) {
        const { id, at } = await town.scheduleSurely(spoken.id, () =>
          Math.max(freeAt, inSeconds(6 + draw() * 4)),
        );
        broadcastIds.push(id);
        freeAt = at + stepMs;
        await pause(Math.max(0, freeAt - 8_000 - Date.now()));
      }
      await killing;
      await pause(Math.max(0, freeAt - Date.now()));
      const lines = await town.settledLedger(180_000);
      const found = await reckon(town, lines, broadcastIds);
      const words = await town.finalWords();
      const figures = { suite: 'broker-kills', seed, kills, ...found, load: loadavg()[0] };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({ airings: items * 2, lost: 0, doubled: 0, faults: [] });
      expect(found.played).toBeGreaterThan(found.airings / 2);
      for (const { id } of lines) expect(words.get(id)).toBe(1);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('away for a whole programme: poles play on; what they never held plays late or is reported missed; each once', async () => {
    const town = await Town.found('broker-away', 2, { mutations: [shortValidity] });
    let isGood = false;
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const held = [
        await town.scheduleSurely(spoken.id, () => inSeconds(12)),
        await town.scheduleSurely(spoken.id, () => inSeconds(26)),
      ];
      await town.allReady();
      const letBe = town.holdBrokerDown();
      // Due while nobody can be told: one whose time runs out, one that may still be late.
      const tooLate = await town.scheduleSurely(spoken.id, () => inSeconds(5));
      const heldEndAt = (held[1]?.at ?? 0) + 10_000;
      const stillInTime = await town.scheduleSurely(spoken.id, () => Math.max(heldEndAt, inSeconds(5)));
      await pause(Math.max(0, stillInTime.at + 2_000 - Date.now()));
      const heardWhileAway = (await Promise.all(town.poles.map((pole) => pole.soundings()))).map(
        ({ length }) => length,
      );
      expect(await letBe()).toBeGreaterThan(0);
      const backAt = Date.now();
      const lines = await town.settledLedger(120_000);
      const settledMs = Date.now() - backAt;
      const found = await reckon(
        town,
        lines,
        [...held, tooLate, stillInTime].map(({ id }) => id),
      );
      const of = (id: string) =>
        lines.filter(({ broadcastId }) => broadcastId === id).map(({ state, reason }) => ({ state, reason }));
      const figures = { suite: 'broker-away', ...found, heardWhileAway, settledMs };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(heardWhileAway).toEqual([2, 2]);
      for (const { id } of held) expect(of(id)).toEqual(Array(2).fill({ state: 'played', reason: null }));
      expect(of(tooLate.id)).toEqual(Array(2).fill({ state: 'missed', reason: 'programme-came-late' }));
      expect(of(stillInTime.id)).toEqual(Array(2).fill({ state: 'played', reason: null }));
      expect(found.faults).toEqual([]);
      const words = await town.finalWords();
      for (const { id } of lines) expect(words.get(id)).toBe(1);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('turns red where a box forgets what it could not say at once', async () => {
    const forgetful: Mutation = {
      file: 'devices/link/box-link.js',
      from: 'if (!this.connected || !this.options.clock.known)',
      to: `if (!this.connected) {
            void this.options.outbox.commit(this.options.outbox.pending(1_000).map(({ seq }) => seq));
            return;
        }
        if (!this.options.clock.known)`,
    };
    const town = await Town.found('broker-away-mutant', 1, { mutations: [forgetful] });
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const { id } = await town.scheduleSurely(spoken.id, () => inSeconds(8));
      await town.allReady();
      const letBe = town.holdBrokerDown();
      const [pole] = town.poles;
      await until(
        'it to have sounded',
        async () => (await pole?.soundings())?.find(({ complete }) => complete),
        {
          timeoutMs: 60_000,
        },
      );
      await pause(1_000);
      const backAt = Date.now();
      await letBe();
      await town.allReady(backAt);
      const found = await reckon(town, await town.ledger(), [id]);
      process.stdout.write(`${JSON.stringify({ suite: 'broker-away, mutant', ...found })}\n`);
      expect(found.lost + found.doubled).toBeGreaterThan(0);
    } finally {
      await town.leave(true);
    }
  });
});
