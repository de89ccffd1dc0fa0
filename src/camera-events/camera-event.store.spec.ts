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
