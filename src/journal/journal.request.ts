import { z } from 'zod';

export const journalQuery = z.strictObject({
  /** Lines older than this number. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type JournalQuery = z.infer<typeof journalQuery>;
