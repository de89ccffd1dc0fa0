import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Camera } from './camera.ts';
import type { CameraServer } from './camera.server.ts';
import { endpointOf, scopesOf } from './device-answers.ts';
import { NS } from './namespaces.ts';
import { child, escapeXml, readXml } from './xml-text.ts';

const GROUP = '239.255.255.250';
const PORT = 3702;
const TO = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';
const LARGEST_BYTES = 8 * 1024;

/**
 * The camera's side of WS-Discovery (April 2005, as ONVIF prescribes): answers Probes that are right to the letter and
 * is silent at all others, as the specification wants.
 */
export class DiscoveryServer {
  private readonly sockets: Socket[] = [];

  constructor(
    private readonly camera: Camera,
    private readonly server: CameraServer,
  ) {}

  /** Hears the group on the camera's own interface, and what is sent to its own address. */
  async start(): Promise<void> {
    const { host } = this.server;
    const direct = await this.open(host);
    const group = await this.open(GROUP);
    group.addMembership(GROUP, host);
    direct.setMulticastInterface(host);
    this.sockets.push(direct, group);
    this.say('Hello', randomUUID());
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.sockets.splice(0).map((one) => new Promise<void>((resolve) => one.close(() => resolve()))),
    );
  }

  private open(address: string): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('message', (bytes, from) => this.answer(bytes, from));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(PORT, address, () => resolve(socket));
    });
  }

  private answer(bytes: Buffer, from: RemoteInfo): void {
    const asked = readProbe(bytes);
    if (asked === undefined) return;
    this.camera.count('Probe');
    const match = `<d:ProbeMatches><d:ProbeMatch>${this.self()}</d:ProbeMatch></d:ProbeMatches>`;
    this.send(envelope('ProbeMatches', match, asked), from.port, from.address);
  }

  private say(what: 'Hello', id: string): void {
    this.send(envelope(what, `<d:${what}>${this.self()}</d:${what}>`, undefined, id), PORT, GROUP);
  }

  private self(): string {
    const { mac } = this.camera.identity;
    const told = this.camera.faults.has('foreign-xaddrs')
      ? 'http://169.254.169.254/onvif/device_service http://8.8.8.8/onvif/device_service'
      : this.server.address;
    return (
      `<a:EndpointReference><a:Address>urn:uuid:${endpointOf(mac)}</a:Address></a:EndpointReference>` +
      '<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>' +
      `<d:Scopes>${scopesOf(this.camera.identity.name).map(escapeXml).join(' ')}</d:Scopes>` +
      `<d:XAddrs>${told}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>`
    );
  }

  private send(text: string, port: number, address: string): void {
    this.sockets[0]?.send(text, port, address, () => undefined);
  }
}

/** The message's id when it is a Probe for network video transmitters; undefined for anything that is not right. */
function readProbe(bytes: Buffer): string | undefined {
  if (bytes.length > LARGEST_BYTES) return undefined;
  try {
    const root = readXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (root.name !== 'Envelope' || root.namespace !== NS.soap) return undefined;
    const header = child(root, NS.soap, 'Header');
    const probe = child(child(root, NS.soap, 'Body'), NS.discovery, 'Probe');
    const id = child(header, NS.wsa2004, 'MessageID')?.text.trim() ?? '';
    const isRight =
      child(header, NS.wsa2004, 'Action')?.text.trim() === `${NS.discovery}/Probe` &&
      child(header, NS.wsa2004, 'To')?.text.trim() === TO &&
      /^(urn:)?uuid:[0-9a-f-]{36}$/i.test(id) &&
      probe !== undefined;
    const types = child(probe, NS.discovery, 'Types')?.text.trim() ?? '';
    const isForMe = types === '' || /(^|\s)(\w+:)?(NetworkVideoTransmitter|Device)(\s|$)/.test(types);
    return isRight && isForMe ? id : undefined;
  } catch {
    return undefined;
  }
}

function envelope(action: string, body: string, relatesTo?: string, id: string = randomUUID()): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.wsa2004}" ` +
    `xmlns:d="${NS.discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="${NS.device}"><s:Header>` +
    `<a:MessageID>urn:uuid:${id}</a:MessageID>` +
    (relatesTo === undefined ? '' : `<a:RelatesTo>${escapeXml(relatesTo)}</a:RelatesTo>`) +
    `<a:To>${relatesTo === undefined ? TO : `${NS.wsa2004}/role/anonymous`}</a:To>` +
    `<a:Action>${NS.discovery}/${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}
