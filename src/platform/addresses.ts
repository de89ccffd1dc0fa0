import { networkInterfaces } from 'node:os';
import { isIPv6 } from 'node:net';

/** The ports in use, as `run/ports.json` tells them. */
export interface Ports {
  readonly http: number;
  readonly deviceHttps: number;
  /** 0 where an external broker is used. */
  readonly mqtts: number;
  readonly mqtt: number;
}

/** Where boxes and people reach this service; known as soon as it listens. */
export class Addresses {
  private known: Ports | undefined;

  /** @param host `publicAddress` of the settings, or what was derived from the machine */
  constructor(
    readonly host: string,
    private readonly externalBrokerUrl: string,
  ) {}

  get ports(): Ports {
    if (this.known === undefined) throw new Error('The service does not listen yet');
    return this.known;
  }

  settle(ports: Ports): void {
    this.known = ports;
  }

  /** The API by TLS for boxes, as `https://192.168.1.5:7743`; no slash at the end. */
  get deviceUrl(): string {
    return `https://${this.inUrl}:${this.ports.deviceHttps}`;
  }

  /** The broker for boxes, as `mqtts://192.168.1.5:8883`. */
  get brokerUrl(): string {
    return this.externalBrokerUrl === ''
      ? `mqtts://${this.inUrl}:${this.ports.mqtts}`
      : this.externalBrokerUrl;
  }

  /** The console on this machine, as `http://127.0.0.1:7700`. */
  get consoleUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  private get inUrl(): string {
    return isIPv6(this.host) ? `[${this.host}]` : this.host;
  }
}

/** This machine's first address in a network, IPv4 before IPv6; 127.0.0.1 without any. */
export function firstAddress(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return (addresses.find(({ family }) => family === 'IPv4') ?? addresses[0])?.address ?? '127.0.0.1';
}
