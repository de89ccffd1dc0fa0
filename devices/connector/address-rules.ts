import { BlockList, isIPv6 } from 'node:net';

export interface AddressRuleOptions {
  /** Networks that cameras may lie in, as `192.168.0.0/16`. */
  readonly allowedNetworks: readonly string[];
  /** Ports of the service itself, refused on `ownAddresses` whatever is allowed. */
  readonly ownPorts: readonly number[];
  readonly ownAddresses: readonly string[];
}

/** Where cameras of a commune lie: private networks (RFC 1918, RFC 4193) and carrier-grade NAT of 4G routers. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/** Never a camera, whatever a setting says: link-local (cloud metadata lies there), unspecified, multicast. */
const NEVER: readonly string[] = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'ff00::/8',
];

/** Decides on resolved addresses, at each connection: a name that resolves elsewhere later gains nothing. */
export class AddressRules {
  private readonly allowed: BlockList;
  private readonly never = listOf(NEVER);
  private readonly own: BlockList;
  private readonly ownPorts: ReadonlySet<number>;

  /** @throws RangeError naming the network that cannot be read */
  constructor(options: AddressRuleOptions) {
    this.allowed = listOf(options.allowedNetworks);
    this.own = listOf([
      ...options.ownAddresses.map((one) => `${one}/${isIPv6(one) ? '128' : '32'}`),
      '127.0.0.0/8',
      '::1/128',
    ]);
    this.ownPorts = new Set(options.ownPorts);
  }

  /** Why this address may not be connected to; undefined when it may. */
  refusal(address: string, port: number): string | undefined {
    const plain =
      address.toLowerCase().startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
    const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
    if (this.never.check(plain, family)) return 'no camera lies there';
    if (this.ownPorts.has(port) && this.own.check(plain, family)) return 'that is the service itself';
    return this.allowed.check(plain, family) ? undefined : 'outside the allowed networks';
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    try {
      // One address by itself is that address, and not the whole Internet.
      if (bits === undefined) list.addAddress(address, isIPv6(address) ? 'ipv6' : 'ipv4');
      else if (!/^\d{1,3}$/.test(bits)) throw new RangeError('no prefix length');
      else list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
    } catch (error) {
      throw new RangeError(`${network} is not a network such as 192.168.0.0/16`, { cause: error });
    }
  }
  return list;
}
