import { z } from 'zod';
import { LEXICON_KINDS } from '../speech/reading/lexicon.ts';

const form = z.string().min(1).max(60);
const around = z.array(z.string().min(1).max(40)).max(20);

export const lexiconEntryRequest = z.strictObject({
  written: form,
  kind: z.enum(LEXICON_KINDS),
  expansions: z
    .array(
      z.strictObject({
        spoken: z.string().min(1).max(200),
        /** One of these words follows; `#` a digit, `^` a capital, `:` a colon, `$` the end. */
        next: around.optional(),
        /** One of these words stands right before. */
        previous: around.optional(),
      }),
    )
    .min(1)
    .max(12),
  /** Said so, and yet a person has to confirm it each time. */
  doubtful: z.boolean().default(false),
});
export type LexiconEntryRequest = z.infer<typeof lexiconEntryRequest>;

export const lexiconQuery = z.strictObject({
  words: z.string().max(60).default(''),
  kind: z.enum(LEXICON_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(60),
});
export type LexiconQuery = z.infer<typeof lexiconQuery>;

/** A pick that the whole commune shall have, everywhere or before one word. */
export const promoteRequest = z.strictObject({
  written: form,
  spoken: z.string().min(1).max(200),
  next: z.string().max(40).optional(),
});
export type PromoteRequest = z.infer<typeof promoteRequest>;

export const hearRequest = z.strictObject({ spoken: z.string().min(1).max(200) });
export const revertRequest = z.strictObject({ version: z.int().min(0) });
/** The file form of the shipped lexicon: five cells a line, tabs between. */
export const importRequest = z.strictObject({ file: z.string().max(400_000) });
