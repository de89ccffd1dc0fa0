import { createHash } from 'node:crypto';
import { Refusal } from './envelope.ts';

/**
 * A watched camera's picture as it travels: the signed envelope, which names the picture's hash, one zero byte (JSON has
 * none), the picture. Base64 inside the envelope would cost a mobile line three quarters more.
 */
export function joinFrame(envelope: string, picture: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(envelope), Buffer.of(0), picture]);
}

/** @throws Refusal where there is no zero byte; nothing is proved by this */
export function splitFrame(bytes: Uint8Array): { envelope: Uint8Array; picture: Uint8Array } {
  const at = bytes.indexOf(0);
  if (at < 0) throw new Refusal('unreadable', 'a frame without its picture');
  return { envelope: bytes.subarray(0, at), picture: bytes.subarray(at + 1) };
}

/** @throws Refusal where the bytes are not the ones that a proved message names */
export function refuseOtherPicture(
  picture: Uint8Array,
  named: { readonly sha256: string; readonly bytes: number } | null,
): void {
  if (picture.length === 0) return;
  const isNamed =
    named?.bytes === picture.length && named.sha256 === createHash('sha256').update(picture).digest('hex');
  if (!isNamed) throw new Refusal('bad-signature', 'the bytes are not those that the message names');
}
