import { z } from 'zod';

/** Somebody knows of an alarm; what they do about it. */
export const acknowledgeRequest = z.strictObject({ note: z.string().trim().max(300).default('') });

/**
 * `desk` (*bàn trực*): a box at the station whose line-out drives an amplifier or an FM transmitter that was there before.
 * It counts as one pole with many horns, and only what leaves the desk is claimed.
 */
export const poleKinds = ['pole', 'desk'] as const;
export type PoleKind = (typeof poleKinds)[number];

/** Where a pole is ahead of the books: what it follows goes into them, or they are sent to it anew. */
export const settingsChoices = ['pole', 'books'] as const;
export type SettingsChoice = (typeof settingsChoices)[number];
export const settleRequest = z.strictObject({
  count: z.enum(settingsChoices),
  /** That of what the person saw: the pole may have said another one since. */
  version: z.int().min(1),
});
export type SettleRequest = z.infer<typeof settleRequest>;

const percent = z.int().min(0).max(100);

// Without defaults: in zod 4 a default also fills a field that a partial request leaves out.
const fields = z.strictObject({
  kind: z.enum(poleKinds),
  name: z.string().trim().min(1).max(100),
  villageId: z.uuid(),
  place: z.string().trim().max(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  horns: z.int().min(1).max(8),
  /** An emergency has a floor: quieter than 60 % it would not be one. */
  volume: z.strictObject({ regular: percent, priority: percent, emergency: percent.min(60) }),
  offsetMs: z.int().min(0).max(30_000),
});

export const loudspeakerRequest = fields.extend({
  kind: fields.shape.kind.default('pole'),
  place: fields.shape.place.default(''),
  latitude: fields.shape.latitude.default(null),
  longitude: fields.shape.longitude.default(null),
  horns: fields.shape.horns.default(2),
  volume: fields.shape.volume.default({ regular: 70, priority: 80, emergency: 100 }),
  offsetMs: fields.shape.offsetMs.default(0),
});
export type LoudspeakerRequest = z.infer<typeof loudspeakerRequest>;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const volumeHours = z
  .strictObject({ from: time, until: time, volume: fields.shape.volume.extend({ emergency: percent }) })
  // Written from 0:00 to 0:00 it would be the whole day, which is what the volumes outside of all hours are for.
  .refine(({ from, until }) => from !== until, { path: ['until'], message: 'Ends when it begins' });
const sim = z.strictObject({
  number: z
    .string()
    .trim()
    .regex(/^\+?[0-9 ]{6,25}$/),
  expiresOn: z.iso.date().nullable(),
  monthlyMegabytes: z.int().min(1).max(1_000_000).nullable(),
});

export const changeLoudspeakerRequest = fields
  .extend({
    volumeHours: z.array(volumeHours).max(12),
    emergencyFloor: percent.min(60),
    sim: sim.nullable(),
  })
  .partial();
export type ChangeLoudspeakerRequest = z.infer<typeof changeLoudspeakerRequest>;
