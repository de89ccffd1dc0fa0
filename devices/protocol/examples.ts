import { createPrivateKey, createPublicKey } from 'node:crypto';
import { airingId } from './airing-id.ts';
import { keyIdOf, readPrivateKey, seal } from './envelope.ts';
import type { KeyPair, MessageType } from './envelope.ts';
import type { Committed, Hello, Welcome } from './box-messages.ts';
import type { Membership } from './enrolment-messages.ts';
import type { AudioRef, Order, Programme, Receipts, Status } from './pole-messages.ts';
import { topics } from './topics.ts';
import { certify } from './trust.ts';

/** One message as it travels, for makers of other boxes to hold their own code against. */
export interface Example {
  readonly direction: 'to the box' | 'to the service';
  readonly topic: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly type: MessageType;
  readonly message: unknown;
  /** The exact bytes of the MQTT payload. */
  readonly envelope: string;
}

/** Keys that everybody knows: for these examples and for nothing else. */
function publicKnowledge(byte: number): KeyPair {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([head, Buffer.alloc(32, byte)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  return { keyId: keyIdOf(publicKey), publicKey, privateKey: der.toString('base64') };
}

export const exampleKeys = { root: publicKnowledge(1), service: publicKnowledge(2), box: publicKnowledge(3) };
/** When the examples are good: 21 November 2026, 05:00 in Viet Nam. */
export const exampleNow = Date.parse('2026-11-20T22:00:00Z');
export const exampleCommune = '01938f5a-7a00-7000-8000-000000000001';
export const examplePole = '01938f5a-7a00-7000-8000-000000000002';
export const exampleBox = '01938f5a-7a00-7000-8000-000000000003';

/** The examples, by the name of their file. */
export function examples(): Record<string, Example> {
  const [commune, pole, box, now] = [exampleCommune, examplePole, exampleBox, exampleNow];
  const service = certify(exampleKeys.service, exampleKeys.root, {
    commune,
    notBeforeAt: now - 86_400_000,
    notAfterAt: now + 30 * 86_400_000,
  });
  const own = { keyId: exampleKeys.box.keyId, privateKey: readPrivateKey(exampleKeys.box.privateKey) };
  const audio: AudioRef = { sha256: 'a1'.repeat(32), bytes: 96_000, seconds: 24.02 };
  const alarm: AudioRef = { sha256: 'b2'.repeat(32), bytes: 64_000, seconds: 16 };
  const broadcast = '01938f5a-7a00-7000-8000-000000000010';
  const airing = airingId(broadcast, '2026-11-21T05:00', 0, pole);
  const nonce = '5c'.repeat(32);

  const hello: Hello = {
    ...{ v: 1, commune, asset: pole, box, kind: 'loudspeaker', nonce },
    ...{ programmeNumber: 0, software: 'another-maker/1.0' },
  };
  const welcome: Welcome = {
    ...{ v: 1, commune, asset: pole, nonce, serverAt: now },
    ...{ programmeFloor: now - 60_000, orderFloor: now - 3_600_000, revokedKeys: [] },
  };
  const programme: Programme = {
    ...{ v: 1, commune, pole, number: now - 60_000, issuedAt: now - 60_000, untilAt: now + 7 * 86_400_000 },
    volume: { regular: 70, priority: 85, emergency: 100 },
    settings: {
      ...{ version: 3, utcOffsetMinutes: 420, emergencyFloor: 70 },
      hours: [{ fromMinute: 1_260, untilMinute: 360, volume: { regular: 30, priority: 40, emergency: 80 } }],
    },
    offsetMs: 0,
    items: [
      {
        ...{ airing, broadcast, priority: 'regular', startAt: now, startBy: now + 600_000, audio },
        ...{ cutsAt: null, endBy: now + 1_224_020, afterCut: 'resume', after: null },
      },
    ],
    ...{ orderNumber: 0, emergencies: [], silencedAt: 0, revokedKeys: [], prepared: [alarm] },
  };
  const order: Order = {
    ...{ v: 1, commune, id: '01938f5a-7a00-7000-8000-000000000020', number: now + 1_000 },
    ...{ issuedAt: now + 1_000, expiresAt: now + 61_000, poles: null, kind: 'emergency' },
    emergency: {
      id: '01938f5a-7a00-7000-8000-000000000021',
      ...{ audio: alarm, startAt: now + 1_000, endAt: now + 901_000, everySeconds: 60 },
    },
  };
  const testTone: Order = {
    ...{ v: 1, commune, id: '01938f5a-7a00-7000-8000-000000000023', number: now + 3_000 },
    ...{ issuedAt: now + 3_000, expiresAt: now + 63_000, poles: [pole], kind: 'test-tone' },
  };
  const stop: Order = {
    ...{ v: 1, commune, id: '01938f5a-7a00-7000-8000-000000000022', number: now + 2_000 },
    ...{
      issuedAt: now + 2_000,
      expiresAt: now + 62_000,
      poles: [pole],
      kind: 'stop',
      silencedAt: now + 2_000,
    },
  };
  const head = { kind: 'airing', airing, broadcast, nominalAt: now } as const;
  const receipts: Receipts = {
    ...{ v: 1, commune, asset: pole, box },
    entries: [
      { seq: 1, at: now - 50_000, kind: 'programme', state: 'held', number: now - 60_000, ready: 2, of: 2 },
      { seq: 2, at: now + 1, ...head, state: 'started', startedAt: now },
      {
        ...{ seq: 3, at: now + 1_065, ...head, state: 'paused' },
        ...{ startedAt: now, endedAt: now + 1_060, seconds: 1.06 },
      },
      {
        ...{ seq: 4, at: now + 17_000, ...head, state: 'resumed' },
        ...{ startedAt: now + 17_000, fromSeconds: 1.06 },
      },
      {
        ...{ seq: 5, at: now + 39_965, ...head, state: 'played' },
        ...{ startedAt: now, endedAt: now + 39_960, seconds: 24.02 },
      },
      {
        ...{ seq: 6, at: now + 41_500, kind: 'refusal', state: 'refused', what: 'order' },
        ...{ reason: 'bad-signature', detail: '', sha256: 'c3'.repeat(32) },
      },
      { seq: 7, at: now + 45_000, kind: 'task', state: 'done', order: testTone.id },
    ],
  };
  const committed: Committed = {
    ...{ v: 1, commune, asset: pole, box, seqs: [1, 2, 3, 4, 5, 6, 7], snapshots: [] },
  };
  const membership: Membership = {
    ...{ v: 1, commune, asset: pole, box, kind: 'loudspeaker', publicKey: exampleKeys.box.publicKey },
    ...{
      sealingKey: null,
      mqttSecretHash: 'd4'.repeat(32),
      hardware: 'another-maker',
      enrolledAt: now - 86_400_000,
    },
    ...{ renewedAt: now, place: { number: 17, name: 'Nhà văn hóa thôn Đông' } },
  };
  const status: Status = {
    ...{ v: 1, commune, asset: pole, box, count: 1, at: now, state: 'playing', airing },
    ...{
      programmeNumber: now - 60_000,
      programmeUntilAt: now + 7 * 86_400_000,
      audioReady: 2,
      audioNeeded: 2,
    },
    clock: { offsetMs: -12.5, uncertaintyMs: 1.75, synchronised: true },
    ...{ amplifier: null, power: 'on', outbox: 2, freeBytes: 8_000_000_000, startedAt: now - 3_600_000 },
    pole: {
      // The examples' instant is 05:00 in Viet Nam.
      settings: { version: 3, volumeNow: { regular: 30, priority: 40, emergency: 80 }, sounding: 30 },
      modem: {
        ...{ carrier: 'Viettel', technology: 'lte', signalPercent: 72 },
        ...{ month: '2026-11', monthBytes: 312_000_000 },
      },
    },
  };

  const down = (type: MessageType, topic: string, message: unknown, retain = false): Example => {
    const envelope = seal(type, message, service);
    return { direction: 'to the box', topic, qos: 1, retain, type, message, envelope };
  };
  const up = (type: MessageType, topic: string, message: unknown, qos: 0 | 1): Example => {
    const envelope = seal(type, message, own);
    return { direction: 'to the service', topic, qos, retain: false, type, message, envelope };
  };
  return {
    hello: up('hello', topics.hello(commune, pole), hello, 0),
    welcome: down('welcome', topics.welcome(commune, pole), welcome),
    programme: down('programme', topics.programme(commune, pole), programme, true),
    'order-emergency': down('order', topics.order(commune), order),
    'order-stop': down('order', topics.order(commune), stop),
    'order-test-tone': down('order', topics.poleOrder(commune, pole), testTone),
    receipts: up('receipts', topics.receipts(commune, pole), receipts, 1),
    committed: down('committed', topics.committed(commune, pole), committed),
    membership: down('membership', topics.membership(commune, pole), membership),
    status: up('status', topics.status(commune, pole), status, 0),
  };
}
