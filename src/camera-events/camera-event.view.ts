import { z } from 'zod';
import { causes } from './outage-cause.ts';

export const cameraEventView = z.object({
  id: z.uuid(),
  cameraId: z.uuid(),
  pointId: z.uuid(),
  pointName: z.string(),
  villageName: z.string(),
  /** motion, line-crossing, intrusion, tamper, digital-input, audio, outage, gap, unknown… worded by the console. */
  kind: z.string(),
  state: z.enum(['open', 'closed', 'instant']),
  receivedAt: z.iso.datetime(),
  occurredAt: z.iso.datetime(),
  uncertaintyMs: z.number(),
  endedAt: z.iso.datetime().nullable(),
  /** `time`: nobody said that it ended, and no word came for as long as its kind may last. */
  endedBy: z.enum(['camera', 'time']).nullable(),
  noticeCount: z.int(),
  /** Of an outage and a gap: why, probably, and what was lost together in the village. */
  cause: z
    .object({
      cause: z.enum(causes),
      cameras: z.int(),
      ofCameras: z.int(),
      poles: z.int(),
      ofPoles: z.int(),
      from: z.iso.datetime(),
      withinSeconds: z.number(),
    })
    .nullable(),
  /** An outside detector said so, and no camera: which one, by which model, and how sure it was at best. */
  detected: z
    .object({
      detectorId: z.uuid(),
      detectorName: z.string(),
      model: z.string(),
      modelVersion: z.string(),
      label: z.string(),
      /** 0 to 1. */
      score: z.number(),
      zones: z.array(z.string()),
    })
    .nullable(),
  topic: z.string(),
  /** A re-encoded derivative for screens; null where the camera gave none. */
  pictureUrl: z.string().nullable(),
  pictureTakenAt: z.iso.datetime().nullable(),
  seenAt: z.iso.datetime().nullable(),
  seenByName: z.string().nullable(),
});
export type CameraEventView = z.infer<typeof cameraEventView>;

export const cameraEventDetailView = cameraEventView.extend({
  snapshotSha256: z.string().nullable(),
  /** After the first, in the order in which they were taken; `url` as `pictureUrl`. */
  morePictures: z.array(z.object({ sha256: z.string(), takenAt: z.iso.datetime(), url: z.string() })),
  notices: z.array(
    z.object({
      id: z.uuid(),
      receivedAt: z.iso.datetime(),
      cameraTimeText: z.string().nullable(),
      clockOffsetMs: z.number().nullable(),
      uncertaintyMs: z.number(),
      occurredAt: z.iso.datetime(),
      topic: z.string(),
      operation: z.string(),
      phase: z.string(),
      source: z.array(z.object({ name: z.string(), value: z.string() })),
      data: z.array(z.object({ name: z.string(), value: z.string() })),
      rawSha256: z.string(),
    }),
  ),
});
export type CameraEventDetailView = z.infer<typeof cameraEventDetailView>;
