import { z } from 'zod';
import { taskKinds, taskReasons } from '../../devices/protocol/pole-messages.ts';

/** What a technician ordered a pole to do. */
export const taskRequest = z.strictObject({
  kind: z.enum(taskKinds),
  /** The tone is wanted though it is the quiet hours. */
  inQuietHours: z.boolean().default(false),
});
export type TaskRequest = z.infer<typeof taskRequest>;

export const taskView = z.object({
  id: z.uuid(),
  kind: z.enum(taskKinds),
  askedAt: z.iso.datetime(),
  askedByName: z.string(),
  /** `unanswered`: its time is over, and the pole has said nothing of it. */
  state: z.enum(['waiting', 'done', 'not-done', 'unanswered']),
  reason: z.enum(taskReasons).nullable(),
  toldAt: z.iso.datetime().nullable(),
});
export type TaskView = z.infer<typeof taskView>;

export const poleLogView = z.object({
  id: z.uuid(),
  receivedAt: z.iso.datetime(),
  /** Lines of JSON as the box wrote them, the oldest first. */
  text: z.string(),
});
export type PoleLogView = z.infer<typeof poleLogView>;
