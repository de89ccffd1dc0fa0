import { z } from 'zod';

// Without defaults: in zod 4 a default also fills a field that a partial request leaves out.
const fields = z.strictObject({
  name: z.string().trim().min(1).max(100),
  villageId: z.uuid(),
  place: z.string().trim().max(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  /** Law 91/2025/QH15: people are informed; each camera says why it is there, on what ground and for how long. */
  purpose: z.string().trim().min(1).max(300),
  legalBasis: z.string().trim().min(1).max(300),
  noticePosted: z.boolean(),
  owner: z.string().trim().min(1).max(100),
  retentionDays: z.int().min(1).max(3_650),
  /** Where it looks, in words. */
  direction: z.string().trim().max(100),
  /** Number of its certificate of conformity. */
  conformity: z.string().trim().max(100),
  /** Where the full recording lies. */
  recorder: z.string().trim().max(100),
  recorderChannel: z.string().trim().max(40),
  recorderDays: z.int().min(1).max(3_650).nullable(),
  /** host, host:port, or the device service's URL. */
  address: z.string().trim().min(1).max(300),
  username: z.string().trim().max(100),
  password: z.string().max(200),
});

/** What is written down of a point; the rest of `fields` is how its device is reached. */
export const pointRequest = fields.omit({ address: true, username: true, password: true }).extend({
  place: fields.shape.place.default(''),
  latitude: fields.shape.latitude.default(null),
  longitude: fields.shape.longitude.default(null),
  retentionDays: fields.shape.retentionDays.default(30),
  direction: fields.shape.direction.default(''),
  conformity: fields.shape.conformity.default(''),
  recorder: fields.shape.recorder.default(''),
  recorderChannel: fields.shape.recorderChannel.default(''),
  recorderDays: fields.shape.recorderDays.default(null),
});
export type PointRequest = z.infer<typeof pointRequest>;

export const newCameraRequest = pointRequest.extend({
  address: fields.shape.address,
  username: fields.shape.username,
  password: fields.shape.password,
  /** Which connector reaches it; left out, the commune's first one does, or the service's own. */
  connectorId: z.uuid().optional(),
});
export type NewCameraRequest = z.infer<typeof newCameraRequest>;

export const changeCameraRequest = fields.partial();
export type ChangeCameraRequest = z.infer<typeof changeCameraRequest>;

/** IPv4 networks of a /22 or smaller: a connector walks at most 1,024 addresses. Empty: who answers a call to all. */
export const cameraSearchRequest = z.strictObject({
  connectorId: z.uuid().optional(),
  ranges: z
    .array(
      z
        .string()
        .trim()
        .regex(/^\d{1,3}(\.\d{1,3}){3}(\/(2[2-9]|3[0-2]))?$/),
    )
    .max(8),
});
export type CameraSearchRequest = z.infer<typeof cameraSearchRequest>;

export const knownAtQuery = z.strictObject({ address: fields.shape.address });

/** Which connector shall hold it; `now`: without waiting for the present one, which may never be heard again. */
export const handoverRequest = z.strictObject({ connectorId: z.uuid(), now: z.boolean().default(false) });
export type HandoverRequest = z.infer<typeof handoverRequest>;

/** The certificate that a person has seen on the screen and compared. */
export const certificateRequest = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const connectorRequest = z.strictObject({ name: z.string().trim().min(1).max(100) });

/** A table of cameras as CSV text; `dryRun` judges it and registers nothing. */
export const cameraTableRequest = z.strictObject({ text: z.string().max(200_000), dryRun: z.boolean() });
export type CameraTableRequest = z.infer<typeof cameraTableRequest>;
