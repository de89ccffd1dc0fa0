import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CameraEventView } from './camera-event.view.ts';
import {
  by,
  cameraEvents,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  Site,
  station,
  until,
} from './camera-events.testing.ts';

beforeAll(openCameraRooms);
afterAll(closeCameraRooms);

const eventsOf = (cameraId: string): Promise<CameraEventView[]> =>
  cameraEvents.list(by.communeId, { cameraId, limit: 50, unseen: 'false' });

describe('what was not heard of a camera', () => {
  test('in a flood is one event with its count, however often it is told of', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    await until(() => site.device.connected);
    const sinceAt = Date.now() - 10_000;
    const word = (count: number, lastAt: number) => ({ shed: { sinceAt, lastAt, count } });
    site.report(camera, 'subscribed', 1, word(900, sinceAt + 1_000));
    await until(async () => (await eventsOf(camera.id)).length === 1);
    // The connector's clock was put right a little meanwhile.
    site.report(camera, 'subscribed', 1, {
      shed: { sinceAt: sinceAt + 40, lastAt: sinceAt + 9_000, count: 5_000 },
    });
    await until(async () => (await eventsOf(camera.id))[0]?.noticeCount === 5_000);
    // A copy that came late takes nothing back.
    site.report(camera, 'subscribed', 1, word(4_000, sinceAt + 4_000));
    site.report(camera, 'subscribed', 1, word(5_001, sinceAt + 9_500));
    await until(async () => (await eventsOf(camera.id))[0]?.noticeCount === 5_001);
    const [flood, ...more] = await eventsOf(camera.id);
    expect(more).toEqual([]);
    expect(flood).toMatchObject({
      kind: 'flood',
      state: 'open',
      noticeCount: 5_001,
      pointName: 'Ngã ba chợ',
    });
    expect(flood?.occurredAt).toBe(new Date(sinceAt).toISOString());
    await site.device.stop();
  });

  test('in an old flood is told of at its own time, and its end with it', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    await until(() => site.device.connected);
    const sinceAt = Date.now() - 400_000;
    const shed = { sinceAt, lastAt: sinceAt + 60_000, count: 7 };
    for (let turn = 0; turn < 3; turn += 1) site.report(camera, 'subscribed', 1, { shed });
    await until(async () => (await eventsOf(camera.id)).length === 1);
    expect(await eventsOf(camera.id)).toMatchObject([
      { kind: 'flood', state: 'closed', noticeCount: 7, endedAt: new Date(sinceAt + 60_000).toISOString() },
    ]);
    await site.device.stop();
  });

  test('between two connectors is a gap, from when the one let go until the other holds it', async () => {
    const camera = await newCamera();
    const { events } = station;
    const who = { communeId: by.communeId, cameraId: camera.id, pointId: camera.pointId };
    const untilAt = Date.now() - 5_000;
    events.tell('camera.handed-over', { ...who, untilAt });
    await until(async () => (await eventsOf(camera.id)).length === 1);
    expect(await eventsOf(camera.id)).toMatchObject([
      {
        kind: 'gap',
        topic: 'hand-over',
        state: 'open',
        occurredAt: new Date(untilAt).toISOString(),
        cause: null,
      },
    ]);
    events.tell('camera.state', {
      ...who,
      isLead: true,
      from: 'waiting',
      to: 'connecting',
      sinceAt: untilAt + 1_000,
    });
    events.tell('camera.state', {
      ...who,
      isLead: true,
      from: 'connecting',
      to: 'subscribed',
      sinceAt: untilAt + 2_000,
    });
    await until(async () => (await eventsOf(camera.id))[0]?.state === 'closed');
    expect(await eventsOf(camera.id)).toMatchObject([
      { kind: 'gap', endedAt: new Date(untilAt + 2_000).toISOString(), endedBy: 'camera' },
    ]);
  });
});
