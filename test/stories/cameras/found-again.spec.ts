import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { CameraProcess, ConnectorProcess } from './camera-rig.ts';

jest.setTimeout(60_000);

const TIMING = { pullSeconds: 1, pullGraceSeconds: 1, lifeSeconds: 10 };

let connector: ConnectorProcess;
const cameras: CameraProcess[] = [];

async function camera(...options: readonly string[]): Promise<CameraProcess> {
  const started = await CameraProcess.start('--discoverable', ...options);
  cameras.push(started);
  return started;
}

async function described(one: CameraProcess): Promise<void> {
  connector.hold(one);
  await connector.untilState(one, 'subscribed');
  await connector.until(() => (connector.states(one).at(-1)?.passport ?? null) !== null, 'it is described');
}

beforeAll(async () => {
  connector = await ConnectorProcess.start(TIMING);
});

afterAll(async () => {
  await connector.end();
  await Promise.all(cameras.map((one) => one.end()));
  await connector.remove();
});

test('a camera that moves is found by what it is and held on to', async () => {
  const moving = await camera('--seed', '11');
  await described(moving);
  await moving.move();
  await connector.until(() => connector.states(moving).at(-1)?.moved != null, 'it is found');
  await connector.untilState(moving, 'subscribed');
  await moving.cross(1);
  await connector.untilCrossed(moving, 1);
  expect(connector.states(moving).at(-1)?.moved).toEqual({
    to: `http://127.0.0.1:${String(moving.port)}/onvif/device_service`,
    same: ['serial', 'mac', 'endpoint'],
  });
});

test('two cameras that change places are told apart, and neither is taken for the other', async () => {
  const [gate, market] = [await camera('--seed', '21'), await camera('--seed', '22')];
  await described(gate);
  await described(market);
  const [first, second] = [gate.port, market.port];
  await gate.move();
  await market.move(first);
  await gate.move(second);
  for (const one of [gate, market]) {
    await connector.until(() => connector.states(one).at(-1)?.moved != null, 'it is found');
    await connector.untilState(one, 'subscribed');
  }
  await gate.cross(101);
  await market.cross(202);
  await connector.untilCrossed(gate, 101);
  await connector.untilCrossed(market, 202);
  expect(connector.crossings(gate)).not.toContain(202);
  expect(connector.crossings(market)).not.toContain(101);
});

test('another device at the address is told nothing of the password', async () => {
  const old = await camera('--seed', '31');
  await described(old);
  await old.end();
  const stranger = await camera('--seed', '32', '--port', String(old.port), '--password', 'của người khác');
  await connector.untilState(old, 'other-device');
  await stranger.cross(1);
  const { refusals, requests } = await stranger.tally();
  expect(refusals).toEqual({});
  expect(Object.keys(requests)).not.toContain('GetDeviceInformation');
  expect(connector.crossings(old)).toEqual([]);
});

test('by TLS a camera is held only by the certificate that a person confirmed', async () => {
  // Without pictures: one of the crossing below might still be on its way when the questions are counted.
  const secret = await camera('--seed', '41', '--tls', '--faults', 'no-pictures');
  const address = `https://127.0.0.1:${String(secret.port)}`;
  connector.hold(secret, { address });
  const { certificate } = await connector.untilState(secret, 'certificate-unknown');
  expect(certificate).toMatch(/^[0-9a-f]{64}$/);
  // Who is there may be asked of everybody by any program of this machine.
  expect({ ...(await secret.tally()).requests, Probe: 0 }).toEqual({ Probe: 0 });
  connector.hold(secret, { address, revision: 2, certificate: certificate ?? '' });
  await connector.untilState(secret, 'subscribed');
  await secret.cross(1);
  await connector.untilCrossed(secret, 1);

  await connector.until(
    () => (connector.states(secret).at(-1)?.passport ?? null) !== null,
    'it is described',
  );
  // A pull may still come before the certificate is another one, and who is there is asked of everybody.
  const asked = async (): Promise<object> => ({
    ...(await secret.tally()).requests,
    PullMessages: 0,
    Probe: 0,
  });
  const before = await asked();
  await secret.do({ do: 'certificate' });
  const changed = await connector.untilState(secret, 'certificate-changed');
  expect(changed.certificate).toMatch(/^[0-9a-f]{64}$/);
  expect(changed.certificate).not.toBe(certificate);
  // Whoever holds the other key was told nothing, not even a question that asks for no password.
  expect(await asked()).toEqual(before);
});
