import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, watchFile } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import type { Client } from 'aedes';
import { writeToStream } from 'mqtt-packet';
import type { FromBroker, RefusedReason, ToBroker } from './broker.ipc.ts';
import { keptMessages } from './kept-messages.ts';
import { PacketLimit } from './packet-limit.ts';
import type { BrokerClient, BrokerCredentials } from './rights.ts';
import { isOrderTopic, mayPublish, maySubscribe } from './rights.ts';

// The broker's process: child of the service, and gone when the service is gone, also after its kill -9.

// Else a buffer is made for each of 65,536 numbers at the first packet: 12 MB and a quarter of a second, of which a packet
// needs two. Making them as they are needed takes the same time.
writeToStream.cacheNumbers = false;

type Start = Extract<ToBroker, { kind: 'start' }>;

/** Enough for CONNECT with the longest names and secrets that we hand out. */
const strangerMaximumBytes = 4_096;
const connectionsMaximum = 20_000;
/**
 * The service is one, and trusted, and a machine at its limit lets it stand still for seconds. While it does not read, what
 * the boxes tell it waits; what it tells them would wait, too, if its line had to be opened anew.
 */
const serviceDrainTimeoutMs = 30_000;
/**
 * Each second so many come in; the others are sent away before anything was spent on them, and come again a little
 * later. Boxes come back quickly after a restart of the broker: ten thousand at once would starve those that are in.
 */
const arrivalsPerSecond = 500;
/** CONNACK's return code 4 (MQTT 3.1.1, 3.2.2.3). */
const badUserNameOrPassword = 4;

function tell(message: FromBroker): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}

class BrokerProgram {
  private clients: ReadonlyMap<string, BrokerClient> = new Map();
  private readonly connected = new Map<string, Client>();
  private aedes: Aedes | undefined;

  constructor(private readonly start: Start) {}

  async run(): Promise<void> {
    const { start } = this;
    this.load();
    watchFile(start.credentialsPath, { interval: 1_000 }, () => this.reload());
    const aedes = await Aedes.createBroker({
      persistence: keptMessages(),
      drainTimeout: start.drainTimeoutMs,
      // Our identifiers are UUIDs; 23 characters is MQTT 3.1's limit, not 3.1.1's.
      maxClientsIdLength: 64,
      connectTimeout: 10_000,
      preConnect: (_client, packet, done) => {
        // What a box missed is in its next programme. A queue kept for it here would grow without end, and be lost
        // with this process all the same.
        packet.clean = true;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        const refusal = this.refusal(client, username, password);
        if (refusal !== undefined) {
          const error = this.refuse(client, ...refusal);
          done(Object.assign(error, { returnCode: badUserNameOrPassword }), false);
          return;
        }
        limitOf(client)?.allow(start.packetMaximumBytes);
        if (client.id === start.serviceId) beDrainedWithin(serviceDrainTimeoutMs, client);
        done(null, true);
      },
      authorizePublish: (client, packet, done) => {
        // A will that is published after its client has gone was checked when it came in.
        const rights = client === null ? undefined : this.rightsOf(client.id);
        if (packet.retain && isOrderTopic(packet.topic)) {
          done(this.refuse(client, 'topic', `an order may not be retained (${packet.topic})`));
        } else if (rights === undefined || !mayPublish(rights, packet.topic)) {
          done(this.refuse(client, 'topic', `may not publish to ${packet.topic}`));
        } else {
          // Only the service keeps things here, else any box could fill the memory.
          if (client?.id !== start.serviceId) packet.retain = false;
          done(null);
        }
      },
      authorizeSubscribe: (client, subscription, done) => {
        const rights = this.rightsOf(client.id);
        const may = rights !== undefined && maySubscribe(rights, subscription.topic);
        if (!may) this.refuse(client, 'topic', `may not subscribe to ${subscription.topic}`);
        done(null, may ? subscription : null);
      },
    });
    this.aedes = aedes;
    aedes.on('clientReady', (client) => {
      this.connected.set(client.id, client);
      tell({ kind: 'connected', clientId: client.id });
    });
    aedes.on('clientDisconnect', (client) => {
      // A box that reconnects before its old connection was noticed to be dead is still there.
      if (this.connected.get(client.id) !== client) return;
      this.connected.delete(client.id);
      tell({ kind: 'disconnected', clientId: client.id });
    });
    const accept = (socket: Socket) => handle(aedes, socket);
    const door = new Door(arrivalsPerSecond);
    const tls = createTlsServer(
      { cert: start.cert, key: start.key, minVersion: 'TLSv1.2', noDelay: true },
      accept,
    );
    const plain = createServer({ noDelay: true }, accept);
    plain.maxConnections = tls.maxConnections = connectionsMaximum;
    tls.on('tlsClientError', () => undefined);
    tls.prependListener('connection', (socket: Socket) => {
      if (!door.lets(Date.now())) socket.destroy();
    });
    const plainPort = await listen(plain, start.plainPort, '127.0.0.1');
    const tlsPort = await listen(tls, start.tlsPort, start.host);
    tell({ kind: 'listening', tlsPort, plainPort });
  }

  /** Whoever is not in the list any more is thrown out, and who came in by another secret than now counts. */
  reload(): number {
    const before = this.clients;
    this.load();
    for (const [id, client] of this.connected) {
      const [known, was] = [this.rightsOf(id), before.get(id)];
      if (known === undefined || (was !== undefined && was.secretHash !== known.secretHash)) client.close();
    }
    return this.clients.size;
  }

  stop(): void {
    if (this.aedes === undefined) process.exit(0);
    this.aedes.close(() => process.exit(0));
  }

  /** A file that is missing lets nobody in but the service; one that cannot be read changes nothing. */
  private load(): void {
    try {
      const { clients } = JSON.parse(readFileSync(this.start.credentialsPath, 'utf8')) as BrokerCredentials;
      this.clients = new Map(Object.entries(clients));
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') this.clients = new Map();
      else tell({ kind: 'fault', message: 'The credentials file cannot be read; the last one stays' });
    }
  }

  private rightsOf(clientId: string): BrokerClient | undefined {
    const { serviceId, serviceSecretHash } = this.start;
    return clientId === serviceId
      ? { secretHash: serviceSecretHash, publish: ['#'], subscribe: ['#'] }
      : this.clients.get(clientId);
  }

  private refusal(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): readonly [RefusedReason, string] | undefined {
    // Client identifiers are how a broker tells sessions apart: whoever could choose one would throw others out.
    if (client.id !== username) return ['wrong-name', 'the client identifier is not the user name'];
    const known = this.rightsOf(client.id);
    if (client.id === this.start.serviceId && !addressOf(client).startsWith('127.'))
      return ['service-from-afar', 'the service connects from this machine only'];
    const given = createHash('sha256')
      .update(password ?? Buffer.alloc(0))
      .digest();
    const wanted = Buffer.from(known?.secretHash ?? '', 'hex');
    const isRight = wanted.length === given.length && timingSafeEqual(wanted, given);
    if (known !== undefined && isRight) return undefined;
    return known === undefined ? ['unknown-client', 'unknown client'] : ['wrong-secret', 'wrong secret'];
  }

  private refuse(client: Client | null, reason: RefusedReason, why: string): Error {
    const address = client === null ? '' : addressOf(client);
    tell({ kind: 'refused', clientId: client?.id ?? '', address, reason, why });
    return new Error(why);
  }
}

/** Read when it comes in: of a connection that is gone when it is judged, the system tells no address. */
const origins = new WeakMap<object, string>();

function addressOf(client: Client): string {
  return origins.get(client.conn) ?? '';
}

/** Counts who came in within this second. */
class Door {
  private second = 0;
  private came = 0;

  constructor(private readonly perSecond: number) {}

  lets(now: number): boolean {
    const second = Math.floor(now / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.came = 0;
    }
    this.came += 1;
    return this.came <= this.perSecond;
  }
}

const limits = new WeakMap<object, PacketLimit>();

function limitOf(client: Client): PacketLimit | undefined {
  return limits.get(client.conn);
}

/** aedes has no limit of its own; it takes everything by `read`, so that is where packets are measured. */
function handle(aedes: Aedes, socket: Socket): void {
  const limit = new PacketLimit(strangerMaximumBytes);
  limits.set(socket, limit);
  origins.set(socket, socket.remoteAddress?.replace('::ffff:', '') ?? '');
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  socket.read = (size?: number) => {
    const chunk = read(size);
    if (chunk === null || limit.accept(chunk)) return chunk;
    socket.destroy();
    return null;
  };
  socket.setKeepAlive(true, 30_000);
  socket.on('error', () => undefined);
  aedes.handle(socket);
}

/** aedes has one time for all, and reads it whenever it begins to wait for somebody. */
function beDrainedWithin(ms: number, client: Client): void {
  const waiting = client as unknown as {
    readonly broker: { readonly opts: { drainTimeout: number } };
    waitForDrain: (done: unknown) => void;
  };
  const wait = waiting.waitForDrain.bind(client);
  waiting.waitForDrain = (done) => {
    const { opts } = waiting.broker;
    const ofOthers = opts.drainTimeout;
    opts.drainTimeout = ms;
    wait(done);
    opts.drainTimeout = ofOthers;
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

let program: BrokerProgram | undefined;
process.on('message', (message: ToBroker) => {
  switch (message.kind) {
    case 'start':
      program = new BrokerProgram(message);
      program.run().catch((error: unknown) => {
        tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
        process.exit(1);
      });
      break;
    case 'reload':
      tell({ kind: 'reloaded', id: message.id, clients: program?.reload() ?? 0 });
      break;
    case 'stop':
      if (program === undefined) process.exit(0);
      program.stop();
      break;
  }
});
// The kernel closes the channel however the service ended.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the service says when.
process.on('SIGINT', () => undefined);
