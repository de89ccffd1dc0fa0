import { z } from 'zod';
import { longestSeconds } from './replay.ts';

/** How much of the recording around an event. */
export const replayRequest = z.strictObject({
  beforeSeconds: z.int().min(0).max(longestSeconds),
  afterSeconds: z.int().min(1).max(longestSeconds),
});
export type ReplayRequest = z.infer<typeof replayRequest>;
