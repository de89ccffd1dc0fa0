import { z } from 'zod';
import { openEnvelope, readPrivateKey, Refusal, seal } from './envelope.ts';
import type { KeyPair, MessageType, SigningKey } from './envelope.ts';
import { membership } from './enrolment-messages.ts';
import type { Membership } from './enrolment-messages.ts';
import { remembering } from './remembering.ts';

/** How far a clock may be ahead of ours before a message counts as made in the future, in ms. */
export const clockToleranceMs = 30_000;

const certificateShape = z.strictObject({
  v: z.literal(1),
  commune: z.uuid(),
  keyId: z.string(),
  publicKey: z.string(),
  purpose: z.literal('service'),
  notBeforeAt: z.int(),
  notAfterAt: z.int(),
});
export type Certificate = z.infer<typeof certificateShape>;

/** The root certifies an online key of the service. The root's private key is needed for nothing else. */
export function certify(
  online: KeyPair,
  root: KeyPair,
  terms: { commune: string; notBeforeAt: number; notAfterAt: number },
): SigningKey & { readonly certificate: string } {
  const certificate: Certificate = {
    v: 1,
    commune: terms.commune,
    keyId: online.keyId,
    publicKey: online.publicKey,
    purpose: 'service',
    notBeforeAt: terms.notBeforeAt,
    notAfterAt: terms.notAfterAt,
  };
  const rootKey = { keyId: root.keyId, privateKey: readPrivateKey(root.privateKey) };
  return {
    keyId: online.keyId,
    privateKey: readPrivateKey(online.privateKey),
    certificate: seal('certificate', certificate, rootKey),
  };
}

/** By root, what it certified: the same few come with every message, and proving one costs as much as the message. */
const certificatesOf = remembering(64, (rootPublicKey) =>
  remembering(16, (certificate) => proveCertificate(certificate, rootPublicKey)),
);

/** Its term and whether it was revoked are the caller's to judge. @throws Refusal */
function proveCertificate(certificate: string, rootPublicKey: string): Certificate {
  try {
    return certificateShape.parse(openEnvelope('certificate', certificate).prove(rootPublicKey));
  } catch (error) {
    throw new Refusal('bad-certificate', error instanceof Refusal ? error.reason : 'its shape');
  }
}

/** What a box pinned when it was enrolled. */
export interface Pinned {
  readonly commune: string;
  readonly rootPublicKey: string;
  readonly revokedKeys: ReadonlySet<string>;
}

/**
 * Proves that a message comes from the commune's service: root → certificate → signature → commune.
 * `now` is null where the box has no trusted time yet; only a `welcome` is opened so, and its nonce proves freshness. The
 * time that it tells counts in any case only within the term of its key: a server whose battery died tells 1970.
 * @throws Refusal with the first thing that is wrong
 */
export function openFromService(
  type: MessageType,
  bytes: Uint8Array | string,
  pinned: Pinned,
  now: number | null,
): unknown {
  const envelope = openEnvelope(type, bytes);
  if (envelope.certificate === null) throw new Refusal('unknown-key', 'no certificate', envelope.keyId);
  const certificate = certificatesOf(pinned.rootPublicKey)(envelope.certificate);
  if (certificate.keyId !== envelope.keyId) throw new Refusal('unknown-key', '', envelope.keyId);
  if (certificate.commune !== pinned.commune) throw new Refusal('wrong-commune', '', envelope.keyId);
  if (pinned.revokedKeys.has(certificate.keyId)) throw new Refusal('key-revoked', '', envelope.keyId);
  const message = envelope.prove(certificate.publicKey);
  const isTooEarly = (at: number): boolean => at < certificate.notBeforeAt - clockToleranceMs;
  const isTooLate = (at: number): boolean => at > certificate.notAfterAt;
  // By a time outside its term nothing of this key would count any more, nor the welcome that puts it right.
  const beyond = (): Refusal => new Refusal('clock-beyond-key', '', envelope.keyId);
  const toldAt = type === 'welcome' ? claimedTime(message) : null;
  const at = now ?? toldAt;
  if (at === null) throw new Refusal('no-trusted-time', '', envelope.keyId);
  if (toldAt !== null && isTooEarly(toldAt)) throw beyond();
  if (isTooEarly(at) || isTooLate(at)) throw new Refusal('certificate-expired', '', envelope.keyId);
  if (toldAt !== null && isTooLate(toldAt)) throw beyond();
  return message;
}

/** A `welcome` tells the time by itself; proved by the signature above and the nonce after. */
function claimedTime(message: unknown): number {
  const parsed = z.object({ serverAt: z.int() }).safeParse(message);
  if (!parsed.success) throw new Refusal('bad-shape', 'serverAt');
  return parsed.data.serverAt;
}

/**
 * Proves that a box was enrolled by this commune's service, also by one that is lost: its key was certified by the same
 * root, and in its term when it signed.
 * @throws Refusal
 */
export function openMembership(
  bytes: string,
  commune: string,
  rootPublicKey: string,
): { readonly keyId: string; readonly message: Membership } {
  const envelope = openEnvelope('membership', bytes);
  const certificate = certificatesOf(rootPublicKey)(envelope.certificate ?? '');
  if (certificate.keyId !== envelope.keyId) throw new Refusal('unknown-key', '', envelope.keyId);
  const parsed = membership.safeParse(envelope.prove(certificate.publicKey));
  if (!parsed.success) throw new Refusal('bad-shape', parsed.error.issues[0]?.path.join('.') ?? '');
  const { enrolledAt, renewedAt } = parsed.data;
  const signedAt = renewedAt ?? enrolledAt;
  if (certificate.commune !== commune || parsed.data.commune !== commune)
    throw new Refusal('wrong-commune', '', envelope.keyId);
  if (signedAt < certificate.notBeforeAt || signedAt > certificate.notAfterAt)
    throw new Refusal('certificate-expired', '', envelope.keyId);
  return { keyId: envelope.keyId, message: parsed.data };
}
