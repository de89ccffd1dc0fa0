import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { drawPicture } from '../../devices/camera/picture.sharp.ts';
import type { Person } from '../access/rights.ts';
import { HandClock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import {
  by,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  Site,
  station,
  until,
} from '../camera-events/camera-events.testing.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { Config } from '../platform/config/config.ts';
import { leftAfterMs } from './viewing.ts';
import { ViewingService } from './viewing.service.ts';
import type { Look } from './viewing.service.ts';
import { WatchLink } from './watch.link.ts';

const most = 2;
const seconds = 60;
let clock: HandClock;
let viewings: ViewingService;
let camera: CameraView;
let site: Site;
let other: Person;
let third: Person;

// Pictures are drawn here, in the process whose door for pictures lets in what cameras send alone.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });

beforeAll(async () => {
  await openCameraRooms();
  const { database, journal, link } = station;
  clock = new HandClock(Date.now());
  const config = new Config({
    ...station.config.values,
    viewings: { most, seconds, kilobytesPerSecond: 100 },
  });
  const watches = new WatchLink(link, clock, config);
  watches.onModuleInit();
  viewings = new ViewingService(database, new CameraStore(), watches, link, journal, clock, config);
  viewings.onModuleInit();
  other = { ...by, id: newId() };
  third = { ...by, id: newId() };
  camera = await newCamera();
  site = await Site.open(camera.connectorId);
  // Its list comes once it knows the time: before that it believes no order.
  await until(() => site.lists.length > 0);
}, 60_000);

afterAll(async () => {
  viewings.onModuleDestroy();
  await closeCameraRooms();
});

beforeEach(async () => {
  // What was begun before is over.
  clock.advance(seconds * 1_000);
  const since = Date.now();
  site.sayAlive();
  await until(() => (station.link.presenceOf(camera.connectorId).heardAt ?? 0) >= since);
});

const draw = (shade: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 36, channels: 3, background: { r: shade, g: 9, b: 9 } } })
    .jpeg()
    .toBuffer();

let number = 0;
async function send(view: string, picture: Buffer | null, isRepeat = false): Promise<void> {
  const sha256 = picture === null ? '' : createHash('sha256').update(picture).digest('hex');
  await site.device.sendFrame(
    {
      ...{ v: 1, commune: by.communeId, asset: camera.connectorId, box: site.identity.enrolment?.box ?? '' },
      ...{ view, camera: camera.id, number: ++number, askedAt: clock.now() },
      picture: picture === null ? null : { sha256, bytes: picture.length },
      fault: picture === null ? 'silent' : null,
    },
    picture === null || isRepeat ? Buffer.alloc(0) : picture,
  );
}

/** As a screen asks: again and again, until the camera has answered once more. */
async function see(who: Person, id: string, after: number): Promise<Look> {
  for (;;) {
    const look = await viewings.look(who, id, after);
    if (look.state.number > after) return look;
  }
}

/** The order of the view that stands, once it has come to the site. */
async function ordered(): Promise<string> {
  await until(() => (site.views.at(-1)?.untilAt ?? 0) > clock.now());
  return site.views.at(-1)?.view ?? '';
}

async function journalled(): Promise<{ action: string; actor: string; facts: Record<string, unknown> }[]> {
  return station.database.inCommune(by.communeId, (em) =>
    em.query(
      `SELECT action, actor_id AS actor, facts FROM journal
       WHERE commune_id = $1 AND action LIKE 'viewings.%' AND subject_id = $2 ORDER BY number`,
      [by.communeId, camera.id],
    ),
  );
}

describe('watching a camera', () => {
  test('many see one picture, made anew; it grows old while the very same bytes come', async () => {
    const mine = await viewings.start(by, camera.id);
    const theirs = await viewings.start(other, camera.id);
    expect(mine).toMatchObject({ cameraId: camera.id, seconds, most });
    const view = await ordered();
    expect(site.views.at(-1)).toMatchObject({ camera: camera.id, bytesPerSecond: 100_000 });
    const received = Buffer.concat([await draw(10), Buffer.from('where the camera stands')]);
    await send(view, received);
    const looks = await Promise.all([see(by, mine.id, 0), see(other, theirs.id, 0)]);
    for (const { jpeg, state } of looks) {
      expect(jpeg?.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
      expect(Buffer.from(jpeg ?? []).includes('where the camera')).toBe(false);
      expect(state).toMatchObject({ number: 1, ageMs: 0, stillMs: 0, fault: null, viewers: 2 });
    }
    clock.advance(4_000);
    await send(view, received, true);
    const still = await see(by, mine.id, 1);
    expect(still.jpeg).toBeNull();
    expect(still.state).toMatchObject({ number: 2, ageMs: 4_000, stillMs: 4_000 });
    await send(view, null);
    expect((await see(by, mine.id, 2)).state).toMatchObject({ number: 3, fault: 'silent' });
    await send(view, await draw(200));
    const fresh = await see(by, mine.id, 3);
    expect(fresh.jpeg).not.toBeNull();
    expect(fresh.state).toMatchObject({ ageMs: 0, stillMs: 0, fault: null });
  });

  test('a scene in which only the clock runs is told, and no more once the sensor is alive', async () => {
    const { id } = await viewings.start(by, camera.id);
    const view = await ordered();
    const hungAtMs = clock.now();
    const scene = { place: 'gate', night: true, shows: undefined, spoiled: undefined, name: 'Cổng' } as const;
    let shown = 0;
    const next = async (hung: boolean): Promise<Look['state']> => {
      clock.advance(3_000);
      const atMs = clock.now();
      await send(view, await drawPicture({ ...scene, atMs, ...(hung ? { hungAtMs } : {}) }));
      const { jpeg, state } = await see(by, id, shown);
      expect(jpeg).not.toBeNull();
      expect(state).toMatchObject({ ageMs: 0, stillMs: 0 });
      shown = state.number;
      return state;
    };
    for (let picture = 0; picture < 15; picture += 1) expect((await next(false)).unmovedMs).toBe(0);
    await viewings.goOn(by, id);
    const told: number[] = [];
    for (let picture = 0; picture < 15; picture += 1) told.push((await next(true)).unmovedMs);
    // A picture is on the screen before it is compared: what it brings is told with the next.
    expect(told.at(-1)).toBe(13 * 3_000);
    expect(told).toEqual([...told].sort((one, other) => one - other));
    await viewings.goOn(by, id);
    await next(false);
    expect((await next(false)).unmovedMs).toBe(0);
  });

  test('what is no picture, and frames of a view that is over, are not shown', async () => {
    const { id } = await viewings.start(by, camera.id);
    const view = await ordered();
    await send(newId(), await draw(30));
    await send(view, Buffer.from(`\u00ff\u00d8\u00ff<script>${'x'.repeat(200)}`, 'latin1'));
    const { jpeg, state } = await see(by, id, 0);
    expect(jpeg).toBeNull();
    expect(state).toMatchObject({ number: 1, ageMs: null, fault: 'unreadable' });
  });

  test('one more than may is refused, and is let in when somebody stops; nobody sees by another’s viewing', async () => {
    const mine = await viewings.start(by, camera.id);
    await viewings.start(other, camera.id);
    await expect(viewings.start(third, camera.id)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'viewings.full',
      details: { most },
    });
    await expect(viewings.look(third, mine.id, 0)).rejects.toMatchObject({ code: 'viewings.missing' });
    viewings.stop(third, mine.id);
    await expect(viewings.start(third, camera.id)).rejects.toMatchObject({ code: 'viewings.full' });
    viewings.stop(by, mine.id);
    await expect(viewings.look(by, mine.id, 0)).rejects.toMatchObject({ code: 'viewings.left' });
    await viewings.start(third, camera.id);
    // A second screen of the same person takes the place of the first.
    const again = await viewings.start(third, camera.id);
    await expect(viewings.look(third, again.id, 1_000)).resolves.toMatchObject({ jpeg: null });
  });

  test('it ends by itself: when its time is over, unless the person goes on, and when nobody asks any more', async () => {
    const { id } = await viewings.start(by, camera.id);
    await ordered();
    const asks = async (ms: number): Promise<void> => {
      for (let past = 0; past < ms; past += 10_000) {
        clock.advance(10_000);
        await viewings.look(by, id, -1);
      }
    };
    await asks(50_000);
    await viewings.goOn(by, id);
    await asks(50_000);
    clock.advance(10_000);
    await expect(viewings.look(by, id, 0)).rejects.toMatchObject({ code: 'viewings.time-over' });
    await expect(viewings.goOn(by, id)).rejects.toMatchObject({ code: 'viewings.time-over' });
    // The connector is told at once.
    await until(() => (site.views.at(-1)?.untilAt ?? Infinity) <= clock.now());

    const left = await viewings.start(by, camera.id);
    clock.advance(leftAfterMs + 1);
    await expect(viewings.look(by, left.id, 0)).rejects.toMatchObject({ code: 'viewings.left' });
  });

  test('every viewing is in the journal: who, which camera, how long and why it ended', async () => {
    const before = (await journalled()).length;
    const { id } = await viewings.start(other, camera.id);
    await viewings.goOn(other, id);
    clock.advance(12_000);
    viewings.stop(other, id);
    await until(async () => (await journalled()).filter(({ facts }) => facts.viewing === id).length === 3);
    const lines = (await journalled()).slice(before).filter(({ facts }) => facts.viewing === id);
    expect(lines).toEqual([
      { action: 'viewings.started', actor: other.id, facts: { viewing: id, seconds } },
      { action: 'viewings.continued', actor: other.id, facts: { viewing: id, seconds } },
      {
        action: 'viewings.ended',
        actor: other.id,
        facts: { viewing: id, why: 'left', seconds: 12, pictures: 0 },
      },
    ]);
  });

  test('it ends when the connector goes away, which is no place to begin one either', async () => {
    const { id } = await viewings.start(by, camera.id);
    await site.device.stop();
    await until(() => station.link.presenceOf(camera.connectorId).link === 'offline');
    await expect(viewings.look(by, id, 0)).rejects.toMatchObject({ code: 'viewings.connector-gone' });
    await expect(viewings.start(by, camera.id)).rejects.toMatchObject({ code: 'viewings.connector-offline' });
  });
});
