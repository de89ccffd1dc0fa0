import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Line } from './foreign-line.ts';
import { servicesAnswer, soap, subscriptionAnswer } from './foreign-server.ts';
import type { ForeignServer } from './foreign-server.ts';

type Head = (head: string) => string;

/** Stands before a server and writes the heads of its answers as others would. */
class Rough {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async before({ port }: ForeignServer, how: Head): Promise<Rough> {
    const server = createServer();
    const rough = new Rough(server);
    server.on('connection', (asking: Socket) => {
      const answering = connect(port, '127.0.0.1');
      for (const socket of [asking, answering]) {
        rough.sockets.add(socket);
        socket.on('error', () => undefined);
      }
      asking.pipe(answering);
      answering.on('data', (bytes) => {
        asking.write(bytes.toString('latin1').replace(/^HTTP[^]*?\r\n\r\n/, how), 'latin1');
      });
      answering.once('close', () => asking.destroy());
      asking.once('close', () => answering.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return rough;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let line: Line | undefined;
let rough: Rough | undefined;
afterEach(async () => {
  await line?.close();
  await rough?.stop();
});

/** As strict a reader as undici refuses each of them (8.x, llhttp 9). */
test.each<[string, Head]>([
  ['ends its lines by bare line feeds', (head) => head.replaceAll('\r\n', '\n')],
  ['leaves no space behind the status', (head) => head.replace('200 OK', '200OK')],
  ['leaves out its version', (head) => head.replace('HTTP/1.1', 'HTTP')],
  ['has a line that is no header', (head) => head.replace('\r\n', '\r\nServer\r\n')],
  ['has a header with a control character', (head) => head.replace('\r\n', '\r\nServer: IPC\u0001\r\n')],
  ['has a space before a colon', (head) => head.replace(/content-length:/i, 'Content-Length :')],
  ['tells its length twice', (head) => head.replace(/(content-length: \d+\r\n)/i, '$1$1')],
])('a server that %s is held, and what it tells is told', async (_what, how) => {
  line = await Line.open(
    {
      GetServices: () => soap(servicesAnswer('http://0.0.0.0:1')),
      CreatePullPointSubscription: () => soap(subscriptionAnswer('/onvif/pull/1')),
    },
    {},
    async (server) => (rough = await Rough.before(server, how)).url,
  );
  await line.seesMotion();
  expect(line.path).toEqual(['connecting', 'subscribed']);
});

test('a server that writes badly from some answer on loses none of what it tells', async () => {
  let isRough = false;
  line = await Line.open(
    {
      GetServices: () => soap(servicesAnswer('http://0.0.0.0:1')),
      CreatePullPointSubscription: () => soap(subscriptionAnswer('/onvif/pull/1')),
    },
    {},
    async (server) =>
      (rough = await Rough.before(server, (head) => (isRough ? head.replaceAll('\r\n', '\n') : head))).url,
  );
  await line.seesMotion();
  await line.description();
  isRough = true;
  await line.seesMotion();
  expect(line.notices).toHaveLength(2);
  expect(line.path).toEqual(['connecting', 'subscribed']);
  expect(line.server.count('CreatePullPointSubscription')).toBe(1);
});
