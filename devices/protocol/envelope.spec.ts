import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { maximumEnvelopeBytes, newKeyPair, readPrivateKey, Refusal, seal } from './envelope.ts';
import type { RefusalReason, SigningKey } from './envelope.ts';
import { certify, openFromService } from './trust.ts';

const now = Date.parse('2026-11-21T05:00:00Z');
const hour = 3_600_000;
const commune = '01938f5a-7a00-7000-8000-000000000001';
const otherCommune = '01938f5a-7a00-7000-8000-0000000000ff';
const root = newKeyPair();
const online = newKeyPair();
const terms = { commune, notBeforeAt: now - hour, notAfterAt: now + hour };
const key = certify(online, root, terms);
const pinned = { commune, rootPublicKey: root.publicKey, revokedKeys: new Set<string>() };
const message = { v: 1, text: 'Mời bà con chú ý', number: 7 };
const genuine = seal('order', message, key);

interface Outside {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string; certificate?: string }[];
}
/** The envelope with something else in it; everything parses as before. */
function changed(change: (outside: Outside) => void, from = genuine): string {
  const outside = JSON.parse(from) as Outside;
  change(outside);
  return JSON.stringify(outside);
}
const flip = (base64: string, at: number): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  return bytes.toString('base64');
};
function refusedWith(envelope: string, at: number | null = now, ground = pinned): RefusalReason | 'played' {
  try {
    openFromService('order', envelope, ground, at);
    return 'played';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

describe('a message from the service', () => {
  test('is believed when the root vouches for the key that signed it', () => {
    expect(openFromService('order', genuine, pinned, now)).toEqual(message);
    expect(openFromService('order', Buffer.from(genuine), pinned, now)).toEqual(message);
  });

  const stranger = newKeyPair();
  const strangerRoot = newKeyPair();
  const bare: SigningKey = { keyId: online.keyId, privateKey: readPrivateKey(online.privateKey) };
  const strangerKey: SigningKey = { keyId: stranger.keyId, privateKey: readPrivateKey(stranger.privateKey) };
  const thief: SigningKey = { ...strangerKey, certificate: key.certificate };
  const forgeries: [string, RefusalReason, string][] = [
    ['another key, with a genuine certificate beside it', 'unknown-key', seal('order', message, thief)],
    [
      'another key that claims the name of ours',
      'bad-signature',
      seal('order', message, { ...thief, keyId: online.keyId }),
    ],
    ['another root', 'bad-certificate', seal('order', message, certify(stranger, strangerRoot, terms))],
    [
      'the online key as its own root',
      'bad-certificate',
      seal('order', message, certify(stranger, online, terms)),
    ],
    [
      "the root's own key, which signs certificates only",
      'unknown-key',
      seal('order', message, { keyId: root.keyId, privateKey: readPrivateKey(root.privateKey) }),
    ],
    ['no certificate', 'unknown-key', seal('order', message, bare)],
    [
      'another commune of the same root',
      'wrong-commune',
      seal('order', message, certify(online, root, { ...terms, commune: otherCommune })),
    ],
    [
      'a certificate that has run out',
      'certificate-expired',
      seal('order', message, certify(online, root, { ...terms, notAfterAt: now - 1 })),
    ],
    [
      'a certificate of tomorrow',
      'certificate-expired',
      seal('order', message, certify(online, root, { ...terms, notBeforeAt: now + hour })),
    ],
    [
      'another payload under the same signature',
      'bad-signature',
      changed(
        (outside) =>
          (outside.payload = Buffer.from(JSON.stringify({ ...message, number: 8 })).toString('base64')),
      ),
    ],
    [
      'the same fields in another order',
      'bad-signature',
      changed(
        (outside) =>
          (outside.payload = Buffer.from(JSON.stringify({ number: 7, text: message.text, v: 1 })).toString(
            'base64',
          )),
      ),
    ],
    [
      'a programme that says it is an order',
      'bad-signature',
      changed(
        (outside) => (outside.payloadType = 'application/vnd.loalang.order+json'),
        seal('programme', message, key),
      ),
    ],
    ['a programme', 'wrong-type', seal('programme', message, key)],
    ['an algorithm of its own choosing', 'unreadable', genuine.replace('"sig"', '"alg":"none","sig"')],
    ['two signatures', 'unreadable', changed((outside) => outside.signatures.push(...outside.signatures))],
    ['half of it', 'unreadable', genuine.slice(0, genuine.length / 2)],
    ['a space in its payload', 'unreadable', changed((outside) => (outside.payload = ` ${outside.payload}`))],
    [
      "a letter of URLs' base64 in its payload",
      'unreadable',
      changed((outside) => (outside.payload = `-${outside.payload.slice(1)}`)),
    ],
    [
      'a payload cut short',
      'bad-signature',
      changed((outside) => (outside.payload = outside.payload.slice(0, -4))),
    ],
    ['nothing', 'unreadable', ''],
    ['a list', 'unreadable', '[]'],
  ];
  test.each(forgeries)('%s: %s', (_what, reason, envelope) => {
    expect(refusedWith(envelope)).toBe(reason);
  });

  test('with any one bit of its payload or signature turned is refused', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.boolean(), (at, inPayload) => {
        const forged = changed((outside) => {
          const [signature] = outside.signatures;
          if (inPayload || signature === undefined) outside.payload = flip(outside.payload, at);
          else signature.sig = flip(signature.sig, at);
        });
        expect(refusedWith(forged)).toBe('bad-signature');
      }),
      { numRuns: 300 },
    );
  });

  test('with any one bit of its certificate turned is refused', () => {
    fc.assert(
      fc.property(fc.nat(800), fc.boolean(), (at, inPayload) => {
        const forged = changed((outside) => {
          const [signature] = outside.signatures;
          if (signature?.certificate === undefined) return;
          signature.certificate = changed((inner) => {
            const [innerSignature] = inner.signatures;
            if (inPayload || innerSignature === undefined) inner.payload = flip(inner.payload, at);
            else innerSignature.sig = flip(innerSignature.sig, at);
          }, signature.certificate);
        });
        expect(refusedWith(forged)).toBe('bad-certificate');
      }),
      { numRuns: 200 },
    );
  });

  test('by a revoked key is refused', () => {
    const ground = { ...pinned, revokedKeys: new Set([online.keyId]) };
    expect(refusedWith(genuine, now, ground)).toBe('key-revoked');
  });

  test('without a clock is refused, unless it tells the time itself', () => {
    expect(refusedWith(genuine, null)).toBe('no-trusted-time');
    const welcome = seal('welcome', { serverAt: now }, key);
    expect(openFromService('welcome', welcome, pinned, null)).toEqual({ serverAt: now });
    const stale = seal('welcome', { serverAt: now + 2 * hour }, key);
    expect(() => openFromService('welcome', stale, pinned, null)).toThrow('certificate-expired');
  });

  test('that tells a time outside the term of its own key is refused, whatever time it is', () => {
    for (const serverAt of [now - 2 * hour, now + 2 * hour, 0])
      expect(() => openFromService('welcome', seal('welcome', { serverAt }, key), pinned, now)).toThrow(
        'clock-beyond-key',
      );
    expect(() => openFromService('welcome', seal('welcome', { serverAt: 0 }, key), pinned, null)).toThrow(
      'clock-beyond-key',
    );
    expect(() => openFromService('welcome', seal('welcome', {}, key), pinned, now)).toThrow('bad-shape');
  });

  test('larger than a million bytes is not even looked at', () => {
    expect(refusedWith(' '.repeat(maximumEnvelopeBytes) + genuine)).toBe('too-large');
  });

  test('that is rubbish never does anything but be refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
        ),
        (text) => {
          expect(refusedWith(text)).toBe('unreadable');
        },
      ),
    );
  });
});
