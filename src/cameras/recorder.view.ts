import { z } from 'zod';
import { cameraView } from './camera.view.ts';

/** A device with several video sources, or one that a person registered as a recorder; its cameras are its channels. */
export const recorderView = cameraView
  .pick({
    ...{ connectorId: true, movingTo: true, address: true, username: true, state: true, stateSince: true },
    ...{ heardAt: true, detail: true, clockOffsetMs: true, manufacturer: true, model: true, firmware: true },
    ...{ serial: true, defaultPassword: true, certificate: true, shownCertificate: true },
  })
  .extend({
    id: z.uuid(),
    /** Empty: it was registered as a camera, and turned out to have several sources. */
    name: z.string(),
    /** Whether it has told yet what it has; its channels are known from then on. */
    described: z.boolean(),
    /** In its own order, then those that are registered and that it does not (or no longer) tell of. */
    channels: z.array(
      z.object({
        /** The source's token. */
        channel: z.string(),
        name: z.string(),
        /** Among its sources, from 1; null where it tells of no such source. */
        number: z.int().nullable(),
        camera: z.object({ id: z.uuid(), name: z.string(), villageName: z.string() }).nullable(),
      }),
    ),
  });
export type RecorderView = z.infer<typeof recorderView>;
