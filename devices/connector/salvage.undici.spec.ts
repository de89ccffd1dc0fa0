import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent, buildConnector } from 'undici';
import { CameraFault } from './camera-fault.ts';
import { exchange, type Line } from './exchange.undici.ts';
import type { HttpAnswer } from './http-answer.ts';
import { salvaging } from './salvage.undici.ts';

type Script = (socket: Socket) => void;

let server: Server;
let line: Line;
let scripts: Script[] = [];
let connections = 0;
let sockets: Socket[] = [];

beforeEach(async () => {
  connections = 0;
  sockets = [];
  server = createServer((socket) => {
    connections += 1;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => scripts.shift()?.(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connect = buildConnector({});
  line = {
    agent: new Agent({ connections: 1, connect: salvaging(connect) }),
    connect,
    manners: { isLoose: false },
  };
});
afterEach(async () => {
  await line.agent.destroy();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (largestBytes = 10_000): Promise<HttpAnswer> =>
  exchange(line, {
    ...{ method: 'GET', headers: {}, body: undefined, deadlineMs: 20_000, largestBytes, signals: [] },
    url: new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`),
  });
/** Each piece once the one before has been on its way for a while. */
const inPieces =
  (...pieces: readonly string[]): Script =>
  (socket) => {
    const [first = '', ...rest] = pieces;
    socket.write(first);
    if (rest.length > 0) setTimeout(() => inPieces(...rest)(socket), 30);
  };
const good = inPieces('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');

describe('the very first answer that undici refuses is not lost', () => {
  test.each<[string, Script, string]>([
    ['at once', inPieces('HTTP/1.1 200 OK\nContent-Length: 4\n\nCổn'), 'Cổ'],
    [
      'at its head, the rest coming later',
      inPieces('HTTP/1.1 200OK\r\nContent-', 'Length: 4\r\n\r\nto', 'ld'),
      'told',
    ],
    [
      'amid its chunks',
      inPieces('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '2\nto\n2\nld\n0\n\n'),
      'told',
    ],
    [
      'at its end, where its length was wrong',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntold'),
      'told',
    ],
  ])('%s', async (_when, script, text) => {
    scripts = [good, script, good];
    expect((await ask()).bytes.toString()).toBe('good');
    expect(line.manners.isLoose).toBe(false);
    const answer = await ask();
    expect([answer.status, answer.bytes.toString()]).toEqual([200, text]);
    expect([line.manners.isLoose, connections]).toEqual([true, 1]);
    // From then on it is read loosely from the beginning.
    expect((await ask()).bytes.toString()).toBe('good');
    expect(connections).toBe(2);
  });
});

test('an answer larger than what is wanted, or that never comes to its end, is refused as ever', async () => {
  scripts = [inPieces(`HTTP/1.1 200 OK\nContent-Length: 50\n\n${'x'.repeat(50)}`)];
  await expect(ask(49)).rejects.toThrow(CameraFault);
  line.manners.isLoose = false;
  scripts = [inPieces('HTTP/1.1 200 OK\nContent-Length: 50\n\nx')];
  await expect(ask()).rejects.toMatchObject({ kind: 'refused-answer' });
});

test('a connection that is given up while the rest is waited for lets go at once', async () => {
  const stopper = new AbortController();
  const begun = new Promise<void>((resolve) => {
    scripts = [
      (socket) => {
        socket.write('HTTP/1.1 200 OK\nContent-Length: 50\n\nx', () => resolve());
      },
    ];
  });
  const asked = exchange(line, {
    ...{ method: 'GET', headers: {}, body: undefined, deadlineMs: 20_000, largestBytes: 100 },
    url: new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`),
    signals: [stopper.signal],
  });
  void begun.then(() => stopper.abort());
  await expect(asked).rejects.toMatchObject({ kind: 'unreachable' });
});
