import { loadavg } from 'node:os';
import { describe, expect, jest, test } from '@jest/globals';
import { until } from '../stage/program.ts';
import { drawer, isFull, pause, quantile, seed, suiteMs } from './seed.ts';
import { reckon, Town } from './town.ts';

jest.setTimeout(suiteMs);

/** FAULTS R1: so many instants in the ordinary run; bench:poles has 1,000, of the service, the broker and the poles. */
const kills = isFull ? 100 : 20;
const items = kills / 2;

describe('kill -9 of the service between approval and airing', () => {
  test(`${kills} times: each airing happens once or ends with its reason; ready again within 5 s`, async () => {
    const draw = drawer(seed);
    process.stdout.write(`service-kills: LOA_SEED=${seed}\n`);
    const town = await Town.found('service-kills', 2);
    let isGood = false;
    try {
      const announcements = [];
      for (let index = 0; index < items; index += 1)
        announcements.push(await town.approve(`Bản tin ${index}`, 'Mời bà con đi họp.'));
      const soundMs = Math.max(...announcements.map(({ recording }) => recording?.seconds ?? 0)) * 1_000;

      const readyMs: number[] = [];
      let isKilling = true;
      const killing = (async () => {
        for (let kill = 0; kill < kills; kill += 1) {
          await pause(200 + draw() * 5_000);
          await town.service.kill();
          town.service = await town.service.restart();
          readyMs.push(town.service.readyMs);
        }
        isKilling = false;
      })();
      const broadcastIds: string[] = [];
      let freeAt = 0;
      const dueAt = (): number => {
        const lead = 5_000 + draw() * 8_000;
        return Math.ceil(Math.max(Date.now() + lead, freeAt) / 1_000) * 1_000;
      };
      const scheduling = (async () => {
        for (const { id } of announcements) {
          const broadcast = await town.scheduleSurely(id, dueAt);
          freeAt = Math.ceil(broadcast.at + soundMs + 4_000);
          broadcastIds.push(broadcast.id);
          // The next is scheduled at any time from now until this one has ended.
          await pause(draw() * Math.max(0, freeAt - Date.now()));
        }
      })();
      await Promise.all([killing, scheduling]);
      expect(isKilling).toBe(false);

      await pause(Math.max(0, freeAt - Date.now()));
      const lines = await town.settledLedger(180_000);
      const found = await reckon(town, lines, broadcastIds);
      const figures = {
        suite: 'service-kills',
        seed,
        kills: readyMs.length,
        ...found,
        late: lines.filter(({ startedAt, nominalAt }) => startedAt !== null && startedAt - nominalAt > 1_000)
          .length,
        readyMsMedian: quantile(readyMs, 0.5),
        readyMsP95: quantile(readyMs, 0.95),
        readyMsMaximum: Math.max(...readyMs),
        load: loadavg()[0],
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({
        kills,
        airings: items * town.poles.length,
        open: 0,
        faults: [],
      });
      expect(found.played + found.endedWithReason).toBe(found.airings);
      // Nothing but the service died: most airings simply happened.
      expect(found.played).toBeGreaterThan(found.airings / 2);
      expect(figures.readyMsMaximum).toBeLessThanOrEqual(5_000);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('turns red where an airing has another identity after each start', async () => {
    // Service and pole compile the same function: the salt is the process's own.
    const salted = {
      file: 'devices/protocol/airing-id.js',
      from: 'return v5(`${occurrence}/${repeat}/${pole}${spoken}`, broadcast)',
      to: 'return v5(`${occurrence}/${repeat}/${pole}${spoken}/${process.pid}`, broadcast)',
    };
    const town = await Town.found('service-kills-mutant', 1, { mutations: [salted] });
    try {
      const { id } = await town.approve('Bản tin', 'Mời bà con đi họp.');
      const dueAt = Math.ceil((Date.now() + 6_000) / 1_000) * 1_000;
      const broadcast = await town.scheduleSurely(id, () => dueAt);
      const [pole] = town.poles;
      if (pole === undefined) throw new Error('No pole');
      await until('the first sound', async () => ((await pole.soundings()).length > 0 ? true : undefined), {
        timeoutMs: 30_000,
      });
      await town.service.kill();
      town.service = await town.service.restart();
      await town.allReady();
      await until(
        'the end of it',
        async () => ((await pole.soundings()).every(({ complete }) => complete) ? true : undefined),
        { timeoutMs: 60_000 },
      );
      const found = await reckon(town, await town.ledger(), [broadcast.id]);
      const isRed = found.faults.length > 0;
      process.stdout.write(`${JSON.stringify({ suite: 'service-kills, mutant', isRed, ...found })}\n`);
      expect(isRed).toBe(true);
    } finally {
      await town.leave(true);
    }
  });
});
