import { z } from 'zod';

const percent = z.int().min(0).max(100);

export const loudspeakerRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  villageId: z.uuid(),
  place: z.string().trim().max(200).default(''),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  horns: z.int().min(1).max(8).default(2),
  /** An emergency has a floor: quieter than 60 % it would not be one. */
  volume: z
    .strictObject({ regular: percent, priority: percent, emergency: percent.min(60) })
    .default({ regular: 70, priority: 80, emergency: 100 }),
  offsetMs: z.int().min(0).max(30_000).default(0),
});
export type LoudspeakerRequest = z.infer<typeof loudspeakerRequest>;

export const changeLoudspeakerRequest = loudspeakerRequest.partial();
export type ChangeLoudspeakerRequest = z.infer<typeof changeLoudspeakerRequest>;
