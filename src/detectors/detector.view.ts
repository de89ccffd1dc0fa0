import { z } from 'zod';
import { detectorForms } from './reading.ts';

export const detectorView = z.object({
  id: z.uuid(),
  name: z.string(),
  form: z.enum(detectorForms),
  modelName: z.string(),
  modelVersion: z.string(),
  watched: z.array(
    z.object({ pointId: z.uuid(), name: z.string(), number: z.int().nullable(), pointName: z.string() }),
  ),
  silentAfterMinutes: z.int(),
  /** `off`: it said itself that it stops; `silent`: no word for longer than it should be. */
  link: z.enum(['never', 'alive', 'silent', 'off']),
  heardAt: z.iso.datetime().nullable(),
  /** Of its messages that were not taken since the service started, and why the last one was not. */
  refused: z.int(),
  lastRefusal: z
    .object({
      at: z.iso.datetime(),
      code: z.string(),
      /** The fields that were wrong, or the camera that it named. */
      about: z.string(),
    })
    .nullable(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type DetectorView = z.infer<typeof detectorView>;

/** Shown once: only its hash is kept. */
export const detectorKeyView = z.object({ detector: detectorView, key: z.string() });
export type DetectorKeyView = z.infer<typeof detectorKeyView>;

/** What somebody needs beside the key to set the detector up. */
export const detectorSetupView = z.object({
  /** User name and client identifier at the broker. */
  clientId: z.uuid(),
  brokerHost: z.string(),
  brokerPort: z.int(),
  /** Frigate's `topic_prefix`; of the envelope what its topics begin with. */
  topicPrefix: z.string(),
  webhookUrl: z.string(),
  /** PEM of the authority that certifies both. */
  authority: z.string(),
});
export type DetectorSetupView = z.infer<typeof detectorSetupView>;
