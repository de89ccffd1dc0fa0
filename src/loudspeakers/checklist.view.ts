import { z } from 'zod';
import { checkItems } from './checklist.ts';

export const photoView = z.object({
  id: z.uuid(),
  takenAt: z.iso.datetime(),
  byName: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});

/** What was said of each item, in the order of the round. */
export const checklistView = z.array(
  z.object({
    item: z.enum(checkItems),
    /** Null: nobody has looked yet. */
    isGood: z.boolean().nullable(),
    note: z.string(),
    byName: z.string(),
    saidAt: z.iso.datetime().nullable(),
    photos: z.array(photoView),
  }),
);
export type ChecklistView = z.infer<typeof checklistView>;
