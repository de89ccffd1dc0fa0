import type { webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';

declare global {
  // @hpke/core is typed against the browser's names; Node 20's types only have them under webcrypto.
  type CryptoKey = webcrypto.CryptoKey;
  type CryptoKeyPair = webcrypto.CryptoKeyPair;
}

/**
 * Secrets for one box only (a camera's password for its connector): HPKE, RFC 9180, base mode,
 * DHKEM(P-256), HKDF-SHA256, AES-256-GCM. Text form: base64(enc) "." base64(ciphertext).
 */
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const info = new TextEncoder().encode('loalang/1/sealed');

/** Keys are base64 of what HPKE serialises: 65 bytes public, 32 bytes private. */
export async function newSealingKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: Buffer.from(await suite.kem.serializePublicKey(pair.publicKey)).toString('base64'),
    privateKey: Buffer.from(await suite.kem.serializePrivateKey(pair.privateKey)).toString('base64'),
  };
}

/** `context` (who and what for) is bound in: a sealed text cannot be moved to another camera. */
export async function sealTo(publicKey: string, secret: string, context: string): Promise<string> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bytesOf(publicKey));
  const sealed = await suite.seal(
    { recipientPublicKey, info },
    new TextEncoder().encode(secret),
    new TextEncoder().encode(context),
  );
  return `${Buffer.from(sealed.enc).toString('base64')}.${Buffer.from(sealed.ct).toString('base64')}`;
}

/** @throws where the key, the context or the text is another */
export async function unseal(privateKey: string, sealed: string, context: string): Promise<string> {
  const [enc = '', ciphertext = ''] = sealed.split('.');
  const recipientKey = await suite.kem.deserializePrivateKey(bytesOf(privateKey));
  const opened = await suite.open(
    { recipientKey, enc: bytesOf(enc), info },
    bytesOf(ciphertext),
    new TextEncoder().encode(context),
  );
  return new TextDecoder().decode(opened);
}

function bytesOf(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}

/** The context that a camera's password is sealed with: opened for no other camera. */
export function cameraPasswordContext(camera: string): string {
  return `camera-password/${camera}`;
}
