import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { mutant } from '../stage/build.ts';
import { until } from '../stage/program.ts';
import { CameraProcess, ConnectorProcess } from '../stories/cameras/camera-rig.ts';
import { isFull, pause, quantile } from './seed.ts';

jest.setTimeout(300_000);

const perSecond = 5_000;
const seconds = isFull ? 60 : 10;
const neighbours = 3;

interface Found {
  readonly sent: number;
  /** Of those: given to the connector; the others the camera's own queue had no room for. */
  readonly taken: number;
  readonly passed: number;
  /** Left out by the connector, as it says itself. */
  readonly shed: number;
  /** By the connector's own rule, in the time that it took. */
  readonly mayPass: number;
  readonly neighboursSent: number;
  readonly neighboursLost: number;
  readonly neighbourMsP99: number;
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

async function flood(forSeconds: number, beside: number, built?: string): Promise<Found> {
  const timing = { pullSeconds: 1, pullGraceSeconds: 9, lifeSeconds: 60 };
  const connector = await ConnectorProcess.start(timing, built);
  const bad = await CameraProcess.start();
  const good = await Promise.all(Array.from({ length: beside }, () => CameraProcess.start()));
  try {
    for (const one of [bad, ...good]) connector.hold(one);
    for (const one of [bad, ...good]) await connector.untilState(one, 'subscribed');
    const begun = performance.now();
    const stop = new AbortController();
    const crossing = good.map((one) => crossOften(connector, one, stop.signal));
    const mayPass = (): number => 3_000 + 50 * Math.ceil((performance.now() - begun) / 1_000 + 1);
    let taken = 0;
    let floods = 0;
    // On a slow machine so much of it falls out of the camera's own queue that it takes more than one.
    do {
      await bad.do({ do: 'flood', perSecond, seconds: forSeconds });
      floods += 1;
      taken = (await bad.tally()).delivered.length;
    } while (taken < 1.3 * mayPass() && floods < 5);
    stop.abort();
    const times = (await Promise.all(crossing)).flat();
    await until(
      'the rest of the flood to be pulled, and its count to be told',
      async () => {
        const before = taken;
        taken = (await bad.tally()).delivered.length;
        return taken === before && passed() + shed() === taken ? true : undefined;
      },
      { timeoutMs: 60_000, everyMs: 1_000 },
    );
    const sent = await Promise.all(good.map(async (one) => (await one.tally()).delivered.length));
    const heard = good.map((one) => connector.crossings(one).length);
    return {
      ...{ sent: perSecond * forSeconds * floods, taken, passed: passed(), shed: shed(), mayPass: mayPass() },
      neighboursSent: sum(sent),
      neighboursLost: sum(sent) - sum(heard),
      neighbourMsP99: Math.round(quantile(times, 0.99)),
    };
  } finally {
    await connector.end();
    await Promise.all([bad, ...good].map((one) => one.end()));
    await connector.remove();
  }

  function passed(): number {
    return connector.crossings(bad).length;
  }

  function shed(): number {
    return connector.states(bad).at(-1)?.shed?.count ?? 0;
  }
}

/** One crossing after the other. @returns how long each took to be told (ms) */
async function crossOften(
  connector: ConnectorProcess,
  camera: CameraProcess,
  signal: AbortSignal,
): Promise<number[]> {
  const ms: number[] = [];
  for (let object = 1; !signal.aborted; object += 1) {
    const begun = performance.now();
    await camera.cross(object);
    await connector.untilCrossed(camera, object);
    ms.push(performance.now() - begun);
    await pause(50);
  }
  return ms;
}

/** What is wrong; empty where nothing is. */
function wrongs(found: Found): string[] {
  return [
    ...(found.taken > found.mayPass ? [] : ['no flood came']),
    ...(found.passed <= found.mayPass ? [] : ['what passes is not bounded']),
    ...(found.shed > 0 && found.passed + found.shed === found.taken
      ? []
      : ['what is left out is not counted']),
    ...(found.neighboursLost === 0 ? [] : ['neighbours lost']),
  ];
}

describe('C3: one camera floods', () => {
  test(`${String(perSecond)} notices a second for ${String(seconds)} s: its neighbours lose none, and what is left out is counted`, async () => {
    const found = await flood(seconds, neighbours);
    process.stdout.write(`${JSON.stringify({ suite: 'floods', seconds, ...found })}\n`);
    expect(wrongs(found)).toEqual([]);
    expect(found.neighboursSent).toBeGreaterThan(neighbours);
  });

  test('turns red where everything passes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'loa-floods-'));
    const from = 'const passing = Math.min(count, Math.floor(this.room));';
    const built = await mutant(directory, [
      { file: 'devices/connector/flood-gate.js', from, to: 'const passing = count;' },
    ]);
    try {
      expect(wrongs(await flood(4, 0, built))).toEqual(
        expect.arrayContaining(['what passes is not bounded', 'what is left out is not counted']),
      );
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
