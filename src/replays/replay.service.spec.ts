import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CameraClip, CameraReplay } from '../../devices/protocol/replay-messages.ts';
import { HandClock } from '../base/clock.ts';
import {
  by,
  closeCameraRooms,
  newCamera,
  notice,
  openCameraRooms,
  people,
  Site,
  station,
  told,
  until,
} from '../camera-events/camera-events.testing.ts';
import { CameraEventStore } from '../camera-events/camera-event.store.ts';
import { HealthStore } from '../camera-health/health.store.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { ClipFiles } from './clip.files.ts';
import { Films } from './film.ffmpeg.ts';
import { ReplayLink } from './replay.link.ts';
import { ReplayService } from './replay.service.ts';
import { ReplayStore } from './replay.store.ts';
import type { ReplayView } from './replay.view.ts';

const around = { beforeSeconds: 10, afterSeconds: 10 };
const most = 2;
let clock: HandClock;
let replays: ReplayService;
let films: Films;
let files: ClipFiles;
let camera: CameraView;
let site: Site;
let eventId: string;

beforeAll(async () => {
  await openCameraRooms();
  const { database, journal, link, config, communes } = station;
  clock = new HandClock(Date.now());
  files = new ClipFiles(config);
  films = new Films(files, config);
  const line = new ReplayLink(link, files, clock);
  line.onModuleInit();
  replays = new ReplayService(
    ...([database, new ReplayStore(), new CameraEventStore(), new CameraStore(), new HealthStore()] as const),
    ...([people, communes, line, link, files, films, journal, clock, config] as const),
  );
  replays.onModuleInit();
  camera = await newCamera();
  site = await Site.open(camera.connectorId);
  await until(() => site.lists.length > 0);
  await site.tell(notice(camera, 'begin'));
  await until(() => told.length > 0);
  eventId = told[0]?.id ?? '';
}, 60_000);

afterAll(async () => {
  await films.idle();
  await closeCameraRooms();
});

beforeEach(async () => {
  // What was begun before has fallen silent.
  clock.advance(61_000);
  await replays.round();
  const since = Date.now();
  site.sayAlive();
  await until(() => (station.link.presenceOf(camera.connectorId).heardAt ?? 0) >= since);
});

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a person asked for, as it came to the site. */
async function ask(): Promise<{ view: ReplayView; order: CameraReplay }> {
  const view = await replays.ask(by, eventId, around);
  await until(() => site.replays.some(({ replay }) => replay === view.id));
  const order = site.replays.find(({ replay }) => replay === view.id);
  if (order === undefined) throw new Error('no order');
  return { view, order };
}

function say(order: CameraReplay, number: number, what: Partial<CameraClip>, piece = Buffer.alloc(0)) {
  return site.device.sendClip(
    {
      ...{ v: 1, commune: by.communeId, asset: camera.connectorId, box: site.identity.enrolment?.box ?? '' },
      ...{ at: Date.now(), replay: order.replay, camera: camera.id, number, reachedAt: order.fromAt + 1_000 },
      ...{ piece: piece.length === 0 ? null : { sha256: sha256Of(piece), bytes: piece.length } },
      ...{ done: null, fault: null },
      ...what,
    },
    piece,
  );
}

const done = (bytes: Buffer): NonNullable<CameraClip['done']> => ({
  ...{ codec: 'jpeg', sha256: sha256Of(bytes), bytes: bytes.length, frames: 40, lost: 1, ended: 'whole' },
  ...{ firstAt: 1_000, lastAt: 21_000, timesBy: 'frames', clockOffsetMs: -1_200, uncertaintyMs: 510 },
});

async function settled(id: string): Promise<ReplayView> {
  await until(async () => (await replays.one(by.communeId, id)).state !== 'running');
  return replays.one(by.communeId, id);
}

async function journalled(id: string): Promise<string[]> {
  const lines = await station.database.inCommune(by.communeId, (em) =>
    em.query<{ action: string; facts: { replay?: string } }[]>(
      `SELECT action, facts FROM journal WHERE commune_id = $1 AND action LIKE 'replays.%' ORDER BY number`,
      [by.communeId],
    ),
  );
  return lines.filter(({ facts }) => facts.replay === id).map(({ action }) => action);
}

describe('a part of a recording', () => {
  test('is kept as it came, under its hash, and what cannot be shown is evidence all the same', async () => {
    const { view, order } = await ask();
    expect(order).toMatchObject({ camera: camera.id, cancel: false });
    expect(order.untilAt - order.fromAt).toBeGreaterThanOrEqual(20_000);
    const [first, second] = [Buffer.alloc(1_000, 1), Buffer.alloc(500, 2)];
    const whole = Buffer.concat([first, second]);
    await say(order, 1, {}, first);
    // The broker may hand one over twice.
    await say(order, 1, {}, first);
    await until(async () => (await replays.one(by.communeId, view.id)).progress?.bytes === 1_000);
    await say(order, 2, {}, second);
    await say(order, 3, { done: done(whole) });
    const kept = await settled(view.id);
    expect(kept).toMatchObject({ state: 'kept', fault: null, progress: null });
    expect(kept.clip).toMatchObject({
      sha256: sha256Of(whole),
      bytes: 1_500,
      lost: 1,
      clockOffsetMs: -1_200,
    });
    await until(() => site.forgotten.includes(sha256Of(second)));
    const { path } = await replays.pathOf(by, view.id, 'clip');
    expect(await readFile(path)).toEqual(whole);
    await films.idle();
    expect(await replays.one(by.communeId, view.id)).toMatchObject({ film: 'none', filmUrl: null });
    await expect(replays.pathOf(by, view.id, 'film')).rejects.toMatchObject({ code: 'replays.no-film' });
    expect(await journalled(view.id)).toEqual(['replays.asked', 'replays.kept', 'replays.taken']);
    expect((await replays.ofEvent(by.communeId, eventId)).replays[0]).toMatchObject({ id: view.id });
  });

  test('of which a piece is missing, or that is not what its connector signed, is nobody’s', async () => {
    const piece = Buffer.alloc(100, 7);
    const gap = await ask();
    await say(gap.order, 2, {}, piece);
    expect(await settled(gap.view.id)).toMatchObject({ state: 'failed', fault: 'broken', clip: null });
    await until(() => site.replays.some(({ replay, cancel }) => replay === gap.view.id && cancel));
    const other = await ask();
    await say(other.order, 1, {}, piece);
    await say(other.order, 2, { done: done(Buffer.alloc(100, 8)) });
    expect(await settled(other.view.id)).toMatchObject({ state: 'failed', fault: 'broken' });
    await expect(replays.pathOf(by, other.view.id, 'clip')).rejects.toMatchObject({
      code: 'replays.missing',
    });
  });

  test('that the recorder has not is told by name; a connector that falls silent ends it', async () => {
    const absent = await ask();
    await say(absent.order, 1, { fault: 'nothing' });
    expect(await settled(absent.view.id)).toMatchObject({ state: 'failed', fault: 'nothing' });
    const { view } = await ask();
    clock.advance(61_000);
    await replays.round();
    expect(await settled(view.id)).toMatchObject({ state: 'failed', fault: 'connector' });
    expect(await journalled(view.id)).toEqual(['replays.asked', 'replays.failed']);
  });

  test('is one of a few at a time, and one of before a restart is over', async () => {
    const asked = [];
    for (let turn = 0; turn < most; turn += 1) asked.push(await ask());
    const halfAFilm = await files.workshop();
    await expect(replays.ask(by, eventId, around)).rejects.toMatchObject({
      code: 'replays.busy',
      details: { most },
    });
    clock.advance(1);
    await replays.onApplicationBootstrap();
    await replays.round();
    await replays.onApplicationShutdown();
    const { replays: all } = await replays.ofEvent(by.communeId, eventId);
    expect(all.slice(0, most).map(({ state, fault }) => [state, fault])).toEqual(
      Array.from({ length: most }, () => ['failed', 'interrupted']),
    );
    await expect(stat(halfAFilm)).rejects.toMatchObject({ code: 'ENOENT' });
    // Unless it was another service that started: who fetches it goes on, and knows better.
    const [{ view, order } = await ask()] = asked;
    const piece = Buffer.from('van-con-day');
    await say(order, 1, {}, piece);
    await say(order, 2, { done: done(piece) });
    await until(async () => (await replays.one(by.communeId, view.id)).state === 'kept');
    expect(await replays.one(by.communeId, view.id)).toMatchObject({
      fault: null,
      clip: { bytes: piece.length },
    });
  });

  test('goes when its point’s days are over', async () => {
    const { view, order } = await ask();
    const piece = Buffer.from('khi-het-han');
    await say(order, 1, {}, piece);
    await say(order, 2, { done: done(piece) });
    await settled(view.id);
    const { path } = await replays.pathOf(by, view.id, 'clip');
    await films.idle();
    expect(await replays.purge(by.communeId)).toBe(0);
    clock.advance(31 * 86_400_000);
    expect(await replays.purge(by.communeId)).toBeGreaterThan(0);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(replays.one(by.communeId, view.id)).rejects.toMatchObject({ code: 'replays.missing' });
  });
});
