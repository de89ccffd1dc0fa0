import { isIPv4 } from 'node:net';
import type { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { find, readXml, textAt, type XmlElement } from './xml.ts';

/** UDP, by WS-Discovery. */
export const PROBE_PORT = 3702;
const DISCOVERY = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
/** A match of a real camera has 1 to 2 kB; the reader is not given what an attacker would send. */
const LARGEST_BYTES = 16 * 1024;
const MOST_MATCHES = 8;
const MOST_SCOPES = 50;

/** What a device says of itself openly; nothing of it is proved. */
export interface Answer {
  /** Its device service, at the very address that it answered from. */
  readonly address: string;
  readonly endpoint: string | null;
  readonly scopes: readonly string[];
}

/** As what ONVIF devices call themselves: the older all say the first, some newer answer to the second alone. */
export const PROBED_TYPES = [
  'xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter',
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device',
] as const;

/** Asks who is there. @param type one of `PROBED_TYPES` */
export function probeText(messageId: string, type: (typeof PROBED_TYPES)[number]): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    `xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="${DISCOVERY}"><s:Header>` +
    `<a:Action s:mustUnderstand="1">${DISCOVERY}/Probe</a:Action><a:MessageID>urn:uuid:${messageId}</a:MessageID>` +
    '<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>' +
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>' +
    `<s:Body><d:Probe><d:Types ${type}</d:Types></d:Probe></s:Body></s:Envelope>`
  );
}

/**
 * The devices in one packet. An address that a packet names is believed only where it is the sender's own and allowed:
 * else anybody in the network could send the connector anywhere (FAULTS C5).
 *
 * @param from the packet's sender
 */
export function answersIn(
  bytes: Uint8Array,
  from: string,
  rules: AddressRules,
): { answers: Answer[]; disbelieved: number } {
  if (bytes.length > LARGEST_BYTES) return { answers: [], disbelieved: 1 };
  let matches: readonly XmlElement[];
  try {
    const envelope = readXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const body = find(envelope, 'Body');
    const hello = find(body, 'Hello');
    matches = hello === undefined ? (find(body, 'ProbeMatches')?.children ?? []) : [hello];
  } catch {
    return { answers: [], disbelieved: 1 };
  }
  const answers = matches
    .filter((one) => (one.name === 'ProbeMatch' || one.name === 'Hello') && isCamera(one))
    .slice(0, MOST_MATCHES)
    .map((match) => answerIn(match, from, rules));
  const good = answers.filter((one) => one !== null);
  return { answers: good, disbelieved: answers.length - good.length };
}

/** Computers and printers speak WS-Discovery too, and some answer to every question. */
function isCamera(match: XmlElement): boolean {
  const types = textAt(match, 'Types');
  if (types === undefined || /\b(?:NetworkVideo\w+|tds:Device)\b/.test(types)) return true;
  return /\bonvif:\/\//i.test(textAt(match, 'Scopes') ?? '');
}

function answerIn(match: XmlElement, from: string, rules: AddressRules): Answer | null {
  const given = (textAt(match, 'XAddrs') ?? '').split(/\s+/).slice(0, 16);
  // A server that was told to listen everywhere tells that it is everywhere (onvif_srvd): it is where it answers from.
  const everywhere = /^(https?:\/\/)(?:0\.0\.0\.0|\[::\]|(?=[:/]))/i;
  const address = [...given, ...given.map((one) => one.replace(everywhere, `$1${from}`))].find((one) =>
    isOwnAddress(one, from, rules),
  );
  if (address === undefined) return null;
  const endpoint = textAt(match, 'EndpointReference', 'Address')?.replace(/^urn:uuid:/i, '') ?? null;
  const scopes = (textAt(match, 'Scopes') ?? '').split(/\s+/).filter((one) => one !== '');
  return {
    address: address.slice(0, 300),
    endpoint: endpoint?.slice(0, 200) ?? null,
    scopes: scopes.slice(0, MOST_SCOPES).map((one) => one.slice(0, 300)),
  };
}

function isOwnAddress(given: string, from: string, rules: AddressRules): boolean {
  try {
    const { hostname, port } = readCameraAddress(given);
    return hostname === from && rules.refusal(hostname, port) === undefined;
  } catch {
    return false;
  }
}

/** The text after `onvif://www.onvif.org/{kind}/` of the first such scope, readable. */
export function scopeText(scopes: readonly string[], kind: 'name' | 'hardware'): string | null {
  const start = `onvif://www.onvif.org/${kind}/`;
  const found = scopes.find((one) => one.toLowerCase().startsWith(start))?.slice(start.length);
  if (found === undefined || found === '') return null;
  try {
    return decodeURIComponent(found).slice(0, 200);
  } catch {
    return found.slice(0, 200);
  }
}

/** More at once would be scanning, and the console would show nobody's list. */
export const MOST_TARGETS = 1_024;

/**
 * The addresses of IPv4 ranges, those that the rules forbid left out.
 *
 * @throws RangeError naming the range that cannot be read, or when there are more than `MOST_TARGETS`
 */
export function addressesIn(ranges: readonly string[], rules: AddressRules): string[] {
  const found = new Set<string>();
  for (const range of ranges) {
    const [address = '', bits = '32'] = range.trim().split('/');
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32)
      throw new RangeError(`${range} is not a range such as 192.168.1.0/24`);
    const size = 2 ** (32 - Number(bits));
    if (size > MOST_TARGETS) throw new RangeError(`${range} has more than ${String(MOST_TARGETS)} addresses`);
    const whole = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const start = whole - (whole % size);
    for (let at = 0; at < size; at++) {
      const one = [24, 16, 8, 0].map((shift) => Math.floor((start + at) / 2 ** shift) % 256).join('.');
      // The network's own address and its broadcast address are nobody's.
      const isNobody = size > 2 && (at === 0 || at === size - 1);
      if (!isNobody && rules.refusal(one, 0) === undefined) found.add(one);
    }
    if (found.size > MOST_TARGETS) throw new RangeError(`more than ${String(MOST_TARGETS)} addresses`);
  }
  return [...found];
}
