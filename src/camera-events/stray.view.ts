import { z } from 'zod';

/** What a recorder told and no registered channel shows: kept as received, and nobody's event. */
export const strayView = z.object({
  /** Token of the source that it names; null: none, so it is the recorder's own business. */
  channel: z.string().nullable(),
  topic: z.string(),
  kind: z.string(),
  notices: z.int(),
  lastAt: z.iso.datetime(),
});
export type StrayView = z.infer<typeof strayView>;
