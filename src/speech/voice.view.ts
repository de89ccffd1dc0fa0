import { z } from 'zod';

/** The voice that speaks now and what it cannot do, for every screen that lets a person make sound. */
export const voiceView = z.object({
  id: z.string(),
  name: z.string(),
  engine: z.enum(['espeak-ng', 'google-cloud']),
  isLocal: z.boolean(),
  /** Another voice than the chosen one speaks, because that one cannot. */
  isFallback: z.boolean(),
  /** Codes that the console words: `robotic`, `needs-network`, `costs-money`, `text-leaves-the-commune`. */
  limits: z.array(z.string()),
});
export type VoiceView = z.infer<typeof voiceView>;
