import { networkInterfaces } from 'node:os';
import { isIPv6 } from 'node:net';

/** The ports in use, as `run/ports.json` tells them; 0 for a broker's that is external. */
export interface Ports {
  readonly http: number;
  readonly deviceHttps: number;
  readonly mqtts: number;
  readonly mqtt: number;
}

/**
 * Where boxes and people reach this service. What boxes are told is known before any room starts; the console's address
 * when the service is ready.
 */
export class Addresses {
  /** Resolves when the service listens at all its doors. */
  readonly settled: Promise<void>;
  private known: Partial<Ports> = {};
  private tellSettled: () => void = () => undefined;

  /** @param host `publicAddress` of the settings, or what was derived from the machine */
  constructor(
    readonly host: string,
    private readonly externalBrokerUrl: string,
    private readonly publicConsoleUrl = '',
  ) {
    this.settled = new Promise((resolve) => (this.tellSettled = resolve));
  }

  get ports(): Ports {
    const port = (door: keyof Ports) => this.portOf(door);
    return { http: port('http'), deviceHttps: port('deviceHttps'), mqtts: port('mqtts'), mqtt: port('mqtt') };
  }

  /** Tells a port as soon as it is known; the console's is the last. */
  settle(ports: Partial<Ports>): void {
    this.known = { ...this.known, ...ports };
    if (ports.http !== undefined) this.tellSettled();
  }

  /** The API by TLS for boxes, as `https://192.168.1.5:7743`; no slash at the end. */
  get deviceUrl(): string {
    return `https://${this.inUrl}:${this.portOf('deviceHttps')}`;
  }

  /** The broker for boxes, as `mqtts://192.168.1.5:8883`. */
  get brokerUrl(): string {
    return this.externalBrokerUrl === ''
      ? `mqtts://${this.inUrl}:${this.portOf('mqtts')}`
      : this.externalBrokerUrl;
  }

  /** The console on this machine, as `http://127.0.0.1:7700`. */
  get consoleUrl(): string {
    return `http://127.0.0.1:${this.portOf('http')}`;
  }

  /** The console as links to people name it: `http.publicUrl` of the settings, else the console on this machine. */
  get linkUrl(): string {
    return this.publicConsoleUrl === '' ? this.consoleUrl : this.publicConsoleUrl.replace(/\/$/, '');
  }

  private portOf(door: keyof Ports): number {
    const port = this.known[door];
    if (port === undefined) throw new Error(`The service does not listen yet (${door})`);
    return port;
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
