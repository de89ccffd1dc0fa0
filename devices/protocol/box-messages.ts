import { z } from 'zod';
import { boxHead, instant, sha256, v } from './message-parts.ts';

/**
 * What every box says and hears, whatever it is: its hello, the time, and what it may forget.
 * Instants are milliseconds since 1970 (UTC) and end in `At`; lengths carry their unit. All of it is signed
 * (envelope.ts). Unknown fields are refused: a new field is a new version.
 */
/** A box says who it is and asks for the time and the floors of its replay memory. */
export const hello = z.strictObject({
  ...boxHead,
  kind: z.enum(['loudspeaker', 'connector']),
  /** 32 fresh random bytes, hex: the welcome must repeat them. */
  nonce: sha256,
  /** The newest programme held, 0 if none. */
  programmeNumber: instant,
  software: z.string().max(100),
});
export type Hello = z.infer<typeof hello>;

/** The answer, which gives trusted time (round trip known to the box) and the replay floors. */
export const welcome = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  nonce: sha256,
  serverAt: instant,
  /** Programmes below and orders up to these numbers are old. */
  programmeFloor: instant,
  orderFloor: instant,
  revokedKeys: z.array(z.string()).max(100),
});
export type Welcome = z.infer<typeof welcome>;

/** These are in the service's database: the box may forget them. */
export const committed = z.strictObject({
  ...boxHead,
  seqs: z.array(z.int().positive()).max(500),
  snapshots: z.array(sha256).max(50),
});
export type Committed = z.infer<typeof committed>;
