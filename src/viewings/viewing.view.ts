import { z } from 'zod';
import { frameFaults } from '../../devices/protocol/camera-messages.ts';

export const viewingView = z.object({
  id: z.uuid(),
  cameraId: z.uuid(),
  /** Of one viewing, before it ends by itself. */
  seconds: z.int(),
  /** People who may watch at a time, in the whole commune. */
  most: z.int(),
});
export type ViewingView = z.infer<typeof viewingView>;

/**
 * What comes with each picture, as JSON in the header `loa-viewing` (the picture itself is the body; 204: nothing new).
 * Lengths instead of instants: the screen's clock may be minutes off.
 */
export const viewingStateView = z.object({
  /** Answers of the camera so far: ask on with it. */
  number: z.int(),
  /** Of the picture, when this was sent: from when the camera was asked for it. Null before the first. */
  ageMs: z.number().nullable(),
  /** For how long the camera has given the very same bytes. */
  stillMs: z.number(),
  /** For how long nothing but one small box of the picture has changed, as where only the camera's clock runs. */
  unmovedMs: z.number(),
  /** Why the camera's last answer brought no picture. */
  fault: z.enum(frameFaults).nullable(),
  /** How long the service waited for something new before it answered: the rest of the time was the way. */
  waitedMs: z.number(),
  endsInMs: z.number(),
  /** People who watch this camera now. */
  viewers: z.int(),
});
export type ViewingStateView = z.infer<typeof viewingStateView>;

/** How a watched camera can be turned. */
export const turningView = z.object({
  turns: z.boolean(),
  /** Where its owner has set it to go. */
  places: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type TurningView = z.infer<typeof turningView>;
