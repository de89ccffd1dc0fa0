import { ownAddress, type CameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import type { CallOptions } from './camera-session.undici.ts';
import { plainTopic } from './notice.ts';
import { DEVICE, EVENTS, type SoapCall } from './soap.ts';
import { textAt, type XmlElement } from './xml.ts';

/** What a camera says of itself beyond its name plate; empty where it says nothing, never guessed. */
export interface SelfDescription {
  readonly hardware: string | null;
  /** Namespaces. */
  readonly services: readonly string[];
  readonly topics: readonly DeclaredTopic[];
  readonly scopes: readonly string[];
  /** Lower case, with colons. */
  readonly macs: readonly string[];
  readonly endpoint: string | null;
  /** Whether a profile carries sound; null when it has no profile. */
  readonly audio: boolean | null;
}

export interface DeclaredTopic {
  readonly topic: string;
  /** It has a state that goes on and off; else it is told of once. */
  readonly property: boolean;
}

interface Caller {
  readonly address: CameraAddress;
  call(path: string, call: SoapCall, options: CallOptions): Promise<XmlElement>;
}

const CALL_MS = 8_000;
const LARGEST_ANSWER_BYTES = 256 * 1024;
const MOST_SERVICES = 50;
const MOST_TOPICS = 300;
const MOST_SCOPES = 50;
const MOST_MACS = 8;

/**
 * Asks what the contract's passport wants to know. Each question is optional: a camera that knows none of them has an
 * empty description. The first refusal ends the asking, since a weak account would be refused each time and some
 * cameras count that.
 *
 * @throws CameraFault `unreachable` only
 */
export async function describeSelf(
  caller: Caller,
  devicePath: string,
  known: ReadonlyMap<string, XmlElement>,
): Promise<SelfDescription> {
  let refused = false;
  const ask = async (path: string, namespace: string, operation: string): Promise<XmlElement | undefined> => {
    if (refused) return undefined;
    const call = {
      action:
        namespace === EVENTS ? `${EVENTS}/EventPortType/${operation}Request` : `${namespace}/${operation}`,
      body:
        operation === 'GetServices'
          ? `<GetServices xmlns="${DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>`
          : `<${operation} xmlns="${namespace}"/>`,
    };
    try {
      return await caller.call(path, call, {
        deadlineMs: CALL_MS,
        largestBytes: LARGEST_ANSWER_BYTES,
        isOptional: true,
      });
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind === 'unreachable') throw error;
      refused ||= error.kind === 'password-refused';
      return undefined;
    }
  };
  const services = known.get('GetServicesResponse') ?? (await ask(devicePath, DEVICE, 'GetServices'));
  const eventPath = servicePath(services, EVENTS, caller.address);
  const topics = await ask(eventPath ?? '/onvif/event_service', EVENTS, 'GetEventProperties');
  const scopes = await ask(devicePath, DEVICE, 'GetScopes');
  const networks = await ask(devicePath, DEVICE, 'GetNetworkInterfaces');
  const endpoint = await ask(devicePath, DEVICE, 'GetEndpointReference');
  return {
    hardware: textAt(known.get('GetDeviceInformationResponse'), 'HardwareId')?.slice(0, 200) ?? null,
    services: servicesIn(services),
    topics: topicsIn(topics),
    scopes: scopesIn(scopes),
    macs: macsIn(networks),
    endpoint: endpointIn(endpoint),
    audio: audioIn(known.get('GetProfilesResponse')),
  };
}

export function servicesIn(answer: XmlElement | undefined): string[] {
  return unique(
    (answer?.children ?? []).flatMap((one) => textAt(one, 'Namespace') ?? []),
    200,
  ).slice(0, MOST_SERVICES);
}

/** The leaves of the topic tree: an element that is marked as a topic, or that carries a message's description. */
export function topicsIn(answer: XmlElement | undefined): DeclaredTopic[] {
  const found = new Map<string, DeclaredTopic>();
  const walk = (element: XmlElement, above: readonly string[]): void => {
    if (found.size >= MOST_TOPICS) return;
    const path = [...above, element.name];
    const message = element.children.find((one) => one.name === 'MessageDescription');
    if (message !== undefined || /^(true|1)$/i.test(element.attributes.get('topic') ?? '')) {
      const topic = plainTopic(path.join('/')).slice(0, 300);
      const property = /^(true|1)$/i.test(message?.attributes.get('IsProperty') ?? '');
      found.set(topic, { topic, property });
    }
    for (const child of element.children) if (child.name !== 'MessageDescription') walk(child, path);
  };
  const set = answer?.children.find((one) => one.name === 'TopicSet');
  for (const child of set?.children ?? []) walk(child, []);
  return [...found.values()];
}

export function scopesIn(answer: XmlElement | undefined): string[] {
  return unique(
    (answer?.children ?? []).flatMap((one) => textAt(one, 'ScopeItem') ?? []),
    300,
  ).slice(0, MOST_SCOPES);
}

/** Cameras write colons, dashes or nothing; an interface of only noughts is none. */
export function macsIn(answer: XmlElement | undefined): string[] {
  const written = (answer?.children ?? []).flatMap((one) => textAt(one, 'Info', 'HwAddress') ?? []);
  return unique(
    written.flatMap((text) => {
      const hex = text.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
      return hex.length === 12 && !/^(0+|f+)$/.test(hex) ? [(hex.match(/../g) ?? []).join(':')] : [];
    }),
    17,
  ).slice(0, MOST_MACS);
}

export function endpointIn(answer: XmlElement | undefined): string | null {
  const text = textAt(answer, 'GUID')?.trim() ?? '';
  return text === '' ? null : text.replace(/^urn:uuid:/i, '').slice(0, 200);
}

function audioIn(profiles: XmlElement | undefined): boolean | null {
  if (profiles === undefined) return null;
  return profiles.children.some((one) =>
    one.children.some(
      ({ name }) => name === 'AudioEncoderConfiguration' || name === 'AudioSourceConfiguration',
    ),
  );
}

/** As `ownAddress` has it; undefined: it does not offer it. */
export function servicePath(
  services: XmlElement | undefined,
  namespace: string,
  camera: CameraAddress,
): string | undefined {
  const service = services?.children.find((one) => textAt(one, 'Namespace') === namespace);
  const address = textAt(service, 'XAddr');
  return address === undefined ? undefined : ownAddress(address, camera);
}

function unique(texts: readonly string[], longest: number): string[] {
  const plain = texts.map((text) => text.trim().slice(0, longest)).filter((text) => text !== '');
  return [...new Set(plain)];
}
