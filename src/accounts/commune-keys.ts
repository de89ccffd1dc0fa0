import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { keyIdOf, newKeyPair, readPrivateKey } from '../../devices/protocol/envelope.ts';
import { certify } from '../../devices/protocol/trust.ts';
import type { KeyPair } from '../../devices/protocol/envelope.ts';

const dayMs = 86_400_000;

/** What the service keeps of a commune's keys: the key it signs with and its certificate. Never the root's private key. */
export const keptKeysShape = z.strictObject({
  v: z.literal(1),
  communeId: z.uuid(),
  rootPublicKey: z.string(),
  online: z.strictObject({ keyId: z.string(), publicKey: z.string(), privateKey: z.string() }),
  /** An envelope, signed by the root. */
  certificate: z.string(),
  /** Ms since 1970. */
  notAfterAt: z.int(),
  /** Ids of former online keys that nobody may trust any more; told in every programme and welcome. */
  revoked: z.array(z.string()).max(100).default([]),
});
export type KeptKeys = z.infer<typeof keptKeysShape>;

/** The root off its recovery sheet. @returns null where it is not readable as an Ed25519 key */
export function readRoot(privateKey: string): KeyPair | null {
  try {
    const key = readPrivateKey(privateKey);
    if (key.asymmetricKeyType !== 'ed25519') return null;
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
    return { keyId: keyIdOf(publicKey), publicKey, privateKey };
  } catch {
    return null;
  }
}

/** A new online key, certified by a root that was just made or is off its recovery sheet. */
export function certifyNewKey(
  communeId: string,
  root: KeyPair,
  terms: { readonly at: number; readonly days: number },
): KeptKeys {
  const online = newKeyPair();
  const notAfterAt = terms.at + terms.days * dayMs;
  // An hour back: the clock of a box that was just set may be a little behind.
  const { certificate } = certify(online, root, {
    commune: communeId,
    notBeforeAt: terms.at - 3_600_000,
    notAfterAt,
  });
  return { v: 1, communeId, rootPublicKey: root.publicKey, online, certificate, notAfterAt, revoked: [] };
}
