import type { CameraFindings, CameraSearch } from '../protocol/camera-messages.ts';
import { macIn } from '../protocol/camera-identity.ts';
import type { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { CameraSession } from './camera-session.undici.ts';
import { addressesIn, scopeText } from './discovery.ts';
import type { Answer } from './discovery.ts';
import { discover } from './discovery.udp.ts';
import { endpointIn } from './self-description.ts';
import { DEVICE } from './soap.ts';

export type Findings = Omit<CameraFindings, 'v' | 'commune' | 'asset' | 'box' | 'at'>;

/** Where makers have ONVIF when it is not at 80: Hikvision and Reolink 8000, Tapo 2020, Xiongmai 8899, others 8080. */
const PORTS = [80, 8000, 8080, 8899, 2020] as const;
const WAIT_MS = 2_500;
/** A camera in the same network answers an open question within a tenth of it. */
const KNOCK_MS = 1_500;
const KNOCKS_AT_ONCE = 24;
const TELL_EVERY_MS = 1_000;
const MOST_FOUND = 1_000;

/**
 * One search of a site: WS-Discovery by multicast and address by address, then an open question (the time) at the usual
 * ports of addresses that were silent. No password is used, and nothing that was found is held by this.
 */
export class SiteSearch {
  private readonly stopping = new AbortController();
  private readonly found = new Map<string, Findings['found'][number]>();
  private asked = 0;
  private of = 0;
  private disbelieved = 0;

  constructor(
    private readonly search: string,
    private readonly rules: AddressRules,
    private readonly tell: (findings: Findings) => void,
  ) {}

  cancel(): void {
    this.stopping.abort();
  }

  async run(ranges: CameraSearch['ranges']): Promise<void> {
    let targets: string[];
    try {
      targets = addressesIn(ranges, this.rules);
    } catch (error) {
      this.say('refused', error instanceof RangeError ? error.message : 'the ranges cannot be read');
      return;
    }
    if (ranges.length > 0 && targets.length === 0) {
      this.say('refused', 'no address of the ranges is allowed here');
      return;
    }
    this.of = targets.length * 2;
    this.say('running');
    const telling = setInterval(() => this.say('running'), TELL_EVERY_MS);
    const { signal } = this.stopping;
    try {
      await discover({
        ...{ rules: this.rules, targets, waitMs: WAIT_MS, signal },
        onAnswer: (answer) => this.note(answer),
        onAsked: (count) => (this.asked += count),
        onDisbelieved: () => (this.disbelieved += 1),
      });
      const heard = new Set(
        [...this.found.values()].map(({ address }) => readCameraAddress(address).hostname),
      );
      await this.knock(targets.filter((one) => !heard.has(one)));
    } finally {
      clearInterval(telling);
    }
    this.asked = signal.aborted ? this.asked : this.of;
    this.say(signal.aborted ? 'cancelled' : 'done');
  }

  private note({ address, endpoint, scopes }: Answer): void {
    if (this.found.size >= MOST_FOUND || this.found.has(address)) return;
    this.found.set(address, {
      ...{ address, endpoint, scopes: [...scopes], mac: macIn(endpoint) },
      ...{ name: scopeText(scopes, 'name'), hardware: scopeText(scopes, 'hardware') },
    });
  }

  /** A few doors at a time, so that a 4G router with a small table of connections keeps working. */
  private async knock(hosts: readonly string[]): Promise<void> {
    this.asked = this.of - hosts.length;
    const waiting = [...hosts];
    const work = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        if (this.stopping.signal.aborted) return;
        for (const port of PORTS) await this.ask(`http://${host}:${String(port)}`);
        this.asked += 1;
      }
    };
    await Promise.all(Array.from({ length: KNOCKS_AT_ONCE }, work));
  }

  private async ask(origin: string): Promise<void> {
    const address = readCameraAddress(origin);
    if (this.stopping.signal.aborted || this.rules.refusal(address.hostname, address.port) !== undefined)
      return;
    const session = new CameraSession({
      ...{ address, username: '', password: '', rules: this.rules, certificate: null, now: Date.now },
    });
    const open = {
      signed: false,
      deadlineMs: KNOCK_MS,
      signal: this.stopping.signal,
      largestBytes: 64 * 1024,
    };
    const question = (operation: string) => ({
      action: `${DEVICE}/${operation}`,
      body: `<${operation} xmlns="${DEVICE}"/>`,
    });
    try {
      const time = await session.call(address.devicePath, question('GetSystemDateAndTime'), open);
      if (time.name !== 'GetSystemDateAndTimeResponse') return;
      const endpoint = await session
        .call(address.devicePath, question('GetEndpointReference'), open)
        .then(endpointIn, () => null);
      this.note({ address: `${address.origin}${address.devicePath}`, endpoint, scopes: [] });
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
    } finally {
      await session.close();
    }
  }

  private say(state: Findings['state'], detail = ''): void {
    const { search, asked, of, disbelieved } = this;
    this.tell({ search, state, detail, asked, of, disbelieved, found: [...this.found.values()] });
  }
}
