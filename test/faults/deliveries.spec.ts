import { describe, expect, jest, test } from '@jest/globals';
import { topics } from '../../devices/protocol/topics.ts';
import { asDuplicate, BadLine } from '../stage/bad-line.ts';
import type { Mutation } from '../stage/build.ts';
import { until } from '../stage/program.ts';
import { Attack, refusedBy, silent } from './attack.ts';
import { drawer, isFull, pause, seed, suiteMs } from './seed.ts';
import { reckon } from './town.ts';

jest.setTimeout(suiteMs);

const commands = isFull ? 100 : 3;
const restarts = isFull ? 1_000 : 30;
const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;

/** Every command comes three times: once as it is, once marked as a duplicate, once as through a second filter. */
async function threefold(attack: Attack): Promise<BadLine> {
  const [pole] = attack.town.poles;
  if (pole === undefined) throw new Error('No pole');
  const line = await BadLine.open(attack.town.service.ports.mqtt);
  line.judgeDown = ({ bytes, topic }) => (topic === null ? [bytes] : [bytes, asDuplicate(bytes), bytes]);
  await pole.stop();
  await line.leadTo(pole);
  const startedAt = Date.now();
  await pole.start();
  await attack.town.allReady(startedAt);
  return line;
}

describe('a broker that hands everything over three times', () => {
  test('makes one sound of it; a box that restarts plays nothing old, and finds no order kept for it', async () => {
    process.stdout.write(`deliveries: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const attack = await Attack.begin('deliveries', 1);
    const { town, known } = attack;
    let isGood = false;
    const line = await threefold(attack);
    try {
      const [pole] = town.poles;
      if (pole === undefined) throw new Error('No pole');
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const { id, at } = await town.scheduleSurely(spoken.id, () => inSeconds(6));
      await pause(Math.max(0, at - Date.now()));
      await town.settledLedger(60_000);
      await silent(pole);
      const found = await reckon(town, await town.ledger(), [id]);
      const before = (await pole.soundings()).length;
      for (let index = 0; index < commands; index += 1) await attack.genuine();
      const orders = 2 * commands;
      const refused = await until(
        'the copies to be refused',
        async () => {
          const count = (await refusedBy(pole)).get('replayed') ?? 0;
          return count >= orders ? count : undefined;
        },
        { timeoutMs: 20_000 },
      );
      const sounds = (await pole.soundings()).length - before;

      for (let restart = 0; restart < restarts; restart += 1) {
        await pause(draw() * 1_500);
        await (draw() < 0.5 ? pole.kill() : pole.stop());
        await pole.start();
      }
      await town.allReady(Date.now());
      const kept = await attack.keptOn(topics.order(known.commune));
      const old = (await pole.soundings()).length - before - sounds;
      const figures = { suite: 'deliveries', seed, sounds, refused, restarts, old, kept, ...found };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({
        sounds: commands,
        refused: orders,
        old: 0,
        kept: 0,
        played: 1,
        faults: [],
      });
      isGood = true;
    } finally {
      line.close();
      await attack.leave(isGood);
    }
  });

  test('turns red where a box does not remember the orders that it has', async () => {
    const forgetful: Mutation = {
      file: 'devices/loudspeaker/replay-memory.js',
      from: 'return this.orders.has(id);',
      to: 'return false;',
    };
    const attack = await Attack.begin('deliveries-mutant', 1, { mutations: [forgetful] });
    const line = await threefold(attack);
    try {
      const [pole] = attack.town.poles;
      if (pole === undefined) throw new Error('No pole');
      await attack.genuine();
      expect((await refusedBy(pole)).get('replayed') ?? 0).toBe(0);
    } finally {
      line.close();
      await attack.leave(true);
    }
  });
});
