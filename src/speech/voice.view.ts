import { z } from 'zod';
import { voiceEngines, voiceGenders } from './voice.ts';

/** The voice that speaks now and what it cannot do, for every screen that lets a person make sound. */
export const voiceView = z.object({
  id: z.string(),
  /** What it is chosen by. */
  key: z.string(),
  name: z.string(),
  engine: z.enum(voiceEngines),
  /** Null where nobody says. */
  gender: z.enum(voiceGenders).nullable(),
  isLocal: z.boolean(),
  /** Another voice than the chosen one speaks, because that one cannot. */
  isFallback: z.boolean(),
  /** Codes that the console words: `robotic`, `needs-network`, `costs-money`, `text-leaves-the-commune`,
   *  `check-licence`. */
  limits: z.array(z.string()),
});
export type VoiceView = z.infer<typeof voiceView>;
