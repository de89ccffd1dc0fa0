import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { remembering } from './remembering.ts';

/**
 * Signed messages, in the manner of DSSE (https://github.com/secure-systems-lab/dsse): the signature is over the
 * bytes as sent and their type, so nothing is parsed before it is proved and no canonical JSON is needed.
 * A message from the service also carries the certificate of its key, signed by the commune's root.
 */
export const messageTypes = [
  'certificate',
  'membership',
  'programme',
  'order',
  'welcome',
  'committed',
  'camera-list',
  'hello',
  'receipts',
  'status',
  'notices',
  'camera-status',
  'camera-passport',
  'camera-moved',
  'camera-search',
  'camera-findings',
  'camera-view',
  'camera-frame',
  'camera-turn',
  'camera-turned',
  'camera-check',
  'camera-checked',
  'camera-replay',
  'camera-clip',
] as const;
export type MessageType = (typeof messageTypes)[number];

/** The largest envelope that anybody parses, in bytes. A programme of 7 full days is about 100 kB. */
export const maximumEnvelopeBytes = 1_000_000;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const envelopeShape = z.strictObject({
  payloadType: z.string().max(100),
  /** Base64 too: read and judged in one go by `signedBytesIn`, since a pattern takes as long as everything else of it. */
  payload: z.string(),
  signatures: z
    .array(
      z.strictObject({
        keyid: z.string().regex(/^[0-9a-f]{32}$/),
        sig: base64.max(88),
        certificate: z.string().max(4_000).optional(),
      }),
    )
    .length(1),
});

/** Why a message was not believed. The words are stable: they travel in reports and the console words them. */
export type RefusalReason =
  | 'unreadable'
  | 'too-large'
  | 'wrong-type'
  | 'unknown-key'
  | 'bad-signature'
  | 'bad-certificate'
  | 'certificate-expired'
  /** The time that a `welcome` tells lies outside the term of the key that signed it: the service's clock is wrong. */
  | 'clock-beyond-key'
  | 'key-revoked'
  | 'wrong-commune'
  | 'wrong-target'
  | 'bad-shape'
  | 'replayed'
  /** A true word of the service, of before the one that is held: its books were restored from a backup. */
  | 'older-than-held'
  | 'expired'
  | 'from-the-future'
  | 'retained-order'
  | 'no-trusted-time'
  | 'no-replay-memory';

/** A message that was refused, and why. */
export class Refusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    readonly detail = '',
    readonly keyId: string | null = null,
  ) {
    super(detail === '' ? reason : `${reason}: ${detail}`);
    this.name = 'Refusal';
  }
}

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** The key's certificate, an envelope of its own; absent on a box's key and on the root. */
  readonly certificate?: string;
}

/** Public keys travel as base64 of their SPKI DER. */
export function readPublicKey(spki: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Refusal('bad-shape', 'not an Ed25519 key');
  return key;
}

/** Reading a key costs as much as proving a signature with it; these are more than one service's boxes. */
const readKnownKey = remembering(16_384, readPublicKey);

/** Private keys are kept and printed as base64 of their PKCS#8 DER. */
export function readPrivateKey(pkcs8: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
}

/** The first 16 bytes of SHA-256 over the SPKI DER, in hex. */
export function keyIdOf(spki: string): string {
  return createHash('sha256').update(Buffer.from(spki, 'base64')).digest('hex').slice(0, 32);
}

export interface KeyPair {
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    keyId: keyIdOf(spki),
    publicKey: spki,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

function payloadTypeOf(type: MessageType): string {
  return `application/vnd.loalang.${type}+json`;
}

/** What is signed, DSSE's pre-authentication encoding: a head, and from `at` on the payload. It is copied nowhere. */
interface SignedBytes {
  readonly bytes: Buffer;
  readonly at: number;
}

function signedBytes(
  payloadType: string,
  payload: string,
  encoding: 'utf8' | 'base64',
  length: number,
): SignedBytes {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${length} `;
  const at = Buffer.byteLength(head);
  const bytes = Buffer.allocUnsafe(at + length);
  bytes.write(head, 0, 'utf8');
  return { bytes: bytes.subarray(0, at + bytes.write(payload, at, encoding)), at };
}

/** @throws Refusal where the payload is not plain base64, which is seen by its not giving back as many bytes */
function signedBytesIn(payloadType: string, payload: string): SignedBytes {
  const letters = payload.length - (payload.endsWith('==') ? 2 : payload.endsWith('=') ? 1 : 0);
  const length = Math.floor((letters * 3) / 4);
  const signed = signedBytes(payloadType, payload, 'base64', length);
  const isWhole = letters % 4 !== 1 && signed.bytes.length === signed.at + length;
  // Node reads the letters of URLs as well.
  if (!isWhole || payload.includes('-') || payload.includes('_'))
    throw new Refusal('unreadable', 'not an envelope');
  return signed;
}

/** Signs `message` as it will be sent. About 60 µs. */
export function seal(type: MessageType, message: unknown, key: SigningKey): string {
  return sealJson(type, JSON.stringify(message), key);
}

/** The same, of a message that is JSON already. */
export function sealJson(type: MessageType, json: string, key: SigningKey): string {
  const payloadType = payloadTypeOf(type);
  const signed = signedBytes(payloadType, json, 'utf8', Buffer.byteLength(json));
  const sig = sign(null, signed.bytes, key.privateKey).toString('base64');
  const signature =
    key.certificate === undefined
      ? { keyid: key.keyId, sig }
      : { keyid: key.keyId, sig, certificate: key.certificate };
  // As JSON writes it: base64 has nothing to escape, and half a megabyte need not be searched for it.
  return `{"payloadType":"${payloadType}","payload":"${signed.bytes.toString('base64', signed.at)}","signatures":[${JSON.stringify(signature)}]}`;
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

export interface OpenEnvelope {
  readonly keyId: string;
  readonly certificate: string | null;
  /** Proves the signature with `publicKey` (SPKI, base64) and only then parses. @throws Refusal */
  prove(publicKey: string): unknown;
}

/**
 * Reads the outside of an envelope: its size, its shape and that it claims the expected type.
 * @throws Refusal
 */
export function openEnvelope(type: MessageType, bytes: Uint8Array | string): OpenEnvelope {
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength;
  if (size > maximumEnvelopeBytes) throw new Refusal('too-large', `${size} bytes`);
  let outside: unknown;
  try {
    outside = JSON.parse(typeof bytes === 'string' ? bytes : textOf(bytes));
  } catch {
    throw new Refusal('unreadable', 'not JSON');
  }
  const parsed = envelopeShape.safeParse(outside);
  const signature = parsed.data?.signatures[0];
  if (!parsed.success || signature === undefined) throw new Refusal('unreadable', 'not an envelope');
  const envelope = parsed.data;
  if (envelope.payloadType !== payloadTypeOf(type)) {
    throw new Refusal('wrong-type', envelope.payloadType, signature.keyid);
  }
  const signed = signedBytesIn(envelope.payloadType, envelope.payload);
  return {
    keyId: signature.keyid,
    certificate: signature.certificate ?? null,
    prove(publicKey) {
      const sig = Buffer.from(signature.sig, 'base64');
      if (keyIdOf(publicKey) !== signature.keyid) throw new Refusal('unknown-key', '', signature.keyid);
      if (!verify(null, signed.bytes, readKnownKey(publicKey), sig)) {
        throw new Refusal('bad-signature', '', signature.keyid);
      }
      try {
        return JSON.parse(signed.bytes.toString('utf8', signed.at)) as unknown;
      } catch {
        throw new Refusal('unreadable', 'signed, but not JSON', signature.keyid);
      }
    },
  };
}
