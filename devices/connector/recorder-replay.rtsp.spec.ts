import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import type { Fault } from '../camera/faults.ts';
import { SCENES } from '../camera/scene.ts';
import type { CameraReplay } from '../protocol/replay-messages.ts';
import { Connector } from './connector.core.ts';
import { ownMachine } from './connector.testing.ts';
import { Replays } from './replays.ts';
import type { ClipWord } from './replays.ts';

const id = (n: number): string => `01938f5a-7a00-7000-8000-00000000000${String(n)}`;
const device = id(1);
const channel = id(2);
const patienceMs = 120_000;

let recorder: Camera;
let server: CameraServer;
let connector: Connector;
let directory: string;
let replays: Replays;
let words: ClipWord[];
let pieces: Buffer[];
let told: (word: ClipWord) => void;

async function begin(faults: readonly Fault[] = [], clockOffsetMs = 0, password = 'mật-khẩu'): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'loa-replay-'));
  recorder = new Camera(
    {
      ...{ name: 'Đầu ghi', user: 'admin', password: 'mật-khẩu', serial: 'S1', mac: '02:00:00:00:00:01' },
      ...{ channels: 2, recordedDays: 5 },
    },
    SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
  );
  recorder.setClockOffset(clockOffsetMs);
  for (const fault of faults) recorder.faults.add(fault);
  server = new CameraServer(recorder, '127.0.0.1');
  await server.start(0);
  words = [];
  pieces = [];
  const isDescribed = new Promise<void>((resolve) => {
    connector = new Connector({
      directory,
      ...ownMachine,
      onNotices: () => Promise.resolve(),
      onPicture: () => Promise.resolve(),
      onNoPicture: () => undefined,
      onStatus: ({ passport }) => (passport === null ? undefined : resolve()),
      onTrouble: (error) => expect(error).toBeUndefined(),
    });
  });
  replays = new Replays({
    fetch: (order, signal, onFrame) => connector.replay(order, signal, onFrame),
    send: (word, piece) => {
      words.push(word);
      if (word.piece !== null) {
        pieces.push(Buffer.from(piece));
        replays.committed([word.piece.sha256]);
      }
      told(word);
      return Promise.resolve();
    },
    onTrouble: (error) => expect(error).toBeUndefined(),
  });
  await connector.apply([
    {
      ...{ camera: device, address: server.address, username: 'admin', password, revision: 1 },
      ...{ certificate: null, identity: null, channels: [{ camera: channel, source: 'VideoSource_2' }] },
    },
  ]);
  await isDescribed;
}

async function fetched(span: { fromAt: number; untilAt: number }, more: Partial<CameraReplay> = {}) {
  const last = new Promise<ClipWord>((resolve) => {
    told = (word) => {
      if (word.done !== null || word.fault !== null) resolve(word);
    };
  });
  const now = Date.now();
  replays.take({
    ...{ v: 1, commune: id(8), connector: id(9), replay: id(3), camera: channel, ...span },
    ...{ largestBytes: 20_000_000, seconds: 60, issuedAt: now, expiresAt: now + 60_000, cancel: false },
    ...more,
  });
  return last;
}

const anHourAgo = (seconds: number): { fromAt: number; untilAt: number } => {
  const fromAt = Math.floor((Date.now() - 3_600_000) / 1_000) * 1_000;
  return { fromAt, untilAt: fromAt + seconds * 1_000 };
};

beforeEach(() => begin());
afterEach(async () => {
  replays.stop();
  await connector.stop();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a range of a recording', () => {
  test(
    'comes whole, as it was recorded, with the recorder’s times and what its clock is wrong by',
    async () => {
      const dayMs = 86_400_000;
      recorder.setClockOffset(dayMs);
      const span = anHourAgo(10);
      const { done, fault } = await fetched(span);
      expect(fault).toBeNull();
      const bytes = Buffer.concat(pieces);
      expect(done).toMatchObject({
        ...{ codec: 'jpeg', lost: 0, ended: 'whole', timesBy: 'frames' },
        ...{ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      });
      expect(Math.abs((done?.clockOffsetMs ?? 0) - dayMs)).toBeLessThan(2_000);
      // Two a second; how its clock was measured moves both ends by less than a second.
      expect(Math.abs((done?.frames ?? 0) - 21)).toBeLessThanOrEqual(2);
      // By its own clock, which is a day ahead; a measured second has half a second of doubt.
      expect(Math.abs((done?.firstAt ?? 0) - (span.fromAt + dayMs))).toBeLessThan(2_000);
      expect(Math.abs((done?.lastAt ?? 0) - (span.untilAt + dayMs))).toBeLessThan(2_000);
      const first = bytes.subarray(0, bytes.indexOf(Buffer.of(0xff, 0xd9)) + 2);
      expect(await sharp(first).stats()).toMatchObject({ isOpaque: true });
      expect(await sharp(first).metadata()).toMatchObject({ width: 640, height: 360 });
      expect(recorder.tally.requests).toMatchObject({ 'RTSP PLAY': 1, 'RTSP DESCRIBE': 2 });
    },
    patienceMs,
  );

  test(
    'of another day, of a device without replay, and beyond what is kept is refused by name',
    async () => {
      recorder.faults.add('replay-other-time');
      expect((await fetched(anHourAgo(5))).fault).toBe('other-time');
      recorder.faults.clear();
      recorder.faults.add('replay-unknown');
      expect((await fetched(anHourAgo(5), { replay: id(4) })).fault).toBe('no-replay');
      recorder.faults.clear();
      const lastMonth = Date.now() - 30 * 86_400_000;
      const old = { fromAt: lastMonth, untilAt: lastMonth + 5_000, replay: id(5) };
      expect((await fetched(old, old)).fault).toBe('nothing');
      expect(pieces).toHaveLength(0);
    },
    patienceMs,
  );

  test(
    'that does not end is cut at its end, and one that is too large at what is allowed',
    async () => {
      recorder.faults.add('replay-endless');
      const whole = await fetched(anHourAgo(3), { largestBytes: 100_000 });
      expect(whole.done).toMatchObject({ ended: 'bytes' });
      expect(whole.done?.bytes).toBeLessThanOrEqual(100_000);
      recorder.faults.clear();
      recorder.faults.add('replay-silent-end');
      const silent = await fetched(anHourAgo(3), { replay: id(4) });
      expect(silent.done).toMatchObject({ ended: 'whole' });
    },
    patienceMs,
  );

  test(
    'that drips is given up when its time is over, and the others go on',
    async () => {
      recorder.faults.add('replay-drip');
      const { fault } = await fetched(anHourAgo(3), { seconds: 2 });
      expect(fault).toBe('silent');
      recorder.faults.clear();
      expect((await fetched(anHourAgo(2), { replay: id(4) })).done).toMatchObject({ ended: 'whole' });
    },
    patienceMs,
  );

  test(
    'is called off, and a recorder that refuses the password is asked once',
    async () => {
      recorder.faults.add('replay-drip');
      const last = fetched(anHourAgo(3));
      replays.take({ ...({} as CameraReplay), replay: id(3), cancel: true });
      expect((await last).fault).toBe('cancelled');
      recorder.faults.clear();
      recorder.faults.add('stream-refused');
      recorder.tally.requests['RTSP DESCRIBE'] = 0;
      expect((await fetched(anHourAgo(3), { replay: id(4) })).fault).toBe('refused');
      expect((await fetched(anHourAgo(3), { replay: id(5) })).fault).toBe('refused');
      expect(recorder.tally.requests['RTSP DESCRIBE']).toBe(2);
    },
    patienceMs,
  );
});
