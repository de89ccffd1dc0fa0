import { expect } from '@jest/globals';
import type {
  AiringView,
  HearingAskedView,
  HearingLinkView,
  HearingView,
  TodayView,
} from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import { columns, csvOf, rowsOf } from '../../web/src/pages/books/as-run.ts';
import { words } from '../../web/src/words/words.ts';
import { Caller } from '../stage/caller.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import type { Service } from '../stage/service.ts';
import type { People } from '../stage/village.ts';

/** What a desk spoke once. */
export interface Spoken {
  readonly at: number;
  readonly broadcastId: string;
  readonly airings: readonly AiringView[];
}

/** The relay goes on before the first sample and off after the last, by so much at most on a loaded machine (ms). */
const relayMs = 3_000;

/** The amplifier that was there before is on for it and no longer; books and counts claim what left the desk alone. */
export async function claimedOfTheDesk(
  people: People,
  desk: Pole,
  { at, broadcastId, airings }: Spoken,
): Promise<void> {
  const relay = await until(
    'the relay to fall off',
    async () => {
      const all = (await desk.switched('relay')).filter((each) => each.at > at - relayMs);
      return all.length > 0 && all.at(-1)?.on === false ? all : undefined;
    },
    { timeoutMs: 30_000 },
  );
  const [first, last] = [relay[0], relay.at(-1)];
  expect(first?.on).toBe(true);
  expect(at - (first?.at ?? 0)).toBeGreaterThan(0);
  expect(at - (first?.at ?? 0)).toBeLessThan(relayMs);
  const endedAt = Date.parse(airings.at(-1)?.endedAt ?? '');
  expect(Math.abs((last?.at ?? 0) - endedAt)).toBeLessThan(relayMs);
  expect(await bookOf(people, airings, [])).toEqual([['Mời họp', words.airingStates['left-desk'], null]]);
  const { occurrences } = await people.technician.caller.get<TodayView>('/api/today');
  const ofThis = occurrences.filter((one) => one.broadcastId === broadcastId);
  expect(ofThis.map(({ states }) => states)).toEqual([{ 'left-desk': 1 }]);
}

/** Title, state and what was heard, as the as-run log writes them. */
async function bookOf(
  people: People,
  airings: readonly AiringView[],
  hearings: readonly HearingView[],
): Promise<unknown[][]> {
  const poles = await people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
  const all = columns((code) => code, hearings);
  const rows = rowsOf(airings, poles, all);
  expect(csvOf(all, rows)).not.toContain(words.airingStates.played);
  const at = [words.books.columns.title, words.books.columns.state, words.books.columns.heard].map((name) =>
    all.findIndex(({ header }) => header === name),
  );
  return rows.map((row) => at.map((index) => row[index]));
}

/**
 * The village's head answers by a link, with no account: for this broadcast in this village, as long as the link lasts,
 * and nothing else. What was heard stands beside what was played.
 */
export async function heardByLink(
  service: Service,
  people: People,
  village: VillageView,
  { at, broadcastId, airings }: Spoken,
): Promise<void> {
  const { caller: editor } = people.editor;
  const link = { broadcastId, villageId: village.id };
  await expect(people.villageHead.caller.post('/api/hearings/links', link)).rejects.toMatchObject({
    code: 'broadcasts.beyond-your-villages',
  });
  const { token: older } = await editor.post<HearingLinkView>('/api/hearings/links', link);
  const { token } = await editor.post<HearingLinkView>('/api/hearings/links', link);
  const head = new Caller(service.url);
  const asked = (by: string): Promise<HearingAskedView> => head.post('/api/hearings/asked', { token: by });
  const nominalAt = new Date(at).toISOString();
  expect(await asked(token)).toMatchObject({
    ...{ title: 'Mời họp', village: { name: village.name }, occasions: [{ nominalAt, heard: null }] },
  });
  for (const heard of ['clear', 'poor'])
    await head.post('/api/hearings/answers', { token, nominalAt, heard });
  expect((await asked(token)).occasions).toEqual([{ nominalAt, heard: 'poor' }]);

  const range = `from=${new Date(at - 60_000).toISOString()}&until=${new Date(at + 60_000).toISOString()}`;
  const hearings = await editor.get<HearingView[]>(`/api/hearings?${range}`);
  expect(hearings).toMatchObject([
    { broadcastId, villageId: village.id, heard: 'poor', byLink: true, personName: '' },
  ]);
  expect(await bookOf(people, airings, hearings)).toEqual([
    ['Mời họp', words.airingStates['left-desk'], words.hearing.answers.poor],
  ]);

  const isOver = { code: 'broadcasts.hearing-link-over', status: 404 };
  const later = new Date(at + 60_000).toISOString();
  await expect(
    head.post('/api/hearings/answers', { token, nominalAt: later, heard: 'clear' }),
  ).rejects.toMatchObject({ code: 'broadcasts.nothing-aired' });
  await expect(asked(older)).rejects.toMatchObject(isOver);
  // It is no session.
  const { status } = await head.raw('GET', '/api/today', undefined, { cookie: `loa_session=${token}` });
  expect(status).toBe(401);
  await lookInto(service, (client) =>
    client.query("UPDATE hearing_links SET expires_at = now() - interval '1 second'"),
  );
  await expect(asked(token)).rejects.toMatchObject(isOver);
  const guesses = await Promise.all(
    Array.from({ length: 70 }, (_, index) =>
      head.raw('POST', '/api/hearings/asked', { token: `${index}`.padStart(43, 'A') }),
    ),
  );
  expect(new Set(guesses.map((guess) => guess.status))).toEqual(new Set([404, 429]));
}
