import { z } from 'zod';
import { eventStyles } from './event-style.ts';

/** How one camera tells one topic. */
export const eventStyleView = z.object({
  topic: z.string(),
  /** What counts: what a person set, else what was learned. */
  style: z.enum(eventStyles),
  learned: z.enum(eventStyles),
  learnedSince: z.iso.datetime(),
  isSet: z.boolean(),
  /** Changes told as on and as off. */
  ons: z.int(),
  offs: z.int(),
});
export type EventStyleView = z.infer<typeof eventStyleView>;

/** Topics that the catalogue does not know: what cameras told under them, and what people said they mean. */
export const eventTopicsView = z.object({
  unknown: z.array(
    z.object({
      topic: z.string(),
      notices: z.int(),
      lastAt: z.iso.datetime(),
      cameras: z.array(z.object({ id: z.uuid(), name: z.string() })),
    }),
  ),
  named: z.array(
    z.object({ topic: z.string(), kind: z.string(), namedAt: z.iso.datetime(), namedByName: z.string() }),
  ),
  /** Kinds that a topic may be given. */
  kinds: z.array(z.string()),
  isRereading: z.boolean(),
});
export type EventTopicsView = z.infer<typeof eventTopicsView>;
