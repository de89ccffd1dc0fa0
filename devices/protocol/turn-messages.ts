import { z } from 'zod';
import { boxReport, connectorHead, instant } from './message-parts.ts';

/** How long one step of a turn may last (ms): whoever turns a camera sees where it points before the next. */
export const longestTurnMs = 2_000;

const speed = z.number().min(-1).max(1);

/** Turn one camera, as a person who watches it has just asked; `places`: only say where it can be turned to. */
export const cameraTurn = z.strictObject({
  ...connectorHead,
  turn: z.uuid(),
  camera: z.uuid(),
  ask: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('places') }),
    /** With these shares of its full speed: to the right, up, nearer; then it stands. */
    z.strictObject({
      kind: z.literal('step'),
      ...{ pan: speed, tilt: speed, zoom: speed },
      ms: z.int().min(50).max(longestTurnMs),
    }),
    /** One of its own places, by the token; null: its home position. */
    z.strictObject({ kind: z.literal('place'), place: z.string().max(200).nullable() }),
  ]),
  issuedAt: instant,
  /** Refused when it comes later: a camera is turned now or not at all. */
  expiresAt: instant,
});
export type CameraTurn = z.infer<typeof cameraTurn>;

/**
 * `none`: it has no motors; `busy`: another turn of it is under way; `not-held`, `refused`, `silent`: as of a picture;
 * `bad-answer`: it refused this, or what it said cannot be understood.
 */
export const turnResults = ['ok', 'none', 'busy', 'not-held', 'refused', 'silent', 'bad-answer'] as const;
export type TurnResult = (typeof turnResults)[number];

/** What became of a turn. Never kept, never sent again. */
export const cameraTurned = z.strictObject({
  ...boxReport,
  turn: z.uuid(),
  camera: z.uuid(),
  result: z.enum(turnResults),
  detail: z.string().max(300),
  /** Where its owner has set it to go; empty where this was not asked. */
  places: z.array(z.strictObject({ token: z.string().max(200), name: z.string().max(100) })).max(32),
});
export type CameraTurned = z.infer<typeof cameraTurned>;
