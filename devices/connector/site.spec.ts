import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { programBeside } from '../../src/base/program.ts';
import { ForeignServer, motion, PASSWORD, soap } from '../../test/contracts/foreign-server.ts';
import { StandInService } from '../link/service.testing.ts';
import type { Notice, Notices } from '../protocol/camera-messages.ts';
import { cameraPasswordContext, sealTo } from '../protocol/seal.ts';
import { topics } from '../protocol/topics.ts';

const CAMERA = '00000000-0000-4000-8000-000000000001';
/** The camera's pictures, each another one. */
const still = (turn: number): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300, turn)]);
const [FIRST, SECOND] = [0, 1].map((turn) => createHash('sha256').update(still(turn)).digest('hex'));
const PATIENCE_SECONDS = 45;

let directory = '';
let service: StandInService;
let camera: ForeignServer;
let program: ChildProcess | undefined;
const box = (): string => join(directory, 'box');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-site-'));
  service = await StandInService.start();
  camera = await ForeignServer.start({
    GetSnapshotUri: (_asked, { url }) =>
      soap(
        `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${url}/s.jpg</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`,
      ),
    GET: ({ before }) => ({ headers: { 'content-type': 'image/jpeg' }, body: still(before) }),
  });
});
afterEach(async () => {
  await kill();
  await Promise.all([service.stop(), camera.stop()]);
  await rm(directory, { recursive: true, force: true });
});

/** From what is packed for a site, in a directory with nothing else in it. */
function start(...more: string[]): void {
  const options = ['--data', box(), '--allow', '127.0.0.0/8', '--log', 'error', ...more];
  const file = join(directory, 'loa-lang-connector', 'connector.main.js');
  const limits = ['--max-old-space-size=192'];
  program = spawn(process.execPath, [...limits, file, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function kill(): Promise<void> {
  if (program === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGKILL');
  await ended;
}

/** Tells a connector that says hello which camera is its own. */
async function tellCameras(hellos: number): Promise<void> {
  await service.until(() => (heard('hello').length >= hellos ? true : undefined), PATIENCE_SECONDS);
  const sealedPassword = await sealTo(service.sealingKey ?? '', PASSWORD, cameraPasswordContext(CAMERA));
  const list = {
    ...{ v: 1, commune: service.commune, connector: service.asset, number: Date.now() },
    cameras: [
      {
        ...{ camera: CAMERA, address: camera.url, username: 'admin', sealedPassword, revision: 1 },
        ...{ certificate: null, identity: null },
      },
    ],
  };
  await service.publish(topics.cameraList(service.commune, service.asset), service.seal('camera-list', list));
}

const heard = (message: string): typeof service.heard =>
  service.heard.filter((one) => one.message === message);
const pictured = (sha256: string | undefined): Set<string> =>
  new Set(
    told()
      .filter(({ snapshot }) => snapshot !== null && snapshot.sha256 === sha256)
      .map(({ topic }) => topic),
  );
const told = (): Notice[] => heard('notices').flatMap(({ body }) => (body as Notices).entries);

test('what is packed for a site enrols by a file, and keeps what its camera tells while the line is down, through a kill', async () => {
  const { file: packer, execArgv } = programBeside(import.meta.url, './pack.main');
  const packed = execFileSync(process.execPath, [...execArgv, packer, directory], { encoding: 'utf8' });
  execFileSync('tar', ['-xzf', packed.trim().split('\n').at(-1) ?? '', '-C', directory]);
  const file = join(directory, 'enrol.txt');
  await writeFile(file, `${service.link}\n`);
  start('--enrol-file', file);
  await tellCameras(1);
  // One scene, told twice: it has one picture, and both have it.
  for (const topic of [undefined, 'tns1:RuleEngine/CellMotionDetector/Motion'])
    camera.tell(motion(true, topic));
  await service.until(() => (pictured(FIRST).size === 2 ? true : undefined), PATIENCE_SECONDS);
  await service.until(({ message }) => (message === 'snapshot' ? true : undefined), PATIENCE_SECONDS);
  expect(await readdir(directory)).toContain('enrol.txt.used');

  await service.stopBroker();
  const before = service.heard.length;
  // What was told and not yet said to be kept when the line broke is told again; that is no matter here.
  const known = new Set(told().map(({ id }) => id));
  camera.tell(motion(false));
  // A scene has one picture each two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  camera.tell(motion(true));
  await untilKept();
  await kill();
  expect(service.heard.length).toBe(before);

  await service.startBroker();
  start();
  await service.until(() => (endsAndPictures() ? true : undefined), PATIENCE_SECONDS);
  const since = service.heard.slice(before);
  const ids = since
    .filter(({ message }) => message === 'notices')
    .flatMap(({ body }) => (body as Notices).entries)
    .filter(({ id }) => !known.has(id))
    .map(({ id, phase }) => `${phase} ${id}`);
  // The picture comes with its notice told again, under the same id: the service keeps each id once.
  expect(new Set(ids.map((one) => one.split(' ')[0]))).toEqual(new Set(['end', 'begin']));
  expect(new Set(ids).size).toBe(2);
  const picture = since.find(({ topic }) => topic.endsWith(SECOND ?? '?'));
  expect((picture?.body as Buffer).equals(still(1))).toBe(true);

  function endsAndPictures(): boolean {
    const now = service.heard.slice(before);
    const entries = now
      .filter(({ message }) => message === 'notices')
      .flatMap(({ body }) => (body as Notices).entries);
    return (
      entries.some(({ phase }) => phase === 'end') &&
      entries.some(({ phase, snapshot }) => phase === 'begin' && snapshot?.sha256 === SECOND) &&
      now.some(({ topic }) => topic.endsWith(SECOND ?? '?'))
    );
  }
}, 180_000);

/** Until the second picture lies on the connector's disk. */
async function untilKept(): Promise<void> {
  const until = performance.now() + PATIENCE_SECONDS * 1_000;
  while (performance.now() < until) {
    const kept = await readdir(join(box(), 'pictures')).catch(() => []);
    if (kept.some((name) => name.startsWith(SECOND ?? '?'))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no picture was kept');
}
