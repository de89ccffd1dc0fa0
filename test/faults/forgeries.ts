import { v7 } from 'uuid';
import { newKeyPair, readPrivateKey, seal } from '../../devices/protocol/envelope.ts';
import type { RefusalReason, SigningKey } from '../../devices/protocol/envelope.ts';
import type { Order } from '../../devices/protocol/messages.ts';
import { certify } from '../../devices/protocol/trust.ts';

export interface Known {
  readonly commune: string;
  readonly pole: string;
  /** The commune's own signing key, stolen from the service's disk: for what is genuine but for one thing. */
  readonly stolen: SigningKey & { readonly certificate: string };
  /** A genuine order, as it was sent. */
  readonly overheard: string;
}

export interface Forgery {
  readonly name: string;
  readonly reason: RefusalReason;
  /** Another one at each call. `draw` gives numbers from 0 to 1. */
  readonly make: (known: Known, draw: () => number) => string;
}

const minute = 60_000;

function emergency(commune: string, change: Partial<Order> = {}): Order {
  const now = Date.now();
  return {
    v: 1,
    commune,
    id: v7(),
    number: now,
    issuedAt: now,
    expiresAt: now + 10 * minute,
    poles: null,
    kind: 'emergency',
    emergency: {
      id: v7(),
      audio: { sha256: 'f'.repeat(64), bytes: 100_000, seconds: 20 },
      startAt: now,
      endAt: now + 10 * minute,
      everySeconds: 60,
    },
    ...change,
  } as Order;
}

function certified(commune: string, from = -minute, until = 86_400_000): SigningKey {
  const now = Date.now();
  return certify(newKeyPair(), newKeyPair(), { commune, notBeforeAt: now + from, notAfterAt: now + until });
}

/** The envelope with its payload, signature or type changed and nothing signed anew. */
function tampered(envelope: string, change: (parts: Parts) => void): string {
  const parts = JSON.parse(envelope) as Parts;
  change(parts);
  return JSON.stringify(parts);
}
interface Parts {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string; certificate?: string }[];
}

function withPayload(parts: Parts, change: (payload: Buffer) => Buffer): void {
  parts.payload = change(Buffer.from(parts.payload, 'base64')).toString('base64');
}

/** More than half of them are well-formed and differ in signature, key, target or time only. */
export const forgeries: readonly Forgery[] = [
  {
    name: "signed under a root of the forger's own",
    reason: 'bad-certificate',
    make: ({ commune }) => seal('order', emergency(commune), certified(commune)),
  },
  {
    name: 'one bit of the payload turned',
    reason: 'bad-signature',
    make: ({ commune, stolen }, draw) =>
      tampered(seal('order', emergency(commune), stolen), (parts) => {
        withPayload(parts, (payload) => {
          const at = Math.floor(draw() * payload.length);
          payload[at] = (payload[at] ?? 0) ^ (1 << Math.floor(draw() * 8));
          return payload;
        });
      }),
  },
  {
    name: 'the payload of one order with the signature of another',
    reason: 'bad-signature',
    make: ({ commune, stolen }) => {
      const other = JSON.parse(seal('order', emergency(commune), stolen)) as Parts;
      return tampered(seal('order', emergency(commune), stolen), (parts) => (parts.payload = other.payload));
    },
  },
  {
    name: 'keys of the payload in another order',
    reason: 'bad-signature',
    make: ({ commune, stolen }) =>
      tampered(seal('order', emergency(commune), stolen), (parts) => {
        withPayload(parts, (payload) => {
          const message = JSON.parse(payload.toString()) as Record<string, unknown>;
          return Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(message).reverse())));
        });
      }),
  },
  {
    name: 'a key given twice in the payload',
    reason: 'bad-signature',
    make: ({ commune, stolen }) =>
      tampered(seal('order', emergency(commune), stolen), (parts) => {
        withPayload(parts, (payload) => Buffer.from(payload.toString().replace('{', '{"poles":null,')));
      }),
  },
  {
    name: "signed with a key that the certificate is not for, under the certificate's key id",
    reason: 'bad-signature',
    make: ({ commune, stolen }) => {
      const { privateKey } = newKeyPair();
      return seal('order', emergency(commune), { ...stolen, privateKey: readPrivateKey(privateKey) });
    },
  },
  {
    name: 'a key id that the certificate does not name',
    reason: 'unknown-key',
    make: ({ commune, stolen }) =>
      seal('order', emergency(commune), { ...stolen, keyId: newKeyPair().keyId }),
  },
  {
    name: 'no certificate',
    reason: 'unknown-key',
    make: ({ commune, stolen: { keyId, privateKey } }) =>
      seal('order', emergency(commune), { keyId, privateKey }),
  },
  {
    name: 'a programme sent as an order',
    reason: 'wrong-type',
    make: ({ commune, stolen }) => seal('programme', emergency(commune), stolen),
  },
  {
    name: 'an older protocol asked for in the type',
    reason: 'wrong-type',
    make: ({ commune, stolen }) =>
      tampered(
        seal('order', emergency(commune), stolen),
        (parts) => (parts.payloadType = 'application/vnd.loalang.order.v0+json'),
      ),
  },
  {
    name: "another commune's, rightly signed",
    reason: 'wrong-commune',
    make: ({ stolen }) => seal('order', emergency(v7()), stolen),
  },
  {
    name: 'expired, rightly signed',
    reason: 'expired',
    make: ({ commune, stolen }) =>
      seal(
        'order',
        emergency(commune, { issuedAt: Date.now() - 20 * minute, expiresAt: Date.now() - minute }),
        stolen,
      ),
  },
  {
    name: 'from the future, rightly signed',
    reason: 'from-the-future',
    make: ({ commune, stolen }) =>
      seal('order', emergency(commune, { issuedAt: Date.now() + 10 * minute }), stolen),
  },
  {
    name: 'a genuine one sent again',
    reason: 'replayed',
    make: ({ overheard }) => overheard,
  },
  {
    name: 'rightly signed, of no known kind',
    reason: 'bad-shape',
    make: ({ commune, stolen }) => seal('order', { ...emergency(commune), kind: 'play' }, stolen),
  },
  {
    name: 'rightly signed, with a field too many',
    reason: 'bad-shape',
    make: ({ commune, stolen }) => seal('order', { ...emergency(commune), urgent: true }, stolen),
  },
  {
    name: 'a signature by another algorithm',
    reason: 'unreadable',
    make: ({ commune, stolen }) =>
      tampered(seal('order', emergency(commune), stolen), (parts) => {
        for (const signature of parts.signatures) Object.assign(signature, { alg: 'none', sig: '' });
      }),
  },
  {
    name: 'cut off',
    reason: 'unreadable',
    make: ({ commune, stolen }, draw) => {
      const whole = seal('order', emergency(commune), stolen);
      return whole.slice(0, 1 + Math.floor(draw() * (whole.length - 2)));
    },
  },
];
