import { z } from 'zod';

export const journalLineView = z.object({
  number: z.int(),
  at: z.iso.datetime(),
  actorId: z.uuid().nullable(),
  actorName: z.string(),
  /** `room.what`, worded by the console. */
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  facts: z.record(z.string(), z.unknown()),
  /** The erasable words; null where there are none (any more). */
  words: z.string().nullable(),
  /** There were words, and somebody had them erased. */
  wordsErased: z.boolean(),
});
export type JournalLineView = z.infer<typeof journalLineView>;

export const journalCheckView = z.object({
  lines: z.int(),
  /** The number of the first line that was changed, moved or removed; null where all stand. */
  firstFaultAt: z.int().nullable(),
  fault: z.enum(['changed', 'removed', 'moved', 'words-changed']).nullable(),
  lastHash: z.string(),
});
export type JournalCheckView = z.infer<typeof journalCheckView>;
