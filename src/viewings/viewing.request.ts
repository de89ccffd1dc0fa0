import { z } from 'zod';

export const lookQuery = z.strictObject({
  /** The number of the camera's last answer that the screen knows; 0: none. */
  after: z.coerce.number().int().min(0).default(0),
});
export type LookQuery = z.infer<typeof lookQuery>;
