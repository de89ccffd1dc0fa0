import type { Camera } from './camera.ts';
import { durationMs, lifeMs } from './durations.ts';
import { NS } from './namespaces.ts';
import type { PullPoint } from './pull-points.ts';
import { badArguments, SoapFault } from './soap-fault.ts';
import { child, type XmlNode } from './xml-text.ts';

const DEFAULT_LIFE_MS = 60_000;
const LONGEST_PULL_MS = 60_000;
const MOST_MESSAGES = 100;
const HELD_MS = 60_000;

/** Prefixes of topics, declared on every answer that carries notices. */
const TOPIC_PREFIXES = [
  `xmlns:tns1="${NS.topics}"`,
  ...['tnsaxis', 'tnshik', 'tnsajax', 'tnssamsung', 'tnsavg', 'tnsav', 'tnsn'].map(
    (prefix) => `xmlns:${prefix}="urn:loa-lang:topics:${prefix}"`,
  ),
].join(' ');

const unknownSubscription = (): SoapFault =>
  new SoapFault('Sender', ['ter:InvalidArgVal', 'wsa5:InvalidAddress'], 'The subscription does not exist');

/** The body of an answer of the event service itself; undefined when the operation is not implemented. */
export function eventAnswer(camera: Camera, request: XmlNode, base: string): string | undefined {
  switch (request.name) {
    case 'GetServiceCapabilities':
      return (
        `<tev:GetServiceCapabilitiesResponse xmlns:tev="${NS.events}"><tev:Capabilities WSPullPointSupport="true" ` +
        'WSSubscriptionPolicySupport="false" MaxPullPoints="8" MaxNotificationProducers="0"/></tev:GetServiceCapabilitiesResponse>'
      );
    case 'GetEventProperties':
      return (
        `<tev:GetEventPropertiesResponse xmlns:tev="${NS.events}" xmlns:wsnt="${NS.wsnt}" xmlns:wstop="http://docs.oasis-open.org/wsn/t-1" ${TOPIC_PREFIXES}>` +
        '<tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>' +
        `<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>${topicSet(camera)}</wstop:TopicSet>` +
        '<wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet</wsnt:TopicExpressionDialect>' +
        '</tev:GetEventPropertiesResponse>'
      );
    case 'CreatePullPointSubscription':
      return create(camera, request, base);
    default:
      return undefined;
  }
}

/**
 * The body of an answer of one subscription; undefined when the operation is not implemented.
 *
 * @param hasGone whether the client's connection has closed
 */
export async function subscriptionAnswer(
  camera: Camera,
  request: XmlNode,
  id: string,
  hasGone: () => boolean,
): Promise<string | undefined> {
  const point = camera.points.find(id);
  if (point === undefined) throw unknownSubscription();
  switch (request.name) {
    case 'PullMessages':
      return pull(camera, request, point, hasGone);
    case 'Renew': {
      if (camera.faults.has('renew-refused')) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Renew is not supported');
      }
      const life = termination(child(request, NS.wsnt, 'TerminationTime')?.text, camera.now());
      camera.points.extend(point, life);
      const answer =
        `<wsnt:RenewResponse xmlns:wsnt="${NS.wsnt}"><wsnt:TerminationTime>${camera.terminationText(point)}</wsnt:TerminationTime>` +
        `<wsnt:CurrentTime>${camera.utcText()}</wsnt:CurrentTime></wsnt:RenewResponse>`;
      if (camera.faults.has('renew-breaks')) camera.points.remove(id);
      return answer;
    }
    case 'Unsubscribe':
      if (camera.faults.has('unsubscribe-kills-all')) camera.points.removeAll();
      else camera.points.remove(id);
      return `<wsnt:UnsubscribeResponse xmlns:wsnt="${NS.wsnt}"/>`;
    case 'SetSynchronizationPoint':
      camera.points.push(point, camera.initialMessages());
      return `<tev:SetSynchronizationPointResponse xmlns:tev="${NS.events}"/>`;
    default:
      return undefined;
  }
}

function create(camera: Camera, request: XmlNode, base: string): string {
  if (camera.faults.has('create-refused')) {
    throw new SoapFault('Receiver', ['ter:Action'], 'Subscriptions are not possible now');
  }
  const life = termination(child(request, NS.events, 'InitialTerminationTime')?.text, camera.now());
  const point = camera.points.create(life, camera.initialMessages());
  if (point === undefined)
    throw new SoapFault('Receiver', ['ter:Action', 'ter:MaxPullPoints'], 'All pull points are taken');
  camera.tally.subscribedAt = Date.now();
  return (
    `<tev:CreatePullPointSubscriptionResponse xmlns:tev="${NS.events}" xmlns:wsa5="${NS.wsa}" xmlns:wsnt="${NS.wsnt}">` +
    `<tev:SubscriptionReference><wsa5:Address>${base}/onvif/subscription/${point.id}</wsa5:Address></tev:SubscriptionReference>` +
    `<wsnt:CurrentTime>${camera.utcText()}</wsnt:CurrentTime>` +
    `<wsnt:TerminationTime>${camera.terminationText(point)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`
  );
}

async function pull(
  camera: Camera,
  request: XmlNode,
  point: PullPoint,
  hasGone: () => boolean,
): Promise<string> {
  if (camera.faults.has('pull-fault'))
    throw new SoapFault('Receiver', ['ter:Action'], 'Messages cannot be pulled');
  const timeout = durationMs(child(request, NS.events, 'Timeout')?.text ?? '');
  const limit = Number(child(request, NS.events, 'MessageLimit')?.text ?? '');
  if (timeout === undefined || !Number.isInteger(limit) || limit < 1)
    throw badArguments('Timeout or MessageLimit');
  if (timeout > LONGEST_PULL_MS || limit > MOST_MESSAGES) {
    throw new SoapFault(
      'Sender',
      ['ter:InvalidArgVal'],
      'Timeout or MessageLimit is too large',
      400,
      `<tev:PullMessagesFaultResponse xmlns:tev="${NS.events}"><tev:MaxTimeout>PT60S</tev:MaxTimeout>` +
        `<tev:MaxMessageLimit>${String(MOST_MESSAGES)}</tev:MaxMessageLimit></tev:PullMessagesFaultResponse>`,
    );
  }
  const life = camera.points.remainingMs(point);
  if (camera.faults.has('flood')) camera.points.push(point, camera.floodMessages());
  const waitMs = camera.faults.has('holds-pulls') ? (camera.identity.holdsForMs ?? HELD_MS) : timeout;
  const messages = await camera.points.pull(point, waitMs, limit);
  if (messages === undefined) throw unknownSubscription();
  // Whoever asked was killed meanwhile: the messages wait for whoever comes next.
  if (hasGone() && !camera.faults.has('tells-nobody')) point.queue.unshift(...messages);
  if (!camera.faults.has('pull-does-not-renew')) {
    camera.points.extend(point, Math.max(life, DEFAULT_LIFE_MS));
  }
  return (
    `<tev:PullMessagesResponse xmlns:tev="${NS.events}" xmlns:wsnt="${NS.wsnt}" xmlns:tt="${NS.schema}" ${TOPIC_PREFIXES}>` +
    `<tev:CurrentTime>${camera.utcText()}</tev:CurrentTime><tev:TerminationTime>${camera.terminationText(point)}</tev:TerminationTime>` +
    `${messages.join('')}</tev:PullMessagesResponse>`
  );
}

function termination(text: string | undefined, nowMs: number): number {
  if (text === undefined) return DEFAULT_LIFE_MS;
  const life = lifeMs(text, nowMs);
  if (life === undefined) {
    throw new SoapFault(
      'Sender',
      ['ter:InvalidArgVal'],
      'The termination time is not acceptable',
      400,
      `<wsnt:UnacceptableTerminationTimeFault xmlns:wsnt="${NS.wsnt}"/>`,
    );
  }
  return life;
}

function topicSet(camera: Camera): string {
  return camera
    .topics()
    .map(({ topic, source, on, property }) => {
      const segments = topic.split('/');
      const item = (name: string): string => `<tt:SimpleItemDescription Name="${name}" Type="xs:string"/>`;
      const message =
        `<tt:MessageDescription xmlns:tt="${NS.schema}" IsProperty="${String(property)}">` +
        `<tt:Source>${source.map(([name]) => item(name)).join('')}</tt:Source>` +
        `<tt:Data>${on.map(([name]) => item(name)).join('')}</tt:Data></tt:MessageDescription>`;
      return segments.reduceRight(
        (inner, segment, index) =>
          `<${segment}${index === segments.length - 1 ? ' wstop:topic="true"' : ''}>${inner}</${segment}>`,
        message,
      );
    })
    .join('');
}
