import { z } from 'zod';
import { checkItems } from './checklist.ts';

export const checkRequest = z.strictObject({
  item: z.enum(checkItems),
  isGood: z.boolean(),
  note: z.string().trim().max(300).default(''),
});
export type CheckRequest = z.infer<typeof checkRequest>;

export const photoRequest = z.strictObject({
  item: z.enum(checkItems),
  /** JPEG, base64: the console makes it small before it sends it, so that it also gets through a bad line. */
  picture: z.base64().max(950_000),
  /** Only where the technician says so; whatever the file itself tells is dropped. */
  place: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .nullable()
    .default(null),
});
export type PhotoRequest = z.infer<typeof photoRequest>;
