import { z } from 'zod';
import { voiceEngines, voiceGenders } from './voice.ts';

const describedVoice = z.object({
  id: z.string(),
  /** What it is chosen by. */
  key: z.string(),
  name: z.string(),
  engine: z.enum(voiceEngines),
  /** Null where nobody says. */
  gender: z.enum(voiceGenders).nullable(),
  isLocal: z.boolean(),
  /** Codes that the console words: `robotic`, `needs-network`, `costs-money`, `text-leaves-the-commune`,
   *  `check-licence`. */
  limits: z.array(z.string()),
});

/** The voice that speaks now and what it cannot do, for every screen that lets a person make sound. */
export const voiceView = describedVoice.extend({
  /** Another voice than the chosen one speaks, because that one cannot. */
  isFallback: z.boolean(),
});
export type VoiceView = z.infer<typeof voiceView>;

export const offeredVoiceView = describedVoice.extend({
  /** It failed last time: why, and until when it is left alone. Null: nothing is known against it. */
  rest: z.object({ code: z.string(), until: z.iso.datetime() }).nullable(),
});
export type OfferedVoiceView = z.infer<typeof offeredVoiceView>;

const keyInForce = z.object({
  /** What was chosen here; null: what the settings of the service say. */
  chosen: z.string().nullable(),
  /** The key that this comes to; it may be a voice that is gone. */
  inForce: z.string(),
});

export const voicesView = z.object({
  routine: keyInForce,
  emergency: keyInForce,
  voices: z.array(offeredVoiceView),
  /** Directories in which no voice was found fit: the code says why, `about` names the file, key or line. */
  models: z.array(z.object({ name: z.string(), code: z.string(), about: z.string() })),
  /** Where to put neural voices. */
  voicesDirectory: z.string(),
  /** Why the paid service's voices could not be listed. */
  googleFault: z.string().nullable(),
  /** Characters sent to the paid service; null where none is set up. A limit of 0 is none. */
  usage: z
    .object({
      today: z.int(),
      month: z.int(),
      perDay: z.int(),
      perMonth: z.int(),
      state: z.enum(['free', 'near', 'spent']),
    })
    .nullable(),
});
export type VoicesView = z.infer<typeof voicesView>;
