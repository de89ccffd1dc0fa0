import { z } from 'zod';

/** A quarter of a year: the books of a period are kept, what is asked at once is bounded. */
const longestMs = 93 * 86_400_000;

export const sheetQuery = z
  .strictObject({ from: z.iso.datetime({ offset: true }), until: z.iso.datetime({ offset: true }) })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'must be later than from',
  })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= longestMs, {
    path: ['from'],
    message: 'at most 93 days',
  });
export type SheetQuery = z.infer<typeof sheetQuery>;

export const referenceRequest = z.strictObject({ stillId: z.uuid() });
export type ReferenceRequest = z.infer<typeof referenceRequest>;
