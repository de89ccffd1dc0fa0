import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import type { Fault } from '../camera/faults.ts';
import { SCENES } from '../camera/scene.ts';
import { AddressRules } from './address-rules.ts';
import { Connector } from './connector.core.ts';
import { Lookout } from './lookout.ts';
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
    rules: new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] }),
    lookout: new Lookout(
      () => Promise.resolve([]),
      () => [],
      Date.now,
    ),
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
