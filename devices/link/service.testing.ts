import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { Aedes } from 'aedes';
import { writeEnrolmentLink } from '../protocol/enrolment-link.ts';
import { keyIdOf, newKeyPair, openEnvelope, seal } from '../protocol/envelope.ts';
import type { KeyPair, MessageType, SigningKey } from '../protocol/envelope.ts';
import { hello } from '../protocol/box-messages.ts';
import type { Committed, Hello, Welcome } from '../protocol/box-messages.ts';
import { cameraPassport, cameraStatus, notices } from '../protocol/camera-messages.ts';
import { enrolRequest } from '../protocol/enrolment-messages.ts';
import type { EnrolAnswer, EnrolRequest } from '../protocol/enrolment-messages.ts';
import { receipts, status } from '../protocol/pole-messages.ts';
import type { AudioRef, Order, Programme, Receipt, Receipts } from '../protocol/pole-messages.ts';
import { readTopic, topics } from '../protocol/topics.ts';
import { certify } from '../protocol/trust.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
type CryptoProvider = Parameters<typeof x509.cryptoProvider.set>[0];

/** An authority and one server of it, for this process alone. */
export async function newAuthority(host = '127.0.0.1'): Promise<{ cert: string; key: string; ca: string }> {
  x509.cryptoProvider.set(webcrypto as unknown as CryptoProvider);
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const [root, leaf] = await Promise.all([newKeys(), newKeys()]);
  const validity = {
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
  };
  const serialNumber = '01';
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber, ...validity, signingAlgorithm: algorithm, keys: root, name: 'CN=stand-in authority' },
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const server = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: '02', ...validity, signingAlgorithm: algorithm, publicKey: leaf.publicKey },
    ...{ signingKey: root.privateKey, issuer: authority.subject, subject: 'CN=stand-in' },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: host }])],
  });
  const ca = `${authority.toString('pem')}\n`;
  const der = await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey);
  return { ca, cert: `${server.toString('pem')}\n${ca}`, key: x509.PemConverter.encode(der, 'PRIVATE KEY') };
}

export interface Heard {
  readonly message: string;
  readonly topic: string;
  /** Proved with the box's key and of its shape; the raw bytes of a snapshot. */
  readonly body: unknown;
}

/**
 * The service as a box sees it, in one process and for tests: a real TLS broker, a real HTTPS server, real keys. It
 * keeps nothing. `heard` is told of everything that a box sends.
 */
export class StandInService {
  readonly commune = 'c0000000-0000-4000-8000-000000000001';
  readonly asset = 'a0000000-0000-4000-8000-000000000001';
  readonly box = 'b0000000-0000-4000-8000-000000000001';
  readonly code = 'ABCD-EFGH-2345';
  readonly events = new EventEmitter();
  readonly heard: Heard[] = [];
  readonly audio = new Map<string, Buffer>();
  /** What GET /audio was asked for: path and range. */
  readonly fetched: { readonly sha256: string; readonly range: string | null }[] = [];
  readonly root: KeyPair = newKeyPair();
  readonly key: SigningKey;
  /** Off, and receipts are heard but not confirmed. */
  commits = true;
  /** Off, and nobody answers a hello. */
  welcomes = true;
  /** Added to the time that a welcome tells, in ms. */
  clockErrorMs = 0;
  floors = { programmeFloor: 0, orderFloor: 0 };
  /** Of each audio answer only so many bytes are sent, then the line is cut; null for all. */
  cutAudioAfterBytes: number | null = null;
  /** Of a connector that enrolled: what its cameras' passwords are sealed to. */
  sealingKey: string | null = null;
  private boxKey: string | null = null;
  private broker: Aedes | null = null;
  private brokerServer: TlsServer | null = null;
  private brokerPort = 0;
  private readonly sockets = new Set<Socket>();
  private https!: HttpsServer;

  private constructor(private readonly tls: { cert: string; key: string; ca: string }) {
    const now = Date.now();
    const terms = { commune: this.commune, notBeforeAt: now - 3_600_000, notAfterAt: now + 3_600_000 };
    this.key = certify(newKeyPair(), this.root, terms);
    this.events.setMaxListeners(100);
  }

  static async start(): Promise<StandInService> {
    const service = new StandInService(await newAuthority());
    service.https = createServer(service.tls, (asked, answer) => void service.answer(asked, answer));
    service.https.listen(0, '127.0.0.1');
    await once(service.https, 'listening');
    await service.startBroker();
    return service;
  }

  get httpsUrl(): string {
    return `https://127.0.0.1:${(this.https.address() as AddressInfo).port}`;
  }

  /** PEM. */
  get authority(): string {
    return this.tls.ca;
  }

  get link(): string {
    const der = new x509.X509Certificate(this.tls.ca).rawData;
    const authority = createHash('sha256').update(new Uint8Array(der)).digest('hex');
    const root = keyIdOf(this.root.publicKey);
    return writeEnrolmentLink({ https: this.httpsUrl, code: this.code, authority, root });
  }

  async startBroker(): Promise<void> {
    const broker = await Aedes.createBroker({ drainTimeout: 1_000, maxClientsIdLength: 64 });
    this.broker = broker;
    broker.on('publish', (packet, client) => {
      // What it was still reading when its plug was pulled nobody has heard.
      if (client !== null && this.broker === broker) this.hear(packet.topic, packet.payload as Buffer);
    });
    const server = createTlsServer(this.tls, (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      broker.handle(socket);
    });
    server.listen(this.brokerPort, '127.0.0.1');
    await once(server, 'listening');
    this.brokerPort = (server.address() as AddressInfo).port;
    this.brokerServer = server;
  }

  /** As when its plug is pulled: whatever it kept is gone. */
  async stopBroker(): Promise<void> {
    const { broker, brokerServer } = this;
    if (broker === null || brokerServer === null) return;
    this.broker = null;
    const closed = once(brokerServer, 'close');
    brokerServer.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  }

  async stop(): Promise<void> {
    await this.stopBroker();
    const closed = once(this.https, 'close');
    this.https.close();
    this.https.closeAllConnections();
    await closed;
  }

  addAudio(bytes: Buffer, seconds: number): AudioRef {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.audio.set(sha256, bytes);
    return { sha256, bytes: bytes.length, seconds };
  }

  seal(type: MessageType, message: unknown): string {
    return seal(type, message, this.key);
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    const { broker } = this;
    if (broker === null) throw new Error('the broker is down');
    const packet = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      retain,
      dup: false,
    } as const;
    await new Promise<void>((resolve, reject) =>
      broker.publish(packet, (error) => (error == null ? resolve() : reject(error))),
    );
  }

  publishProgramme(programme: Programme): Promise<void> {
    return this.publish(topics.programme(this.commune, this.asset), this.seal('programme', programme), true);
  }

  publishOrder(order: Order): Promise<void> {
    return this.publish(topics.order(this.commune), this.seal('order', order));
  }

  /** The first thing heard, already or from now on, that `wanted` accepts. @throws after `seconds` */
  async until<T>(wanted: (heard: Heard) => T | undefined, seconds = 40): Promise<T> {
    for (const heard of this.heard) {
      const found = wanted(heard);
      if (found !== undefined) return found;
    }
    const abort = AbortSignal.timeout(seconds * 1_000);
    for (;;) {
      const [heard] = (await once(this.events, 'heard', { signal: abort })) as [Heard];
      const found = wanted(heard);
      if (found !== undefined) return found;
    }
  }

  /** Every receipt heard so far, in the order of arrival. */
  get receipts(): Receipt[] {
    return this.heard
      .filter(({ message }) => message === 'receipts')
      .flatMap(({ body }) => (body as Receipts).entries);
  }

  untilReceipt(wanted: (receipt: Receipt) => boolean, seconds?: number): Promise<Receipt> {
    return this.until(
      ({ message, body }) => (message === 'receipts' ? (body as Receipts).entries.find(wanted) : undefined),
      seconds,
    );
  }

  private hear(topic: string, payload: Buffer): void {
    const message = readTopic(topic)?.message;
    if (message === undefined || this.boxKey === null) return;
    const body = message === 'snapshot' ? payload : this.prove(message, payload, this.boxKey);
    if (body === null) return;
    const heard: Heard = { message, topic, body };
    this.heard.push(heard);
    if (message === 'hello' && this.welcomes) void this.welcome(body as Hello);
    if ((message === 'receipts' || message === 'notices') && this.commits) {
      void this.commit((body as Receipts).entries.map(({ seq }) => seq));
    }
    this.events.emit('heard', heard);
  }

  private prove(message: string, payload: Buffer, boxKey: string): unknown {
    if (message === 'hello') return hello.parse(openEnvelope(message, payload).prove(boxKey));
    if (message === 'receipts') return receipts.parse(openEnvelope(message, payload).prove(boxKey));
    if (message === 'status') return status.parse(openEnvelope(message, payload).prove(boxKey));
    if (message === 'notices') return notices.parse(openEnvelope(message, payload).prove(boxKey));
    if (message === 'camera-status') {
      return cameraStatus.parse(openEnvelope(message, payload).prove(boxKey));
    }
    if (message === 'camera-passport') {
      return cameraPassport.parse(openEnvelope(message, payload).prove(boxKey));
    }
    return null;
  }

  private async welcome({ nonce }: Hello): Promise<void> {
    const { commune, asset } = this;
    const serverAt = Date.now() + this.clockErrorMs;
    const message: Welcome = {
      ...{ v: 1, commune, asset, nonce, serverAt },
      ...this.floors,
      revokedKeys: [],
    };
    await this.publish(topics.welcome(commune, asset), this.seal('welcome', message));
  }

  async commit(seqs: number[]): Promise<void> {
    const { commune, asset, box } = this;
    const message: Committed = { v: 1, commune, asset, box, seqs, snapshots: [] };
    await this.publish(topics.committed(commune, asset), this.seal('committed', message));
  }

  private async answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const sha256 = /^\/audio\/([0-9a-f]{64})$/.exec(asked.url ?? '')?.[1];
    if (sha256 !== undefined) this.sendAudio(sha256, asked.headers.range ?? null, answer);
    else if (asked.url === '/device/enrol' && asked.method === 'POST') await this.enrol(asked, answer);
    else answer.writeHead(404).end();
  }

  private sendAudio(sha256: string, range: string | null, answer: ServerResponse): void {
    this.fetched.push({ sha256, range });
    const bytes = this.audio.get(sha256);
    if (bytes === undefined) {
      answer.writeHead(404).end();
      return;
    }
    const from = range === null ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
    const rest = bytes.subarray(from);
    const head = { 'content-length': rest.length, 'content-range': `bytes ${from}-/${bytes.length}` };
    answer.writeHead(range === null ? 200 : 206, head);
    if (this.cutAudioAfterBytes === null) answer.end(rest);
    else {
      answer.write(rest.subarray(0, this.cutAudioAfterBytes));
      // Long enough for the bytes to arrive, else the cut overtakes them.
      setTimeout(() => answer.destroy(), 200);
    }
  }

  private async enrol(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const request: EnrolRequest = enrolRequest.parse(JSON.parse(Buffer.concat(parts).toString()));
    if (request.code !== this.code || this.boxKey !== null) {
      answer.writeHead(403).end(JSON.stringify({ code: 'loudspeakers.code-used' }));
      return;
    }
    this.boxKey = request.publicKey;
    this.sealingKey = request.sealingKey;
    const body: EnrolAnswer = {
      ...{ v: 1, commune: this.commune, communeName: 'Xã Thử', asset: this.asset, assetName: 'Cột 1' },
      ...{ box: this.box, rootPublicKey: this.root.publicKey, authority: this.tls.ca },
      ...{ mqtt: `mqtts://127.0.0.1:${this.brokerPort}`, mqttSecret: 'secret', https: this.httpsUrl },
      membership: '',
    };
    answer.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}
