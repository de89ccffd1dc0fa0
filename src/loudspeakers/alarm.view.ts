import { z } from 'zod';
import { alarmKinds } from './alarm.ts';

export const alarmView = z.object({
  id: z.uuid(),
  kind: z.enum(alarmKinds),
  /** The one pole that it is about; null where it is about something else. */
  loudspeakerId: z.uuid().nullable(),
  /** The poles of one that many poles have in common and that are still in use; `count` counts all. */
  poles: z.array(z.object({ id: z.uuid(), name: z.string() })),
  /** The pole's or the village's name; of `refused-many` the RefusalReason. */
  about: z.string(),
  count: z.int(),
  raisedAt: z.iso.datetime(),
  /** Acknowledged and cleared are two things: somebody knows of it, and it is over. */
  acknowledgedAt: z.iso.datetime().nullable(),
  acknowledgedByName: z.string().nullable(),
  note: z.string(),
  clearedAt: z.iso.datetime().nullable(),
});
export type AlarmView = z.infer<typeof alarmView>;
