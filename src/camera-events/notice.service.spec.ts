import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { BoxLink as Device } from '../../devices/link/box-link.ts';
import type { Identity } from '../../devices/link/identity.ts';
import type { Outbox } from '../../devices/link/outbox.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import { cameraList } from '../../devices/protocol/messages.ts';
import type { CameraList, CameraStatus, Notice } from '../../devices/protocol/messages.ts';
import { cameraPasswordContext, unseal } from '../../devices/protocol/seal.ts';
import { openFromService } from '../../devices/protocol/trust.ts';
import type { Person } from '../access/rights.ts';
import { AccountStore } from '../accounts/account.store.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { SessionCache } from '../accounts/session-cache.ts';
import { SessionStore } from '../accounts/session.store.ts';
import { newId } from '../base/identifier.ts';
import { openTestStation } from '../boxes/boxes.testing.ts';
import type { TestStation } from '../boxes/boxes.testing.ts';
import { CameraLink } from '../cameras/camera.link.ts';
import type { NewCameraRequest } from '../cameras/camera.request.ts';
import { CameraService } from '../cameras/camera.service.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { ConnectorService } from '../cameras/connector.service.ts';
import { PasswordVault } from '../cameras/password.vault.ts';
import { VillageService } from '../villages/village.service.ts';
import { VillageStore } from '../villages/village.store.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import type { CameraEventView } from './camera-event.view.ts';
import { NoticeService } from './notice.service.ts';
import { RetentionService } from './retention.service.ts';
import { SnapshotFiles } from './snapshot.files.ts';

let station: TestStation;
let by: Person;
let villages: VillageService;
let connectors: ConnectorService;
let cameras: CameraService;
let cameraEvents: CameraEventService;
let retention: RetentionService;
let snapshots: SnapshotFiles;
const store = new CameraEventStore();
const cameraStore = new CameraStore();
const told: CameraEventView[] = [];

beforeAll(async () => {
  station = await openTestStation();
  const { database, journal, clock, events, link, addresses, config, boxes, wire } = station;
  const communeId = await station.addCommune('Khánh Thượng');
  by = { id: newId(), communeId, displayName: 'Công an', roles: ['policeChief'], villageIds: [] };
  villages = new VillageService(database, new VillageStore(), journal);
  const { enrolments } = station;
  connectors = new ConnectorService(
    ...([database, cameraStore, journal, enrolments, link, events, config, clock] as const),
  );
  const vault = new PasswordVault(config);
  cameras = new CameraService(
    ...([database, cameraStore, connectors, vault, journal, villages, link] as const),
    ...([addresses, events, clock, config] as const),
  );
  new CameraLink(
    ...([link, boxes, wire, database, cameraStore, cameras, vault, events, clock] as const),
  ).onModuleInit();
  const people = new PeopleService(
    ...([database, new AccountStore(database), new SessionStore(database)] as const),
    ...([new SessionCache(), journal, clock] as const),
  );
  snapshots = new SnapshotFiles(config);
  cameraEvents = new CameraEventService(
    ...([database, store, cameraStore, villages, people, journal, snapshots, events, clock] as const),
  );
  new NoticeService(link, database, store, cameraEvents, snapshots, events, clock).onModuleInit();
  retention = new RetentionService(
    ...([database, store, cameraStore, cameraEvents, snapshots, station.communes, journal, clock] as const),
  );
  events.on('camera-event.changed', ({ event }) => void told.push(event));
  await link.onApplicationBootstrap();
}, 60_000);

afterAll(async () => {
  for (const one of started) await one.stop();
  await station.close();
});

const started: { stop(): Promise<void> }[] = [];

async function newCamera(password = 'mật khẩu&<1>'): Promise<CameraView> {
  const village = await villages.add(by, { word: 'thôn', name: 'Tân Tiến' });
  const request: NewCameraRequest = {
    ...{ name: 'Ngã ba chợ', villageId: village.id, place: '', latitude: null, longitude: null },
    ...{ purpose: 'an ninh', legalBasis: 'Luật 91/2025', noticePosted: true, owner: 'Công an xã' },
    ...{ retentionDays: 30, address: '192.168.1.64', username: 'admin', password },
  };
  return cameras.add(by, request);
}

/** A connector's box, without the cameras. */
class Site {
  readonly lists: CameraList[] = [];
  readonly forgotten: string[] = [];

  private constructor(
    readonly identity: Identity,
    readonly outbox: Outbox,
    readonly device: Device,
  ) {}

  static async open(connectorId: string): Promise<Site> {
    const { identity, outbox } = await station.enrolBox(by.communeId, 'connector', connectorId);
    const clock = new TrustedClock();
    const site: Site = new Site(
      identity,
      outbox,
      new Device({
        ...{ identity, outbox, clock, software: 'spec', programmeNumber: () => 0 },
        arrived: (_, { bytes }) => {
          const opened = openFromService('camera-list', bytes, identity.pinned, clock.now());
          site.lists.push(cameraList.parse(opened));
        },
        committed: (message) => site.forgotten.push(...message.snapshots),
      }),
    );
    site.device.start();
    started.push({
      stop: async () => {
        await site.device.stop();
        await outbox.close();
      },
    });
    return site;
  }

  async tell(...entries: Omit<Notice, 'seq'>[]): Promise<void> {
    await Promise.all(entries.map((entry) => this.outbox.append(entry)));
    await until(() => this.outbox.size === 0);
  }

  report(camera: CameraView, state: CameraStatus['cameras'][number]['state'], revision = 1): void {
    const at = Date.now();
    this.device.send('camera-status', {
      ...{ v: 1, commune: by.communeId, asset: camera.connectorId, at },
      box: this.identity.enrolment?.box ?? '',
      cameras: [
        {
          ...{ camera: camera.id, revision, state, sinceAt: at, heardAt: at, clockOffsetMs: 1_500 },
          ...{ detail: '', manufacturer: 'Hikvision', model: 'DS-2CD', firmware: null, serial: null },
        },
      ],
    });
  }
}

function notice(camera: CameraView, phase: Notice['phase'], more: Partial<Notice> = {}): Omit<Notice, 'seq'> {
  const raw = Buffer.from(`<wsnt:NotificationMessage>${newId()}</wsnt:NotificationMessage>`);
  const receivedAt = Date.now();
  return {
    ...{
      id: newId(),
      camera: camera.id,
      receivedAt,
      cameraTimeText: '2026-11-21T10:00:00',
      clockOffsetMs: null,
    },
    ...{ uncertaintyMs: 250, occurredAt: receivedAt - 300, topic: 'RuleEngine/CellMotionDetector/Motion' },
    ...{
      operation: 'Changed',
      kind: 'motion',
      phase,
      source: [{ name: 'Rule', value: 'a\u0000b' }],
      data: [],
    },
    raw: raw.toString('base64'),
    rawSha256: createHash('sha256').update(raw).digest('hex'),
    snapshot: null,
    ...more,
  };
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries > 500) throw new Error(`never: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const eventsOf = (camera: CameraView): Promise<CameraEventView[]> =>
  cameraEvents.list(by.communeId, { cameraId: camera.id, limit: 50 });

async function journalled(action: string): Promise<number> {
  const lines = await station.journal.lines(by.communeId, { limit: 200 });
  return lines.filter((line) => line.action === action).length;
}

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
      em.query<{ sealed: string }[]>('SELECT sealed_password AS sealed FROM cameras WHERE id = $1', [
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
});

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
    expect(told.filter((one) => one.id === event?.id).at(-1)).toMatchObject({ state: 'closed' });
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
