import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { AddressRules } from '../../devices/connector/address-rules.ts';
import { readCameraAddress } from '../../devices/connector/camera-address.ts';
import { CameraFault } from '../../devices/connector/camera-fault.ts';
import { CameraSession } from '../../devices/connector/camera-session.undici.ts';
import { answersIn } from '../../devices/connector/discovery.ts';
import type { Resolve } from '../../devices/connector/guarded-connector.undici.ts';
import { isDefaultPassword } from '../../src/cameras/default-password.ts';
import { makersPairs, miraiPairs } from '../../src/cameras/default-passwords.data.ts';
import { drawer, seed } from './seed.ts';

jest.setTimeout(120_000);

/** Cameras may lie here, and nowhere else; the service's own door is on this machine. */
const allowed = '127.9.0.0/16';
let service: Server;
let ownPort = 0;
let served = 0;
/** Every connection that a session begins, by Node's own word: `ip port`. */
const attempts: string[] = [];
/** Tells them from what suites before this one may still be closing in this process. */
const ofSession = new AsyncLocalStorage<true>();
const meter = (message: unknown): void => {
  if (ofSession.getStore() === undefined) return;
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (ip: string, port: number) => attempts.push(`${ip} ${String(port)}`));
};

beforeAll(async () => {
  service = createServer((_, response) => {
    served += 1;
    response.end('secrets of the service');
  });
  await new Promise<void>((resolve) => service.listen(0, '0.0.0.0', resolve));
  ownPort = (service.address() as AddressInfo).port;
  diagnostics.subscribe('net.client.socket', meter);
});

afterAll(() => {
  diagnostics.unsubscribe('net.client.socket', meter);
  service.close();
});

const rules = (): AddressRules =>
  new AddressRules({ allowedNetworks: [allowed], ownPorts: [ownPort], ownAddresses: ['127.9.0.1'] });

/** What a careless connector would allow. */
const noRules = Object.assign(new AddressRules({ allowedNetworks: [], ownPorts: [], ownAddresses: [] }), {
  refusal: () => undefined,
});

/** A name server that answers well the first time and with this machine the second time, and mixes both in between. */
function rebinding(draw: () => number): Resolve {
  let turn = 0;
  return (_host, _options, told) => {
    turn += 1;
    const good = { address: '127.9.0.7' };
    const bad = { address: draw() < 0.5 ? '127.0.0.1' : '169.254.169.254' };
    told(null, turn % 3 === 1 ? [good] : turn % 3 === 2 ? [bad] : [good, bad]);
  };
}

/** One address in a disguise that some reader of addresses understands. */
function disguised(ip: string, draw: () => number): string {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number);
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const forms = [
    ip,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
    `${String(a)}.${String(b)}.${String(c * 256 + d)}`,
    `[::ffff:${ip}]`,
    `[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
  ];
  return forms[Math.floor(draw() * forms.length)] ?? ip;
}

/** 400 addresses that somebody types: this machine, its own doors, link-local, other networks. */
function typed(draw: () => number): string[] {
  const any = (): number => Math.floor(draw() * 256);
  const kinds: (() => string)[] = [
    () => disguised(`127.0.${String(any())}.1`, draw),
    () => `${disguised('127.9.0.1', draw)}:${String(ownPort)}`,
    () => `${disguised('127.9.3.9', draw)}:${String(ownPort)}`,
    () => disguised('169.254.169.254', draw),
    () => disguised(`10.${String(any())}.0.1`, draw),
    () => `[fe80::${any().toString(16)}]`,
    () => `[::1]:${String(ownPort)}`,
    () =>
      ['0.0.0.0', '[::]', 'localhost', 'LOCALHOST', '255.255.255.255', '239.255.255.250'][any() % 6] ?? '',
    () => `http://user:word@${disguised('127.9.0.5', draw)}`,
    () => ['file:///etc/passwd', 'ftp://127.9.0.5', 'gopher://127.9.0.5:70', 'http://'][any() % 4] ?? '',
  ];
  return Array.from({ length: 400 }, (_, index) => kinds[index % kinds.length]?.() ?? '');
}

/** Asks the time there, as the connector begins with every camera. @returns whether it was refused for its address */
const knock = (text: string, under: AddressRules, resolve?: Resolve): Promise<boolean> =>
  ofSession.run(true, () => callOnce(text, under, resolve));

async function callOnce(text: string, under: AddressRules, resolve?: Resolve): Promise<boolean> {
  let session: CameraSession | undefined;
  try {
    session = new CameraSession({
      ...{ address: readCameraAddress(text), username: 'admin', password: 'bí mật', certificate: null },
      ...{ rules: under, now: Date.now, ...(resolve === undefined ? {} : { resolve }) },
    });
    await session.call(
      '/onvif/device_service',
      { action: 'x', body: '<x/>' },
      { deadlineMs: 500, signed: false },
    );
    return false;
  } catch (error) {
    if (!(error instanceof CameraFault)) throw error;
    return error.kind === 'forbidden-address';
  } finally {
    await session?.close();
  }
}

const outside = (): string[] =>
  attempts.filter((one) => {
    const [ip = '', port] = one.split(' ');
    return !ip.startsWith('127.9.') || Number(port) === ownPort;
  });

function xaddrs(address: string): Buffer {
  return Buffer.from(
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">' +
      `<e:Body><d:ProbeMatches><d:ProbeMatch><d:XAddrs>${address}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`,
  );
}

describe('C5: the connector is sent nowhere', () => {
  test('400 typed addresses, 100 names that rebind and 100 answers of discovery: no connection outside', async () => {
    attempts.length = 0;
    const draw = drawer(seed);
    const addresses = typed(draw);
    let refused = 0;
    for (const address of addresses) if (await knock(address, rules())) refused += 1;
    const lying = rebinding(draw);
    for (let turn = 0; turn < 100; turn += 1) await knock(`camera-${String(turn)}.example`, rules(), lying);
    let believed = 0;
    for (const address of addresses.slice(0, 100)) {
      const named = address.includes('://') ? address : `http://${address}/onvif/device_service`;
      // Whoever answers may well send from the address that it names.
      const { answers } = answersIn(xaddrs(named), '169.254.169.254', rules());
      believed += answers.length;
      for (const answer of answers) await knock(answer.address, rules());
    }
    const figures = {
      ...{ suite: 'C5', seed, addresses: addresses.length, refused, rebindings: 100, xaddrs: 100, believed },
      ...{ connections: attempts.length, outside: outside().length, served },
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(outside()).toEqual([]);
    expect(figures).toMatchObject({ refused: 400, believed: 0, served: 0 });
    // The first answers of the lying name server were good ones: what is allowed is connected to.
    expect(attempts.length).toBeGreaterThan(0);
  });

  test('turns red where addresses are not judged', async () => {
    attempts.length = 0;
    await knock(`127.0.0.1:${String(ownPort)}`, noRules);
    await knock('camera.example', noRules, (_host, _options, told) => told(null, [{ address: '127.0.0.1' }]));
    expect(outside()).toHaveLength(2);
    expect(served).toBe(1);
  });
});

test('C8: every pair of Mirai and of the makers is flagged, and no password that somebody thought of', () => {
  const pairs = [...miraiPairs, ...makersPairs];
  const flagged = pairs.filter(([user, word]) => isDefaultPassword(user, word)).length;
  const crossed = miraiPairs.filter(([, word]) => isDefaultPassword('loalang', word)).length;
  const draw = drawer(seed);
  const own = Array.from(
    { length: 500 },
    () => `Cho-${Math.floor(draw() * 1e9).toString(36)}-${String(draw()).slice(2, 6)}`,
  );
  const wrong = own.filter((word) => isDefaultPassword('loalang', word)).length;
  const figures = {
    suite: 'C8',
    mirai: miraiPairs.length,
    pairs: pairs.length,
    flagged,
    crossed,
    own: own.length,
    wrong,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ mirai: 61, flagged: pairs.length, crossed: 61, wrong: 0 });
});
