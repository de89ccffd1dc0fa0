import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import type { Fault } from '../camera/faults.ts';
import { SCENES } from '../camera/scene.ts';
import type { Position } from '../camera/turning.ts';
import { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraSession } from './camera-session.undici.ts';
import { turnCamera } from './turning.onvif.ts';
import { Turns } from './turns.ts';

const rules = new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] });
const still = { kind: 'step', pan: 0, tilt: 0, zoom: 0, ms: 100 } as const;

let camera: Camera;
let server: CameraServer;
let session: CameraSession;

async function begin(turns = true, channels = 1): Promise<void> {
  camera = new Camera(
    {
      ...{ name: 'Ngã tư', user: 'admin', password: 'mật-khẩu', serial: 'S1', mac: '02:00:00:00:00:01' },
      ...{ channels, recordedDays: 0, turns },
    },
    SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
  );
  server = new CameraServer(camera, '127.0.0.1');
  await server.start(0);
  session = new CameraSession({
    ...{ address: readCameraAddress(server.address), username: 'admin', password: 'mật-khẩu' },
    ...{ rules, certificate: null, now: Date.now },
  });
  await session.measureClock();
}

async function end(): Promise<void> {
  await session.close();
  await server.stop();
}

const isMoving = (): boolean => camera.motorsOf(1).isMoving(performance.now());
const looks = (): Position => camera.positionOf();

beforeEach(() => begin());
afterEach(end);

describe('a camera that is turned', () => {
  test('tells its places, whose tokens stay as it wrote them, and goes there and home', async () => {
    const told = await turnCamera(session, null, { kind: 'places' });
    expect(told).toEqual({
      ...{ result: 'ok', detail: '' },
      places: [
        { token: '1', name: 'Cổng chính' },
        { token: '1.10', name: 'Ngã ba' },
      ],
    });
    expect(await turnCamera(session, null, { kind: 'place', place: '1.10' })).toMatchObject({ result: 'ok' });
    expect(looks()).toEqual({ pan: 0.6, tilt: 0.2, zoom: 0.5 });
    await turnCamera(session, null, { kind: 'place', place: null });
    expect(looks()).toEqual({ pan: 0, tilt: 0, zoom: 0 });
    // Its services and profiles are asked for once a session.
    expect(camera.tally.requests).toMatchObject({ GetProfiles: 1, GotoPreset: 1, GotoHomePosition: 1 });
  });

  test('goes a step and stands, also where it takes no notice of the time that it was given', async () => {
    for (const faults of [[], ['turn-timeout-ignored']] as const) {
      for (const fault of faults) camera.faults.add(fault);
      const before = looks();
      expect(await turnCamera(session, null, { ...still, pan: 0.5 })).toMatchObject({ result: 'ok' });
      expect(isMoving()).toBe(false);
      expect(looks().pan).toBeGreaterThan(before.pan);
      expect(looks()).toMatchObject({ tilt: 0, zoom: 0 });
    }
    await turnCamera(session, null, { ...still, zoom: 1 });
    expect(looks().zoom).toBeGreaterThan(0);
    expect(isMoving()).toBe(false);
  });

  test('is stopped even where its answer to the step broke off: it may have begun', async () => {
    await turnCamera(session, null, { kind: 'places' });
    const motors = camera.motorsOf(1);
    const move = motors.move.bind(motors);
    motors.move = (...how) => {
      move(...how);
      throw new Error('the answer breaks off');
    };
    expect(await turnCamera(session, null, { ...still, tilt: 1 })).toMatchObject({ result: 'bad-answer' });
    expect(isMoving()).toBe(false);
    expect(camera.tally.requests.Stop).toBe(1);
  });

  test('what it refuses, or cannot, is told apart', async () => {
    expect(await turnCamera(session, null, { kind: 'place', place: 'nowhere' })).toMatchObject({
      result: 'bad-answer',
    });
    expect(await turnCamera(undefined, null, { kind: 'places' })).toMatchObject({ result: 'not-held' });
    await end();
    await begin(false);
    expect(await turnCamera(session, null, { kind: 'places' })).toMatchObject({ result: 'none' });
    await end();
    await begin();
    camera.faults.add('unauthorized');
    expect(await turnCamera(session, null, { kind: 'places' })).toMatchObject({ result: 'refused' });
  });

  test('of a recorder that channel turns which is meant', async () => {
    await end();
    await begin(true, 3);
    await turnCamera(session, 'VideoSource_2', { kind: 'place', place: '1' });
    expect([1, 2, 3].map((channel) => camera.positionOf(channel).pan)).toEqual([0, -0.6, 0]);
    expect(await turnCamera(session, 'Elsewhere', { kind: 'place', place: '1' })).toMatchObject({
      result: 'none',
    });
  });
});

describe('whose service for turning has a port of its own', () => {
  let apart: CameraServer;

  beforeEach(async () => {
    apart = new CameraServer(camera, '127.0.0.1');
    await apart.start(0);
    camera.turnsAt = new URL(apart.address).origin;
  });
  afterEach(() => apart.stop());

  test.each<[string, readonly Fault[]]>([
    ['GetServices', []],
    ['GetCapabilities, since it knows no GetServices', ['capabilities-only']],
  ])('is turned there, where %s says so', async (_which, faults) => {
    for (const fault of faults) camera.faults.add(fault);
    expect(await turnCamera(session, null, { kind: 'place', place: '1' })).toMatchObject({ result: 'ok' });
    expect(looks().pan).toBe(-0.6);
  });

  test('and that port is asked only on its own host: what lies elsewhere hears nothing of the password', async () => {
    const stranger = new CameraServer(camera, '127.0.0.2');
    await stranger.start(0);
    try {
      camera.turnsAt = new URL(stranger.address).origin;
      expect(await turnCamera(session, null, { kind: 'place', place: '1' })).toMatchObject({
        result: 'bad-answer',
      });
      expect(looks().pan).toBe(0);
    } finally {
      await stranger.stop();
    }
  });
});

test('one turn of a camera at a time, and each once however often it comes', async () => {
  const told: string[] = [];
  let finish: () => void = () => undefined;
  const turns = new Turns({
    run: () =>
      new Promise((resolve) => {
        finish = () => resolve({ result: 'ok', detail: '', places: [] });
      }),
    tell: ({ turn, result }) => told.push(`${turn} ${result}`),
    onTrouble: (error) => {
      throw error;
    },
  });
  const order = {
    v: 1,
    ...{ commune: '', connector: '', camera: 'gate', issuedAt: 0, expiresAt: 0 },
    ask: { kind: 'place', place: null },
  } as const;
  turns.take({ ...order, turn: 'a' });
  turns.take({ ...order, turn: 'a' });
  turns.take({ ...order, turn: 'b' });
  expect(told).toEqual(['b busy']);
  finish();
  await new Promise(setImmediate);
  turns.take({ ...order, turn: 'c' });
  finish();
  await new Promise(setImmediate);
  expect(told).toEqual(['b busy', 'a ok', 'c ok']);
});
