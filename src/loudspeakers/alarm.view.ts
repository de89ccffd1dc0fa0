import { z } from 'zod';
import { alarmKinds } from './alarm.ts';

export const alarmView = z.object({
  id: z.uuid(),
  kind: z.enum(alarmKinds),
  /** The pole or the village; null for a key. */
  loudspeakerId: z.uuid().nullable(),
  /** Its name. */
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
