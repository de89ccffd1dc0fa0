import { v7 } from 'uuid';
import { newKeyPair, readPrivateKey, seal } from '../../devices/protocol/envelope.ts';
import type { RefusalReason, SigningKey } from '../../devices/protocol/envelope.ts';
import type { AudioRef, Order } from '../../devices/protocol/pole-messages.ts';
import { certify } from '../../devices/protocol/trust.ts';

export interface Known {
  readonly commune: string;
  readonly pole: string;
  /** The commune's own signing key, stolen from the service's disk: for what is genuine but for one thing. */
  readonly stolen: SigningKey & { readonly certificate: string };
  /** Of a prepared emergency: it lies on the pole, so that a forgery that is believed is heard. */
  readonly audio: AudioRef;
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

function emergency({ commune, audio }: Pick<Known, 'commune' | 'audio'>, change: Partial<Order> = {}): Order {
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
      audio,
      startAt: now,
      endAt: now + 10 * minute,
      everySeconds: 60,
    },
    ...change,
  } as Order;
}

/** To every pole that hears it: one that is told of another pole refuses nothing. */
function testTone({ commune }: Pick<Known, 'commune'>, change: Partial<Order> = {}): Order {
  const now = Date.now();
  const head = { v: 1, commune, id: v7(), number: now, issuedAt: now, expiresAt: now + minute } as const;
  return { ...head, poles: null, kind: 'test-tone', ...change } as Order;
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
    make: (known) => seal('order', emergency(known), certified(known.commune)),
  },
  {
    name: 'one bit of the payload turned',
    reason: 'bad-signature',
    make: (known, draw) =>
      tampered(seal('order', emergency(known), known.stolen), (parts) => {
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
    make: (known) => {
      const other = JSON.parse(seal('order', emergency(known), known.stolen)) as Parts;
      return tampered(
        seal('order', emergency(known), known.stolen),
        (parts) => (parts.payload = other.payload),
      );
    },
  },
  {
    name: 'keys of the payload in another order',
    reason: 'bad-signature',
    make: (known) =>
      tampered(seal('order', emergency(known), known.stolen), (parts) => {
        withPayload(parts, (payload) => {
          const message = JSON.parse(payload.toString()) as Record<string, unknown>;
          return Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(message).reverse())));
        });
      }),
  },
  {
    name: 'a key given twice in the payload',
    reason: 'bad-signature',
    make: (known) =>
      tampered(seal('order', emergency(known), known.stolen), (parts) => {
        withPayload(parts, (payload) => Buffer.from(payload.toString().replace('{', '{"poles":null,')));
      }),
  },
  {
    name: "signed with a key that the certificate is not for, under the certificate's key id",
    reason: 'bad-signature',
    make: (known) => {
      const { privateKey } = newKeyPair();
      return seal('order', emergency(known), { ...known.stolen, privateKey: readPrivateKey(privateKey) });
    },
  },
  {
    name: 'a key id that the certificate does not name',
    reason: 'unknown-key',
    make: (known) => seal('order', emergency(known), { ...known.stolen, keyId: newKeyPair().keyId }),
  },
  {
    name: 'no certificate',
    reason: 'unknown-key',
    make: (known) => {
      const { keyId, privateKey } = known.stolen;
      return seal('order', emergency(known), { keyId, privateKey });
    },
  },
  {
    name: 'a programme sent as an order',
    reason: 'wrong-type',
    make: (known) => seal('programme', emergency(known), known.stolen),
  },
  {
    name: 'an older protocol asked for in the type',
    reason: 'wrong-type',
    make: (known) =>
      tampered(
        seal('order', emergency(known), known.stolen),
        (parts) => (parts.payloadType = 'application/vnd.loalang.order.v0+json'),
      ),
  },
  {
    name: "another commune's, rightly signed",
    reason: 'wrong-commune',
    make: (known) => seal('order', emergency({ ...known, commune: v7() }), known.stolen),
  },
  {
    name: 'expired, rightly signed',
    reason: 'expired',
    make: (known) =>
      seal(
        'order',
        emergency(known, { issuedAt: Date.now() - 20 * minute, expiresAt: Date.now() - minute }),
        known.stolen,
      ),
  },
  {
    name: 'from the future, rightly signed',
    reason: 'from-the-future',
    make: (known) => seal('order', emergency(known, { issuedAt: Date.now() + 10 * minute }), known.stolen),
  },
  {
    name: 'a genuine one sent again',
    reason: 'replayed',
    make: ({ overheard }) => overheard,
  },
  {
    name: 'rightly signed, of no known kind',
    reason: 'bad-shape',
    make: (known) => seal('order', { ...emergency(known), kind: 'play' }, known.stolen),
  },
  {
    name: 'rightly signed, with a field too many',
    reason: 'bad-shape',
    make: (known) => seal('order', { ...emergency(known), urgent: true }, known.stolen),
  },
  {
    name: "a technician's test tone, signed under a root of the forger's own",
    reason: 'bad-certificate',
    make: (known) => seal('order', testTone(known), certified(known.commune)),
  },
  {
    name: "a technician's test tone with a genuine signature of another order",
    reason: 'bad-signature',
    make: (known) => {
      const other = JSON.parse(seal('order', testTone(known), known.stolen)) as Parts;
      return tampered(
        seal('order', emergency(known), known.stolen),
        (parts) => (parts.payload = other.payload),
      );
    },
  },
  {
    name: "a technician's test tone that expired, rightly signed",
    reason: 'expired',
    make: (known) =>
      seal(
        'order',
        testTone(known, { issuedAt: Date.now() - 20 * minute, expiresAt: Date.now() - minute }),
        known.stolen,
      ),
  },
  {
    name: 'a volume without a programme, rightly signed',
    reason: 'bad-shape',
    make: (known) =>
      seal(
        'order',
        { ...testTone(known), kind: 'volume', volume: { regular: 0, priority: 0, emergency: 0 } },
        known.stolen,
      ),
  },
  {
    name: 'a signature by another algorithm',
    reason: 'unreadable',
    make: (known) =>
      tampered(seal('order', emergency(known), known.stolen), (parts) => {
        for (const signature of parts.signatures) Object.assign(signature, { alg: 'none', sig: '' });
      }),
  },
  {
    name: 'cut off',
    reason: 'unreadable',
    make: (known, draw) => {
      const whole = seal('order', emergency(known), known.stolen);
      return whole.slice(0, 1 + Math.floor(draw() * (whole.length - 2)));
    },
  },
];
