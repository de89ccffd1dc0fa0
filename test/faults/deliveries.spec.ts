import { describe, expect, jest, test } from '@jest/globals';
import { topics } from '../../devices/protocol/topics.ts';
import type { EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import { asDuplicate, BadLine } from '../stage/bad-line.ts';
import type { Mutation } from '../stage/build.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { Attack, refusedBy, silent } from './attack.ts';
import { Boxes } from './boxes.ts';
import { drawer, isFull, pause, seed, suiteMs } from './seed.ts';
import { reckon } from './town.ts';
import type { Town } from './town.ts';

jest.setTimeout(suiteMs);

const commands = 3;
/** In whole size, each of so many emergencies at each of so many boxes: 10,000 commands. */
const manyEmergencies = 100;
const manyBoxes = 100;
const restarts = isFull ? 1_000 : 30;
/** So many are started again beside each other. */
const poleCount = isFull ? 4 : 1;
const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;

/** Every message comes three times: once as it is, once marked as a duplicate, once as through a second filter. */
async function threefoldLine(town: Town): Promise<BadLine> {
  const line = await BadLine.open(town.service.ports.mqtt);
  line.judgeDown = ({ bytes, topic }) => (topic === null ? [bytes] : [bytes, asDuplicate(bytes), bytes]);
  return line;
}

/** The first pole has such a line. */
async function threefold(attack: Attack): Promise<BadLine> {
  const [pole] = attack.town.poles;
  if (pole === undefined) throw new Error('No pole');
  const line = await threefoldLine(attack.town);
  await pole.stop();
  await line.leadTo(pole);
  const startedAt = Date.now();
  await pole.start();
  await attack.town.allReady(startedAt);
  return line;
}

async function startAgain(pole: Pole, times: number, draw: () => number): Promise<void> {
  for (let restart = 0; restart < times; restart += 1) {
    await pause(draw() * 1_500);
    await (draw() < 0.5 ? pole.kill() : pole.stop());
    await pole.start();
  }
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

describe('a broker that hands everything over three times', () => {
  test('makes one sound of it; a box that restarts plays nothing old, and finds no order kept for it', async () => {
    process.stdout.write(`deliveries: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const attack = await Attack.begin('deliveries', poleCount);
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
        { timeoutMs: 60_000 },
      );
      const sounds = (await pole.soundings()).length - before;

      const allBefore = await attack.soundings();
      await Promise.all(town.poles.map((each) => startAgain(each, restarts / poleCount, draw)));
      await town.allReady(Date.now());
      const kept = await attack.keptOn(topics.order(known.commune));
      const old = (await attack.soundings()) - allBefore;
      const figures = { suite: 'deliveries', seed, sounds, refused, restarts, old, kept, ...found };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({
        sounds: commands,
        refused: orders,
        old: 0,
        kept: 0,
        played: poleCount,
        faults: [],
      });
      isGood = true;
    } finally {
      line.close();
      await attack.leave(isGood);
    }
  });

  if (isFull)
    test(`${manyEmergencies} emergencies at ${manyBoxes} boxes, three times each: one sound of each`, async () => {
      const attack = await Attack.begin('deliveries-many', 1);
      const { town } = attack;
      const line = await threefoldLine(town);
      const boxes = await Boxes.put(town, manyBoxes, 2, line.port);
      let isGood = false;
      try {
        await town.allReady();
        for (let index = 0; index < manyEmergencies; index += 1) {
          const { id } = await attack.raise();
          await until(
            'all of them to speak it',
            async () => {
              const all = await town.people.editor.caller.get<EmergencyView[]>('/api/emergencies');
              const shown = all.find((each) => each.id === id);
              return shown !== undefined && shown.began === shown.of ? true : undefined;
            },
            { timeoutMs: 120_000 },
          );
          await town.people.editor.caller.post(`/api/emergencies/${id}/cancel`);
          await until(
            'all of them to have ended it',
            async () => (await town.ledger()).every(({ state }) => state !== 'started') || undefined,
            { timeoutMs: 120_000 },
          );
        }
        const heard = await boxes.heard();
        const sounds = heard.map((each) => each.sounds.length);
        const refused = heard.map((each) => each.refused.replayed ?? 0);
        const figures = {
          ...{ suite: 'deliveries, many', boxes: heard.length, commands: manyEmergencies * heard.length },
          ...{ sounds: sum(sounds), refused: sum(refused) },
          ...{ fewest: Math.min(...sounds), most: Math.max(...sounds) },
        };
        process.stdout.write(`${JSON.stringify(figures)}\n`);
        expect(sounds).toEqual(Array(manyBoxes).fill(manyEmergencies));
        // An emergency and its cancellation; of each the copy that nobody marked. A box that was marked one says nothing.
        expect(refused).toEqual(Array(manyBoxes).fill(2 * manyEmergencies));
        isGood = true;
      } finally {
        await boxes.stop();
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
