import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newKeyPair, Refusal, seal } from '../protocol/envelope.ts';
import type { KeyPair, SigningKey } from '../protocol/envelope.ts';
import type { Membership } from '../protocol/enrolment-messages.ts';
import { certify, openMembership } from '../protocol/trust.ts';
import { Identity } from './identity.ts';
import { takeMembership } from './membership.ts';

const commune = 'c0000000-0000-4000-8000-000000000001';
const asset = 'a0000000-0000-4000-8000-000000000001';
const box = 'b0000000-0000-4000-8000-000000000001';
const enrolledAt = Date.parse('2026-11-01T00:00:00Z');
const day = 86_400_000;

let directory = '';
let identity: Identity;
let root: KeyPair;
/** The key of the enrolment's day, and the one that took its place. */
let first: SigningKey;
let second: SigningKey;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'membership-'));
  identity = await Identity.open(directory, 'loudspeaker');
  root = newKeyPair();
  first = certify(newKeyPair(), root, {
    commune,
    notBeforeAt: enrolledAt - day,
    notAfterAt: enrolledAt + day,
  });
  const later = { commune, notBeforeAt: enrolledAt + day, notAfterAt: enrolledAt + 30 * day };
  second = certify(newKeyPair(), root, later);
  await identity.pin({
    ...{
      v: 1,
      commune,
      communeName: 'Xã Thử',
      asset,
      assetName: 'Cột 1',
      box,
      rootPublicKey: root.publicKey,
    },
    ...{ authority: '', mqtt: 'mqtts://127.0.0.1:1', mqttSecret: '', https: 'https://127.0.0.1:1' },
    membership: said({}, first),
  });
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function said(more: Partial<Membership>, key: SigningKey): string {
  const message: Membership = {
    ...{
      v: 1,
      commune,
      asset,
      box,
      kind: 'loudspeaker',
      publicKey: identity.keys.publicKey,
      sealingKey: null,
    },
    ...{ mqttSecretHash: '', hardware: '', enrolledAt, place: { name: 'Cột 1' }, ...more },
  };
  return seal('membership', message, key);
}

const held = (from = identity): unknown =>
  openMembership(from.enrolment?.membership ?? '', commune, root.publicKey).message.place;

const renewed = { renewedAt: enrolledAt + 2 * day, place: { name: 'Cột cây đa' } };

test('what the service says anew is held, over a restart, though another key signs it by now', async () => {
  takeMembership(identity, Buffer.from(said(renewed, second)));
  expect(held()).toEqual(renewed.place);
  // Comes after what is written already.
  await identity.renew(identity.enrolment?.membership ?? '');
  expect(held(await Identity.open(directory, 'loudspeaker'))).toEqual(renewed.place);
});

test('what is forged, older, revoked, or of another box changes nothing, and says why', async () => {
  await identity.renew(said(renewed, second));
  const stranger = certify(newKeyPair(), newKeyPair(), { commune, notBeforeAt: 0, notAfterAt: 1e15 });
  const newer = { ...renewed, renewedAt: enrolledAt + 3 * day };
  const bad: readonly [string, () => string][] = [
    ['older-than-held', () => said({}, first)],
    ['older-than-held', () => said({ ...renewed, place: {} }, second)],
    ['bad-certificate', () => said(newer, stranger)],
    ['bad-signature', () => said(newer, second).replace(/"payload":"(.)/, '"payload":"f')],
    // Its key was good on the day of the enrolment, and is not on the day that it names.
    ['certificate-expired', () => said(newer, first)],
    ['wrong-target', () => said({ ...newer, box: asset }, second)],
    ['wrong-target', () => said({ ...newer, publicKey: newKeyPair().publicKey }, second)],
    ['wrong-commune', () => said({ ...newer, commune: asset }, second)],
    ['unreadable', () => 'không phải phong bì'],
  ];
  const reasonOf = (bytes: string): string => {
    try {
      takeMembership(identity, Buffer.from(bytes));
      return 'taken';
    } catch (error) {
      return error instanceof Refusal ? error.reason : String(error);
    }
  };
  expect(bad.map(([, make]) => reasonOf(make()))).toEqual(bad.map(([reason]) => reason));
  await identity.revoke([second.keyId]);
  expect(reasonOf(said(newer, second))).toBe('key-revoked');
  expect(held()).toEqual(renewed.place);
});
