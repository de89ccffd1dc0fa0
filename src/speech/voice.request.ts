import { z } from 'zod';

/** As `google:vi-VN-Neural2-A`; a directory's name may hold anything but a slash. */
export const voiceKey = z
  .string()
  .max(200)
  .regex(/^(espeak|google|sherpa):[^/\\]+$/);

/** Null goes back to what the settings of the service say; what is left out stays. */
export const chooseVoicesRequest = z.strictObject({
  routine: voiceKey.nullable().optional(),
  emergency: voiceKey.nullable().optional(),
});
export type ChooseVoicesRequest = z.infer<typeof chooseVoicesRequest>;

export const sampleQuery = z.strictObject({ key: voiceKey });
export type SampleQuery = z.infer<typeof sampleQuery>;
