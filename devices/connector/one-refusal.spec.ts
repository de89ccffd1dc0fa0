import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import type { Fault } from '../camera/faults.ts';
import { SCENES } from '../camera/scene.ts';
import { Connector } from './connector.core.ts';
import { ownMachine } from './connector.testing.ts';
import { USUAL_TIMING } from './supervision.ts';

const device = '00000000-0000-4000-8000-0000000000d0';
const channels = [1, 2, 3, 4].map((number) => ({
  camera: `00000000-0000-4000-8000-00000000000${String(number)}`,
  source: `VideoSource_${String(number)}`,
}));
const patienceMs = 120_000;

let directory = '';
let camera: Camera;
let server: CameraServer;
let connector: Connector;
let changed: () => void = () => undefined;
let pictures = 0;

function startConnector(): void {
  connector = new Connector({
    directory,
    ...ownMachine,
    timing: { ...USUAL_TIMING, pullSeconds: 1, pullGraceSeconds: 30 },
    random: () => 0,
    onNotices: () => Promise.resolve(),
    onPicture: () => {
      pictures += 1;
      changed();
      return Promise.resolve();
    },
    onNoPicture: () => undefined,
    onStatus: () => changed(),
    onTrouble: (error) => {
      throw error;
    },
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => (changed = resolve));
}

const hold = (password: string, revision: number): Promise<void> =>
  connector.apply([
    {
      ...{ camera: device, address: server.address, username: 'admin', password, revision, channels },
      ...{ certificate: null, identity: null },
    },
  ]);
const state = (): string | undefined => connector.reports()[0]?.state;
const lastPassword = 'mới';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-one-refusal-'));
  pictures = 0;
  camera = new Camera(
    {
      ...{ name: 'x', user: 'admin', password: 'cũ', serial: 'S1', mac: '02:00:00:00:00:01' },
      ...{ channels: channels.length, recordedDays: 1, locksAt: 2 },
    },
    SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
  );
  camera.faults.add('locks').add('picture-frozen');
  server = new CameraServer(camera, '127.0.0.1');
  await server.start(0);
  startConnector();
});
afterEach(async () => {
  await connector.stop();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** All that may be asked of a device at one moment. */
async function useAll(): Promise<void> {
  for (const { number } of camera.channels) camera.fire('motion', 'on', '', number);
  await Promise.all(
    channels.flatMap(({ camera: channel }) => [
      connector.livePicture(channel),
      connector.check(channel, true),
      connector.check(channel, false),
    ]),
  );
}

describe.each<[string, readonly Fault[]]>([
  ['WS-Security', []],
  ['HTTP Digest', ['http-digest']],
  ['both', ['both-ways']],
  ['WS-Security, its services open', ['open-services']],
])(
  'a recorder of four channels that takes the password by %s and locks at two wrong tries',
  (_how, faults) => {
    test(
      'whose password is changed under way is asked with the old one once, however much is asked of it, and after a restart',
      async () => {
        for (const fault of faults) camera.faults.add(fault);
        await hold('cũ', 1);
        await until(() => connector.reports()[0]?.passport != null);
        await useAll();
        await until(() => pictures >= channels.length);
        expect(camera.tally.refusals).toEqual({});

        camera.setPassword(lastPassword);
        await useAll();
        await until(() => state() === 'password-refused');
        await useAll();
        expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);

        // Killed and begun anew, with the list of before.
        await connector.stop();
        startConnector();
        await hold('cũ', 1);
        await until(() => state() === 'password-refused');
        await useAll();
        expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);

        await hold(lastPassword, 2);
        await until(() => state() === 'subscribed');
        expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);
      },
      patienceMs,
    );

    test(
      'whose password was wrong from the beginning is asked once',
      async () => {
        for (const fault of faults) camera.faults.add(fault);
        await hold('sai', 1);
        await until(() => state() === 'password-refused');
        await useAll();
        expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);
      },
      patienceMs,
    );
  },
);

test(
  'a stream with a password of its own is asked once, and everything else goes on',
  async () => {
    camera.faults.add('stream-refused');
    await hold('cũ', 1);
    await until(() => connector.reports()[0]?.passport != null);
    await useAll();
    await useAll();
    expect(camera.tally.refusals).toEqual({ 'wrong-password': 1 });
    expect([state(), camera.lock.times]).toEqual(['subscribed', 0]);
    expect((await connector.livePicture(device)).fault).toBeUndefined();
  },
  patienceMs,
);

describe('a device that was registered twice', () => {
  const second = '00000000-0000-4000-8000-0000000000d1';
  const identity = { serial: 'S1', macs: ['02:00:00:00:00:01'], endpoint: null };
  let elsewhere: CameraServer;

  beforeEach(async () => {
    // The same device at another address: its other network port, or a port that a router passes on.
    elsewhere = new CameraServer(camera, '127.0.0.1');
    await elsewhere.start(0);
  });
  afterEach(() => elsewhere.stop());

  const holdBoth = (
    address: string,
    password: string,
    revisions: readonly [number, number] = [1, 1],
    known: typeof identity | null = null,
  ): Promise<void> =>
    connector.apply(
      [server.address, address].map((at, index) => ({
        ...{ camera: index === 0 ? device : second, address: at, username: 'admin', password, channels: [] },
        ...{ revision: revisions[index] ?? 1, certificate: null, identity: known },
      })),
    );
  const states = (): (string | undefined)[] => [device, second].map((id) => reportOf(id)?.state);
  const reportOf = (id: string) => connector.reports().find((one) => one.camera === id);
  const lookAtBoth = (): Promise<unknown> =>
    Promise.all([device, second].flatMap((id) => [connector.livePicture(id), connector.check(id, true)]));
  const bothRefused = (): boolean => states().every((one) => one === 'password-refused');

  test(
    'at two addresses is asked with a changed password once, also after a restart, and again where a person said it anew',
    async () => {
      await holdBoth(elsewhere.address, 'cũ');
      await until(() => reportOf(device)?.passport != null && reportOf(second)?.passport != null);
      await lookAtBoth();
      expect(camera.tally.refusals).toEqual({});

      camera.setPassword(lastPassword);
      await lookAtBoth();
      await until(bothRefused);
      expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);

      await connector.stop();
      startConnector();
      await holdBoth(elsewhere.address, 'cũ', [1, 1], identity);
      await until(bothRefused);
      await holdBoth(elsewhere.address, lastPassword, [2, 1], identity);
      await until(() => states().join() === 'subscribed,password-refused');
      expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);
    },
    patienceMs,
  );

  test.each<[string, () => string, typeof identity | null]>([
    ['at two addresses, and known', () => elsewhere.address, identity],
    ['at one address in two spellings', () => server.address.replace('http://', 'HTTP://'), null],
  ])(
    '%s, is asked with a password that was wrong from the beginning once',
    async (_how, address, known) => {
      await holdBoth(address(), 'sai', [1, 1], known);
      await until(bothRefused);
      expect([camera.tally.refusals, camera.lock.times]).toEqual([{ 'wrong-password': 1 }, 0]);
    },
    patienceMs,
  );

  test(
    'with another device’s number has a password of its own: the one is not ended by the other’s refusal',
    async () => {
      const clone = new Camera(
        {
          ...{ name: 'y', user: 'admin', password: 'cũ', serial: 'S1', mac: '02:00:00:00:00:02' },
          ...{ channels: 1, recordedDays: 0 },
        },
        SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
      );
      const its = new CameraServer(clone, '127.0.0.1');
      await its.start(0);
      try {
        await holdBoth(its.address, 'cũ');
        await until(() => reportOf(device)?.passport != null && reportOf(second)?.passport != null);
        clone.setPassword(lastPassword);
        await lookAtBoth();
        await until(() => states()[1] === 'password-refused');
        expect([states()[0], camera.tally.refusals]).toEqual(['subscribed', {}]);
      } finally {
        await connector.stop();
        await its.stop();
      }
    },
    patienceMs,
  );
});
