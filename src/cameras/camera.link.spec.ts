import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cameraPasswordContext, unseal } from '../../devices/protocol/seal.ts';
import {
  by,
  cameras,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  plainPoint,
  Site,
  station,
  trust,
  until,
  villages,
} from '../camera-events/camera-events.testing.ts';
import { columns, moreColumns } from './camera-table.ts';
import type { NewCameraRequest } from './camera.request.ts';

beforeAll(openCameraRooms, 60_000);
afterAll(closeCameraRooms);

describe('cameras and their connector', () => {
  test('the list is sealed to the box that stands there, and sent again to its successor', async () => {
    const camera = await newCamera('bí mật');
    const site = await Site.open(camera.connectorId);
    const mine = () => site.lists.at(-1)?.cameras.find((one) => one.camera === camera.id);
    await until(() => mine() !== undefined);
    const sealing = site.identity.keys.sealing?.privateKey ?? '';
    const context = cameraPasswordContext(camera.id);
    expect(await unseal(sealing, mine()?.sealedPassword ?? '', context)).toBe('bí mật');
    const rows = await station.database.inCommune(by.communeId, (em) =>
      em.query<{ sealed: string }[]>('SELECT sealed_password AS sealed FROM camera_devices WHERE id = $1', [
        camera.id,
      ]),
    );
    expect(rows[0]?.sealed).toMatch(/^v1\./);
    expect(rows[0]?.sealed).not.toContain(Buffer.from('bí mật').toString('base64').slice(0, 8));

    site.report(camera, 'subscribed');
    await until(async () => (await cameras.list(by.communeId)).some((one) => one.model === 'DS-2CD'));
    await cameras.change(by, camera.id, { password: 'khác' });
    await until(() => mine()?.revision === 2);
    // A word about the old revision says nothing of the new one.
    site.report(camera, 'password-refused', 1);
    site.report(camera, 'connecting', 2);
    await until(async () =>
      (await cameras.list(by.communeId)).some((one) => one.id === camera.id && one.state === 'connecting'),
    );
    const successor = await Site.open(camera.connectorId);
    await until(() => successor.lists.length > 0);
    const again = successor.lists.at(-1)?.cameras.find((one) => one.camera === camera.id);
    const itsKey = successor.identity.keys.sealing?.privateKey ?? '';
    expect(await unseal(itsKey, again?.sealedPassword ?? '', context)).toBe('khác');
  });

  test('addresses outside the allowed ranges, in disguise, or with a password in them are refused', async () => {
    const refused = (address: string) =>
      expect(cameras.add(by, { ...request, address })).rejects.toMatchObject({
        fields: [{ path: 'address' }],
      });
    const camera = await newCamera();
    const request: NewCameraRequest = {
      ...{ name: 'x', villageId: camera.villageId, place: '', latitude: null, longitude: null, purpose: 'x' },
      ...{ legalBasis: 'x', noticePosted: true, owner: 'x', retentionDays: 30, username: '', password: '' },
      address: '',
      ...plainPoint,
    };
    for (const address of [
      ...['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'],
      ...[
        '8.8.8.8',
        'ftp://192.168.1.1',
        'http://a:b@192.168.1.1',
        '192.168.1.1/ x',
        'khong.co.ten.nay.invalid',
      ],
    ])
      await refused(address);
  });

  test('what a camera says it is, is kept with its history; a number on two devices is flagged', async () => {
    const [gate, junction] = [await newCamera('Cho-Tan-Tien-7'), await newCamera('hik12345')];
    expect([gate.defaultPassword, junction.defaultPassword]).toEqual([false, true]);
    const site = await Site.open(gate.connectorId);
    const say = (camera: string, revision: number, mac: string) =>
      site.device.send('camera-passport', {
        ...{ v: 1, commune: by.communeId, asset: gate.connectorId, at: Date.now(), camera, revision },
        box: site.identity.enrolment?.box ?? '',
        passport: {
          ...{ hardware: null, services: [], profiles: ['Profile_1'], scopes: [], audio: false },
          ...{ topics: [{ topic: 'a\u0000b', property: true }], macs: [mac] },
          ...{ endpoint: 'e-1', keeping: 'pulling' },
        },
      });
    await until(() => site.device.connected);
    say(gate.id, 1, 'c0:56:e3:00:00:01');
    say(junction.id, 1, 'c0:56:e3:00:00:02');
    // Of settings that are no longer so.
    say(gate.id, 9, 'c0:56:e3:00:00:03');
    site.report(gate, 'connecting');
    site.report(gate, 'subscribed');
    const detail = () => cameras.detail(by.communeId, gate.id);
    await until(async () => (await detail()).twins.length > 0 && (await detail()).states.length > 1);
    expect(await detail()).toMatchObject({
      passport: { macs: ['c0:56:e3:00:00:01'], topics: [{ topic: 'a\ufffdb', property: true }] },
      twins: [{ id: junction.id, how: 'cloned' }],
      states: [{ state: 'subscribed' }, { state: 'connecting' }],
    });
    const changed = await cameras.change(by, junction.id, { password: 'Cho-Tan-Tien-8' });
    expect(changed.defaultPassword).toBe(false);
  });

  test('a certificate is confirmed by a person, a found camera keeps its record, another device is accepted', async () => {
    const camera = await newCamera();
    const site = await Site.open(camera.connectorId);
    const mine = () => site.lists.at(-1)?.cameras.find((one) => one.camera === camera.id);
    const shown = async () => (await cameras.list(by.communeId)).find((one) => one.id === camera.id);
    await until(() => mine() !== undefined);
    expect(mine()).toMatchObject({ certificate: null, identity: null });
    site.report(camera, 'certificate-unknown', 1, { certificate: 'ab'.repeat(32) });
    await until(async () => (await shown())?.shownCertificate === 'ab'.repeat(32));
    await expect(trust.certificate(by, camera.id, 'cd'.repeat(32))).rejects.toMatchObject({
      code: 'cameras.certificate-other',
    });
    await trust.certificate(by, camera.id, 'ab'.repeat(32));
    await until(() => mine()?.revision === 2 && mine()?.certificate === 'ab'.repeat(32));

    site.report(camera, 'subscribed', 2, { serial: 'SN-77001' });
    await until(() => site.lists.length > 0);
    await until(async () => (await shown())?.serial === 'SN-77001');
    const moved = (revision: number, to: string) =>
      site.device.send('camera-moved', {
        ...{ v: 1, commune: by.communeId, asset: camera.connectorId, at: Date.now(), camera: camera.id },
        ...{
          box: site.identity.enrolment?.box ?? '',
          revision,
          from: camera.address,
          to,
          same: ['serial', 'mac'],
        },
      });
    moved(1, 'https://192.168.1.98');
    moved(2, 'https://192.168.1.99/onvif/device_service');
    moved(2, 'https://192.168.1.99/onvif/device_service');
    await until(() => mine()?.address === 'https://192.168.1.99/onvif/device_service');
    expect(mine()).toMatchObject({ revision: 2, identity: { serial: 'SN-77001' } });
    const { states } = await cameras.detail(by.communeId, camera.id);
    expect(states.filter(({ state }) => state === 'moved')).toMatchObject([
      { detail: '192.168.1.64 → https://192.168.1.99/onvif/device_service' },
    ]);

    await expect(trust.device(by, camera.id)).rejects.toMatchObject({ code: 'cameras.no-other-device' });
    site.report(camera, 'other-device', 2);
    await until(async () => (await shown())?.state === 'other-device');
    await trust.device(by, camera.id);
    await until(() => mine()?.revision === 3);
    expect(mine()?.identity).toBeNull();
  });

  test('a table of a hundred cameras is tried, registered as a whole or not at all, and known the second time', async () => {
    const village = await villages.add(by, { word: 'thôn', name: 'Bảng' });
    const line = (n: number, place = `thôn ${village.name}`) =>
      `Điểm ${n},${place},,10.9.0.${n},admin,Cho-${n},An ninh,Luật 91,có,Công an xã,`;
    const table = (...lines: string[]) => [Object.values(columns).join(','), ...lines].join('\n');
    const hundred = Array.from({ length: 100 }, (_, n) => line(n + 1));
    const before = (await cameras.list(by.communeId)).length;
    const count = async () => (await cameras.list(by.communeId)).length - before;
    const faulty = table(...hundred, line(101, 'Nơi khác'), line(102).replace('10.9.0.102', '8.8.8.8'));
    const refused = await cameras.addTable(by, { text: faulty, dryRun: false });
    expect(refused.added).toBe(0);
    expect(refused.rows.slice(100).map(({ faults }) => faults.map(({ code }) => code))).toEqual([
      ['cameras.unknown-village'],
      ['cameras.address-not-allowed'],
    ]);
    expect(await cameras.addTable(by, { text: table(...hundred), dryRun: true })).toMatchObject({ added: 0 });
    expect(await count()).toBe(0);
    expect(await cameras.addTable(by, { text: table(...hundred), dryRun: false })).toMatchObject({
      added: 100,
    });
    expect(await count()).toBe(100);
    const again = await cameras.addTable(by, { text: table(hundred[0] ?? ''), dryRun: true });
    expect(again.rows[0]?.faults).toEqual([{ path: 'address', code: 'cameras.table-known' }]);
  });

  test('rows of one address are the channels of one recorder, held once', async () => {
    const village = await villages.add(by, { word: 'thôn', name: 'Đầu Ghi' });
    const head = [...Object.values(columns), moreColumns.channel].join(',');
    const line = (channel: number, access: string) =>
      `Kênh ${channel},${village.name},,10.9.9.9,${access},An ninh,Luật 91,có,Công an xã,,${channel}`;
    const text = [head, line(1, 'admin,Dau-ghi-9'), line(2, ',')].join('\n');
    expect(await cameras.addTable(by, { text, dryRun: false })).toMatchObject({ added: 2 });
    const shown = (await cameras.list(by.communeId)).filter((one) => one.address === '10.9.9.9');
    expect(shown).toMatchObject([
      { name: 'Kênh 1', channel: '1', recorderName: 'Đầu ghi 10.9.9.9', username: 'admin' },
      { name: 'Kênh 2', channel: '2', recorderName: 'Đầu ghi 10.9.9.9', username: 'admin' },
    ]);
    expect(new Set(shown.map(({ deviceId }) => deviceId)).size).toBe(1);

    const more = [head, line(2, ','), line(3, ',')].join('\n');
    const tried = await cameras.addTable(by, { text: more, dryRun: true });
    expect(tried.rows.map(({ faults }) => faults)).toEqual([
      [{ path: 'channel', code: 'cameras.channel-taken' }],
      [],
    ]);

    // One of them is changed, and both are reached by it; the recorder goes on without the first.
    const [first, second] = shown;
    await cameras.change(by, first?.id ?? '', { address: '10.9.9.10' });
    expect((await cameras.one(by.communeId, second?.id ?? '')).address).toBe('10.9.9.10');
    await cameras.retire(by, first?.id ?? '');
    const left = await cameras.detail(by.communeId, second?.id ?? '');
    expect(left).toMatchObject({ retired: false, address: '10.9.9.10', username: 'admin' });
  });
});
