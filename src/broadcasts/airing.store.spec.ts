import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { newId } from '../base/identifier.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { vietnamese } from '../villages/language.ts';
import { airingView } from './airing.words.ts';
import { occurrencesOf, readFrom, shownOn } from './occurrence.ts';
import { localDateOf, startOfDay } from './schedule.ts';
import { AiringStore } from './airing.store.ts';
import type { NewAiring } from './airing.store.ts';

const store = new AiringStore();
const commune = newId();
const startAt = Date.UTC(2026, 10, 21, 10);
const now = startAt + 60_000;

const timeZone = 'Asia/Ho_Chi_Minh';

let held: TestDatabase;
const within = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
  held.database.inCommune(commune, work);

const airing = (nominalAt: number): NewAiring => ({
  id: newId(),
  nominalAt,
  broadcastId: newId(),
  loudspeakerId: newId(),
  repeat: 0,
  priority: 'regular',
  title: 'Mời họp',
  language: vietnamese,
  startBy: nominalAt + 60_000,
  plannedSeconds: 20,
});

beforeAll(async () => {
  held = await openTestDatabase();
});

afterAll(async () => {
  await held.close();
});

test('finds what poles of a whole week speak of, within their offsets, and nothing else', async () => {
  const days = [0, 0, 1, 6].map((day) => airing(startAt + day * 86_400_000));
  const other = airing(startAt);
  await within((em) => store.plan(em, commune, [...days, other], new Date(startAt)));
  const offsets = [0, 30_000, 12_000, 30_000];
  const wanted = days.map(({ id, nominalAt }, index) => ({ id, dueAt: nominalAt + (offsets[index] ?? 0) }));
  const never = { id: newId(), dueAt: startAt };
  const [, second] = days;
  const tooFar = { id: other.id, dueAt: startAt + 3_600_000 };
  const found = await within((em) => store.lock(em, commune, [...wanted, never, tooFar].reverse()));
  expect(new Set(found.keys())).toEqual(new Set(days.map(({ id }) => id)));
  expect(found.get(second?.id ?? '')).toMatchObject({
    loudspeakerId: second?.loudspeakerId,
    state: 'planned',
  });
  expect(await within((em) => store.lock(em, commune, []))).toEqual(new Map());
});

test('enters each pole’s word in its own line, and keeps when it began where a word does not say it', async () => {
  const [played, missed, begun] = [airing(startAt), airing(startAt), airing(startAt + 86_400_000)];
  await within((em) => store.plan(em, commune, [played, missed, begun], new Date(startAt)));
  const [boxOfFirst, boxOfSecond] = [newId(), newId()];
  const none = { reason: null, startedAt: null, endedAt: null, seconds: null, parts: [] };
  const part = { startedAt: startAt + 5, endedAt: startAt + 20_005, seconds: 20 };
  const line = ({ id, nominalAt }: NewAiring) => ({ id, nominalAt: new Date(nominalAt) });
  const say = (reports: Parameters<AiringStore['report']>[2]) =>
    within((em) => store.report(em, commune, reports));
  await say([
    {
      ...{ airing: line(begun), boxId: boxOfFirst, toldAt: startAt, now },
      report: { ...none, state: 'started', startedAt: startAt + 7 },
    },
  ]);
  const after = await say([
    {
      ...{ airing: line(played), boxId: boxOfFirst, toldAt: startAt + 21_000, now },
      report: {
        ...none,
        state: 'played',
        startedAt: startAt + 5,
        endedAt: startAt + 20_005,
        seconds: 20,
        parts: [part],
      },
    },
    {
      ...{ airing: line(missed), boxId: boxOfSecond, toldAt: startAt + 1_000, now },
      report: { ...none, state: 'missed', reason: 'no-audio' },
    },
    { airing: line(begun), boxId: boxOfFirst, toldAt: now, now, report: { ...none, state: 'interrupted' } },
  ]);
  const byId = new Map(after.map((row) => [row.id, row]));
  expect(byId.get(played.id)).toMatchObject({
    ...{ state: 'played', startedAt: new Date(startAt + 5), endedAt: new Date(startAt + 20_005) },
    ...{ actualSeconds: 20, parts: [part], toldAt: new Date(startAt + 21_000), reportedAt: new Date(now) },
  });
  expect(byId.get(missed.id)).toMatchObject({ state: 'missed', reason: 'no-audio', startedAt: null });
  expect(byId.get(begun.id)).toMatchObject({ state: 'interrupted', startedAt: new Date(startAt + 7) });
  expect(await say([])).toEqual([]);
});

test('counts what left a desk apart from what poles played, also when the desk is gone', async () => {
  const village = newId();
  const [pole, desk] = [newId(), newId()];
  const due = startAt + 2 * 86_400_000;
  const broadcastId = newId();
  const lines = [pole, pole, desk].map((loudspeakerId) => ({ ...airing(due), broadcastId, loudspeakerId }));
  const found = await within(async (em) => {
    await em.query(`INSERT INTO villages VALUES ($1, $2, 'thôn', 'Tân Tiến', 1, NULL)`, [commune, village]);
    for (const [number, [id, kind]] of [[pole, 'pole'] as const, [desk, 'desk'] as const].entries())
      await em.query(
        `INSERT INTO loudspeakers (commune_id, id, number, name, village_id, horns, volume, kind, created_at, retired_at)
         VALUES ($1, $2, $3, '', $4, 2, '{}', $5, $6, $7)`,
        [commune, id, number + 1, village, kind, new Date(startAt), kind === 'desk' ? new Date(now) : null],
      );
    await store.plan(em, commune, lines, new Date(startAt));
    const word = { reason: null, startedAt: due, endedAt: due + 20_000, seconds: 20, parts: [] };
    const entered = await store.report(
      em,
      commune,
      lines.map(({ id }) => ({
        ...{ airing: { id, nominalAt: new Date(due) }, boxId: newId(), toldAt: due + 21_000, now },
        report: { ...word, state: 'played' as const },
      })),
    );
    const claims = entered.map((row) => [row.loudspeakerId, airingView(row, now).state]);
    expect(new Map(claims as [string, string][])).toEqual(
      new Map([
        [pole, 'played'],
        [desk, 'left-desk'],
      ]),
    );
    return store.counts(em, commune, new Date(due), new Date(due + 1));
  });
  expect(occurrencesOf(found, timeZone, due + 30_000)).toMatchObject([
    { poles: 3, states: { played: 2, 'left-desk': 1 } },
  ]);
});

test('an airing belongs to the day in which it was due, and is seen past midnight while it sounds', async () => {
  const [yesterday, today] = ['2026-12-05', '2026-12-06'].map((date) => startOfDay(date, timeZone));
  if (yesterday === undefined || today === undefined) throw new Error('Two days');
  const due = today - 300_000;
  const [mine, silent] = [newId(), newId()].map((loudspeakerId) => ({
    ...{ ...airing(due), loudspeakerId, broadcastId: commune, title: 'Tin bão', plannedSeconds: 600 },
  }));
  const early = { ...airing(yesterday + 3_600_000), title: 'Tin sáng' };
  if (mine === undefined || silent === undefined) throw new Error('Two airings');
  await within((em) => store.plan(em, commune, [mine, silent, early], new Date(startAt)));
  const word = { reason: null, startedAt: due + 4, endedAt: null, seconds: null };
  const say = (state: 'started' | 'played', endedAt: number | null, toldAt: number) =>
    within((em) =>
      store.report(em, commune, [
        {
          ...{ airing: { id: mine.id, nominalAt: new Date(due) }, boxId: newId(), toldAt, now: toldAt },
          report: { ...word, state, endedAt, parts: [{ startedAt: due + 4, endedAt, seconds: null }] },
        },
      ]),
    );
  /** The page of today, with the clock turned to an instant. */
  const seenAt = async (now: number) => {
    const from = startOfDay(localDateOf(now, timeZone), timeZone);
    const read = [new Date(readFrom(from, now)), new Date(from + 86_400_000)] as const;
    const counts = await within((em) => store.counts(em, commune, ...read));
    const sounding = await within((em) => store.sounding(em, commune, new Date(now - 7_200_000)));
    return {
      lines: shownOn(from, occurrencesOf(counts, timeZone, now)).map(({ title, localTime, states }) => ({
        ...{ title, localTime, states },
      })),
      sounding: sounding.map(({ id }) => id),
    };
  };
  const line = { title: 'Tin bão', localTime: '2026-12-05T23:55' };
  const first = { title: 'Tin sáng', localTime: '2026-12-05T01:00', states: { awaiting: 1 } };

  await say('started', null, due + 10);
  const before = { ...line, states: { started: 1, awaiting: 1 } };
  expect(await seenAt(due + 60_000)).toEqual({ lines: [first, before], sounding: [mine.id] });
  // Of the pole that has said nothing nobody claims that it still waits for its time.
  expect(await seenAt(today + 120_000)).toEqual({ lines: [before], sounding: [mine.id] });
  await say('played', today + 300_000, today + 300_010);
  expect(await seenAt(today + 301_000)).toEqual({ lines: [], sounding: [] });

  // In the books it stays in its day, and in that alone.
  const booked = async (from: number) =>
    (
      await within((em) =>
        store.between(em, commune, { from: new Date(from), until: new Date(from + 86_400_000) }),
      )
    )
      .filter(({ id }) => [mine.id, silent.id].includes(id))
      .map(({ state }) => state);
  expect((await booked(yesterday)).sort()).toEqual(['planned', 'played']);
  expect(await booked(today)).toEqual([]);
});

test('a pole that fell silent in the middle is waited for once its sound must be over, however late it began', () => {
  const nominalAt = new Date(startAt);
  const count = {
    ...{
      broadcastId: commune,
      repeat: 0,
      nominalAt,
      title: '',
      priority: 'regular' as const,
      language: 'vi',
    },
    ...{ state: 'started' as const, isFromDesk: false, count: 1, plannedSeconds: 60 },
    lastStartedAt: startAt + 600_000,
  };
  const seenAt = (now: number) => occurrencesOf([count], timeZone, now)[0]?.states;
  expect(seenAt(startAt + 640_000)).toEqual({ started: 1 });
  expect(seenAt(startAt + 700_000)).toEqual({ awaiting: 1 });
});
