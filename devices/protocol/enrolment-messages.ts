import { z } from 'zod';
import { v } from './message-parts.ts';

/** Enrolment, over HTTPS pinned to the fingerprint in the link: POST /device/enrol. */
export const enrolRequest = z.strictObject({
  code: z.string().min(8).max(40),
  kind: z.enum(['loudspeaker', 'connector']),
  /** Ed25519, SPKI base64: made on the box, its private half never leaves it. */
  publicKey: z.string().max(200),
  /** P-256 key (seal.ts) that passwords are sealed to; connectors only. */
  sealingKey: z.string().max(300).nullable(),
  hardware: z.string().max(200),
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

const maximumMembershipBytes = 12_000;

/**
 * That this box was enrolled for this place, signed by the service. The box keeps it and understands none of it; whoever
 * has it without the box's keys has nothing.
 */
export const membership = z.strictObject({
  v,
  commune: z.uuid(),
  kind: z.enum(['loudspeaker', 'connector']),
  asset: z.uuid(),
  box: z.uuid(),
  publicKey: z.string().max(200),
  sealingKey: z.string().max(300).nullable(),
  mqttSecretHash: z.string().max(64),
  hardware: z.string().max(200),
  enrolledAt: z.int(),
  /** When it was signed, where that was later than the enrolment: of two the later one counts. */
  renewedAt: z.int().optional(),
  /** What the service knew of the place: its name, its village, how loud it is to be. */
  place: z.record(z.string(), z.unknown()),
});
export type Membership = z.infer<typeof membership>;

/** POST /device/return, by HTTPS as pinned: when the broker turns a box away. 204, or a problem. */
export const returnRequest = z.strictObject({
  commune: z.uuid(),
  membership: z.string().min(1).max(maximumMembershipBytes),
});
export type ReturnRequest = z.infer<typeof returnRequest>;

export const enrolAnswer = z.strictObject({
  v,
  commune: z.uuid(),
  communeName: z.string(),
  asset: z.uuid(),
  assetName: z.string(),
  box: z.uuid(),
  rootPublicKey: z.string(),
  /** PEM of the authority that TLS is pinned to from now on. */
  authority: z.string(),
  /** mqtts://host:port */
  mqtt: z.string(),
  /** The MQTT password; the user name and client id are `box`. */
  mqttSecret: z.string(),
  /** https://host:port, under which /audio/{sha256} lies. */
  https: z.string(),
  /** A signed `membership`: what the box shows to a server that has lost its books. Empty from an early version. */
  membership: z.string().max(maximumMembershipBytes).default(''),
});
export type EnrolAnswer = z.infer<typeof enrolAnswer>;
