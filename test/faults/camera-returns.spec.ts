import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { mutant } from '../stage/build.ts';
import { until } from '../stage/program.ts';
import { CameraProcess, ConnectorProcess } from '../stories/cameras/camera-rig.ts';
import { drawer, quantile, seed } from './seed.ts';

jest.setTimeout(600_000);

const cameraCount = 10;
const cases = 200;
const hourMs = 3_600_000;
/** FAULTS C4. The connector's waits are turned shorter as in the stories, its backoff is its own. */
const longestBackMs = 30_000;
const timing = { pullSeconds: 1, pullGraceSeconds: 4, lifeSeconds: 10 };

type Draw = () => number;

/**
 * What befalls a camera. Nothing in the connector counts hours: what makes a long absence another than a short one is
 * that its backoff has grown, and that is what the longer reboots are for.
 */
const blows: Readonly<Record<string, (camera: CameraProcess, draw: Draw) => Promise<void>>> = {
  reboot: (camera, draw) => camera.do({ do: 'reboot', awayMs: Math.round(200 + draw() * 800) }),
  'away for long': (camera, draw) => camera.do({ do: 'reboot', awayMs: Math.round(5_000 + draw() * 3_000) }),
  expiry: (camera) => camera.do({ do: 'drop-subscriptions' }),
  'an hour ahead': (camera) => camera.do({ do: 'clock', offsetMs: hourMs }),
  'an hour behind': (camera) => camera.do({ do: 'clock', offsetMs: -hourMs }),
  'put right': (camera) => camera.do({ do: 'clock', offsetMs: 0 }),
};
/** In turn, with one long absence in ten. */
const order = [
  ...['reboot', 'expiry', 'an hour ahead', 'reboot', 'an hour behind'],
  ...['expiry', 'put right', 'reboot', 'away for long', 'expiry'],
];

interface Case {
  readonly what: string;
  /** From when it could be held until it was pulled well again; null for not within the time. */
  readonly backMs: number | null;
}

interface Found {
  readonly cases: readonly Case[];
  readonly told: number;
  /** Given in a whole answer, and told by nobody. */
  readonly lost: number;
  readonly doubled: number;
  /** Crossings whose true instant does not lie within what is told of it. */
  readonly wrongTimes: number;
  /** Crossings that keep the camera's own word for the time, hours from the receipt. */
  readonly ownWords: number;
}

/** Each camera goes through its share of the cases; beside it another hundred milliseconds' crossings go on. */
async function suffer(count: number, patienceMs: number, built?: string): Promise<Found> {
  const connector = await ConnectorProcess.start(timing, built);
  const cameras: CameraProcess[] = [];
  try {
    for (let index = 0; index < cameraCount; index += 1) {
      const camera = await CameraProcess.start('--seed', String(seed + index));
      cameras.push(camera);
      connector.hold(camera);
    }
    for (const camera of cameras) await connector.untilState(camera, 'subscribed');
    const each = await Promise.all(
      cameras.map((camera, index) => throughAll(connector, camera, index, count / cameraCount, patienceMs)),
    );
    const crossed = new Map(each.flatMap(({ crossedAt }, index) => [[cameras[index], crossedAt]]));
    const found = { told: 0, lost: 0, doubled: 0, wrongTimes: 0, ownWords: 0 };
    for (const camera of cameras) {
      const delivered = new Set((await camera.tally()).delivered);
      const notices = connector.notices(camera).filter(({ kind }) => kind === 'line-crossing');
      const objects = connector.crossings(camera);
      found.told += objects.length;
      found.doubled += objects.length - new Set(objects).size;
      found.lost += Math.max(0, delivered.size - new Set(objects).size);
      for (const [at, notice] of notices.entries()) {
        const trueAt = crossed.get(camera)?.get(objects[at] ?? -1) ?? Number.NaN;
        // Only what is said with a small uncertainty claims to know; the camera's clock was set a moment ago else.
        if (Math.abs(notice.occurredAt - trueAt) > notice.uncertaintyMs + 1_500) found.wrongTimes += 1;
        const ownMs = Date.parse(notice.cameraTimeText ?? '');
        if (Math.abs(ownMs - notice.receivedAt) > hourMs / 2) found.ownWords += 1;
      }
    }
    return { cases: each.flatMap((one) => one.cases), ...found };
  } finally {
    await connector.end();
    await Promise.all(cameras.map((camera) => camera.end()));
    await connector.remove();
  }
}

async function throughAll(
  connector: ConnectorProcess,
  camera: CameraProcess,
  index: number,
  count: number,
  patienceMs: number,
): Promise<{ cases: Case[]; crossedAt: Map<number, number> }> {
  const draw = drawer(seed + index);
  const done: Case[] = [];
  const crossedAt = new Map<number, number>();
  for (let turn = 0; turn < count; turn += 1) {
    const what = order[(turn + index) % order.length] ?? 'reboot';
    await blows[what]?.(camera, draw);
    const ableAt = Date.now();
    const pulled = until(
      'it to be pulled well again',
      async () => {
        const { pulledWellAt } = await camera.tally();
        return pulledWellAt >= ableAt ? pulledWellAt : undefined;
      },
      { timeoutMs: patienceMs, everyMs: 100 },
    );
    const backAt = await pulled.catch(() => null);
    done.push({ what, backMs: backAt === null ? null : Math.max(0, backAt - ableAt) });
    if (backAt === null) return { cases: done, crossedAt };
    crossedAt.set(turn, Date.now());
    await camera.cross(turn);
    // A crossing that a whole answer took away is told; one that fell between two subscriptions never was in one.
    await connector.untilCrossed(camera, turn).catch(() => undefined);
  }
  return { cases: done, crossedAt };
}

/** What is wrong; empty where nothing is. */
function wrongs({ cases: all, told, lost, doubled, wrongTimes, ownWords }: Found): string[] {
  const late = all.filter(({ backMs }) => backMs === null || backMs > longestBackMs);
  return [
    ...(late.length === 0 ? [] : ['not held again']),
    ...(told > all.length / 2 ? [] : ['little was told']),
    ...(lost === 0 ? [] : ['lost']),
    ...(doubled === 0 ? [] : ['told twice']),
    ...(wrongTimes === 0 ? [] : ['wrong times']),
    ...(ownWords > 0 ? [] : ['the camera’s own word is not kept']),
  ];
}

describe('C4: a camera that comes back', () => {
  test(`${String(cases)} times, from a reboot, an expiry, another clock, a long absence: it is held again, and tells each thing once`, async () => {
    process.stdout.write(`camera-returns: LOA_SEED=${String(seed)}\n`);
    const found = await suffer(cases, longestBackMs + 5_000);
    const backMs = found.cases.map((one) => one.backMs ?? Infinity);
    const { cases: all, ...counts } = found;
    const figures = {
      ...{ suite: 'camera-returns', seed, cases: all.length, ...counts },
      ...{
        backMsMedian: quantile(backMs, 0.5),
        backMsP99: quantile(backMs, 0.99),
        backMsMaximum: Math.max(...backMs),
      },
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(wrongs(found)).toEqual([]);
    expect(all).toHaveLength(cases);
  });

  test('turns red where a camera that has failed once is given up', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'loa-camera-returns-'));
    const built = await mutant(directory, [
      {
        file: 'devices/connector/supervisor.js',
        from: /await this\.rest\(this\.status\.state === 'password-refused'[^;]*;/,
        to: 'await this.rest(undefined);',
      },
    ]);
    try {
      expect(wrongs(await suffer(cameraCount, 8_000, built))).toContain('not held again');
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
