import { z } from 'zod';

export const lookQuery = z.strictObject({
  /** The number of the camera's last answer that the screen knows; 0: none. */
  after: z.coerce.number().int().min(0).default(0),
});
export type LookQuery = z.infer<typeof lookQuery>;

/** A recorder's channel, by its token. */
export const glimpseQuery = z.strictObject({ channel: z.string().min(1).max(200) });
export type GlimpseQuery = z.infer<typeof glimpseQuery>;

const direction = z.int().min(-1).max(1);
/** To the right, up, nearer; the other way below zero. */
const step = z
  .strictObject({ pan: direction, tilt: direction, zoom: direction })
  .refine((one) => one.pan !== 0 || one.tilt !== 0 || one.zoom !== 0, { params: { code: 'nothing' } });

export const turnRequest = z.union([
  z.strictObject({ step }),
  /** A place that the camera knows, by its id; null: its home position. */
  z.strictObject({ place: z.string().min(1).max(200).nullable() }),
]);
export type TurnRequest = z.infer<typeof turnRequest>;
