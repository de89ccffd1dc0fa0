import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { newId } from '../base/identifier.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import type { CameraEventView } from './camera-event.view.ts';
import {
  by,
  cameraEvents,
  cameras,
  closeCameraRooms,
  connectors,
  newCamera,
  notice,
  openCameraRooms,
  outages,
  plainPoint,
  retention,
  Site,
  snapshots,
  station,
  told,
  until,
} from './camera-events.testing.ts';

beforeAll(openCameraRooms, 60_000);
afterAll(closeCameraRooms);

const eventsOf = (camera: CameraView): Promise<CameraEventView[]> =>
  cameraEvents.list(by.communeId, { cameraId: camera.id, limit: 50 });

async function journalled(action: string): Promise<number> {
  const lines = await station.journal.lines(by.communeId, { limit: 200 });
  return lines.filter((line) => line.action === action).length;
}

describe('notices', () => {
  test('are stored once, become events, are told and only then forgotten by the connector', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    const begin = notice(camera, 'begin');
    await site.tell(begin, notice(camera, 'begin'), notice(camera, 'end'), notice(camera, 'state'));
    // The word "committed" was lost: the same again.
    await site.tell(begin);
    const [event, ...more] = await eventsOf(camera);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      kind: 'motion',
      state: 'closed',
      noticeCount: 3,
      villageName: 'thôn Tân Tiến',
    });
    await until(() => told.findLast((one) => one.id === event?.id)?.state === 'closed');
    const detail = await cameraEvents.detail(by, event?.id ?? '');
    expect(detail.notices).toHaveLength(3);
    expect(detail.notices[0]).toMatchObject({
      ...{
        id: begin.id,
        rawSha256: begin.rawSha256,
        cameraTimeText: '2026-11-21T10:00:00',
        uncertaintyMs: 250,
      },
      receivedAt: new Date(begin.receivedAt).toISOString(),
      occurredAt: new Date(begin.occurredAt).toISOString(),
      source: [{ name: 'Rule', value: 'a\ufffdb' }],
    });
    const [{ count } = { count: 0 }] = await station.database.inCommune(by.communeId, (em) =>
      em.query<{ count: number }[]>('SELECT count(*)::int FROM notices WHERE camera_id = $1', [camera.id]),
    );
    expect(count).toBe(4);
  });

  test('with half a character in their words are stored, and their end is known for it', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    const more = { source: [{ name: 'Rule', value: 'a\ud83d' }], topic: 'RuleEngine/\ud83d' };
    await site.tell(notice(camera, 'begin', more));
    await site.tell(notice(camera, 'end', more));
    expect(await eventsOf(camera)).toMatchObject([
      { state: 'closed', noticeCount: 2, topic: 'RuleEngine/\ufffd' },
    ]);
  });

  test('of a camera of another connector, and with bytes that are not theirs, are not kept', async () => {
    const camera = await newCamera();
    const other = await connectors.add(by, 'Trạm xa');
    const site = await Site.open(other.id);
    await site.tell(notice(camera, 'begin'), notice(camera, 'begin', { rawSha256: 'a'.repeat(64) }));
    expect(await eventsOf(camera)).toEqual([]);
  });

  test('a picture is kept as received and shown only as another one; each person looks once in the journal', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    const received = await sharp({ create: { width: 2_000, height: 900, channels: 3, background: '#a33' } })
      .withExif({ IFD0: { Copyright: 'hidden words' } })
      .jpeg()
      .toBuffer();
    const sha256 = createHash('sha256').update(received).digest('hex');
    const begin = notice(camera, 'begin');
    const snapshot = { sha256, bytes: received.length, takenAt: Date.now(), mime: 'image/jpeg' };
    // As the connector does: the notice at once, the picture's bytes, and the notice again that names them.
    await site.tell(begin);
    await site.device.sendSnapshot(sha256, received);
    await site.tell({ ...begin, snapshot });
    await until(() => site.forgotten.includes(sha256));
    await until(async () => (await eventsOf(camera))[0]?.pictureUrl !== null);
    const [event] = await eventsOf(camera);
    const id = event?.id ?? '';
    expect(event).toMatchObject({ noticeCount: 1, pictureUrl: `/api/camera-events/${id}/picture` });
    expect(await snapshots.read(by.communeId, sha256)).toEqual(received);

    const looksBefore = await journalled('camera-events.looked');
    const shown = await cameraEvents.picture(by, id);
    expect(await cameraEvents.picture(by, id)).toEqual(shown);
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'jpeg', width: 1_280, height: 576 });
    expect(shown.includes('hidden words')).toBe(false);
    expect((await journalled('camera-events.looked')) - looksBefore).toBe(1);

    await cameraEvents.seen(by, id);
    await cameraEvents.seen({ ...by, id: newId() }, id);
    expect(await journalled('camera-events.seen')).toBe(1);
    expect(
      (await cameraEvents.list(by.communeId, { unseen: 'true', limit: 200 })).map((one) => one.id),
    ).not.toContain(id);
  });

  test('as many more pictures are kept as are set, each once, in their order, and go with their event', async () => {
    const camera = await newCamera();
    await cameras.change(by, camera.id, { retentionDays: 2 });
    const site = await Site.open(camera.connectorId);
    await until(() => site.lists.length > 0);
    expect(site.lists.at(-1)?.morePictures).toEqual({ count: 2, everyMs: 3_000 });
    const oldAt = Date.now() - 3 * 86_400_000;
    const told = { id: newId(oldAt), receivedAt: oldAt, occurredAt: oldAt };
    const begin = notice(camera, 'instant', { ...told, kind: 'tamper' });
    await site.tell(begin);
    const hashes: string[] = [];
    for (const [index, background] of ['#100', '#200', '#300', '#400'].entries()) {
      const bytes = await sharp({ create: { width: 32, height: 18, channels: 3, background } })
        .jpeg()
        .toBuffer();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      hashes.push(sha256);
      const snapshot = { sha256, bytes: bytes.length, takenAt: oldAt + index * 3_000, mime: 'image/jpeg' };
      await site.tell({ ...begin, snapshot });
      // The word "committed" was lost: the same again.
      await site.tell({ ...begin, snapshot });
      await site.device.sendSnapshot(sha256, bytes);
      await until(() => site.forgotten.includes(sha256));
    }
    const [event] = await eventsOf(camera);
    const id = event?.id ?? '';
    const [first = '', second = '', third = '', fourth = ''] = hashes;
    const detail = await cameraEvents.detail(by, id);
    expect(detail.snapshotSha256).toBe(first);
    expect(detail.morePictures.map(({ sha256 }) => sha256)).toEqual([second, third]);
    expect(detail.morePictures[0]?.takenAt).toBe(new Date(oldAt + 3_000).toISOString());
    expect(await snapshots.has(by.communeId, fourth)).toBe(false);
    const shown = await cameraEvents.furtherPicture(by, id, second);
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'jpeg', width: 32 });
    await expect(cameraEvents.furtherPicture(by, id, fourth)).rejects.toMatchObject({ kind: 'missing' });

    expect(await retention.purge(by.communeId)).toEqual({ notices: 1, events: 1, snapshots: 3 });
    expect(await Promise.all(hashes.map((sha256) => snapshots.has(by.communeId, sha256)))).toEqual([
      ...[false, false, false, false],
    ]);
  });

  test('bytes that no notice names, and pages that say they are pictures, are not kept', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const sha256 = createHash('sha256').update(page).digest('hex');
    const snapshot = { sha256, bytes: page.length, takenAt: Date.now(), mime: 'image/jpeg' };
    await site.tell(notice(camera, 'begin', { snapshot }));
    await site.device.sendSnapshot(sha256, page);
    await until(() => site.forgotten.includes(sha256));
    expect(await snapshots.has(by.communeId, sha256)).toBe(false);
    const [event] = await eventsOf(camera);
    expect(event?.pictureUrl).toBeNull();
    await expect(cameraEvents.picture(by, event?.id ?? '')).rejects.toMatchObject({ kind: 'missing' });

    const stranger = Buffer.from([0xff, 0xd8, 0xff, 1]);
    const itsHash = createHash('sha256').update(stranger).digest('hex');
    await site.device.sendSnapshot(itsHash, stranger);
    await site.tell(notice(camera, 'end'));
    await station.link.idle();
    expect(await snapshots.has(by.communeId, itsHash)).toBe(false);
  });

  test('a camera that cannot be reached is an event from then until it is back', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    await until(() => site.device.connected);
    const outages = async () => (await eventsOf(camera)).filter((one) => one.kind === 'outage');
    site.report(camera, 'subscribed');
    site.report(camera, 'unreachable');
    await until(async () => (await outages()).length === 1);
    site.report(camera, 'connecting');
    site.report(camera, 'unreachable');
    site.report(camera, 'subscribed');
    await until(async () => (await outages())[0]?.state === 'closed');
    expect(await outages()).toHaveLength(1);
  });

  test('cameras of a village that go together have one probable cause, said once it is judged', async () => {
    const first = await newCamera();
    const second = await cameras.add(by, {
      ...plainPoint,
      ...{ name: 'Cổng trường', villageId: first.villageId, place: '', latitude: null, longitude: null },
      ...{ purpose: 'an ninh', legalBasis: 'Luật 91/2025', noticePosted: true, owner: 'Công an xã' },
      ...{ retentionDays: 30, address: '192.168.1.65', username: 'admin', password: 'Mat-khau-1' },
    });
    const site = await Site.open(first.connectorId);
    await until(() => site.device.connected);
    for (const state of ['subscribed', 'unreachable'] as const) site.report([first, second], state);
    const outageOf = async (camera: CameraView) =>
      (await eventsOf(camera)).find((one) => one.kind === 'outage' && one.state === 'open');
    await until(async () => (await outageOf(second)) !== undefined && (await outageOf(first)) !== undefined);
    await outages.judge(by.communeId);
    const cause = { cause: 'power-or-uplink', cameras: 2, ofCameras: 2, poles: 0, ofPoles: 0 };
    expect((await outageOf(first))?.cause).toMatchObject(cause);
    await until(() => told.some((one) => one.cameraId === second.id && one.cause !== null));
    await until(() => told.some((one) => one.cameraId === first.id && one.cause !== null));
    const toldBefore = told.length;
    await outages.judge(by.communeId);
    expect(told.length).toBe(toldBefore);
    // One of them comes back: what is left alone is that camera's own.
    site.report([first], 'subscribed');
    await until(async () => (await outageOf(first)) === undefined);
    await outages.judge(by.communeId);
    expect((await outageOf(second))?.cause).toMatchObject({ cause: 'camera', cameras: 1, ofCameras: 2 });
  });

  test('pages go on where the last one ended, without a gap and without a double', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    for (let index = 0; index < 7; index += 1)
      await site.tell(notice(camera, 'instant', { kind: `kind-${index}` }));
    const seen: string[] = [];
    for (let before: string | undefined; ; before = seen.at(-1)) {
      const page = await cameraEvents.list(by.communeId, {
        cameraId: camera.id,
        limit: 3,
        ...(before === undefined ? {} : { before }),
      });
      if (page.length === 0) break;
      seen.push(...page.map((one) => one.id));
    }
    expect(seen).toHaveLength(7);
    expect([...seen].sort().reverse()).toEqual(seen);
    const hour = 3_600_000;
    const within = (from: number, until: number) =>
      cameraEvents.list(by.communeId, {
        ...{ cameraId: camera.id, limit: 50 },
        ...{ from: new Date(from).toISOString(), until: new Date(until).toISOString() },
      });
    expect(await within(Date.now() - hour, Date.now() + hour)).toHaveLength(7);
    expect(await within(Date.now() + hour, Date.now() + 2 * hour)).toHaveLength(0);
  });

  test('what is older than its retention days goes, with its pictures, and what is younger stays', async () => {
    const camera = await newCamera();
    await cameras.change(by, camera.id, { retentionDays: 2 });
    const site = await Site.open(camera.connectorId);
    const picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#0a0' } })
      .png()
      .toBuffer();
    const sha256 = createHash('sha256').update(picture).digest('hex');
    const snapshot = { sha256, bytes: picture.length, takenAt: Date.now(), mime: 'image/png' };
    const oldAt = Date.now() - 3 * 86_400_000;
    const old = { id: newId(oldAt), receivedAt: oldAt, occurredAt: oldAt };
    await site.tell(
      notice(camera, 'instant', { ...old, snapshot }),
      notice(camera, 'instant', { kind: 'tamper' }),
    );
    await site.device.sendSnapshot(sha256, picture);
    await until(() => site.forgotten.includes(sha256));
    expect(await eventsOf(camera)).toHaveLength(2);
    expect(await retention.purge(by.communeId)).toEqual({ notices: 1, events: 1, snapshots: 1 });
    expect((await eventsOf(camera)).map((one) => one.kind)).toEqual(['tamper']);
    const files = await readdir(join(station.directory, 'snapshots', by.communeId), { recursive: true });
    expect(files.some((file) => file.includes(sha256))).toBe(false);
    expect(await station.journal.check(by.communeId)).toMatchObject({ fault: null });
  });
});
