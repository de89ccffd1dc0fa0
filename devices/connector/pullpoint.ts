import { ownAddress, type CameraAddress } from './camera-address.ts';
import { CameraFault, isNo } from './camera-fault.ts';
import { noticesIn, type Notice } from './notice.ts';
import { cameraInstants } from './occurred-at.ts';
import { DEVICE, EVENTS, NOTIFICATION, type SoapCall } from './soap.ts';
import { escapeXml, find, textAt, type XmlElement } from './xml.ts';

/** Whatever carries a signed SOAP call to the camera (camera-session.undici.ts). */
export interface SoapCaller {
  readonly address: CameraAddress;
  call(
    path: string,
    call: SoapCall,
    options: { readonly deadlineMs: number; readonly isLongPoll?: boolean; readonly signal?: AbortSignal },
  ): Promise<XmlElement>;
}

export interface Subscription {
  /** The address that the camera gave, word for word: it checks `wsa:To` against it. Empty where it gave none. */
  readonly to: string;
  /** Where the calls really go, as `ownAddress` has it. */
  readonly path: string;
  /** Ready to send back in headers (Axis keeps the subscription's number there). */
  readonly referenceParameters: string;
}

export interface Pulled {
  readonly notices: readonly Notice[];
  /** What the camera says is left of the subscription; undefined when it does not say. */
  readonly remainingMs: number | undefined;
}

const CALL_MS = 10_000;
const LONGEST_PARAMETERS = 2_000;
const PULL_POINT = `${EVENTS}/PullPointSubscription`;
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';

/**
 * Where the camera's event service is. GetServices, else GetCapabilities (older than 2010's core 2.0), else the path
 * that most makers use.
 *
 * @throws CameraFault other than `soap-fault` and `http`, `password-refused` above all
 */
export async function findEventService(caller: SoapCaller, devicePath: string): Promise<string> {
  const options = { deadlineMs: CALL_MS };
  try {
    const body = `<GetServices xmlns="${DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>`;
    const answer = await caller.call(devicePath, { action: `${DEVICE}/GetServices`, body }, options);
    const service = answer.children.find((one) => textAt(one, 'Namespace') === EVENTS);
    const address = textAt(service, 'XAddr');
    const path = address === undefined ? undefined : ownAddress(address, caller.address);
    if (path !== undefined) return path;
  } catch (error) {
    if (!isNo(error)) throw error;
  }
  try {
    const body = `<GetCapabilities xmlns="${DEVICE}"><Category>Events</Category></GetCapabilities>`;
    const answer = await caller.call(devicePath, { action: `${DEVICE}/GetCapabilities`, body }, options);
    const address = textAt(answer, 'Capabilities', 'Events', 'XAddr');
    const path = address === undefined ? undefined : ownAddress(address, caller.address);
    if (path !== undefined) return path;
  } catch (error) {
    if (!isNo(error)) throw error;
  }
  return '/onvif/event_service';
}

/** @throws CameraFault */
export async function subscribe(
  caller: SoapCaller,
  eventPath: string,
  lifeSeconds: number,
): Promise<{ subscription: Subscription; remainingMs: number | undefined }> {
  const answer = await caller.call(
    eventPath,
    {
      action: `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`,
      body:
        `<tev:CreatePullPointSubscription xmlns:tev="${EVENTS}">` +
        `<tev:InitialTerminationTime>PT${String(lifeSeconds)}S</tev:InitialTerminationTime></tev:CreatePullPointSubscription>`,
    },
    { deadlineMs: CALL_MS },
  );
  const reference = find(answer, 'SubscriptionReference');
  if (reference === undefined)
    throw new CameraFault('refused-answer', 'the answer was refused: no subscription address');
  // Empty at some (OMNY, go2rtc issue 2302) and a name at others (`urn:uuid:…`): their event service itself is pulled.
  const to = textAt(reference, 'Address') ?? '';
  const parameters = (find(reference, 'ReferenceParameters')?.children ?? [])
    .map(referenceParameter)
    .join('');
  if (parameters.length > LONGEST_PARAMETERS) {
    throw new CameraFault('refused-answer', 'the answer was refused: reference parameters too long');
  }
  return {
    subscription: { to, path: ownAddress(to, caller.address) ?? eventPath, referenceParameters: parameters },
    remainingMs: remaining(answer),
  };
}

/**
 * Waits up to `waitSeconds` for messages.
 *
 * @throws CameraFault; `soap-fault` when the camera no longer knows the subscription
 */
export async function pull(
  caller: SoapCaller,
  subscription: Subscription,
  options: {
    readonly waitSeconds: number;
    readonly limit: number;
    readonly deadlineMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<Pulled> {
  const answer = await caller.call(
    subscription.path,
    {
      ...subscription,
      action: `${PULL_POINT}/PullMessagesRequest`,
      body:
        `<tev:PullMessages xmlns:tev="${EVENTS}"><tev:Timeout>PT${String(options.waitSeconds)}S</tev:Timeout>` +
        `<tev:MessageLimit>${String(options.limit)}</tev:MessageLimit></tev:PullMessages>`,
    },
    {
      deadlineMs: options.deadlineMs,
      isLongPoll: true,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return { notices: noticesIn(expecting(answer, 'PullMessagesResponse')), remainingMs: remaining(answer) };
}

/** @throws CameraFault */
export async function renew(
  caller: SoapCaller,
  subscription: Subscription,
  lifeSeconds: number,
): Promise<number | undefined> {
  const answer = await caller.call(
    subscription.path,
    {
      ...subscription,
      action: `${MANAGER}/RenewRequest`,
      body:
        `<wsnt:Renew xmlns:wsnt="${NOTIFICATION}"><wsnt:TerminationTime>PT${String(lifeSeconds)}S</wsnt:TerminationTime>` +
        '</wsnt:Renew>',
    },
    { deadlineMs: CALL_MS },
  );
  return remaining(expecting(answer, 'RenewResponse'));
}

/** @throws CameraFault */
export async function unsubscribe(
  caller: SoapCaller,
  subscription: Subscription,
  deadlineMs: number,
): Promise<void> {
  await caller.call(
    subscription.path,
    {
      ...subscription,
      action: `${MANAGER}/UnsubscribeRequest`,
      body: `<wsnt:Unsubscribe xmlns:wsnt="${NOTIFICATION}"/>`,
    },
    { deadlineMs },
  );
}

/** An answer to something else is none: read as an empty one, it would hide that the camera tells nothing. */
function expecting(answer: XmlElement, name: string): XmlElement {
  if (answer.name === name) return answer;
  throw new CameraFault('refused-answer', `the answer was refused: not a ${name}`);
}

/** By the camera's own two times, so that its clock's error does not matter. */
function remaining(answer: XmlElement): number | undefined {
  const [ends] = cameraInstants(textAt(answer, 'TerminationTime') ?? '');
  const [now] = cameraInstants(textAt(answer, 'CurrentTime') ?? '');
  // Some cameras answer an end that has already come (Vista) and go on all the same: they have said nothing.
  return ends === undefined || now === undefined || ends <= now ? undefined : ends - now;
}

function referenceParameter(element: XmlElement): string {
  const inside = element.children.map(referenceParameter).join('');
  // A prefix cannot be bound to no namespace; some cameras write prefixes that they never bound.
  const [name, bound] =
    element.namespace === ''
      ? [element.name, '']
      : [`p:${element.name}`, ` xmlns:p="${escapeXml(element.namespace)}"`];
  return `<${name}${bound} a:IsReferenceParameter="true">${escapeXml(element.text)}${inside}</${name}>`;
}
