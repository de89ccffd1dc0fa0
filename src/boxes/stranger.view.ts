import { z } from 'zod';

/** A device that was turned away. */
export const strangerView = z.object({
  /** What it called itself, without characters that cannot be shown; empty where it gave many names. */
  name: z.string(),
  manyNames: z.boolean(),
  /** The other end of its connection. */
  address: z.string(),
  reason: z.enum([
    'unknown-client',
    'replaced',
    'wrong-secret',
    'wrong-name',
    'service-from-afar',
    'topic',
    'enrolment-code',
  ]),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  tries: z.int(),
  /** The pole or connector where it stands or stood, where that is known. */
  asset: z.object({ id: z.uuid(), kind: z.enum(['loudspeaker', 'connector']) }).nullable(),
});
export type StrangerView = z.infer<typeof strangerView>;

export const strangersView = z.object({
  /** False where somebody else runs the broker: it turns strangers away, and tells nobody here. */
  watched: z.boolean(),
  /** Pushed off the list by later ones, since the start of the service. */
  dropped: z.int(),
  strangers: z.array(strangerView),
});
export type StrangersView = z.infer<typeof strangersView>;
