import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { turnClock, turnedEnvironment } from '../stage/clock-turner.ts';
import type { Mutation } from '../stage/build.ts';
import { lookInto } from '../stage/database.ts';
import { built, until } from '../stage/program.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { prepare, raise, silent } from './attack.ts';
import { Boxes } from './boxes.ts';
import type { HeardByBox } from './boxes.main.ts';
import { drawer, isFull, pause, seed, suiteMs } from './seed.ts';
import { reckon, Town } from './town.ts';
import type { LedgerLine } from './town.ts';

jest.setTimeout(suiteMs);

const run = promisify(execFile);
const hour = 3_600_000;
const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;

/** Each pole's clock is set by so much, while its item sounds. */
const settings = {
  '1 hour on': hour,
  '1 hour back': -hour,
  '1 day on': 24 * hour,
  '10 minutes back': -600_000,
};

async function setInMidItem(mutations: readonly Mutation[] = []) {
  const steps = Object.values(settings);
  const pathOf = (index: number, directory: string): string => join(directory, `clock-${index}.json`);
  const town = await Town.found('clocks', steps.length, {
    mutations,
    poleEnv: (index, directory) => {
      turnClock(pathOf(index, directory), { offsetMs: 0, ppm: 0 });
      return turnedEnvironment(pathOf(index, directory));
    },
  });
  const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
  const { id, at } = await town.scheduleSurely(spoken.id, () => inSeconds(12));
  const later = await town.scheduleSurely(spoken.id, () => at + 20_000);
  await town.allReady();
  await pause(Math.max(0, at + 2_000 - Date.now()));
  for (const [index, pole] of town.poles.entries()) {
    turnClock(pathOf(index, town.directory), { offsetMs: steps[index] ?? 0, ppm: 0 });
    pole.signal('SIGUSR2');
  }
  await pause(Math.max(0, later.at + 1_000 - Date.now()));
  const lines = await town.settledLedger(90_000).catch(() => town.ledger());
  return { town, lines, found: await reckon(town, lines, [id, later.id]) };
}

const lateness = (lines: readonly LedgerLine[]): number =>
  Math.max(...lines.map(({ startedAt, nominalAt }) => Math.abs((startedAt ?? Infinity) - nominalAt)));

/** In whole size: boxes in so many processes, each of which is one machine with one clock, and as many instants for each. */
const many = { boxes: 250, processes: 4, broadcasts: 4, repeats: 10, gapSeconds: 5, duringTheServices: 10 };
const manyInstants = many.broadcasts * many.repeats;
const daysAndHours = [...Object.values(settings), -24 * hour];

interface Pole {
  readonly id: string;
  readonly sounds: readonly { readonly at: number }[];
}

/** What became of planned airings, held against what sinks heard. */
function held(lines: readonly LedgerLine[], heard: readonly Pole[]) {
  const found = {
    airings: lines.length,
    played: 0,
    endedWithReason: 0,
    open: 0,
    lost: 0,
    doubled: 0,
    latestMs: 0,
  };
  for (const { state, reason } of lines) {
    if (state === 'played') found.played += 1;
    else if (state === 'planned' || state === 'started') found.open += 1;
    else if (reason !== null || ['interrupted', 'stopped', 'unreported'].includes(state))
      found.endedWithReason += 1;
  }
  for (const { id, sounds } of heard) {
    const began = lines.filter((line) => line.loudspeakerId === id && line.startedAt !== null);
    found.doubled += Math.max(0, sounds.length - began.length);
    found.lost += Math.max(0, began.filter(({ state }) => state === 'played').length - sounds.length);
    for (const [index, { nominalAt }] of began.entries())
      found.latestMs = Math.max(found.latestMs, Math.abs((sounds[index]?.at ?? Infinity) - nominalAt));
  }
  return found;
}

const ofBox = ({ asset, sounds }: HeardByBox): Pole => ({ id: asset, sounds });

/** Somebody sets the clocks of the boxes' machines, each now and then, and puts them right. */
async function setBoxes(boxes: Boxes, untilAt: number, draw: () => number): Promise<number> {
  let times = 0;
  while (Date.now() < untilAt) {
    await pause(1_000 + draw() * 4_000);
    const offset = draw() < 0.3 ? 0 : daysAndHours[Math.floor(draw() * daysAndHours.length)];
    boxes.setClock(Math.floor(draw() * boxes.processes), offset ?? 0);
    times += 1;
  }
  for (let index = 0; index < boxes.processes; index += 1) boxes.setClock(index, 0);
  return times;
}

/** A commune whose service's clock can be set. */
async function withClock(name: string, poles: number) {
  const pathIn = (directory: string): string => join(directory, 'clock.json');
  const town = await Town.found(name, poles, {
    env: (directory) => {
      turnClock(pathIn(directory), { offsetMs: 0, ppm: 0 });
      return turnedEnvironment(pathIn(directory));
    },
  });
  const setClock = (offsetMs: number): void => {
    turnClock(pathIn(town.directory), { offsetMs, ppm: 0 });
    town.service.program.kill('SIGUSR2');
  };
  return { town, setClock };
}

/** The service's is set by each of them, for long enough that some boxes ask it for the time, and put right. */
async function setService(setClock: (offsetMs: number) => void, steps: readonly number[]): Promise<void> {
  for (const offsetMs of steps) {
    setClock(offsetMs);
    await pause(5_000);
    setClock(0);
    await pause(12_000);
  }
}

describe('clocks that jump', () => {
  if (isFull)
    test(`${many.boxes * manyInstants} instants, while the clocks of boxes and service are set: none plays twice, each is accounted for`, async () => {
      const { town, setClock } = await withClock('clocks-many', 1);
      let boxes: Boxes | undefined;
      let isGood = false;
      try {
        const spoken = await town.approve('Họp', 'Họp.');
        // Far ahead, so that each box fetches the sound when it starts, one after another.
        const far = await town.scheduleSurely(spoken.id, () => inSeconds(20_000));
        boxes = await Boxes.put(town, many.boxes, many.processes);
        await town.allReady();
        const stepMs = Math.ceil(((spoken.recording?.seconds ?? 0) + many.gapSeconds) * 1_000);
        const firstAt = inSeconds(90);
        for (let index = 0; index < many.broadcasts; index += 1) {
          const at = Math.ceil((firstAt + index * many.repeats * stepMs) / 1_000) * 1_000;
          const local = new Date(at + 7 * hour).toISOString();
          await town.people.editor.caller.post('/api/broadcasts', {
            ...{ announcementId: spoken.id, target: { kind: 'commune' } },
            ...{ repeatCount: many.repeats, repeatGapSeconds: many.gapSeconds },
            schedule: { kind: 'once', date: local.slice(0, 10), time: local.slice(11, 19) },
          });
        }
        const servicesFrom = firstAt + (manyInstants - many.duringTheServices) * stepMs;
        const times = await setBoxes(boxes, servicesFrom - 2_000, drawer(seed));
        await setService(setClock, daysAndHours);
        await pause(Math.max(0, firstAt + manyInstants * stepMs + 5_000 - Date.now()));
        const lines = await until(
          'every airing to end',
          async () => {
            const all = (await town.ledger()).filter(({ broadcastId }) => broadcastId !== far.id);
            return all.some(({ state }) => ['planned', 'started'].includes(state)) ? undefined : all;
          },
          // A box asks for the time every ten minutes or so, and tells what its clock jumped over when it has stood for 15.
          { timeoutMs: 1_680_000, everyMs: 1_000 },
        ).catch(async () => (await town.ledger()).filter(({ broadcastId }) => broadcastId !== far.id));
        const heard = (await boxes.heard()).map(ofBox);
        // Its sink hears what comes without a rest in between as one.
        const eachMs = (spoken.recording?.seconds ?? 0) * 1_000;
        for (const pole of town.poles) {
          const sounds = (await pole.soundings()).flatMap(({ startedAt, seconds }) =>
            Array.from({ length: Math.max(1, Math.round((seconds * 1_000) / eachMs)) }, (_, index) => ({
              at: startedAt + index * eachMs,
            })),
          );
          heard.push({ id: pole.id, sounds });
        }
        const isOfBoxes = ({ nominalAt }: LedgerLine): boolean => nominalAt < servicesFrom;
        const before = held(
          lines.filter(isOfBoxes),
          heard.map(({ id, sounds }) => ({
            id,
            sounds: sounds.filter(({ at }) => at < servicesFrom - 1_000),
          })),
        );
        const during = held(
          lines.filter((line) => !isOfBoxes(line)),
          heard.map(({ id, sounds }) => ({
            id,
            sounds: sounds.filter(({ at }) => at >= servicesFrom - 1_000),
          })),
        );
        const reasons: Record<string, number> = {};
        for (const { state, reason } of lines)
          reasons[`${state} ${reason ?? ''}`.trim()] = (reasons[`${state} ${reason ?? ''}`.trim()] ?? 0) + 1;
        process.stdout.write(
          `${JSON.stringify({ suite: 'clocks, many', seed, boxes: heard.length, times, ofBoxes: before, ofService: during, reasons })}\n`,
        );
        const whole = manyInstants * (many.boxes + 1);
        expect(lines).toHaveLength(whole);
        expect(before).toMatchObject({ played: before.airings, lost: 0, doubled: 0 });
        // What a box that had been told the wrong time jumped over is missed, and says so.
        expect(during).toMatchObject({ open: 0, lost: 0, doubled: 0 });
        expect(during.played + during.endedWithReason).toBe(during.airings);
        isGood = true;
      } finally {
        await boxes?.stop();
        await town.leave(isGood);
      }
    });

  test("somebody sets a box's clock in mid-item: everything plays once, at its true instant", async () => {
    const { town, lines, found } = await setInMidItem();
    let isGood = false;
    try {
      const figures = { suite: 'clocks, boxes', ...found, latestMs: lateness(lines) };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({ airings: 8, played: 8, lost: 0, doubled: 0, faults: [] });
      expect(figures.latestMs).toBeLessThan(1_000);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test("the service's clock is set back an hour in mid-item, and right again: nothing plays twice, each airing ends", async () => {
    const { town, setClock } = await withClock('clocks-service', 2);
    let isGood = false;
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const first = await town.scheduleSurely(spoken.id, () => inSeconds(10));
      const second = await town.scheduleSurely(spoken.id, () => first.at + 60_000);
      await town.allReady();
      await pause(Math.max(0, first.at + 2_000 - Date.now()));
      setClock(-hour);
      // A box that asks now is told the wrong time, and has to live with it.
      const [, asking] = town.poles;
      await pause(9_000);
      await asking?.kill();
      await asking?.start();
      await pause(8_000);
      setClock(0);
      for (const pole of town.poles) {
        await pole.stop();
        await pole.start();
      }
      await pause(Math.max(0, second.at + 1_000 - Date.now()));
      const lines = await town.settledLedger(180_000);
      const found = await reckon(town, lines, [first.id, second.id]);
      process.stdout.write(`${JSON.stringify({ suite: 'clocks, service', ...found })}\n`);
      expect(found).toMatchObject({ airings: 4, open: 0, lost: 0, doubled: 0, faults: [] });
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test("the service's clock is set an hour ahead in mid-item, and right again: nothing is taken back, nothing refused", async () => {
    const { town, setClock } = await withClock('clocks-ahead', 2);
    let isGood = false;
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const first = await town.scheduleSurely(spoken.id, () => inSeconds(10));
      const second = await town.scheduleSurely(spoken.id, () => first.at + 20_000);
      await town.allReady();
      const issued = async (): Promise<number> =>
        lookInto(town.service, async (client) => {
          const { rows } = await client.query<{ last: string }>('SELECT max(number) AS last FROM programmes');
          return Number(rows[0]?.last);
        });
      await pause(Math.max(0, first.at + 500 - Date.now()));
      const before = await issued();
      setClock(hour);
      // What is compiled by the wrong clock goes out to boxes that know the right one.
      const { caller } = town.people.technician;
      await caller.patch(`/api/loudspeakers/${town.poles[0]?.id ?? ''}`, { emergencyFloor: 75 });
      const patient = { timeoutMs: 20_000, everyMs: 200 };
      await until('new programmes', async () => (await issued()) > before || undefined, patient);
      await pause(Math.max(0, first.at + 8_000 - Date.now()));
      setClock(0);
      await pause(Math.max(0, second.at + 1_000 - Date.now()));
      const lines = await town.settledLedger(90_000);
      const found = await reckon(town, lines, [first.id, second.id]);
      const refusals = await lookInto(town.service, async (client) => {
        const { rows } = await client.query<{ reason: string }>('SELECT reason FROM refusals');
        return rows.map(({ reason }) => reason);
      });
      process.stdout.write(`${JSON.stringify({ suite: 'clocks, service ahead', ...found, refusals })}\n`);
      // A box that asks for the time meanwhile is told the wrong one, and tells what it therefore misses.
      expect(found).toMatchObject({ airings: 4, open: 0, lost: 0, doubled: 0, faults: [] });
      const ofFirst = lines.filter(({ broadcastId }) => broadcastId === first.id);
      expect(ofFirst.map(({ state }) => state)).toEqual(['played', 'played']);
      expect(refusals).toEqual([]);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test("stopped while the service's clock is an hour ahead, and right again: an emergency sounds at once, and what is planned plays", async () => {
    const { town, setClock } = await withClock('clocks-stopped', 1);
    let isGood = false;
    try {
      const [pole] = town.poles;
      if (pole === undefined) throw new Error('No pole');
      const prepared = await prepare(town);
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const planned = await town.scheduleSurely(spoken.id, () => inSeconds(60));
      await town.allReady();
      setClock(hour);
      // The order comes from the future: the pole asks for the time, and follows it.
      await town.people.approver.caller.post('/api/stop', { target: { kind: 'commune' } });
      const isAhead = async (): Promise<true | undefined> => {
        const [seen] = await town.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        return (seen?.now.clockOffsetMs ?? 0) < -hour / 2 || undefined;
      };
      await until('the pole to follow the wrong clock', isAhead, { timeoutMs: 30_000 });
      setClock(0);
      const raisedAt = Date.now();
      const emergency = await raise(town, prepared);
      const [alarm] = await until(
        'the emergency to sound',
        async () => {
          const sounds = await pole.soundings();
          return sounds.length > 0 ? sounds : undefined;
        },
        { timeoutMs: 30_000 },
      );
      await town.people.editor.caller.post(`/api/emergencies/${emergency.id}/cancel`);
      await silent(pole);
      await pause(Math.max(0, planned.at + 1_000 - Date.now()));
      const lines = await town.settledLedger(90_000);
      const ofPlanned = lines.filter(({ broadcastId }) => broadcastId === planned.id);
      const soundedMs = (alarm?.startedAt ?? Infinity) - raisedAt;
      process.stdout.write(`${JSON.stringify({ suite: 'clocks, stopped ahead', soundedMs, ofPlanned })}\n`);
      expect(soundedMs).toBeLessThan(5_000);
      expect(ofPlanned.map(({ state }) => state)).toEqual(['played']);
      expect(lateness(ofPlanned)).toBeLessThan(1_000);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('a box without a battery wakes in 1970 and without a link: it says that it waits, plays nothing, then all that is due', async () => {
    const town = await Town.found('clocks-1970', 1, {
      poleEnv: (_index, directory) => {
        const path = join(directory, 'clock.json');
        turnClock(path, { offsetMs: 0, ppm: 0 });
        return turnedEnvironment(path);
      },
    });
    let isGood = false;
    try {
      const [pole] = town.poles;
      if (pole === undefined) throw new Error('No pole');
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const first = await town.scheduleSurely(spoken.id, () => inSeconds(15));
      const second = await town.scheduleSurely(spoken.id, () => first.at + 20_000);
      await town.allReady();
      await pole.kill();
      const letBe = town.holdBrokerDown();
      turnClock(join(town.directory, 'clock.json'), { offsetMs: -Date.now() + 60_000, ppm: 0 });
      await pole.start();
      await pause(Math.max(0, first.at + 5_000 - Date.now()));
      const heardWithoutTime = (await pole.soundings()).length;
      await letBe();
      const lines = await town.settledLedger(120_000);
      const found = await reckon(town, lines, [first.id, second.id]);
      process.stdout.write(`${JSON.stringify({ suite: 'clocks, 1970', heardWithoutTime, ...found })}\n`);
      expect(heardWithoutTime).toBe(0);
      expect(found).toMatchObject({ airings: 2, played: 2, lost: 0, doubled: 0, faults: [] });
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test("turns red where a box plays by its host's wall clock", async () => {
    const { town, lines, found } = await setInMidItem([
      {
        file: 'devices/link/trusted-clock.js',
        from: 'const best = this.best();\n        if (best !== null)\n            return this.carry(best, monotonicMs);',
        to: 'if (this.best() !== null)\n            return this.wall() + monotonicMs - this.monotonic();',
      },
    ]);
    try {
      process.stdout.write(
        `${JSON.stringify({ suite: 'clocks, mutant', ...found, latestMs: lateness(lines) })}\n`,
      );
      expect(found.faults.length > 0 || found.played < 8 || lateness(lines) > 1_000).toBe(true);
    } finally {
      await town.leave(true);
    }
  });
});

describe('hosts in other time zones', () => {
  const zones = ['UTC', 'Asia/Ho_Chi_Minh', 'America/New_York'];
  const program = `
    import { occurrences } from ${JSON.stringify(join(built, 'src/broadcasts/schedule.js'))};
    const days = (from, until) => ({ kind: 'daily', fromDate: from, untilDate: until });
    const all = [['2027-03-10', '2027-03-18'], ['2027-11-03', '2027-11-10'], ['2028-02-26', '2028-03-02']].flatMap(([from, until]) =>
      ['02:30', '05:00', '17:00:30'].flatMap((time) => [
        ...occurrences({ ...days(from, until), time }, 'Asia/Ho_Chi_Minh', Date.parse(from) - 2e8, Date.parse(until) + 2e8),
        ...occurrences({ kind: 'weekly', weekdays: [1, 2, 7], fromDate: from, untilDate: until, time }, 'Asia/Ho_Chi_Minh', Date.parse(from) - 2e8, Date.parse(until) + 2e8),
      ]));
    process.stdout.write(JSON.stringify(all));`;

  test('local play times are the same through both nights of summer time and 29 February', async () => {
    const found = await Promise.all(
      zones.map(async (zone) => {
        const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
          env: { ...process.env, NODE_OPTIONS: '', TZ: zone },
        });
        return JSON.parse(stdout) as { localTime: string; at: number }[];
      }),
    );
    expect(found[0]?.length).toBeGreaterThan(90);
    expect(found[0]?.some(({ localTime }) => localTime.startsWith('2028-02-29T05:00'))).toBe(true);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test('a service in New York and poles in three zones play at the same true instant', async () => {
    const town = await Town.found('zones', zones.length, {
      env: () => ({ TZ: 'America/New_York' }),
      poleEnv: (index) => ({ TZ: zones[index] ?? 'UTC' }),
    });
    let isGood = false;
    try {
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const { id, at } = await town.scheduleSurely(spoken.id, () => inSeconds(10));
      await until('it to be over', () => (Date.now() > at + 5_000 ? true : undefined), {
        timeoutMs: 60_000,
        everyMs: 500,
      });
      const lines = await town.settledLedger(90_000);
      const found = await reckon(town, lines, [id]);
      process.stdout.write(`${JSON.stringify({ suite: 'zones', ...found, latestMs: lateness(lines) })}\n`);
      expect(found).toMatchObject({ airings: 3, played: 3, faults: [] });
      expect(lateness(lines)).toBeLessThan(1_000);
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });
});
