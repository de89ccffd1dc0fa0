import { BlockList, isIP, isIPv6 } from 'node:net';
import { Failure } from '../base/failure.ts';

/** Of a device service whose address names no path; as the connector has it. */
const usualPath = '/onvif/device_service';

/** Where a camera is, as far as a connection is concerned. */
export interface CameraPlace {
  readonly hostname: string;
  readonly port: number;
}

/** @throws Failure `cameras.bad-address` naming the field: another scheme, a password in the address, no address */
export function readCameraAddress(text: string): CameraPlace {
  // `URL` also understands 0x7f.1 and 2130706433, which are addresses in disguise: from here on they are plain.
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null) throw badAddress('not an address: host, host:port or the URL of the device service');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badAddress('only http and https');
  if (url.username !== '' || url.password !== '')
    throw badAddress('user and password have fields of their own');
  if (/\s/.test(text)) throw badAddress('no blanks in an address');
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port),
  };
}

/** One text for one device service, however its address was written; what cannot be read stands for itself. */
export function placeOf(text: string): string {
  try {
    const { hostname, port } = readCameraAddress(text);
    const path = /^(?:https?:\/\/)?[^/?#]*(.*)$/i.exec(text.trim())?.[1] ?? '';
    return `${hostname.toLowerCase()} ${port} ${path === '' || path === '/' ? usualPath : path}`;
  } catch {
    return text.trim().toLowerCase();
  }
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Which addresses a camera may have, so that nobody uses the connector to reach into other networks. */
export class CameraRanges {
  private readonly allowed: BlockList;
  private readonly ownAddresses: BlockList;

  /** @param ranges as `192.168.0.0/16` or one address; @param own addresses of this machine besides loopback */
  constructor(ranges: readonly string[], own: readonly string[]) {
    this.allowed = listOf(ranges);
    this.ownAddresses = listOf([...own, '127.0.0.0/8', '::1']);
  }

  /**
   * @param ownPorts the service's own, refused on this machine's addresses whatever is allowed
   * @throws Failure `cameras.address-not-allowed`, `cameras.own-address`
   */
  refuse(address: string, port: number, ownPorts: readonly number[]): void {
    const plain = /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
    const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
    if (isIP(plain) === 0 || !this.allowed.check(plain, family))
      throw badAddress('outside cameras.allowedRanges', 'cameras.address-not-allowed');
    if (ownPorts.includes(port) && this.ownAddresses.check(plain, family))
      throw badAddress('this is the service itself', 'cameras.own-address');
  }
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

export function badAddress(message: string, code = 'cameras.bad-address'): Failure {
  return new Failure('invalid', code, `The camera's address: ${message}`, {
    fields: [{ path: 'address', code, message }],
  });
}
