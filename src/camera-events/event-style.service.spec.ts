import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Notice } from '../../devices/protocol/camera-messages.ts';
import { newId } from '../base/identifier.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import {
  by,
  cameraEvents,
  closeCameraRooms,
  eventStyles,
  newCamera,
  notice,
  openCameraRooms,
  rereading,
  Site,
  station,
} from './camera-events.testing.ts';

beforeAll(openCameraRooms, 60_000);
afterAll(closeCameraRooms);

const minute = 60_000;
const begunAt = Date.now() - 10 * 3_600_000;
const eventsOf = (camera: CameraView) => cameraEvents.list(by.communeId, { cameraId: camera.id, limit: 200 });

/** As a connector reads it off the wire, at its minute. */
function told(
  camera: CameraView,
  topic: string,
  level: string,
  atMinute: number,
  more: Partial<Notice> = {},
) {
  const receivedAt = begunAt + atMinute * minute;
  const raw = Buffer.from(
    `<wsnt:NotificationMessage><wsnt:Topic>tns1:${topic}</wsnt:Topic><wsnt:Message><tt:Message PropertyOperation="Changed">` +
      `<tt:Source/><tt:Data><tt:SimpleItem Name="Level" Value="${level}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
  );
  return notice(camera, level === 'true' ? 'begin' : 'end', {
    ...{ id: newId(receivedAt), receivedAt, occurredAt: receivedAt, topic, kind: 'digital-input' },
    ...{ data: [{ name: 'Level', value: level }], raw: raw.toString('base64') },
    ...{ rawSha256: createHash('sha256').update(raw).digest('hex'), ...more },
  });
}

describe('how a camera tells', () => {
  const input = 'Device/Trigger/DigitalInput';

  test('is learned from what it tells, shown, and makes its events the right way round', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    await site.tell(told(camera, input, 'true', 0, { operation: 'Initialized', phase: 'state' }));
    for (let turn = 1; turn <= 7; turn += 1)
      await site.tell(told(camera, input, 'false', turn * 20), told(camera, input, 'true', turn * 20 + 1));
    expect(await eventStyles.ofCamera(by.communeId, camera.id)).toMatchObject([
      { topic: input, style: 'inverted', learned: 'inverted', isSet: false, ons: 7, offs: 7 },
    ]);
    const [newest] = await eventsOf(camera);
    expect(newest).toMatchObject({ state: 'closed', endedBy: 'camera', noticeCount: 2 });
    const lasted = async () =>
      (await eventsOf(camera)).map((one) => Date.parse(one.endedAt ?? '') - Date.parse(one.occurredAt));
    expect(await lasted()).toEqual([minute, minute, ...Array.from({ length: 4 }, () => 19 * minute)]);
    // What came before that was known is turned round when it is read again.
    await rereading.all(by);
    expect(await lasted()).toEqual(Array.from({ length: 7 }, () => minute));
  });

  test('is set by hand, journalled, and back to what was learned', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    await site.tell(told(camera, input, 'true', 0), told(camera, input, 'false', 1));
    await eventStyles.set(by, camera.id, { topic: input, style: 'inverted' });
    await site.tell(told(camera, input, 'false', 30));
    expect((await eventsOf(camera))[0]).toMatchObject({ state: 'open', noticeCount: 1 });
    const [back] = await eventStyles.set(by, camera.id, { topic: input, style: null });
    expect(back).toMatchObject({ style: 'on-off', isSet: false });
    await expect(
      eventStyles.set(by, camera.id, { topic: 'Never/Told', style: 'inverted' }),
    ).rejects.toMatchObject({ code: 'camera-events.topic-missing' });
    const lines = await station.journal.lines(by.communeId, { limit: 50 });
    expect(lines.filter(({ action }) => action === 'camera-events.style-set')).toHaveLength(2);
  });
});

describe('kept notices are read again', () => {
  const topic = 'Vendor/Fence/Alarm';
  const unknown = { kind: 'unknown', phase: 'state' } as const;

  test('with the name that people gave to an unknown topic: each in one event, also the second time', async () => {
    await rereading.all(by);
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    for (const at of [0, 60, 120])
      await site.tell(
        told(camera, topic, 'true', at, unknown),
        told(camera, topic, 'false', at + 2, unknown),
      );
    expect(await eventsOf(camera)).toEqual([]);
    const before = await eventStyles.topics(by.communeId);
    expect(before.unknown).toMatchObject([{ topic, notices: 6, cameras: [{ id: camera.id }] }]);

    await eventStyles.name(by, { topic, kind: 'intrusion' });
    const first = await rereading.all(by);
    expect(first).toMatchObject({ moved: 6, eventsMade: 3, eventsGone: 0 });
    const events = await eventsOf(camera);
    expect(events.map(({ kind, state, noticeCount }) => ({ kind, state, noticeCount }))).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'intrusion', state: 'closed', noticeCount: 2 })),
    );
    expect((await eventStyles.topics(by.communeId)).unknown).toEqual([]);
    expect(await rereading.all(by)).toMatchObject({ notices: first.notices, moved: 0, eventsMade: 0 });
    expect(await eventsOf(camera)).toEqual(events);

    // Named another thing: the same notices are events of that kind, but what somebody has reviewed stays.
    await cameraEvents.seen(by, events[0]?.id ?? '');
    await eventStyles.name(by, { topic, kind: 'person' });
    expect(await rereading.all(by)).toMatchObject({ moved: 4, eventsMade: 2, eventsGone: 2 });
    expect((await eventsOf(camera)).map(({ kind }) => kind).sort()).toEqual([
      'intrusion',
      'person',
      'person',
    ]);
    await expect(
      eventStyles.name(by, { topic: 'RuleEngine/CellMotionDetector/Motion', kind: 'person' }),
    ).rejects.toMatchObject({ code: 'camera-events.topic-known' });
  });
});
