import { z } from 'zod';

/** Keyset only: `before` is the last event's id of the page before. */
export const listCameraEventsQuery = z.strictObject({
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cameraId: z.uuid().optional(),
  kind: z.string().max(40).optional(),
  unseen: z.enum(['true', 'false']).optional(),
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
export type ListCameraEventsQuery = z.infer<typeof listCameraEventsQuery>;
