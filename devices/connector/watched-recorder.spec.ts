import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { drawer, isFull, seed } from '../../test/faults/seed.ts';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import type { Fault } from '../camera/faults.ts';
import { SCENES } from '../camera/scene.ts';
import { Connector } from './connector.core.ts';
import { ownMachine } from './connector.testing.ts';
import { LiveViews } from './live-view.ts';
import { USUAL_TIMING } from './supervision.ts';

const device = '00000000-0000-4000-8000-0000000000d0';
const channels = Array.from({ length: 16 }, (_, at) => ({
  camera: `00000000-0000-4000-8000-0000000001${String(at + 10)}`,
  source: `VideoSource_${String(at + 1)}`,
}));
const ways: readonly (readonly Fault[])[] = [[], ['http-digest'], ['both-ways'], ['basic-pictures']];
const atOnce = 8;

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-watched-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A recorder of sixteen channels, each of which is watched while its messages are pulled. */
class Watched {
  readonly camera: Camera;
  /** By camera, what each answer of it was. */
  readonly frames = new Map<string, number>();
  readonly refused = new Set<string>();
  private readonly server: CameraServer;
  private readonly connector: Connector;
  private readonly views: LiveViews;
  private changed: () => void = () => undefined;

  constructor(
    readonly number: number,
    faults: readonly Fault[],
  ) {
    const identity = {
      ...{ name: 'x', user: 'admin', password: 'cũ', serial: `S${String(number)}`, mac: '02:00:00:00:00:01' },
      ...{ channels: channels.length, recordedDays: 0 },
    };
    this.camera = new Camera(identity, SCENES.quiet ?? { place: 'gate', night: false, acts: [] });
    for (const fault of ['picture-frozen', ...faults] as const) this.camera.faults.add(fault);
    this.server = new CameraServer(this.camera, '127.0.0.1');
    const onTrouble = (error: unknown): never => {
      throw error;
    };
    this.connector = new Connector({
      directory: join(directory, String(number)),
      ...{ ...ownMachine, onTrouble, random: () => 0 },
      timing: { ...USUAL_TIMING, pullSeconds: 1, pullGraceSeconds: 30 },
      onNotices: () => Promise.resolve(),
      onPicture: () => Promise.resolve(),
      onNoPicture: () => undefined,
      onStatus: () => this.changed(),
    });
    this.views = new LiveViews({
      take: ({ camera }) => this.connector.livePicture(camera),
      send: ({ camera, fault }) => {
        if (fault === null) this.frames.set(camera, (this.frames.get(camera) ?? 0) + 1);
        if (fault === 'refused' || fault === 'not-held') this.refused.add(camera);
        this.changed();
        return Promise.resolve();
      },
      ...{ onTrouble, now: Date.now },
    });
  }

  get seen(): number {
    return [...this.frames.values()].reduce((sum, frames) => sum + frames, 0);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.changed = resolve));
  }

  async begin(): Promise<void> {
    await this.server.start(0);
    await this.connector.apply([
      {
        ...{ camera: device, address: this.server.address, username: 'admin', password: 'cũ', revision: 1 },
        ...{ certificate: null, identity: null, channels },
      },
    ]);
    await this.until(() => this.connector.reports()[0]?.passport != null);
  }

  watch(): void {
    const now = Date.now();
    for (const { camera } of channels)
      this.views.order({
        ...{ view: `${camera} ${String(now)}`, camera, issuedAt: now, untilAt: now + 3_600_000 },
        ...{ everyMs: 500, bytesPerSecond: 1_000_000_000 },
      } as Parameters<LiveViews['order']>[0]);
  }

  async end(): Promise<void> {
    this.views.stop();
    await this.connector.stop();
    await this.server.stop();
  }
}

async function triesAfterChange(number: number): Promise<unknown> {
  const draw = drawer(seed + number);
  const watched = new Watched(number, ways[number % ways.length] ?? []);
  const { camera } = watched;
  try {
    await watched.begin();
    const slow = (): number => 50 + draw() * 450;
    camera.slowness =
      number % 2 === 0 ? { onTheWayMs: slow, drawingMs: () => 0 } : { onTheWayMs: () => 5, drawingMs: slow };
    watched.watch();
    const frames = 16 + Math.floor(draw() * 16);
    await watched.until(() => watched.seen >= frames);
    await new Promise((resolve) => setTimeout(resolve, draw() * 1_000));
    expect(camera.tally.refusals).toEqual({});
    camera.setPassword('mới');
    await watched.until(() => watched.refused.size === channels.length);
    return camera.tally.refusals;
  } finally {
    await watched.end();
  }
}

test('a changed password costs a recorder one try while sixteen of its channels are watched and it is pulled', async () => {
  process.stdout.write(`watched-recorder: LOA_SEED=${String(seed)}\n`);
  const tries: unknown[] = [];
  for (let begun = 0; begun < (isFull ? 40 : atOnce); begun += atOnce)
    tries.push(
      ...(await Promise.all(Array.from({ length: atOnce }, (_, at) => triesAfterChange(begun + at)))),
    );
  expect(tries).toEqual(tries.map(() => ({ 'wrong-password': 1 })));
}, 900_000);

test('sixteen channels that draw slowly are each shown as often as the others, and messages are pulled beside them', async () => {
  const watched = new Watched(1_000, []);
  const { camera, frames } = watched;
  try {
    await watched.begin();
    camera.slowness = { onTheWayMs: () => 5, drawingMs: () => 100 };
    watched.watch();
    const pulls = camera.tally.requests.PullMessages ?? 0;
    await watched.until(() => [...frames.values()].some((seen) => seen >= 4));
    expect(channels.map((one) => frames.get(one.camera) ?? 0).filter((seen) => seen < 3)).toEqual([]);
    expect(camera.tally.requests.PullMessages ?? 0).toBeGreaterThan(pulls);
  } finally {
    await watched.end();
  }
}, 300_000);
