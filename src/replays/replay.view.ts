import { z } from 'zod';
import { codecs, replayEnds, replayFaults } from '../../devices/protocol/replay-messages.ts';
import { ownFaults } from './replay.ts';

const instant = z.iso.datetime();

export const replayView = z.object({
  id: z.uuid(),
  eventId: z.uuid(),
  askedAt: instant,
  askedByName: z.string(),
  /** What was asked for. */
  from: instant,
  until: instant,
  state: z.enum(['running', 'kept', 'failed']),
  fault: z.enum([...replayFaults, ...ownFaults]).nullable(),
  /** While it runs: what came so far, and which time that reaches. */
  progress: z.object({ bytes: z.int(), reached: instant.nullable() }).nullable(),
  /** What was received, unchanged. */
  clip: z
    .object({
      codec: z.enum(codecs),
      sha256: z.string(),
      bytes: z.int(),
      frames: z.int(),
      lost: z.int(),
      /** By the recorder's own clock. */
      firstAt: instant,
      lastAt: instant,
      timesBy: z.enum(['frames', 'range']),
      ended: z.enum(replayEnds),
      clockOffsetMs: z.number().nullable(),
      uncertaintyMs: z.number().nullable(),
    })
    .nullable(),
  /** Made of it for screens. */
  film: z.enum(['ready', 'making', 'none']),
  filmUrl: z.string().nullable(),
  clipUrl: z.string().nullable(),
});
export type ReplayView = z.infer<typeof replayView>;

export const eventReplaysView = z.object({
  /** By the camera's last check; what is not offered may be looked for at the recorder itself. */
  offered: z.boolean(),
  /** Somebody is there to ask it. */
  reachable: z.boolean(),
  /** The oldest that it keeps. */
  keptFrom: instant.nullable(),
  /** As it was written down: where the full recording lies. */
  recorder: z.string(),
  channel: z.string(),
  days: z.int().nullable(),
  longestSeconds: z.int(),
  /** The newest first. */
  replays: z.array(replayView),
});
export type EventReplaysView = z.infer<typeof eventReplaysView>;
