import { Refusal } from '../protocol/envelope.ts';
import type { Membership } from '../protocol/enrolment-messages.ts';
import { openMembership } from '../protocol/trust.ts';
import type { Identity } from './identity.ts';

/**
 * Keeps what the service says anew of this box and its place. It is proved as the server that it is for would prove it,
 * so that nobody can have a box forget the word with which it comes back.
 * @throws Refusal
 */
export function takeMembership(identity: Identity, bytes: Buffer): void {
  const { enrolment, pinned, keys } = identity;
  if (enrolment === null) return;
  const text = bytes.toString('utf8');
  if (text === enrolment.membership) return;
  const { keyId, message } = openMembership(text, pinned.commune, pinned.rootPublicKey);
  if (pinned.revokedKeys.has(keyId)) throw new Refusal('key-revoked', '', keyId);
  if (message.box !== enrolment.box || message.asset !== enrolment.asset)
    throw new Refusal('wrong-target', '', keyId);
  if (message.publicKey !== keys.publicKey) throw new Refusal('wrong-target', 'another key', keyId);
  if (signedAt(message) <= heldSince(identity)) throw new Refusal('older-than-held', '', keyId);
  // Where the disk is full it is sent again at the next connection.
  identity.renew(text).catch(() => undefined);
}

function heldSince({ enrolment, pinned }: Identity): number {
  if (enrolment === null || enrolment.membership === '') return 0;
  return signedAt(openMembership(enrolment.membership, pinned.commune, pinned.rootPublicKey).message);
}

function signedAt({ enrolledAt, renewedAt }: Membership): number {
  return renewedAt ?? enrolledAt;
}
