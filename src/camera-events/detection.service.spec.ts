import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import sharp from 'sharp';
import { newId } from '../base/identifier.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { detectorTopics } from '../detectors/detector-topics.ts';
import type { NewDetectorRequest } from '../detectors/detector.request.ts';
import type { DetectorView } from '../detectors/detector.view.ts';
import { productRoot } from '../platform/config/config.file.ts';
import type { CameraEventView } from './camera-event.view.ts';
import {
  by,
  cameraEvents,
  closeCameraRooms,
  connectors,
  detections,
  detectors,
  eventStyles,
  newCamera,
  openCameraRooms,
  rereading,
  snapshots,
  station,
  told,
  until,
} from './camera-events.testing.ts';

let camera: CameraView;
beforeAll(async () => {
  await openCameraRooms();
  // A camera's connector: the commune's first.
  await connectors.add(by, 'Máy chủ của xã');
  camera = await newCamera();
}, 60_000);
afterAll(closeCameraRooms);

const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
const word = (more: Record<string, unknown> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...{ v: 1, id: newId(), camera: 'cong_truong', state: 'begin', object: 'o1', label: 'person' },
      ...{ occurredAt: at(-2_000), score: 0.8, ...more },
    }),
  );

async function register(
  more: Partial<NewDetectorRequest> = {},
  of = camera,
): Promise<{ detector: DetectorView; key: string }> {
  return detectors.add(by, {
    ...{ name: 'Máy nhận dạng', form: 'envelope', modelName: 'yolo', modelVersion: '8n' },
    ...{ watched: [{ pointId: of.pointId, name: 'cong_truong' }], silentAfterMinutes: 5, ...more },
  });
}

const eventsOf = (of: CameraView): Promise<CameraEventView[]> =>
  cameraEvents.list(by.communeId, { cameraId: of.id, limit: 50 });

async function enter(id: string, key: string): Promise<MqttClient> {
  return connectAsync(
    `mqtts://localhost:${String(station.brokerProcess.tlsPort)}`,
    { clientId: id, username: id, password: key, ca: station.authority.identity.ca, reconnectPeriod: 0 },
    false,
  );
}

describe('a detector', () => {
  test("tells events of its cameras, each message once, under the model's name and its best score", async () => {
    const { key } = await register();
    const detector = await detectors.byKey(key);
    const begin = word();
    const first = await detections.takeDetection(detector, begin);
    expect(first).toMatchObject({ result: 'stored', wantsPicture: false });
    const twice = [
      await detections.takeDetection(detector, begin),
      await detections.takeDetection(detector, begin),
    ];
    for (const again of twice) expect(again).toEqual({ ...first, result: 'duplicate' });
    // Another one comes in before the first one goes: it is over when both are gone.
    await detections.takeDetection(detector, word({ object: 'o2', score: 0.95, zones: ['sân'] }));
    await detections.takeDetection(detector, word({ state: 'end' }));
    const [open, ...others] = await eventsOf(camera);
    expect(others).toEqual([]);
    expect(open).toMatchObject({
      ...{ kind: 'person', state: 'open', noticeCount: 3, topic: 'Detector/person' },
      detected: {
        detectorName: 'Máy nhận dạng',
        model: 'yolo',
        modelVersion: '8n',
        score: 0.95,
        zones: ['sân'],
      },
    });
    await detections.takeDetection(detector, word({ object: 'o2', state: 'end' }));
    const [event] = await eventsOf(camera);
    expect(event).toMatchObject({ state: 'closed', endedBy: 'camera', noticeCount: 4 });
    await until(() => told.findLast((one) => one.id === event?.id)?.state === 'closed');
    const { notices } = await cameraEvents.detail(by, event?.id ?? '');
    expect(notices[0]).toMatchObject({
      rawSha256: createHash('sha256').update(begin).digest('hex'),
      cameraTimeText: (JSON.parse(begin.toString()) as { occurredAt: string }).occurredAt,
    });
  });

  test('may not speak for a camera that is not its own, by name or by number, and its page says why', async () => {
    const other = await newCamera();
    const { detector: registered, key } = await register({}, other);
    const detector = await detectors.byKey(key);
    for (const strange of ['vuon_nha_nguoi', camera.number])
      await expect(detections.takeDetection(detector, word({ camera: strange }))).rejects.toMatchObject({
        ...{ kind: 'forbidden', code: 'detectors.not-its-camera' },
      });
    await expect(detections.takeDetection(detector, Buffer.from('<xml/>'))).rejects.toMatchObject({
      code: 'detectors.not-json',
    });
    expect(await detections.takeDetection(detector, word({ camera: other.number }))).toMatchObject({
      result: 'stored',
    });
    const shown = (await detectors.list(by.communeId)).find(({ id }) => id === registered.id);
    expect(shown).toMatchObject({
      link: 'alive',
      refused: 3,
      lastRefusal: { code: 'detectors.not-json', about: '' },
    });
    await expect(register({ watched: [{ pointId: newId(), name: '' }] })).rejects.toMatchObject({
      code: 'detectors.no-such-point',
    });
  });

  test("keeps an event's first picture to the byte, and shows a re-encoded one; other bytes are refused", async () => {
    const of = await newCamera();
    const { key } = await register({}, of);
    const detector = await detectors.byKey(key);
    const received = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#07c' } })
      .withExif({ IFD0: { Copyright: 'hidden words' } })
      .jpeg()
      .toBuffer();
    const sha256 = createHash('sha256').update(received).digest('hex');
    await expect(detections.takePicture(detector, sha256, received)).rejects.toMatchObject({
      code: 'detectors.picture-not-named',
    });
    const said = word({ picture: { sha256 } });
    expect(await detections.takeDetection(detector, said)).toMatchObject({ wantsPicture: true });
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const pageHash = createHash('sha256').update(page).digest('hex');
    await expect(detections.takePicture(detector, sha256, page)).rejects.toMatchObject({
      code: 'detectors.picture-other-bytes',
    });
    await expect(detections.takePicture(detector, pageHash, page)).rejects.toMatchObject({
      code: 'detectors.not-a-picture',
    });
    const stranger = await detectors.byKey((await register({}, of)).key);
    await expect(detections.takePicture(stranger, sha256, received)).rejects.toMatchObject({
      code: 'detectors.picture-not-named',
    });
    await detections.takePicture(detector, sha256, received);
    expect(await snapshots.read(by.communeId, sha256)).toEqual(received);
    const [event] = await eventsOf(of);
    expect((await cameraEvents.picture(by, event?.id ?? '')).includes('hidden words')).toBe(false);
    expect(await detections.takeDetection(detector, said)).toMatchObject({
      ...{ result: 'duplicate', wantsPicture: false },
    });
    const second = word({ object: 'o2', picture: { sha256: 'ab'.repeat(32) } });
    expect(await detections.takeDetection(detector, second)).toMatchObject({ wantsPicture: false });
  });

  test('a label that nobody knows is kept and listed; once it is named, what was kept becomes events', async () => {
    const of = await newCamera();
    const { key } = await register({}, of);
    const detector = await detectors.byKey(key);
    const kite = { label: 'kite', object: 'k' };
    expect(await detections.takeDetection(detector, word(kite))).toMatchObject({ eventId: null });
    await detections.takeDetection(detector, word({ ...kite, state: 'end' }));
    expect((await eventStyles.topics(by.communeId)).unknown).toMatchObject([
      { topic: 'Detector/kite', notices: 2, cameras: [{ id: of.id }] },
    ]);
    await eventStyles.name(by, { topic: 'Detector/kite', kind: 'object' });
    expect(await rereading.all(by)).toMatchObject({ moved: 2, eventsMade: 1 });
    expect(await eventsOf(of)).toMatchObject([
      { kind: 'object', state: 'closed', noticeCount: 2, detected: { model: 'yolo', label: 'kite' } },
    ]);
    expect(await rereading.all(by)).toMatchObject({ moved: 0, eventsMade: 0 });
    expect(await detections.takeDetection(detector, word(kite))).not.toMatchObject({ eventId: null });
  });
});

describe('over MQTT', () => {
  test("Frigate's events come under its own prefix; elsewhere it may neither speak nor hear", async () => {
    const of = await newCamera();
    const { detector, key } = await register({ form: 'frigate', name: 'Frigate', modelName: 'Frigate' }, of);
    const client = await enter(detector.id, key);
    const setup = await detectors.setup(by.communeId, detector.id);
    const prefix = detectorTopics.frigatePrefix(by.communeId, detector.id);
    expect(setup).toMatchObject({ clientId: detector.id, topicPrefix: prefix });
    const lines = readFileSync(join(productRoot(), 'test/fixtures/frigate/events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    // Twice over: QoS 1 may bring a message again.
    for (const line of [...lines, ...lines]) await client.publishAsync(`${prefix}/events`, line, { qos: 1 });
    await client.publishAsync(`${prefix}/stats`, '{}', { qos: 1 });
    const shown = async () => (await detectors.list(by.communeId)).find(({ id }) => id === detector.id);
    await until(async () => (await eventsOf(of)).filter(({ state }) => state === 'closed').length === 2);
    expect(
      (await eventsOf(of)).map(({ kind, noticeCount, detected }) => [kind, noticeCount, detected?.score]),
    ).toEqual(
      expect.arrayContaining([
        ['person', 4, 0.93],
        ['animal', 2, 0.72],
      ]),
    );
    expect(await shown()).toMatchObject({ link: 'alive', refused: 0 });

    // Its last will, or its own word when it is stopped: no ghost.
    await client.publishAsync(`${prefix}/available`, 'offline', { qos: 1, retain: true });
    await until(async () => (await shown())?.link === 'off');
    await client.publishAsync(`${prefix}/available`, 'online', { qos: 1, retain: true });
    await client.publishAsync(`${prefix}/stats`, '{}', { qos: 1 });
    await until(async () => (await shown())?.link === 'alive');

    expect(await client.subscribeAsync(`${prefix}/#`, { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await expect(client.subscribeAsync('ll/1/#')).rejects.toThrow();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.on('error', () => undefined);
    // A broker of MQTT 3.1.1 has one word for a publisher that goes too far: it hangs up.
    client.publish(detectorTopics.detections(by.communeId, detector.id), '{}', { qos: 1 });
    await closed;
    await client.endAsync(true);
  });

  test('each message is answered; a new key throws the old one out, a revoked detector is gone', async () => {
    const of = await newCamera();
    const { detector, key } = await register({}, of);
    const { communeId } = by;
    const client = await enter(detector.id, key);
    const answers: Record<string, unknown>[] = [];
    client.on('message', (_topic, payload) => answers.push(JSON.parse(payload.toString()) as never));
    await client.subscribeAsync(detectorTopics.answers(communeId, detector.id), { qos: 1 });
    const topic = detectorTopics.detections(communeId, detector.id);
    const said = word({ id: 'm-1' });
    await client.publishAsync(topic, said, { qos: 1 });
    await client.publishAsync(topic, said, { qos: 1 });
    await client.publishAsync(topic, word({ id: 'm-2', camera: 'của người khác' }), { qos: 1 });
    await until(() => answers.length === 3);
    expect(answers).toMatchObject([
      { id: 'm-1', result: 'stored' },
      { id: 'm-1', result: 'duplicate' },
      { id: 'm-2', result: 'refused', code: 'detectors.not-its-camera', fields: [{ path: 'camera' }] },
    ]);
    const closed = (one: MqttClient) => new Promise<void>((resolve) => one.once('close', () => resolve()));
    const thrownOut = closed(client);
    const renewed = await detectors.newKey(by, detector.id);
    await thrownOut;
    await client.endAsync(true);
    await expect(detectors.byKey(key)).rejects.toMatchObject({ code: 'detectors.key-refused' });
    const again = await enter(detector.id, renewed.key);
    const gone = closed(again);
    expect(await detectors.revoke(by, detector.id)).toMatchObject({
      revokedAt: expect.any(String) as unknown,
    });
    await gone;
    await again.endAsync(true);
    await expect(detectors.byKey(renewed.key)).rejects.toMatchObject({ code: 'detectors.key-refused' });
    await expect(detectors.change(by, detector.id, { name: 'Khác' })).rejects.toMatchObject({
      code: 'detectors.revoked',
    });
    const lines = await station.journal.lines(communeId, { limit: 200 });
    const actions = lines.filter(({ subjectId }) => subjectId === detector.id).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(['detectors.added', 'detectors.key-made', 'detectors.revoked']);
    expect(JSON.stringify(lines)).not.toContain(key);
  });
});
