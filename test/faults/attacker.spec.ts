import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { topics } from '../../devices/protocol/topics.ts';
import type { EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { forging } from '../load/poles/forging.ts';
import { RawData, readRaw } from '../load/poles/raw.ts';
import { BadLine, pass } from '../stage/bad-line.ts';
import type { Judge } from '../stage/bad-line.ts';
import { until } from '../stage/program.ts';
import { Attack, refusedBy, silent } from './attack.ts';
import { drawer, isFull, seed, suiteMs } from './seed.ts';

jest.setTimeout(suiteMs);

const forged = isFull ? 10_000 : 1_000;
const replayed = isFull ? 10_000 : 1_000;
const shownWithinMs = 30_000;

describe('a broker in the hands of an attacker', () => {
  test(`${forged} forged and ${replayed} replayed, after a reboot, without memory, to another pole: none plays`, async () => {
    process.stdout.write(`attacker: LOA_SEED=${seed}\n`);
    const scratch = await mkdtemp(join(tmpdir(), 'attacker-'));
    const raw = new RawData(join(scratch, 'raw.jsonl'));
    await forging(raw, { forged, replayed }, drawer(seed));
    const measured = readRaw(raw.path);
    const unrefused = measured('refused').filter((each) => each.refused !== each.sent);
    const heard = measured('heard');
    const believed = measured('false-receipts').map((each) => each.believed);
    const states = [...new Set(measured('refused').map(({ how }) => how))];
    process.stdout.write(
      `${JSON.stringify({ suite: 'attacker', seed, states, unrefused, heard, believed })}\n`,
    );
    expect(unrefused).toEqual([]);
    for (const each of heard) expect(each.heard).toBe(each.genuine);
    expect(heard).toHaveLength(2);
    expect(believed).toEqual([0]);
    await rm(scratch, { recursive: true });
  });

  test('drops, delays and changes the order, and tells two poles different things: it is shown, and nothing false plays', async () => {
    const attack = await Attack.begin('split-view', 2);
    const { town, known } = attack;
    const [pole] = town.poles;
    if (pole === undefined) throw new Error('No pole');
    const line = await BadLine.open(town.service.ports.mqtt);
    let isGood = false;
    try {
      await pole.stop();
      await line.leadTo(pole);
      const startedAt = Date.now();
      await pole.start();
      await town.allReady(startedAt);
      const { editor, technician } = town.people;
      const held = async (): Promise<Map<string, boolean>> => {
        const all = await technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        return new Map(all.map(({ id, now }) => [id, now.programmeHeld]));
      };
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const ahead = (minutes: number): number => Math.ceil(Date.now() / 60_000 + minutes) * 60_000;

      // Dropped to one pole, delivered to the other: the screen tells which of them does not know its days.
      const kept: Buffer[] = [];
      const programmeTopic = topics.programme(known.commune, known.pole);
      const drop: Judge = ({ bytes, topic }) => {
        if (topic !== programmeTopic) return [bytes];
        kept.push(bytes);
        return [];
      };
      line.judgeDown = drop;
      const droppedAt = Date.now();
      await town.scheduleSurely(spoken.id, () => ahead(60));
      const programmeShownMs = await until(
        'the drop to be shown',
        async () => {
          const now = await held();
          const isOnlyThisOne =
            now.get(known.pole) === false && [...now.values()].filter((each) => !each).length === 1;
          return isOnlyThisOne ? Date.now() - droppedAt : undefined;
        },
        { timeoutMs: shownWithinMs },
      );

      // Held back, and handed over the newest first.
      await town.scheduleSurely(spoken.id, () => ahead(120));
      await town.scheduleSurely(spoken.id, () => ahead(180));
      await until('three programmes', () => (kept.length >= 3 ? true : undefined), { timeoutMs: 30_000 });
      const before = (await refusedBy(pole, 'programme')).get('replayed') ?? 0;
      const late = [...kept].reverse();
      let isFirst = true;
      line.judgeDown = ({ bytes, topic }) => {
        if (topic === null || !isFirst) return [bytes];
        isFirst = false;
        return topic === programmeTopic ? [bytes, ...late] : [...late, bytes];
      };
      await editor.caller.post('/api/stop', { target: { kind: 'commune' } });
      const outOfOrder = await until(
        'the older ones to be refused',
        async () => {
          const count = ((await refusedBy(pole, 'programme')).get('replayed') ?? 0) - before;
          return count >= 2 ? count : undefined;
        },
        { timeoutMs: 30_000 },
      );
      await until(
        'the newest to be held',
        async () => ((await held()).get(known.pole) === true ? true : undefined),
        {
          timeoutMs: 60_000,
        },
      );

      // An emergency that is dropped to one pole: it counts where it sounds, and nowhere else.
      line.judgeDown = ({ bytes, topic }) =>
        topic === null || topic === topics.welcome(known.commune, known.pole) ? [bytes] : [];
      const soundsBefore = await attack.soundings();
      const emergency = await attack.raise();
      const emergencyShownMs = await until(
        'the screen to tell one of two',
        async () => {
          const all = await editor.caller.get<EmergencyView[]>('/api/emergencies');
          const shown = all.find(({ id }) => id === emergency.id);
          return shown?.began === 1 && shown.of === 2 ? Date.now() - Date.parse(shown.startAt) : undefined;
        },
        { timeoutMs: shownWithinMs },
      );
      await editor.caller.post(`/api/emergencies/${emergency.id}/cancel`);
      for (const each of town.poles) await silent(each);
      const sounds = (await attack.soundings()) - soundsBefore;
      line.judgeDown = pass;
      const figures = { suite: 'split-view', programmeShownMs, outOfOrder, emergencyShownMs, sounds };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures.sounds).toBe(1);
      isGood = true;
    } finally {
      line.close();
      await attack.leave(isGood);
    }
  });

  test('turns red where a box without replay memory takes no floor from the service', async () => {
    const attack = await Attack.begin('attacker-mutant', 1, {
      mutations: [
        {
          file: 'devices/loudspeaker/inbox.js',
          from: 'if (message.number <= memory.orderFloor)',
          to: 'if (false)',
        },
      ],
    });
    try {
      const { town, known } = attack;
      const [pole] = town.poles;
      if (pole === undefined) throw new Error('No pole');
      await pole.stop();
      await rm(join(pole.box, 'memory.log'));
      const startedAt = Date.now();
      await pole.start();
      await town.allReady(startedAt);
      await attack.say(topics.order(known.commune), [known.overheard, 'nonsense']);
      const refused = await until(
        'what came behind it to be refused',
        async () => {
          const found = await refusedBy(pole);
          return found.has('unreadable') ? found : undefined;
        },
        { timeoutMs: 30_000 },
      );
      process.stdout.write(
        `${JSON.stringify({ suite: 'attacker, mutant', refused: Object.fromEntries(refused) })}\n`,
      );
      expect(refused.get('replayed') ?? 0).toBe(0);
    } finally {
      await attack.leave(true);
    }
  });
});
