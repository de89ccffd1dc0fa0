import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { CameraChecked } from '../../devices/protocol/camera-messages.ts';
import { drawPicture } from '../../devices/camera/picture.sharp.ts';
import type { Spoiled } from '../../devices/camera/scene.ts';
import { newId } from '../base/identifier.ts';
import { CameraEventStore } from '../camera-events/camera-event.store.ts';
import {
  by,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  people,
  Site,
  station,
  until,
  villages,
} from '../camera-events/camera-events.testing.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { CheckService } from './check.service.ts';
import { HealthService } from './health.service.ts';
import { HealthStore } from './health.store.ts';
import type { CameraHealthView } from './health.view.ts';
import { SheetService } from './sheet.service.ts';
import { StillFiles } from './still.files.ts';

/** So long that the service asks for no second still by itself while a test looks. */
const confirmSeconds = 600;
const patienceMs = 60_000;
let checks: CheckService;
let health: HealthService;
let sheets: SheetService;
let camera: CameraView;
let site: Site;

// Pictures are drawn here, in the process whose door for pictures lets in what cameras send alone.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });

beforeAll(async () => {
  await openCameraRooms();
  const { database, journal, clock, events, link, config, communes } = station;
  config.values.cameraHealth.confirmSeconds = confirmSeconds;
  const [store, cameras, cameraEvents] = [new HealthStore(), new CameraStore(), new CameraEventStore()];
  const files = new StillFiles(config);
  checks = new CheckService(
    ...([link, database, store, cameras, communes, files, events, clock, config] as const),
  );
  checks.onModuleInit();
  health = new HealthService(
    ...([database, store, checks, cameras, cameraEvents, people, journal, link, files] as const),
    ...([clock, config] as const),
  );
  sheets = new SheetService(database, store, cameras, cameraEvents, villages, communes, clock);
  camera = await newCamera();
  site = await Site.open(camera.connectorId);
  await until(() => site.lists.length > 0);
}, 120_000);

afterAll(async () => {
  await checks.onApplicationShutdown();
  await closeCameraRooms();
});

/** What the camera is to answer: its view, or how its picture fails. */
let view: Spoiled | null | 'no-picture' = null;
/** Since when its sensor hangs, where it does. */
let hungAtMs: number | null = null;
let scene = 'junction' as 'junction' | 'school';
let answered = 0;
/** Stills lie ten minutes apart, as if time had passed between them, from ten o'clock of yesterday in Viet Nam. */
let takenAt = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 21 * 3_600_000;

async function answer(): Promise<void> {
  const check = site.checks[answered];
  if (check === undefined) throw new Error('nothing was asked');
  answered += 1;
  takenAt += confirmSeconds * 1_000;
  const isWell = view !== 'no-picture';
  const bytes =
    isWell && check.still
      ? await drawPicture({
          ...{ name: 'Cổng', place: scene, night: false, shows: undefined, atMs: takenAt },
          spoiled: view === null || view === 'no-picture' ? undefined : view,
          ...(hungAtMs === null ? {} : { hungAtMs }),
        })
      : null;
  const sha256 = bytes === null ? '' : createHash('sha256').update(bytes).digest('hex');
  say({
    ...{ check: check.check, picture: { result: isWell ? 'ok' : 'silent', detail: '' } },
    still: bytes === null ? null : { sha256, bytes: bytes.length, takenAt, mime: 'image/jpeg' },
  });
  if (bytes !== null) await site.device.sendSnapshot(sha256, bytes);
}

function say(part: Pick<CameraChecked, 'check' | 'picture' | 'still'>): void {
  site.device.send('camera-checked', {
    ...{ v: 1, commune: by.communeId, asset: camera.connectorId, at: Date.now() },
    ...{ box: site.identity.enrolment?.box ?? '', camera: camera.id, revision: 1, reach: 'open' },
    ...{ stream: { result: 'ok', detail: '' }, noticeAt: Date.now(), ...part },
  });
}

const now = (): Promise<CameraHealthView> => health.one(by.communeId, camera.id);
const open = async (): Promise<string | null> => (await now()).finding;
const newestStill = async (): Promise<string | undefined> => (await now()).stills[0]?.id;

/** Asks as a person would, and lets the camera answer what it shows. */
async function still(shown: typeof view): Promise<void> {
  view = shown;
  const [asked, before] = [site.checks.length, await newestStill()];
  await health.check(by, camera.id);
  await until(() => site.checks.length > asked);
  // What the service asked by itself meanwhile is answered the same.
  while (answered < site.checks.length) await answer();
  if (shown !== 'no-picture') await until(async () => (await newestStill()) !== before);
}

describe('looking after a camera', () => {
  beforeEach(async () => {
    site.report(camera, 'subscribed');
    await until(async () => (await now()).marks[0]?.state === 'ok');
    while (answered < site.checks.length) await answer();
  }, patienceMs);

  test(
    'what was not asked is not believed, and what was is shown with its time',
    async () => {
      await still(null);
      const { check, marks } = await now();
      expect(check).toMatchObject({ reach: 'open', stream: 'ok', picture: 'ok' });
      expect(marks.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
      expect(marks[4]?.why).toBe('no-reference');
      say({ check: newId(), picture: { result: 'refused', detail: '' }, still: null });
      await still(null);
      expect((await now()).check?.picture).toBe('ok');
    },
    patienceMs,
  );

  test(
    'a person accepts a reference; one that shows nothing is refused',
    async () => {
      await still('covered');
      const [black] = (await now()).stills;
      await expect(health.accept(by, camera.id, black?.id ?? '')).rejects.toMatchObject({
        code: 'camera-health.poor-reference',
      });
      await still(null);
      const [good] = (await now()).stills;
      const { references } = await health.accept(by, camera.id, good?.id ?? '');
      expect(references.map(({ id }) => id)).toEqual([good?.id]);
      expect((await health.picture(by, good?.id ?? '')).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    },
    patienceMs,
  );

  test(
    'a cover is reported once two stills agree, as its owner’s task, and is over when it is gone',
    async () => {
      await still('covered');
      expect(await open()).toBeNull();
      await still('covered');
      await until(async () => (await open()) === 'covered');
      const found = await now();
      expect(found.findings[0]).toMatchObject({ kind: 'covered', owner: 'Công an xã', endedAt: null });
      expect(found.findings[0]?.still?.pictureUrl).not.toBeNull();
      expect(found.findings[0]?.reference?.pictureUrl).not.toBeNull();
      expect(found.marks[4]).toMatchObject({ state: 'fault', why: 'covered' });
      await still(null);
      await until(async () => (await open()) === null);
      expect((await now()).findings[0]).toMatchObject({ kind: 'covered', endedBy: 'picture' });
    },
    patienceMs,
  );

  test(
    'a camera that was turned on purpose is settled by a new reference',
    async () => {
      scene = 'school';
      await still(null);
      await still(null);
      await until(async () => (await open()) === 'moved');
      const [newest] = (await now()).stills;
      const settled = await health.accept(by, camera.id, newest?.id ?? '');
      expect(settled.finding).toBeNull();
      expect(settled.findings[0]).toMatchObject({ kind: 'moved', endedBy: 'person' });
      await still(null);
      expect(await open()).toBeNull();
    },
    patienceMs,
  );

  test(
    'a picture that is the same to the point an hour later hangs, whatever its clock says, until one is not',
    async () => {
      hungAtMs = takenAt;
      const withinTheHour = hungAtMs + 3_000_000;
      while (takenAt < withinTheHour) await still(null);
      expect(await open()).toBeNull();
      await still(null);
      await still(null);
      await still(null);
      await until(async () => (await open()) === 'frozen');
      const { findings, marks, stills } = await now();
      expect(findings[0]).toMatchObject({ kind: 'frozen', owner: 'Công an xã', endedAt: null, seen: null });
      expect(findings[0]?.reference?.pictureUrl).not.toBeNull();
      expect(findings[0]?.reference?.takenAt).not.toBe(findings[0]?.still?.takenAt);
      expect(marks[4]).toMatchObject({ state: 'fault', why: 'frozen' });
      // A new reference makes no sensor live.
      const accepted = await health.accept(by, camera.id, stills[0]?.id ?? '');
      expect(accepted.finding).toBe('frozen');
      hungAtMs = null;
      await still(null);
      await until(async () => (await open()) === null);
      expect((await now()).findings[0]).toMatchObject({ kind: 'frozen', endedBy: 'picture' });
    },
    patienceMs,
  );

  test(
    'a camera that twice gives no picture has none, until it gives one',
    async () => {
      await still('no-picture');
      await still('no-picture');
      await until(async () => (await open()) === 'no-picture');
      await still(null);
      await until(async () => (await open()) === null);
    },
    patienceMs,
  );
});

describe('the weekly sheet', () => {
  const hour = 3_600_000;
  const monday = Date.UTC(2026, 0, 4, 17);
  const sheet = (hours = 7 * 24) =>
    sheets.sheet(by.communeId, new Date(monday), new Date(monday + hours * hour));

  test('says of an outage what was injected, of what nobody told that it is unknown, and whose it is', async () => {
    const told = (state: string, from: number, untilHour: number): Promise<unknown> =>
      station.database.inCommune(by.communeId, (em) =>
        em.query(
          `INSERT INTO camera_states (commune_id, id, device_id, state, since_at, until_at, detail)
           VALUES ($1, $2, $3, $4, $5, $6, '')`,
          [
            ...[by.communeId, newId(monday + from * hour), camera.deviceId, state],
            ...[new Date(monday + from * hour), new Date(monday + untilHour * hour)],
          ],
        ),
      );
    await station.database.inCommune(by.communeId, (em) =>
      em.query(`UPDATE cameras SET created_at = $2 WHERE commune_id = $1`, [
        by.communeId,
        new Date(monday - 24 * hour),
      ]),
    );
    await told('subscribed', -10, 84);
    await told('unreachable', 84, 126);
    await told('unreachable', 150, 168);
    const { villages: here, cameras, whole } = await sheet();
    // 84 h held and 60 h out of reach of 144 h that are known; 24 h of 168 h unknown.
    const share = { usablePercent: 58.3, unknownPercent: 14.3 };
    expect(whole).toEqual(share);
    expect(here).toMatchObject([{ cameras: 1, dead: 1, unclear: 0, ...share }]);
    expect(cameras).toMatchObject([
      {
        ...{ now: 'dead', state: 'unreachable', owner: 'Công an xã', days: 3, ...share },
        lastUsableAt: new Date(monday + 84 * hour).toISOString(),
      },
    ]);
    // While nobody tells, it is counted and listed as unclear, and not as dead as well.
    const inTheGap = await sheet(140);
    expect(inTheGap.villages).toMatchObject([{ cameras: 1, dead: 0, unclear: 1 }]);
    expect(inTheGap.cameras).toMatchObject([{ now: 'unknown' }]);
  });

  test('a camera is known to be held from one word of its connector to the next, and no further', async () => {
    const spells = await station.database.inCommune(by.communeId, (em) =>
      new HealthStore().spells(em, by.communeId, new Date(Date.now() - hour), new Date(Date.now() + hour)),
    );
    const last = spells.get(camera.deviceId)?.at(-1);
    expect(last?.state).toBe('subscribed');
    expect(last?.untilAt).toBeLessThanOrEqual(Date.now());
    site.report(camera, 'subscribed');
    await until(async () => {
      const now = await station.database.inCommune(by.communeId, (em) =>
        new HealthStore().spells(em, by.communeId, new Date(Date.now() - hour), new Date(Date.now() + hour)),
      );
      return (now.get(camera.deviceId)?.at(-1)?.untilAt ?? 0) > (last?.untilAt ?? 0);
    });
  });
});
