import { z } from 'zod';

const span = z.object({
  start: z.int(),
  end: z.int(),
  written: z.string(),
  spoken: z.string(),
  rule: z.string(),
  spokenStart: z.int(),
  spokenEnd: z.int(),
  alternatives: z.array(z.string()),
});
const doubt = z.object({
  start: z.int(),
  end: z.int(),
  written: z.string(),
  code: z.string(),
  default: z.string(),
  alternatives: z.array(z.string()),
});

/** Written and spoken side by side: every replacement is marked, every guess is named. */
export const spokenView = z.object({
  /** The text that all positions mean: composed Unicode, old encodings converted, marks set right. */
  written: z.string(),
  spoken: z.string(),
  sentences: z.array(z.string()),
  spans: z.array(span),
  doubts: z.array(doubt),
  /** Said before and after these words because of how they are to sound: what a drill may not leave out. */
  before: z.array(z.string()),
  after: z.array(z.string()),
});
export type SpokenView = z.infer<typeof spokenView>;
