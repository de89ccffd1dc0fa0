import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { EnrolmentView } from '../../../src/boxes/enrolment.view.ts';
import type { CameraView, ConnectorView } from '../../../src/cameras/camera.view.ts';
import type { Caller } from '../../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../../stage/camera.ts';
import { lookInto } from '../../stage/database.ts';
import { jsonLine, Program, until } from '../../stage/program.ts';
import { Service } from '../../stage/service.ts';
import { settle } from '../../stage/village.ts';

jest.setTimeout(120_000);

let directory = '';
let service: Service;
let simulated: SimulatedCamera;
let technician: Caller;
let camera: CameraView;
let elsewhere: ConnectorView;
let site: Program;
const box = (): string => join(directory, 'site');
const startSite = (...more: string[]): Promise<Program> =>
  Program.start(
    'site',
    'devices/connector/connector.main.js',
    ['--data', box(), '--allow', '127.0.0.0/8', ...more],
    { logPath: join(directory, 'site.log') },
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-hand-over-'));
  [service, simulated] = await Promise.all([
    Service.start({ directory }),
    SimulatedCamera.start('Cổng chợ', 'quiet', directory, 5),
  ]);
  const { people, villages } = await settle(service);
  technician = people.technician.caller;
  const [village] = villages;
  if (village === undefined) throw new Error('no village');
  camera = await addCamera(technician, village, {
    ...{ name: 'Cổng chợ', address: simulated.address, username: 'loalang', password: simulated.password },
  });
  elsewhere = await technician.post<ConnectorView>('/api/connectors', { name: 'Trạm bơm' });
  const { link } = await technician.post<EnrolmentView>(`/api/connectors/${elsewhere.id}/enrolment`);
  site = await startSite('--enrol', link);
  await site.line((line) => jsonLine(line), 20_000);
});

afterAll(async () => {
  await site.stop();
  await service.stop();
  await simulated.program.stop();
  await service.destroy();
});

const held = (by: string): Promise<CameraView> =>
  until(
    'the camera to be held',
    async () =>
      (await technician.get<CameraView[]>('/api/cameras')).find(
        (one) => one.connectorId === by && one.movingTo === null && one.state === 'subscribed',
      ),
    { timeoutMs: 40_000 },
  );

/** Every notice that the service keeps of the camera, as often as it keeps it; `object` tells crossings apart. */
const kept = (): Promise<{ hash: string; object: string | null }[]> =>
  lookInto(service, async (client) => {
    const { rows } = await client.query<{ hash: string; object: string | null }>(
      `SELECT raw_sha256 AS hash, substring(encode(raw, 'escape') FROM 'ObjectId" Value="(\\d+)"') AS object
       FROM notices WHERE camera_id = $1`,
      [camera.id],
    );
    return rows;
  });

test('a camera goes to another connector and back under fire, and no notice that it gave is lost or doubled', async () => {
  const own = camera.connectorId;
  await held(own);
  let crossings = 0;
  let isOver = false;
  const fire = async (): Promise<void> => {
    while (!isOver) {
      await simulated.cross(++crossings);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const firing = fire();
  for (const to of [elsewhere.id, own, elsewhere.id]) {
    await technician.post(`/api/cameras/${camera.id}/connector`, { connectorId: to });
    await held(to);
    const already = crossings;
    await until('crossings on the new line', () => (crossings > already + 20 ? true : undefined), {
      timeoutMs: 30_000,
    });
  }
  isOver = true;
  await firing;
  const { delivered } = await simulated.tally();
  await until(
    'every notice that the camera gave to be kept',
    async () => {
      const now = new Set((await kept()).map(({ hash }) => hash));
      return delivered.every((hash) => now.has(hash)) ? now : undefined;
    },
    { timeoutMs: 40_000 },
  );
  const numbers = (await kept()).flatMap(({ object }) => object ?? []);
  expect(numbers).toHaveLength(new Set(numbers).size);
  expect(numbers.length).toBeGreaterThan(60);
});

test('it is taken from a connector that is gone without waiting for it', async () => {
  await held(elsewhere.id);
  site.kill();
  await technician.post(`/api/cameras/${camera.id}/connector`, { connectorId: camera.connectorId });
  expect((await technician.get<CameraView>(`/api/cameras/${camera.id}`)).movingTo).toBe(camera.connectorId);
  await technician.post(`/api/cameras/${camera.id}/connector`, {
    connectorId: camera.connectorId,
    now: true,
  });
  await held(camera.connectorId);
});
