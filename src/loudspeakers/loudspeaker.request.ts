import { z } from 'zod';

/** Somebody knows of an alarm; what they do about it. */
export const acknowledgeRequest = z.strictObject({ note: z.string().trim().max(300).default('') });

const percent = z.int().min(0).max(100);

// Without defaults: in zod 4 a default also fills a field that a partial request leaves out.
const fields = z.strictObject({
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
  place: fields.shape.place.default(''),
  latitude: fields.shape.latitude.default(null),
  longitude: fields.shape.longitude.default(null),
  horns: fields.shape.horns.default(2),
  volume: fields.shape.volume.default({ regular: 70, priority: 80, emergency: 100 }),
  offsetMs: fields.shape.offsetMs.default(0),
});
export type LoudspeakerRequest = z.infer<typeof loudspeakerRequest>;

export const changeLoudspeakerRequest = fields.partial();
export type ChangeLoudspeakerRequest = z.infer<typeof changeLoudspeakerRequest>;
