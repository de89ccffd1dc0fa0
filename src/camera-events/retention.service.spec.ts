import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { HandClock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { DetectorStore } from '../detectors/detector.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import {
  by,
  cameraEvents,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  snapshots,
  station,
} from './camera-events.testing.ts';
import { CameraEventStore } from './camera-event.store.ts';
import type { EventState } from './merge.ts';
import { RetentionService } from './retention.service.ts';
import { StrayStore } from './stray.store.ts';

const store = new CameraEventStore();
const clock = new HandClock(Date.now());
const dayMs = 86_400_000;
let owner: Client;
let retention: RetentionService;
let camera: CameraView;

beforeAll(async () => {
  await openCameraRooms();
  owner = new Client({ connectionString: station.held.postgres.ownerUrl });
  await owner.connect();
  await owner.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused by the spec'; END $$`);
  camera = await newCamera();
}, 60_000);
afterAll(async () => {
  await owner.end();
  await closeCameraRooms();
});

beforeEach(() => {
  const { database, communes, journal, config } = station;
  retention = new RetentionService(
    ...([database, store, new StrayStore(), new CameraStore(), cameraEvents] as const),
    ...([new DetectorStore(), snapshots, communes, journal, clock, config] as const),
  );
  retention.onApplicationBootstrap();
  // The first purge waits until nobody waits for the disk.
  clock.advance(3_600_000);
});
afterEach(async () => {
  retention.onApplicationShutdown();
  await owner.query('DROP TRIGGER IF EXISTS refuses ON camera_events');
});

async function event(ageDays: number, state: 'open' | 'closed'): Promise<string> {
  const at = clock.now() - ageDays * dayMs;
  const kept: EventState = {
    ...{ id: newId(at), cameraId: camera.id, pointId: camera.pointId, kind: 'motion', sourceKey: newId() },
    ...{ state, receivedAt: at, occurredAt: at, uncertaintyMs: 0, lastNoticeAt: at, noticeCount: 1 },
    ...{ endedAt: null, endedBy: null, topic: 'VideoSource/MotionAlarm' },
    ...{ snapshotSha256: null, snapshotAt: null, cause: null, detected: null },
  };
  await station.database.inCommune(by.communeId, (em) => store.saveEvents(em, by.communeId, [kept]));
  return kept.id;
}

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await owner.query<{ state: string }>('SELECT state FROM camera_events WHERE id = $1', [
    id,
  ]);
  return rows[0]?.state;
}

const refuse = (what: 'UPDATE' | 'DELETE') =>
  owner.query(
    `CREATE TRIGGER refuses BEFORE ${what} ON camera_events FOR EACH ROW EXECUTE FUNCTION refuse()`,
  );

test('what is too old goes although stale events cannot be ended', async () => {
  const [old, stale] = [await event(40, 'closed'), await event(1, 'open')];
  await refuse('UPDATE');
  await retention.round();
  expect([await stateOf(old), await stateOf(stale)]).toEqual([undefined, 'open']);
  await owner.query('DROP TRIGGER refuses ON camera_events');
  await retention.round();
  expect(await stateOf(stale)).toBe('closed');
});

test('a purge that failed is tried again in the next round, one that was done a day later', async () => {
  const old = await event(40, 'closed');
  await refuse('DELETE');
  await retention.round();
  expect(await stateOf(old)).toBe('closed');
  await owner.query('DROP TRIGGER refuses ON camera_events');
  // Two rounds at once are one.
  await Promise.all([retention.round(), retention.round()]);
  expect(await stateOf(old)).toBeUndefined();
  const next = await event(40, 'closed');
  await retention.round();
  expect(await stateOf(next)).toBe('closed');
  clock.advance(dayMs);
  await retention.round();
  expect(await stateOf(next)).toBeUndefined();
});
