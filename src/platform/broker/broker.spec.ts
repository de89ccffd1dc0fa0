import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MqttClient } from 'mqtt';
import { connect, connectAsync } from 'mqtt';
import { SystemClock } from '../../base/clock.ts';
import { programBeside } from '../../base/program.ts';
import { Authority } from '../tls/authority.ts';
import type { RefusedClient } from './broker.ipc.ts';
import { BrokerLink } from './broker.link.ts';
import { BrokerProcess } from './broker.process.ts';
import type { BrokerProcessOptions } from './broker.process.ts';
import { Broker } from './broker.ts';
import type { BrokerClient } from './rights.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

const poleSecret = randomBytes(32).toString('base64url');
const pole: BrokerClient = {
  secretHash: createHash('sha256').update(poleSecret).digest('hex'),
  publish: ['ll/1/c/pole/hello'],
  subscribe: ['ll/1/c/pole/programme', 'll/1/c/all/order'],
};
const serviceSecret = randomBytes(32).toString('base64url');

let directory = '';
let authority: Authority;
let brokerProcess: BrokerProcess;
let link: BrokerLink;
let broker: Broker;
/** Where somebody else is the service than the link. */
let other: BrokerProcess;
const clients: MqttClient[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-broker-'));
  authority = await Authority.open(join(directory, 'tls'), ['localhost', '127.0.0.1'], new SystemClock());
  brokerProcess = new BrokerProcess(settings());
  other = new BrokerProcess(settings());
  await brokerProcess.start();
  link = new BrokerLink();
  broker = new Broker(directory, brokerProcess, link);
  await broker.setClients({ pole });
  const connected = new Promise<void>((resolve) => link.onConnected(resolve));
  link.open({
    url: `mqtt://127.0.0.1:${brokerProcess.plainPort}`,
    username: 'loa-service',
    password: serviceSecret,
    ca: '',
  });
  await connected;
});

const settings = (): BrokerProcessOptions => ({
  host: '127.0.0.1',
  tlsPort: 0,
  plainPort: 0,
  cert: authority.identity.cert,
  key: authority.identity.key,
  credentialsPath: join(directory, 'credentials.json'),
  serviceId: 'loa-service',
  serviceSecret,
  packetMaximumBytes: 1_572_864,
  drainTimeoutMs: 1_000,
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
});

afterAll(async () => {
  await link.close();
  await Promise.all([brokerProcess, other].map((each) => each.stop()));
  await rm(directory, { recursive: true });
});

function poleOptions(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    clientId: 'pole',
    username: 'pole',
    password: poleSecret,
    reconnectPeriod: 0,
    connectTimeout: 30_000,
    ...more,
  };
}

async function enter(more: Record<string, unknown> = {}): Promise<MqttClient> {
  const url = `mqtts://localhost:${brokerProcess.tlsPort}`;
  const client = await connectAsync(url, poleOptions({ ca: authority.identity.ca, ...more }), false);
  clients.push(client);
  return client;
}

async function nextMessage(client: MqttClient): Promise<Buffer> {
  return await new Promise((resolve) => client.once('message', (_topic, payload) => resolve(payload)));
}

async function closeOf(client: MqttClient): Promise<void> {
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => client.once('close', () => resolve()));
}

async function refusedBecause(act: () => Promise<unknown>): Promise<string> {
  const refused = once(broker, 'refused') as Promise<[RefusedClient]>;
  await act().catch(() => undefined);
  const [{ why, address }] = await refused;
  expect(address).toMatch(/^(127\.0\.0\.1|::1)$/);
  return why;
}

describe('the broker', () => {
  test('lets in by TLS who is in the snapshot, and nobody else', async () => {
    await enter();
    expect(await refusedBecause(() => enter({ password: 'wrong' }))).toMatch(/wrong secret/);
    expect(await refusedBecause(() => enter({ clientId: 'x', username: 'x' }))).toMatch(/unknown client/);
    expect(await refusedBecause(() => enter({ clientId: 'other' }))).toMatch(/not the user name/);
    expect(await refusedBecause(() => enter({ username: undefined, password: undefined }))).toMatch(
      /user name/,
    );
  });

  test('gives each client its own topics only', async () => {
    const client = await enter();
    for (const filter of [
      '#',
      'll/1/c/+/programme',
      'll/1/c/other/programme',
      '$SYS/#',
      '+/1/c/pole/programme',
    ])
      await expect(client.subscribeAsync(filter)).rejects.toThrow();
    await client.subscribeAsync(['ll/1/c/pole/programme', 'll/1/c/all/order']);
    const closed = closeOf(client);
    expect(await refusedBecause(async () => client.publishAsync('ll/1/c/all/order', 'x'))).toMatch(
      /may not publish/,
    );
    await closed;
  });

  test('carries bytes both ways, and tells who comes and goes', async () => {
    const came = once(broker, 'connected');
    const client = await enter();
    expect(await came).toEqual(['pole']);
    await client.subscribeAsync('ll/1/c/pole/programme');
    const heard = nextMessage(client);
    await link.publish('ll/1/c/pole/programme', new Uint8Array([0, 255, 1]));
    expect([...(await heard)]).toEqual([0, 255, 1]);
    const said = new Promise<[string, Uint8Array]>((resolve) =>
      link.subscribe('ll/1/+/+/hello', (topic, bytes) => resolve([topic, bytes])),
    );
    await client.publishAsync('ll/1/c/pole/hello', Buffer.from([7]), { qos: 1 });
    expect((await said)[0]).toBe('ll/1/c/pole/hello');
    const went = once(broker, 'disconnected');
    await client.endAsync();
    expect(await went).toEqual(['pole']);
  });

  test('keeps a programme for who comes later, and forgets what a box asks it to keep', async () => {
    await link.publish('ll/1/c/pole/programme', Buffer.from('week'), { retain: true });
    const client = await enter();
    const heard = nextMessage(client);
    await client.subscribeAsync('ll/1/c/pole/programme');
    expect((await heard).toString()).toBe('week');
    await client.publishAsync('ll/1/c/pole/hello', 'kept?', { qos: 1, retain: true });
    await client.endAsync(true);
    const dying = await enter({
      will: { topic: 'll/1/c/pole/hello', payload: Buffer.from('kept will?'), qos: 1, retain: true },
    });
    const lastWords = new Promise<string>((resolve) => {
      link.subscribe('ll/1/c/pole/hello', (_topic, payload) => resolve(Buffer.from(payload).toString()));
    });
    dying.stream.destroy();
    expect(await lastWords).toBe('kept will?');
    // What is kept comes at each subscription, the hello's before the programme's.
    const kept: string[] = [];
    await new Promise<void>((resolve) => {
      link.subscribe(
        'll/1/c/pole/hello',
        (_topic, payload) => void kept.push(Buffer.from(payload).toString()),
      );
      link.subscribe('ll/1/c/pole/programme', (_topic, payload) => {
        if (payload.length === 0) return;
        kept.push(Buffer.from(payload).toString());
        resolve();
      });
    });
    expect(kept).toEqual(['week']);
    await link.publish('ll/1/c/pole/programme', new Uint8Array(0), { retain: true });
  });

  test('keeps no order, whoever asks', async () => {
    expect(
      await refusedBecause(() => link.publish('ll/1/c/all/order', Buffer.from('stop'), { retain: true })),
    ).toMatch(/may not be retained/);
    await new Promise<void>((resolve) => link.onConnected(resolve));
    const client = await enter();
    await client.subscribeAsync('ll/1/c/all/order');
    const heard = nextMessage(client);
    await link.publish('ll/1/c/all/order', Buffer.from('a live one'));
    expect((await heard).toString()).toBe('a live one');
  });

  test('throws out who is no longer in the snapshot', async () => {
    const client = await enter();
    const closed = closeOf(client);
    await broker.setClients({});
    await closed;
    await expect(enter()).rejects.toThrow();
    await broker.setClients({ pole });
    await enter();
  });

  test('cuts off a packet that is too large, before and after a client is known', async () => {
    const client = await enter();
    const closed = closeOf(client);
    client.publish('ll/1/c/pole/hello', Buffer.alloc(2_000_000));
    await closed;
    const stranger = connectTcp(brokerProcess.plainPort, '127.0.0.1');
    stranger.on('error', () => undefined);
    const ended = new Promise((resolve) => stranger.once('close', resolve));
    // CONNECT that announces 200 kB.
    stranger.write(Buffer.from([0x10, 0xc0, 0x9a, 0x0c]));
    await ended;
  });

  test('drops a box that does not read, and waits for the service', async () => {
    await other.start();
    const enterAs = async (clientId: string, password: string): Promise<MqttClient> => {
      const url = `mqtt://127.0.0.1:${other.plainPort}`;
      const client = await connectAsync(url, poleOptions({ clientId, username: clientId, password }), false);
      clients.push(client);
      return client;
    };
    const [service, slow] = await Promise.all([
      enterAs('loa-service', serviceSecret),
      enterAs('pole', poleSecret),
    ]);
    await service.subscribeAsync('ll/1/c/pole/hello');
    await slow.subscribeAsync('ll/1/c/pole/programme');
    let [heard, isServiceCut] = [0, false];
    const count = 20;
    const heardAll = new Promise<void>((resolve) => {
      service.on('message', () => {
        heard += 1;
        if (heard === count) resolve();
      });
    });
    service.on('close', () => (isServiceCut = true));
    for (const { stream } of [service, slow]) stream.pause();
    const gone = once(other, 'disconnected');
    // More than the kernel holds of a line on one machine, some six megabytes.
    for (let turn = 0; turn < count; turn += 1)
      for (const what of ['programme', 'hello'])
        service.publish(`ll/1/c/pole/${what}`, Buffer.alloc(1_000_000));
    expect(await gone).toEqual(['pole']);
    expect(isServiceCut).toBe(false);
    service.stream.resume();
    await heardAll;
  });

  test('is reached without TLS from this machine only', async () => {
    const network = spawn('cat', ['/proc/net/tcp']);
    const lines: string[] = [];
    for await (const line of createInterface({ input: network.stdout })) lines.push(line);
    const port = brokerProcess.plainPort.toString(16).toUpperCase().padStart(4, '0');
    const listening = lines.filter((line) => line.includes(`:${port} `) && line.includes(' 0A '));
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
  });

  test('refuses at once to send while it is away, comes back on its ports, and knows its clients', async () => {
    const { tlsPort, plainPort, pid } = brokerProcess;
    const up = once(brokerProcess, 'up');
    const down = once(brokerProcess, 'down');
    process.kill(pid ?? 0, 'SIGKILL');
    await down;
    await expect(link.publish('ll/1/c/pole/programme', Buffer.from('x'))).rejects.toMatchObject({
      code: 'platform.broker-down',
    });
    await up;
    expect([brokerProcess.tlsPort, brokerProcess.plainPort]).toEqual([tlsPort, plainPort]);
    await new Promise<void>((resolve) => {
      if (link.isConnected) resolve();
      else link.onConnected(resolve);
    });
    await enter();
  });

  test('ends when its parent was killed', async () => {
    const { file, execArgv } = programBeside(import.meta.url, './broker.parent.testing');
    const parent = spawn(process.execPath, [...execArgv, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { pid, port } = JSON.parse(line) as { pid: number; port: number };
    const watcher = connectTcp(port, '127.0.0.1');
    await once(watcher, 'connect');
    // However it ends: `once` would take a reset for a fault.
    watcher.on('error', () => undefined);
    const closed = new Promise((resolve) => watcher.once('close', resolve));
    parent.kill('SIGKILL');
    await closed;
    await expect(
      new Promise((_, reject) =>
        connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }).on('error', reject),
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
    expect(pid).toBeGreaterThan(0);
  });
});
