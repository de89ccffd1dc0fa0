import { z } from 'zod';
import { detectorForms } from './reading.ts';

const fields = z.strictObject({
  name: z.string().trim().min(1).max(100),
  modelName: z.string().trim().min(1).max(100),
  modelVersion: z.string().trim().max(100),
  /** The points that it may speak for, each with the name that the detector has for it, '' for our number alone. */
  watched: z
    .array(z.strictObject({ pointId: z.uuid(), name: z.string().trim().max(100) }))
    .min(1)
    .max(500),
  silentAfterMinutes: z.int().min(1).max(10_080),
});

export const newDetectorRequest = fields.extend({
  form: z.enum(detectorForms),
  modelVersion: fields.shape.modelVersion.default(''),
  silentAfterMinutes: fields.shape.silentAfterMinutes.default(5),
});
export type NewDetectorRequest = z.infer<typeof newDetectorRequest>;

export const changeDetectorRequest = fields.partial();
export type ChangeDetectorRequest = z.infer<typeof changeDetectorRequest>;
