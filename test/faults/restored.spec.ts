import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { AlarmView } from '../../src/loudspeakers/alarm.view.ts';
import type { LoudspeakerDetailView, LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { Mutation } from '../stage/build.ts';
import { lookInto } from '../stage/database.ts';
import { until } from '../stage/program.ts';
import { refusedBy, silent } from './attack.ts';
import { pause } from './seed.ts';
import { Town } from './town.ts';

jest.setTimeout(600_000);

const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;

interface Found {
  readonly numberBefore: number;
  readonly numberAfter: number;
  readonly refused: number;
  readonly isHeld: boolean;
  /** How often the announcement sounded in all. */
  readonly soundings: number;
  /** What the restored books say of an airing that was played after the backup was made. */
  readonly played: readonly { state: string; reason: string | null }[];
  /** And of one that they still name, though it was cancelled after the backup was made. */
  readonly cancelled: readonly string[];
  /** How the pole stands to what the restored books want of its volume, and with how many percent it sounds now. */
  readonly volume: { readonly state: string; readonly regular: number | undefined };
}

/** Set after the backup was made. */
const quieter = { regular: 33, priority: 80, emergency: 100 };

/** A backup is made; one item plays, another is cancelled; then the service stands as it stood at the backup. */
async function restore(
  name: string,
  mutations: readonly Mutation[] = [],
): Promise<{ town: Town; found: Found }> {
  const town = await Town.found(name, 1, { mutations });
  const [pole] = town.poles;
  if (pole === undefined) throw new Error('No pole');
  const editor = town.people.editor.caller;
  const technician = town.people.technician.caller;
  const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
  const due = await town.scheduleSurely(spoken.id, () => inSeconds(45));
  const withdrawn = await town.scheduleSurely(spoken.id, () => inSeconds(3_600));
  await town.allReady();
  const backup = join(town.directory, 'backup');
  await town.service.stop();
  await cp(town.service.data, backup, { recursive: true });
  town.service = await town.service.restart();
  const restartedAt = Date.now();
  await town.allReady(restartedAt);
  await technician.patch(`/api/loudspeakers/${pole.id}`, { volume: quieter });
  await untilVolume(town, pole.id, 'applied');
  for (let index = 0; index < 3; index += 1)
    await editor.post('/api/stop', { target: { kind: 'loudspeakers', loudspeakerIds: [pole.id] } });
  await editor.post(`/api/broadcasts/${withdrawn.id}/cancel`);
  await pause(Math.max(0, due.at + 1_000 - Date.now()));
  await silent(pole);
  await until(
    'the end to be in the books',
    async () => ((await town.finalWords()).size > 0 ? true : undefined),
    {
      timeoutMs: 60_000,
    },
  );
  const numberBefore = await numberHeld(town);

  await town.service.stop();
  await rm(town.service.data, { recursive: true });
  await cp(backup, town.service.data, { recursive: true });
  town.service = await town.service.restart();
  const restoredAt = Date.now();
  const isHeld = await town.allReady(restoredAt).then(
    () => true,
    () => false,
  );
  // Long enough for what is believed to be still due to be played again.
  await pause(5_000);
  await silent(pole);
  const volume = await untilVolume(town, pole.id, 'ahead');
  const lines = await town.ledger();
  const found: Found = {
    numberBefore,
    numberAfter: await issued(town),
    refused: (await refusedBy(pole, 'programme')).get('replayed') ?? 0,
    isHeld,
    soundings: (await pole.soundings()).length,
    played: lines
      .filter(({ broadcastId }) => broadcastId === due.id)
      .map(({ state, reason }) => ({ state, reason })),
    cancelled: lines.filter(({ broadcastId }) => broadcastId === withdrawn.id).map(({ state }) => state),
    volume,
  };
  process.stdout.write(`${JSON.stringify({ suite: name, ...found })}\n`);
  return { town, found };
}

/** What it is by then, where that is another one. */
async function untilVolume(town: Town, id: string, wanted: string): Promise<Found['volume']> {
  const { caller } = town.people.technician;
  const look = async (): Promise<Found['volume']> => {
    const { settings } = await caller.get<LoudspeakerDetailView>(`/api/loudspeakers/${id}`);
    return { state: settings.state, regular: settings.volumeNow?.regular };
  };
  return until(
    `the volume to be ${wanted}`,
    async () => {
      const found = await look();
      return found.state === wanted ? found : undefined;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  ).catch(look);
}

async function untilAlarm(town: Town, is: (alarm: AlarmView) => boolean): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const alarms = await town.people.technician.caller.get<AlarmView[]>('/api/alarms');
    return alarms.some((alarm) => alarm.kind === 'settings-ahead' && is(alarm)) || undefined;
  };
  await until('the alarm to follow what is', look, { timeoutMs: 60_000, everyMs: 200 });
}

/** As soon as the pole has said all that it follows: not yet while it holds the programme of before. */
async function keepAsThePole(town: Town, id: string): Promise<void> {
  const { caller } = town.people.technician;
  const version = await until(
    'the pole to say what it follows',
    async () => {
      const { settings } = await caller.get<LoudspeakerDetailView>(`/api/loudspeakers/${id}`);
      return settings.ahead?.settings == null ? undefined : settings.ahead.version;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  await caller.post(`/api/loudspeakers/${id}/settings`, { count: 'pole', version });
}

async function numberHeld(town: Town): Promise<number> {
  const [pole] = await town.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
  return pole?.now.programmeNumber ?? 0;
}

async function issued(town: Town): Promise<number> {
  return lookInto(town.service, async (client) => {
    const { rows } = await client.query<{ number: string }>('SELECT number FROM programmes');
    return Number(rows[0]?.number ?? 0);
  });
}

describe("a service restored from yesterday's backup", () => {
  test('numbers never go back, what was played is not played again, and what the books lost is named', async () => {
    const { town, found } = await restore('restored');
    let isGood = false;
    try {
      expect(found.soundings).toBe(1);
      expect(found.numberAfter).toBeGreaterThan(found.numberBefore);
      expect(found.isHeld).toBe(true);
      // The pole was told that it may forget its word, and the books forgot it: shown as awaiting, then as unreported.
      expect(found.played).toEqual([{ state: 'planned', reason: null }]);
      // The pole stays as it was told last and says so, until somebody decides by what these books know.
      expect(found.volume).toEqual({ state: 'ahead', regular: quieter.regular });
      const { caller } = town.people.technician;
      const [pole] = await caller.get<LoudspeakerView[]>('/api/loudspeakers');
      const { id = '', volume } = pole ?? {};
      await untilAlarm(town, ({ clearedAt }) => clearedAt === null);
      await keepAsThePole(town, id);
      expect(await untilVolume(town, id, 'applied')).toEqual({ state: 'applied', regular: quieter.regular });
      const adopted = await caller.get<LoudspeakerDetailView>(`/api/loudspeakers/${id}`);
      expect(adopted.volume).toEqual(quieter);
      await untilAlarm(town, ({ clearedAt }) => clearedAt !== null);
      await caller.patch(`/api/loudspeakers/${id}`, { volume });
      expect(await untilVolume(town, id, 'applied')).toEqual({ state: 'applied', regular: volume?.regular });
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('turns red where a programme is only numbered one after the last', async () => {
    const { town, found } = await restore('restored-mutant', [
      {
        file: 'src/broadcasts/programme.service.js',
        from: 'Math.max((last?.number ?? 0) + 1, ahead + 1, now)',
        to: '(last?.number ?? 0) + 1',
      },
    ]);
    try {
      expect(found.numberAfter > found.numberBefore && found.isHeld).toBe(false);
    } finally {
      await town.leave(true);
    }
  });
});
