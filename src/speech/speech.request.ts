import { z } from 'zod';
import { chosenProfileIds } from './render-profile.ts';

/** The same limit as an announcement's text: 20,000 characters, about half an hour of speech. */
export const readingRequest = z.strictObject({
  text: z.string().max(20_000),
  /** Doubt (its written form) → the reading picked, as an announcement keeps it. */
  picks: z.record(z.string().max(200), z.string().max(500)).default({}),
  /** How it is to sound: its pace, and what is said with it. */
  renderProfile: z.enum(chosenProfileIds).default('outdoor'),
});
export type ReadingRequest = z.infer<typeof readingRequest>;
