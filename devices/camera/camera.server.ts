import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerWrongly } from './broken-answers.ts';
import type { Camera } from './camera.ts';
import { deviceAnswer } from './device-answers.ts';
import { eventAnswer, subscriptionAnswer } from './event-answers.ts';
import { mediaAnswer } from './media-answers.ts';
import { NS } from './namespaces.ts';
import { replayAnswer, searchAnswer } from './recording-answers.ts';
import { StreamServer } from './stream.server.ts';
import { faultBody, notAuthorized, SoapFault } from './soap-fault.ts';
import type { View } from './scene.ts';
import { turningAnswer } from './turning-answers.ts';
import { child, escapeXml, readXml, type XmlNode } from './xml-text.ts';

const LARGEST_REQUEST_BYTES = 64 * 1024;
/** Open by the ONVIF core specification (access class PRE_AUTH): the clock, before it is signed by, and who it is. */
const OPEN_OPERATIONS = new Set(['GetSystemDateAndTime', 'GetEndpointReference']);
const OPEN_ON_SOME = new Set(['GetServices', 'GetCapabilities', 'GetServiceCapabilities']);

/** WS-Addressing actions that the event service insists on. */
const ACTIONS: Readonly<Record<string, string>> = {
  CreatePullPointSubscription: `${NS.events}/EventPortType/CreatePullPointSubscriptionRequest`,
  PullMessages: `${NS.events}/PullPointSubscription/PullMessagesRequest`,
  SetSynchronizationPoint: `${NS.events}/PullPointSubscription/SetSynchronizationPointRequest`,
  Renew: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
  Unsubscribe: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
};

/**
 * The camera on the network: SOAP services and pictures, on one port. What draws pictures and makes certificates is
 * loaded once it is asked for: half the memory of a camera, of which a test may start a hundred.
 */
export class CameraServer {
  private server: Server | TlsServer | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  /** What it gives for ever, once its encoder hangs. */
  private frozen: Buffer | undefined;
  /** By channel: what its sensor saw last, once that hangs. */
  private readonly hung = new Map<string, View>();
  private readonly stream: StreamServer;

  constructor(
    private readonly camera: Camera,
    readonly host: string,
    private readonly isTls = false,
  ) {
    this.stream = new StreamServer(camera, host);
  }

  /** Where its device service is. */
  get address(): string {
    return `${this.base}/onvif/device_service`;
  }

  /** Listens on `port` (0: any free one) and gives the port back. */
  async start(port: number): Promise<number> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.answer(request, response).catch(() => response.destroy());
    };
    const server = this.isTls ? createTlsServer(await newCertificate(), listener) : createServer(listener);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.host, () => resolve());
    });
    this.camera.streamPort = await this.stream.start(0);
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await this.stream.stop();
    await closed;
  }

  /** As when the power fails: sockets close, subscriptions are gone, and the camera comes back on the same port. */
  async reboot(awayMs: number): Promise<void> {
    await this.stop();
    this.camera.points.removeAll();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await this.start(this.port);
  }

  /** As when a cable is pulled: the camera runs on, and what happens meanwhile waits in its subscriptions. */
  async cutOff(awayMs: number): Promise<void> {
    await this.stop();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await this.start(this.port);
  }

  /** DHCP gives it another address: here another port. Subscriptions are gone. */
  async move(port: number): Promise<number> {
    await this.stop();
    this.camera.points.removeAll();
    return this.start(port);
  }

  /** Somebody else stands in the line, or the camera was set to its factory state. */
  async renewCertificate(): Promise<void> {
    if (this.server === undefined || !('setSecureContext' in this.server)) throw new Error('no TLS here');
    this.server.setSecureContext(await newCertificate());
    for (const socket of this.sockets) socket.destroy();
  }

  private get base(): string {
    if (this.camera.faults.has('foreign-address')) return 'http://169.254.169.254:80';
    return `${this.isTls ? 'https' : 'http'}://${this.host}:${String(this.port)}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    await lasts(this.camera.slowness.onTheWayMs());
    if (this.camera.faults.has('unavailable')) {
      this.camera.count('unavailable');
      response.writeHead(503).end();
      return;
    }
    if (path.startsWith('/picture.jpg')) return this.answerPicture(request, response, path);
    if (request.method !== 'POST' || !path.startsWith('/onvif/')) {
      response.writeHead(404).end();
      return;
    }
    const askedAt = Date.now();
    const body = await readBody(request);
    let messageId: string | undefined;
    try {
      const type = request.headers['content-type'] ?? '';
      if (!/^application\/soap\+xml\b/i.test(type))
        throw new SoapFault('Sender', ['ter:WellFormed'], 'Content-Type', 415);
      const { header, operation } = readEnvelope(body);
      messageId = child(header, NS.wsa, 'MessageID')?.text;
      this.camera.count(operation.name);
      if (!this.isAllowed(request, response, path, header, operation)) return;
      this.checkAddressing(header, operation, path);
      const inside = await this.perform(operation, path, () => response.destroyed);
      if (inside === undefined) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Optional Action Not Implemented');
      }
      const answer = envelope(inside, messageId, ACTIONS[operation.name]?.replace(/Request$/, 'Response'));
      if (answerWrongly(this.camera, operation.name, response, answer)) return;
      if (operation.name === 'PullMessages')
        response.once('finish', () => this.camera.noteDelivered(answer, askedAt));
      response.writeHead(200, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(answer);
    } catch (error) {
      const fault =
        error instanceof SoapFault
          ? error
          : new SoapFault('Sender', ['ter:WellFormed'], (error as Error).message);
      const code = fault.subcodes.at(-1) ?? fault.side;
      this.camera.tally.faults[code] = (this.camera.tally.faults[code] ?? 0) + 1;
      if (response.destroyed) return;
      response
        .writeHead(fault.status, { 'content-type': 'application/soap+xml; charset=utf-8' })
        .end(envelope(faultBody(fault), messageId, undefined));
    }
  }

  private async perform(
    operation: XmlNode,
    path: string,
    hasGone: () => boolean,
  ): Promise<string | undefined> {
    const subscription = /^\/onvif\/subscription\/(\d+)$/.exec(path)?.[1];
    if (subscription !== undefined) return subscriptionAnswer(this.camera, operation, subscription, hasGone);
    switch (`${path} ${operation.namespace}`) {
      case `/onvif/device_service ${NS.device}`:
        return deviceAnswer(this.camera, operation.name, this.base);
      case `/onvif/media_service ${NS.media}`:
        return mediaAnswer(this.camera, operation, this.base);
      case `/onvif/ptz_service ${NS.ptz}`:
        if (![undefined, this.base].includes(this.camera.turnsAt)) return undefined;
        return turningAnswer(this.camera, operation);
      case `/onvif/search_service ${NS.search}`:
        return searchAnswer(this.camera, operation);
      case `/onvif/replay_service ${NS.replay}`:
        return replayAnswer(this.camera, operation, this.base);
      case `/onvif/event_service ${NS.events}`:
        return eventAnswer(this.camera, operation, this.base);
      default:
        return undefined;
    }
  }

  /** False when the answer (a Digest challenge) has been given already. Throws NotAuthorized. */
  private isAllowed(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    header: XmlNode | undefined,
    operation: XmlNode,
  ): boolean {
    const { camera } = this;
    if (OPEN_OPERATIONS.has(operation.name)) return true;
    if (camera.faults.has('open-services') && OPEN_ON_SOME.has(operation.name)) return true;
    const refuse = (why: keyof Camera['tally']['refusals']): false => {
      camera.noteRefusal(why);
      if (!camera.faults.has('both-ways')) throw notAuthorized();
      response.writeHead(401, { 'www-authenticate': camera.digest.challenge() }).end();
      return false;
    };
    if (camera.lock.isShut(Date.now())) return refuse('locked');
    const isByDigest = camera.faults.has('both-ways') && request.headers.authorization !== undefined;
    if (camera.faults.has('http-digest') || isByDigest) {
      const verdict = camera.faults.has('unauthorized')
        ? 'refused'
        : camera.digest.check(request.headers.authorization, 'POST', path);
      if (verdict === 'accepted') camera.lock.opened();
      if (verdict === 'accepted') return true;
      if (verdict === 'refused') camera.noteRefusal('wrong-password');
      response.writeHead(401, { 'www-authenticate': camera.digest.challenge(verdict === 'stale') }).end();
      return false;
    }
    const verdict = camera.tokens.check(header, camera.now());
    if (verdict !== 'accepted') return refuse(verdict);
    if (camera.faults.has('unauthorized')) return refuse('wrong-password');
    camera.lock.opened();
    return true;
  }

  private checkAddressing(header: XmlNode | undefined, operation: XmlNode, path: string): void {
    const expected = ACTIONS[operation.name];
    if (expected === undefined || !/^\/onvif\/(event_service|subscription)/.test(path)) return;
    if (child(header, NS.wsa, 'Action')?.text.trim() !== expected) {
      throw new SoapFault('Sender', ['wsa5:ActionMismatch'], 'wsa:Action does not fit the request');
    }
    if (!path.startsWith('/onvif/subscription')) return;
    const to = child(header, NS.wsa, 'To')?.text.trim();
    if (to !== `${this.base}${path}`)
      throw new SoapFault('Sender', ['wsa5:InvalidAddress'], 'wsa:To is another address');
    if (child(header, NS.wsa, 'MessageID') === undefined) {
      throw new SoapFault('Sender', ['wsa5:MessageAddressingHeaderRequired'], 'wsa:MessageID is missing');
    }
  }

  private async answerPicture(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const { camera } = this;
    camera.count('GET picture');
    const given = request.headers.authorization;
    if (camera.faults.has('basic-pictures')) {
      if (camera.lock.isShut(Date.now()) || !camera.digest.acceptsBasic(given)) {
        if (given !== undefined) camera.noteRefusal('wrong-password');
        response.writeHead(401, { 'www-authenticate': 'Basic realm="IPC"' }).end();
        return;
      }
    } else {
      const verdict = camera.lock.isShut(Date.now()) ? 'absent' : camera.digest.check(given, 'GET', path);
      if (verdict !== 'accepted') {
        if (verdict === 'refused') camera.noteRefusal('wrong-password');
        response.writeHead(401, { 'www-authenticate': camera.digest.challenge(verdict === 'stale') }).end();
        return;
      }
    }
    await lasts(camera.slowness.drawingMs());
    if (response.destroyed) return;
    response.setHeader('content-type', camera.given?.type ?? 'image/jpeg');
    if (camera.given !== undefined) response.end(camera.given.bytes);
    else if (camera.faults.has('picture-html')) response.end('<!DOCTYPE html><script>alert(1)</script>');
    else if (camera.faults.has('picture-huge')) response.end(Buffer.alloc(3_000_000, 0xff));
    else {
      const channel = Number(new URL(path, 'http://camera.invalid').searchParams.get('channel') ?? '1');
      const view = camera.view(channel);
      if (view === null) response.writeHead(404).end();
      else response.end(await this.picture(view));
    }
  }

  private async picture(view: View): Promise<Buffer> {
    if (!this.camera.faults.has('picture-frozen')) this.frozen = undefined;
    const { drawPicture } = await import('./picture.sharp.ts');
    const drawn = this.frozen ?? (await drawPicture(this.seenNow(view)));
    if (this.camera.faults.has('picture-frozen')) this.frozen = drawn;
    return drawn;
  }

  private seenNow(view: View): View {
    if (!this.camera.faults.has('scene-frozen')) this.hung.clear();
    else if (!this.hung.has(view.name)) this.hung.set(view.name, { ...view, hungAtMs: view.atMs });
    return { ...view, ...this.hung.get(view.name), atMs: view.atMs };
  }
}

async function lasts(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

async function newCertificate(): Promise<{ cert: string; key: string }> {
  const { selfSigned } = await import('./certificate.x509.ts');
  return selfSigned();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_REQUEST_BYTES) throw new Error('the request is too large');
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}

function readEnvelope(body: string): { header: XmlNode | undefined; operation: XmlNode } {
  const root = readXml(body);
  if (root.name !== 'Envelope' || root.namespace !== NS.soap) {
    throw new SoapFault('VersionMismatch', [], 'SOAP 1.2 is spoken here');
  }
  const header = child(root, NS.soap, 'Header');
  for (const block of header?.children ?? []) {
    const must = block.attributes.get(`{${NS.soap}}mustUnderstand`);
    if ((must === '1' || must === 'true') && block.namespace !== NS.wsse && block.namespace !== NS.wsa) {
      throw new SoapFault('MustUnderstand', [], `the header ${block.name} is not understood`);
    }
  }
  const [operation, ...more] = child(root, NS.soap, 'Body')?.children ?? [];
  if (operation === undefined || more.length > 0) throw new Error('the body must hold one request');
  return { header, operation };
}

function envelope(inside: string, relatesTo: string | undefined, action: string | undefined): string {
  const header =
    (action === undefined ? '' : `<wsa5:Action>${action}</wsa5:Action>`) +
    (relatesTo === undefined ? '' : `<wsa5:RelatesTo>${escapeXml(relatesTo)}</wsa5:RelatesTo>`);
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${NS.soap}" xmlns:wsa5="${NS.wsa}">` +
    `<s:Header>${header}</s:Header><s:Body>${inside}</s:Body></s:Envelope>`
  );
}
