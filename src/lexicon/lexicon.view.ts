import { z } from 'zod';
import { LEXICON_KINDS } from '../speech/reading/lexicon.ts';
import { CHANGE_CAUSES } from './lexicon.store.ts';

export const lexiconEntryView = z.object({
  written: z.string(),
  kind: z.enum(LEXICON_KINDS),
  expansions: z.array(
    z.object({
      spoken: z.string(),
      next: z.array(z.string()),
      previous: z.array(z.string()),
    }),
  ),
  doubtful: z.boolean(),
});
export type LexiconEntryView = z.infer<typeof lexiconEntryView>;

export const ownEntryView = lexiconEntryView.extend({
  id: z.uuid(),
  version: z.int(),
  changedByName: z.string(),
  changedAt: z.iso.datetime(),
  /** There is a shipped entry of this written form, which this one replaces. */
  replacesShipped: z.boolean(),
});
export type OwnEntryView = z.infer<typeof ownEntryView>;

export const lexiconView = z.object({
  /** As recordings keep it: shipped, own, profile. */
  version: z.string(),
  ownVersion: z.int(),
  ownCount: z.int(),
  shippedCount: z.int(),
  /** What was searched for; no more than the limit of each. */
  own: z.array(ownEntryView),
  shipped: z.array(lexiconEntryView),
});
export type LexiconView = z.infer<typeof lexiconView>;

export const lexiconVersionView = z.object({
  version: z.int(),
  cause: z.enum(CHANGE_CAUSES),
  byName: z.string(),
  at: z.iso.datetime(),
  changes: z.int(),
  /** The first five written forms that it touched. */
  written: z.array(z.string()),
});
export type LexiconVersionView = z.infer<typeof lexiconVersionView>;
