import { z } from 'zod';
import { KINDS } from '../../devices/protocol/topic-map.data.ts';
import { eventStyles } from './event-style.ts';

export const eventStyleRequest = z.strictObject({
  topic: z.string().min(1).max(500),
  /** Null: what is learned counts again. */
  style: z.enum(eventStyles).nullable(),
});
export type EventStyleRequest = z.infer<typeof eventStyleRequest>;

export const eventTopicRequest = z.strictObject({
  topic: z.string().min(1).max(500),
  /** Null takes the name away. */
  kind: z.enum(KINDS.filter((kind) => kind !== 'unknown')).nullable(),
});
export type EventTopicRequest = z.infer<typeof eventTopicRequest>;
