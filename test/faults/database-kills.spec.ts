import { loadavg } from 'node:os';
import { describe, expect, jest, test } from '@jest/globals';
import type {
  BroadcastView,
  EmergencyDraftView,
  EmergencyView,
} from '../../src/broadcasts/broadcast.view.ts';
import type { JournalCheckView } from '../../src/journal/journal.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import type { Mutation } from '../stage/build.ts';
import { ApiError } from '../stage/caller.ts';
import type { Caller } from '../stage/caller.ts';
import { lookInto } from '../stage/database.ts';
import { until } from '../stage/program.ts';
import { scheduleAt } from '../stage/village.ts';
import { drawer, isFull, pause, quantile, seed, suiteMs } from './seed.ts';
import { Town } from './town.ts';

jest.setTimeout(suiteMs);

const kills = isFull ? 50 : 20;
const day = 86_400_000;

/** What was answered with a success: after any kill it must be there. */
class Promised {
  readonly broadcasts = new Set<string>();
  readonly cancelled = new Set<string>();
  readonly villages = new Set<string>();
  readonly emergencies = new Set<string>();
  readonly emergenciesCancelled = new Set<string>();
  stops = 0;
  /** Answered with a clear "not now". */
  refused = 0;

  get count(): number {
    const { broadcasts, cancelled, villages, emergencies, emergenciesCancelled, stops } = this;
    return (
      broadcasts.size + cancelled.size + villages.size + emergencies.size + emergenciesCancelled.size + stops
    );
  }
}

/** A "not now" of the database is told apart from everything else, which fails the suite. */
async function ifItCan<T>(promised: Promised, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isNotNow =
      error instanceof ApiError &&
      error.status === 503 &&
      ['platform.database-down', 'platform.database-busy', 'platform.database-slow'].includes(error.code);
    if (!isNotNow) throw error;
    promised.refused += 1;
    return undefined;
  }
}

async function killPostgres(town: Town): Promise<number> {
  const pid = await until('PostgreSQL to run', () => town.service.postmasterPid(), {
    timeoutMs: 20_000,
    everyMs: 5,
  });
  process.kill(pid, 'SIGKILL');
  return Date.now();
}

/** From now until somebody is answered out of the database (ms). */
async function untilAnswered(caller: Caller): Promise<void> {
  await until(
    'the database to be back',
    async () => ((await caller.raw('GET', '/api/broadcasts')).status < 500 ? true : undefined),
    {
      timeoutMs: 60_000,
      everyMs: 20,
    },
  );
}

/** Kills PostgreSQL again whenever it comes up, until told to let it be. */
function holdDown(town: Town): { let: () => Promise<void>; times: () => number } {
  const hold = { isOn: true, times: 0 };
  const holding = (async () => {
    while (hold.isOn) {
      const pid = await town.service.postmasterPid();
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL');
        hold.times += 1;
      }
      await pause(20);
    }
  })();
  return {
    let: async () => {
      hold.isOn = false;
      await holding;
    },
    times: () => hold.times,
  };
}

/** What was promised and is not in the books, and what is there more than once or unreadable. */
async function missing(town: Town, promised: Promised): Promise<string[]> {
  await until(
    'the spool to be booked',
    async () => {
      const booked = await lookInto(town.service, (client) =>
        client.query(`SELECT FROM orders WHERE kind = 'stop'`),
      );
      return (booked.rowCount ?? 0) >= promised.stops ? true : undefined;
    },
    { timeoutMs: 15_000 },
  ).catch(() => undefined);
  const faults = await lookInto(town.service, async (client) => {
    const found: string[] = [];
    const among = async (sql: string, what: string, ids: ReadonlySet<string>): Promise<void> => {
      const { rows } = await client.query<{ id: string }>(sql);
      const there = rows.map(({ id }) => id);
      for (const id of ids) {
        const times = there.filter((each) => each === id).length;
        if (times !== 1) found.push(`${what} ${id}: ${times} times`);
      }
    };
    await among('SELECT id FROM broadcasts', 'broadcast', promised.broadcasts);
    await among(
      'SELECT id FROM broadcasts WHERE cancelled_at IS NOT NULL',
      'cancelled broadcast',
      promised.cancelled,
    );
    await among('SELECT id FROM villages', 'village', promised.villages);
    await among('SELECT id FROM emergencies', 'emergency', promised.emergencies);
    await among(
      'SELECT id FROM emergencies WHERE cancelled_at IS NOT NULL',
      'cancelled emergency',
      promised.emergenciesCancelled,
    );
    for (const [kind, wanted] of [
      ['stop', promised.stops],
      ['emergency', promised.emergencies.size],
      ['cancel', promised.emergenciesCancelled.size],
    ] as const) {
      const { rowCount } = await client.query('SELECT FROM orders WHERE kind = $1', [kind]);
      if (rowCount !== wanted)
        found.push(`${kind}: ${rowCount ?? 0} orders in the books for ${wanted} given`);
    }
    // Each order is one line of the journal, however often it was tried to be booked.
    const { rows } = await client.query<{ order: string; lines: number }>(
      `SELECT o.id AS order, (SELECT count(*)::int FROM journal j WHERE j.facts->>'orderId' = o.id::text) AS lines FROM orders o`,
    );
    for (const { order, lines } of rows)
      if (lines !== 1) found.push(`order ${order}: ${lines} lines in the journal`);
    return found;
  });
  const answer = await town.people.approver.caller.raw('POST', '/api/journal/check', {});
  if (!answer.ok) return [...faults, `the approver's session: ${answer.status}`];
  const check = (await answer.json()) as JournalCheckView;
  if (check.firstFaultAt !== null) faults.push(`journal: line ${check.firstFaultAt} ${check.fault ?? ''}`);
  return faults;
}

/** Approved ahead, its sound on every pole: returns how it is raised. */
async function prepared(town: Town): Promise<() => Promise<EmergencyView>> {
  const { editor, approver } = town.people;
  const { id } = await town.approve(
    'Nước lên',
    'Nước đang lên nhanh. Mời bà con rời khỏi bờ sông, đến nhà văn hóa, và mang theo nước uống.',
    'emergency',
  );
  await approver.caller.post(`/api/announcements/${id}/prepared`, { prepared: true });
  const draft = await until(
    'the prepared emergency',
    async () => {
      const drafts = await editor.caller.get<EmergencyDraftView[]>('/api/emergencies/prepared');
      return drafts.find((each) => each.id === id);
    },
    { timeoutMs: 20_000 },
  );
  await town.allReady();
  return () =>
    editor.caller.post<EmergencyView>('/api/emergencies', {
      draftId: draft.id,
      confirmation: draft.confirmation,
      target: { kind: 'commune' },
      minutes: 5,
    });
}

interface Safety {
  /** From the press of the button to the last pole's first sample, and from cancel or stop to the last silence (ms). */
  readonly soundsMs: number;
  readonly silentMs: number;
}

/** With PostgreSQL held down: an emergency sounds on every pole, and `how` silences it. */
async function raiseAndSilence(
  town: Town,
  promised: Promised,
  raise: () => Promise<EmergencyView>,
  how: 'cancel' | 'stop',
): Promise<Safety> {
  const { editor } = town.people;
  const counts = await Promise.all(town.poles.map(async (pole) => (await pole.soundings()).length));
  const raisedAt = Date.now();
  const emergency = await raise();
  promised.emergencies.add(emergency.id);
  const paths = await Promise.all(
    town.poles.map((pole, index) =>
      until(`${pole.name} to sound`, async () => (await pole.soundings())[counts[index] ?? 0], {
        timeoutMs: 15_000,
        everyMs: 30,
      }),
    ),
  );
  const silencedAt = Date.now();
  if (how === 'stop') {
    await editor.caller.post('/api/stop', { target: { kind: 'commune' } });
    promised.stops += 1;
  }
  await editor.caller.post(`/api/emergencies/${emergency.id}/cancel`);
  promised.emergenciesCancelled.add(emergency.id);
  const ends = await Promise.all(
    town.poles.map((pole, index) =>
      until(
        `${pole.name} to fall silent`,
        async () =>
          (await pole.soundings()).find((each) => each.path === paths[index]?.path && each.complete),
        { timeoutMs: 15_000, everyMs: 30 },
      ),
    ),
  );
  for (const { seconds } of ends) expect(seconds).toBeLessThan(emergency.seconds);
  return {
    soundsMs: Math.max(...paths.map(({ startedAt }) => startedAt)) - raisedAt,
    silentMs: Math.max(...ends.map(({ startedAt, seconds }) => startedAt + seconds * 1_000)) - silencedAt,
  };
}

/** Nothing sounds, and nothing that was scheduled is still to begin. */
async function isSilent(town: Town, lastDueAt: number): Promise<true | undefined> {
  if (Date.now() < lastDueAt + 2_000) return undefined;
  const sounds = (await Promise.all(town.poles.map((pole) => pole.soundings()))).flat();
  return sounds.every(({ complete }) => complete) ? true : undefined;
}

describe('SIGKILL of PostgreSQL in the middle of the day', () => {
  test(`${kills} times: nothing acknowledged is lost, the safety paths go on, and it is back within 5 s`, async () => {
    process.stdout.write(`database-kills: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const town = await Town.found('database-kills', 2);
    /** `isQuiet`: nobody speaks or stops anything, so that what sounds is the emergency. */
    const evening = { isOver: false, isQuiet: false, lastDueAt: 0 };
    let isGood = false;
    try {
      const { editor, administrator } = town.people;
      const raise = await prepared(town);
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const promised = new Promised();

      /** Somebody who schedules for tomorrow and cancels half of it again. */
      const scheduling = (async () => {
        for (let index = 0; !evening.isOver; index += 1) {
          const tomorrow = Date.now() + day + index * 60_000;
          const broadcast = await ifItCan(promised, () =>
            scheduleAt(editor.caller, spoken.id, tomorrow, { kind: 'commune' }),
          );
          if (broadcast === undefined) {
            await pause(50);
            continue;
          }
          promised.broadcasts.add(broadcast.id);
          if (index % 2 === 1) continue;
          const cancelled = await ifItCan(promised, () =>
            editor.caller.post<BroadcastView>(`/api/broadcasts/${broadcast.id}/cancel`),
          );
          if (cancelled !== undefined) promised.cancelled.add(broadcast.id);
        }
      })();
      /** Something sounds now and then, so that receipts are under way too. */
      const speaking = (async () => {
        while (!evening.isOver) {
          await pause(evening.isQuiet ? 100 : 6_000);
          if (evening.isQuiet) continue;
          const at = Math.ceil((Date.now() + 4_000) / 1_000) * 1_000;
          evening.lastDueAt = at;
          const broadcast = await ifItCan(promised, () =>
            scheduleAt(editor.caller, spoken.id, at, { kind: 'commune' }),
          );
          if (broadcast !== undefined) promised.broadcasts.add(broadcast.id);
        }
      })();
      /** A stop needs no database: each is taken. */
      const stopping = (async () => {
        while (!evening.isOver) {
          await pause(evening.isQuiet ? 100 : 400 + draw() * 1_000);
          if (evening.isQuiet) continue;
          await editor.caller.post('/api/stop', {
            target: { kind: 'loudspeakers', loudspeakerIds: [town.poles[0]?.id] },
          });
          promised.stops += 1;
        }
      })();
      const everybody = Promise.all([scheduling, speaking, stopping]);
      // Told at the end; not to end the process before.
      everybody.catch(() => undefined);

      const recoveryMs: number[] = [];
      const safety: Safety[] = [];
      for (let kill = 0; kill < kills; kill += 1) {
        await pause(300 + draw() * 1_500);
        if (kill % 2 === 1) {
          // The instant after an answer is the one at which a promise breaks most easily.
          const village = await ifItCan(promised, () =>
            administrator.caller.post<VillageView>('/api/villages', { word: 'thôn', name: `Số ${kill}` }),
          );
          if (village !== undefined) promised.villages.add(village.id);
        }
        const isHeld = kill === 6 || kill === 13;
        if (isHeld) {
          evening.isQuiet = true;
          await until('silence on all poles', async () => isSilent(town, evening.lastDueAt), {
            timeoutMs: 60_000,
          });
        }
        let killedAt = await killPostgres(town);
        if (isHeld) {
          const hold = holdDown(town);
          const how = kill === 6 ? 'cancel' : 'stop';
          safety.push(await raiseAndSilence(town, promised, raise, how).finally(() => hold.let()));
          expect(hold.times()).toBeGreaterThan(0);
          killedAt = Date.now();
          evening.isQuiet = false;
        }
        await untilAnswered(editor.caller);
        recoveryMs.push(Date.now() - killedAt);
      }
      evening.isOver = true;
      await everybody;

      const faults = await missing(town, promised);
      const figures = {
        suite: 'database-kills',
        seed,
        kills: recoveryMs.length,
        acknowledged: promised.count,
        refused: promised.refused,
        lost: faults.length,
        recoveryMsMedian: quantile(recoveryMs, 0.5),
        recoveryMsP95: quantile(recoveryMs, 0.95),
        recoveryMsMaximum: Math.max(...recoveryMs),
        safety,
        load: loadavg()[0],
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(faults).toEqual([]);
      expect(promised.count).toBeGreaterThan(50);
      expect(promised.refused).toBeGreaterThan(0);
      expect(figures.recoveryMsMaximum).toBeLessThanOrEqual(5_000);
      isGood = true;
    } finally {
      evening.isOver = true;
      await town.leave(isGood);
    }
  });

  test.each<[string, Mutation]>([
    [
      'a commit is answered before it is on the disk',
      {
        file: 'src/platform/database/postgres.embedded.js',
        from: "synchronous_commit: 'on'",
        to: "synchronous_commit: 'off',\n    wal_writer_delay: '10s'",
      },
    ],
    [
      'an order is sent without being written down first',
      {
        file: 'src/broadcasts/order.spool.js',
        from: 'async put(entry) {',
        to: 'async put(entry) {\n        return;',
      },
    ],
  ])('turns red where %s', async (_, mutation) => {
    const town = await Town.found('database-kills-mutant', 1, { mutations: [mutation] });
    try {
      const { editor, administrator } = town.people;
      await town.allReady();
      const promised = new Promised();
      const village = await administrator.caller.post<VillageView>('/api/villages', {
        word: 'thôn',
        name: 'Mới',
      });
      promised.villages.add(village.id);
      const hold = holdDown(town);
      try {
        await until('it to be down', () => hold.times() > 0 || undefined, { timeoutMs: 5_000, everyMs: 5 });
        await editor.caller.post('/api/stop', { target: { kind: 'commune' } });
        promised.stops += 1;
        // What was only in memory is gone.
        await town.service.kill();
      } finally {
        await hold.let();
      }
      town.service = await town.service.restart();
      await untilAnswered(editor.caller);
      const faults = await missing(town, promised);
      process.stdout.write(
        `${JSON.stringify({ suite: 'database-kills, mutant', lost: faults.length, faults: faults.slice(0, 2) })}\n`,
      );
      expect(faults).not.toEqual([]);
    } finally {
      await town.leave(true);
    }
  });
});
