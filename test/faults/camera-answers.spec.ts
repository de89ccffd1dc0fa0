import diagnostics from 'node:diagnostics_channel';
import { createServer as createHttpServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { AddressRules } from '../../devices/connector/address-rules.ts';
import { readCameraAddress } from '../../devices/connector/camera-address.ts';
import { CameraFault } from '../../devices/connector/camera-fault.ts';
import { CameraSession } from '../../devices/connector/camera-session.undici.ts';
import { noticesIn } from '../../devices/connector/notice.ts';
import { quantile } from './seed.ts';

jest.setTimeout(120_000);

const rounds = 3;
/** C2: no answer holds its exchange for longer. A loaded machine has its own share in what is measured. */
const longestHeldMs = 10_000;
const slackMs = 1_000;

const cameraHost = '127.9.4.1';
let camera: Server;
let cameraPort = 0;
let trap: HttpServer;
let trapped = 0;
const open = new Set<Socket>();
/** Every connection that this process begins, by Node's own word: `ip port`. */
const attempts: string[] = [];
const meter = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (ip: string, port: number) => attempts.push(`${ip} ${String(port)}`));
};
const outside = (): string[] => attempts.filter((one) => one !== `${cameraHost} ${String(cameraPort)}`);

const head = (fields: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/soap+xml\r\n${fields}\r\n`;
const whole = (body: string | Buffer, fields = ''): Buffer =>
  Buffer.concat([
    Buffer.from(head(`${fields}content-length: ${String(Buffer.byteLength(body))}\r\n`)),
    Buffer.from(body),
  ]);
const redirect = (to: string): string => `HTTP/1.1 307 Go\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`;
const trapUrl = (): string => `http://127.0.0.1:${String((trap.address() as AddressInfo).port)}/secret`;
const soap = (inside: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${inside}</s:Body></s:Envelope>`;

/** Byte by byte, for as long as somebody listens. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ' '), 50);
  socket.once('close', () => clearInterval(timer));
}

/** As fast as it is taken, for as long as somebody listens. */
function pour(socket: Socket, part: string | Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(part));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

/** What a hostile camera answers, by the path that it is asked at. */
const answers: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'redirect-to-metadata': (socket) => socket.write(redirect('http://169.254.169.254/latest/meta-data/')),
  'redirect-to-a-file': (socket) => socket.write(redirect('file:///etc/passwd')),
  'redirect-to-the-service': (socket) => socket.write(redirect(trapUrl())),
  'entity-of-the-service': (socket) =>
    socket.write(whole(`<!DOCTYPE x [<!ENTITY e SYSTEM "${trapUrl()}">]>${soap('<a>&e;</a>')}`)),
  'entity-of-a-file': (socket) =>
    socket.write(whole(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${soap('<a>&e;</a>')}`)),
  'document-type': (socket) => socket.write(whole(`<!DOCTYPE x SYSTEM "${trapUrl()}">${soap('<a/>')}`)),
  'nested-deep': (socket) => socket.write(whole(soap(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`))),
  'fifty-megabytes': (socket) => {
    socket.write(head(''));
    pour(socket, Buffer.alloc(65_536, 0x61));
  },
  'fifty-megabytes-unsent': (socket) => socket.write(head('content-length: 52428800\r\n')),
  'chunks-of-one-byte': (socket) => {
    socket.write(head('transfer-encoding: chunked\r\n'));
    pour(socket, '1\r\na\r\n'.repeat(2_000));
  },
  'chunk-that-lies': (socket) => socket.end(`${head('transfer-encoding: chunked\r\n')}ffffffffff\r\nabc`),
  'chunk-of-nonsense': (socket) =>
    socket.end(`${head('transfer-encoding: chunked\r\n')}-5\r\nabcde\r\n0\r\n\r\n`),
  'two-lengths': (socket) => socket.end(`${head('content-length: 3\r\ncontent-length: 9\r\n')}<a>`),
  'compressed-bomb': (socket) =>
    socket.write(whole(gzipSync(Buffer.alloc(20_000_000)), 'content-encoding: gzip\r\n')),
  nothing: (socket) => socket.write(whole('')),
  'another-protocol': (socket) => socket.end('SSH-2.0-dropbear_2019.78\r\n'),
  closed: (socket) => socket.destroy(),
  'endless-header': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pour(socket, `x-a: ${'b'.repeat(1_000)}\r\n`);
  },
  'slow-header': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    drip(socket, 'x-a: b\r\n');
  },
  'slow-body': (socket) => {
    socket.write(head('content-length: 900000\r\n'));
    drip(socket, 'a');
  },
  silence: () => undefined,
};

/** Those that end by their time alone. */
const slow = ['fifty-megabytes-unsent', 'slow-header', 'slow-body', 'silence'];

beforeAll(async () => {
  trap = createHttpServer((_, response) => {
    trapped += 1;
    response.end('secrets of the service');
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  camera = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    socket.once('data', (asked) => answers[/ \/(\S*)/.exec(asked.toString('latin1'))?.[1] ?? '']?.(socket));
  });
  await new Promise<void>((resolve) => camera.listen(0, cameraHost, resolve));
  cameraPort = (camera.address() as AddressInfo).port;
  diagnostics.subscribe('net.client.socket', meter);
});

afterAll(() => {
  diagnostics.unsubscribe('net.client.socket', meter);
  for (const socket of open) socket.destroy();
  camera.close();
  trap.close();
});

interface Held {
  readonly kind: string;
  readonly heldMs: number;
  /** How it ended: what the connector tells of it, or what was believed. */
  readonly end: string;
}

/** Asks as the connector does. @param deadlineMs of the whole exchange: a call's 10 s, a long poll's 15 s */
async function ask(kind: string, deadlineMs: number): Promise<Held> {
  const session = new CameraSession({
    ...{
      address: readCameraAddress(`${cameraHost}:${String(cameraPort)}`),
      username: 'admin',
      password: 'bí mật',
    },
    ...{ certificate: null, now: Date.now },
    rules: new AddressRules({ allowedNetworks: ['127.9.0.0/16'], ownPorts: [], ownAddresses: [] }),
  });
  const begun = performance.now();
  const end = await session.call(`/${kind}`, { action: 'x', body: '<x/>' }, { deadlineMs }).then(
    (answer) => `believed ${String(noticesIn(answer).length)} notices`,
    (error: unknown) => (error instanceof CameraFault ? error.kind : `strange: ${String(error)}`),
  );
  const heldMs = performance.now() - begun;
  await session.close();
  return { kind, heldMs, end };
}

describe('C1, C2: a camera whose answers are made to harm', () => {
  test(`${String(rounds)} times ${String(Object.keys(answers).length)} kinds: nothing is fetched, nothing is held for long, memory stays`, async () => {
    attempts.length = 0;
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let mostBytes = before;
    const watching = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().rss)), 50);
    const all: Held[] = [];
    const cpuMs = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of Object.keys(answers).filter((one) => !slow.includes(one))) {
        const begun = process.cpuUsage();
        all.push(await ask(kind, longestHeldMs));
        const { user, system } = process.cpuUsage(begun);
        cpuMs.set(kind, [...(cpuMs.get(kind) ?? []), (user + system) / 1_000]);
      }
    }
    const waits = Array.from({ length: rounds }, () => slow).flat();
    // A long poll has 15 s in all; an answer that has begun has no more than any other.
    const polled = ask('slow-body', 15_000);
    all.push(...(await Promise.all(waits.map((kind) => ask(kind, longestHeldMs)))), await polled);
    clearInterval(watching);
    const heldMs = all.map((one) => one.heldMs);
    // The shortest of its kind: the rest of a time is the machine's.
    const shortest = Object.keys(answers).map((kind) => ({
      kind,
      heldMs: Math.min(...all.filter((one) => one.kind === kind).map((one) => one.heldMs)),
    }));
    const costs = [...cpuMs].map(([kind, ms]) => [kind, Math.round(Math.min(...ms))] as const);
    const [dearest] = costs.sort((a, b) => b[1] - a[1]);
    const figures = {
      ...{ suite: 'camera-answers', answers: all.length, fetched: trapped, outside: outside().length },
      ...{ heldMsMedian: Math.round(quantile(heldMs, 0.5)), heldMsMaximum: Math.round(Math.max(...heldMs)) },
      ...{ dearest, rssGrowthMb: Math.round((mostBytes - before) / 1_048_576) },
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures).toMatchObject({ fetched: 0, outside: 0 });
    expect(attempts.length).toBeGreaterThanOrEqual(all.length);
    expect(all.filter(({ end }) => end.startsWith('strange') || end.startsWith('believed'))).toEqual([]);
    expect(shortest.filter((one) => one.heldMs > longestHeldMs + slackMs)).toEqual([]);
    expect((await polled).heldMs).toBeLessThan(14_000);
    // Each is cut at 1 MB. This process compiles and collects for itself as well.
    expect(figures.rssGrowthMb).toBeLessThanOrEqual(192);
  });

  test('turns red where redirects are followed', async () => {
    attempts.length = 0;
    trapped = 0;
    const to = (kind: string): string => `http://${cameraHost}:${String(cameraPort)}/${kind}`;
    await fetch(to('redirect-to-the-service'));
    expect(outside()).toHaveLength(1);
    expect(trapped).toBe(1);
  });

  test('turns red where only idleness ends an exchange', async () => {
    const patient = fetch(`http://${cameraHost}:${String(cameraPort)}/slow-body`).then((answer) =>
      answer.text(),
    );
    patient.catch(() => undefined);
    const strict = ask('slow-body', 1_000);
    const first = await Promise.race([patient.catch(() => 'ended'), strict]);
    expect(first).toMatchObject({ kind: 'slow-body', end: 'timeout' });
    // A byte each 50 ms: it has been idle at no time.
    await expect(Promise.race([patient, pauseOf(2_000)])).resolves.toBe('still held');
  });
});

function pauseOf(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('still held'), ms));
}
