import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../base/identifier.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { longestMsOf } from './kinds.ts';
import type { EventState } from './merge.ts';

const store = new CameraEventStore();
const commune = newId();
const now = Date.UTC(2026, 10, 21, 10);

let held: TestDatabase;
beforeAll(async () => {
  held = await openTestDatabase();
});
afterAll(async () => {
  await held.close();
});

/** Open, with its last notice so long ago. */
const open = (kind: string, ageMs: number): EventState => ({
  ...{ id: newId(now - ageMs), cameraId: newId(), pointId: newId(), kind, sourceKey: '', state: 'open' },
  ...{ receivedAt: now - ageMs, occurredAt: now - ageMs, uncertaintyMs: 0, endedAt: null, endedBy: null },
  ...{ lastNoticeAt: now - ageMs, noticeCount: 1, topic: 'tns1:VideoSource/MotionAlarm' },
  ...{ snapshotSha256: null, snapshotAt: null, cause: null, detected: null },
});

test('ends what nobody has spoken of for as long as its kind may last, and no outage', async () => {
  const longest = longestMsOf('motion');
  const [stale, young] = [open('motion', longest + 1_000), open('motion', longest - 60_000)];
  const outage = open('outage', 30 * 86_400_000);
  const closed = await held.database.inCommune(commune, async (em) => {
    await store.saveEvents(em, commune, [stale, young, outage]);
    return store.closeStale(em, commune, new Date(now));
  });
  expect(closed).toMatchObject([
    { id: stale.id, state: 'closed', endedAt: stale.lastNoticeAt, endedBy: 'time' },
  ]);
});

/** What happened, minutes before `now`; how late it was told and how sure its time is, in minutes; the same every time. */
const happenings = Array.from({ length: 400 }, (_, index) => ({
  agoMinutes: (index * 7.3) % 2_800,
  lateMinutes: [0, 0.01, 0.1, 9, 10, 11, 14.9, 15.1, 16, 90, 700, 1_300][index % 12] ?? 0,
  unsureMinutes: [0, 0.01, 4.9, 5, 5.1, 30, 59, 61, 600][index % 9] ?? 0,
  /** `Infinity`: it is still open. */
  lastsMinutes: [0, 0, 1, 45, 1_500, 2_400, Infinity][index % 7] ?? 0,
}));

test('finds what may have happened within some hours, however late it was told, however long it lasted and however unsure its time is', async () => {
  const minuteMs = 60_000;
  const cameraId = newId();
  const events = happenings.map(({ agoMinutes, lateMinutes, unsureMinutes, lastsMinutes }): EventState => {
    const occurredAt = now - agoMinutes * minuteMs;
    const receivedAt = occurredAt + lateMinutes * minuteMs;
    const endedAt = lastsMinutes === Infinity ? null : occurredAt + lastsMinutes * minuteMs;
    return {
      ...{
        id: newId(receivedAt),
        cameraId,
        pointId: newId(),
        kind: 'motion',
        sourceKey: '',
        state: endedAt === null ? 'open' : 'closed',
      },
      ...{ receivedAt, occurredAt, endedAt, endedBy: endedAt === null ? null : 'camera' },
      lastNoticeAt: Math.max(receivedAt, endedAt ?? 0),
      ...{ uncertaintyMs: unsureMinutes * minuteMs, noticeCount: 1, topic: 'VideoSource/MotionAlarm' },
      ...{ snapshotSha256: null, snapshotAt: null, cause: null, detected: null },
    };
  });
  await held.database.inCommune(commune, (em) => store.saveEvents(em, commune, events));
  for (let hour = 1; hour <= 46; hour += 3) {
    const until = now - hour * 60 * minuteMs;
    const from = until - 120 * minuteMs;
    const expected = events
      .filter(({ occurredAt, uncertaintyMs }) => occurredAt - uncertaintyMs < until)
      .filter(({ endedAt, uncertaintyMs }) => (endedAt ?? Infinity) + uncertaintyMs >= from)
      .filter(({ receivedAt }) => receivedAt < until + 1_440 * minuteMs)
      .map(({ id }) => id)
      .sort()
      .reverse();
    const found: string[] = [];
    for (let before: string | undefined; ; before = found.at(-1)) {
      const filter = {
        before,
        cameraId,
        unseen: true,
        from: new Date(from),
        until: new Date(until),
        limit: 7,
      };
      const page = await held.database.inCommune(commune, (em) => store.list(em, commune, filter));
      if (page.length === 0) break;
      found.push(...page.map(({ id }) => id));
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(7);
  }
});
