import { z } from 'zod';
import { cameraPassport, heldStates } from '../../devices/protocol/camera-messages.ts';

export const cameraView = z.object({
  /** The point is the asset; the camera at it can be replaced. */
  id: z.uuid(),
  pointId: z.uuid(),
  /** What its connector holds; shared by the channels of a recorder. */
  deviceId: z.uuid(),
  /** The recorder's video source that shows it; null: all that the device shows. */
  channel: z.string().nullable(),
  /** Empty where the device is not a named recorder. */
  recorderName: z.string(),
  number: z.int(),
  name: z.string(),
  villageId: z.uuid(),
  villageName: z.string(),
  place: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  purpose: z.string(),
  legalBasis: z.string(),
  noticePosted: z.boolean(),
  owner: z.string(),
  retentionDays: z.int(),
  connectorId: z.uuid(),
  /** The connector that waits for it until the present one has let go. */
  movingTo: z.uuid().nullable(),
  address: z.string(),
  username: z.string(),
  direction: z.string(),
  conformity: z.string(),
  recorder: z.string(),
  recorderChannel: z.string(),
  recorderDays: z.int().nullable(),
  state: z.enum(['waiting', ...heldStates]),
  stateSince: z.iso.datetime(),
  heardAt: z.iso.datetime().nullable(),
  detail: z.string(),
  clockOffsetMs: z.number().nullable(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  serial: z.string().nullable(),
  /** Its password is one that everybody knows; null where that was never compared. */
  defaultPassword: z.boolean().nullable(),
  /** SHA-256 of the confirmed certificate, and of another one that it shows instead. */
  certificate: z.string().nullable(),
  shownCertificate: z.string().nullable(),
});
export type CameraView = z.infer<typeof cameraView>;

export const cameraDetailView = cameraView.extend({
  retired: z.boolean(),
  /** What the camera says it is; null before it was described. */
  passport: cameraPassport.shape.passport.nullable(),
  passportAt: z.iso.datetime().nullable(),
  /** Other cameras here that carry the same number: the same device `twice`, or a `cloned` one. */
  twins: z.array(z.object({ id: z.uuid(), name: z.string(), how: z.enum(['twice', 'cloned']) })),
  /** The newest first. */
  states: z.array(
    z.object({
      // `moved`: found again at another address, both of which are its detail.
      state: z.enum(['waiting', ...heldStates, 'moved']),
      since: z.iso.datetime(),
      detail: z.string(),
    }),
  ),
});
export type CameraDetailView = z.infer<typeof cameraDetailView>;

/** Two registered devices that may be one (`address`, `twice`), or carry one number (`cloned`). */
const twinView = z.object({ deviceId: z.uuid(), cameraId: z.uuid().nullable(), name: z.string() });
export const twinsView = z.object({
  how: z.enum(['address', 'twice', 'cloned']),
  one: twinView,
  other: twinView,
});
export type TwinsView = z.infer<typeof twinsView>;

/** What is known here of a device at an address, before it is registered; as `known` of a search. */
export const knownAtView = z.object({
  known: z.object({ how: z.enum(['here', 'elsewhere', 'cloned']), name: z.string().nullable() }).nullable(),
});
export type KnownAtView = z.infer<typeof knownAtView>;

/** A search for cameras at a connector's site, as far as it is told. Nothing found is registered by it. */
export const cameraSearchView = z.object({
  id: z.uuid(),
  connectorId: z.uuid(),
  /** `lost`: the connector has said nothing for a while. */
  state: z.enum(['asked', 'running', 'done', 'cancelled', 'refused', 'lost']),
  startedAt: z.iso.datetime(),
  asked: z.int(),
  of: z.int(),
  /** Answers that named another address than their own. */
  disbelieved: z.int(),
  found: z.array(
    z.object({
      address: z.string(),
      name: z.string().nullable(),
      hardware: z.string().nullable(),
      mac: z.string().nullable(),
      endpoint: z.string().nullable(),
      /**
       * `here`: a registered camera at its address; `elsewhere`: by its identity one that is registered at another;
       * `cloned`: the same identity answers at two addresses. Null: nobody knows it.
       */
      known: z
        .object({
          how: z.enum(['here', 'elsewhere', 'cloned']),
          camera: z.object({ id: z.uuid(), name: z.string() }).nullable(),
        })
        .nullable(),
    }),
  ),
});
export type CameraSearchView = z.infer<typeof cameraSearchView>;

export const latestSearchView = z.object({ search: cameraSearchView.nullable() });
export type LatestSearchView = z.infer<typeof latestSearchView>;

/** What a table of cameras came to: all of it is registered, or nothing. */
export const cameraTableView = z.object({
  added: z.int(),
  rows: z.array(
    z.object({
      line: z.int(),
      name: z.string(),
      faults: z.array(z.object({ path: z.string(), code: z.string() })),
    }),
  ),
});
export type CameraTableView = z.infer<typeof cameraTableView>;

export const connectorView = z.object({
  id: z.uuid(),
  name: z.string(),
  enrolled: z.boolean(),
  online: z.boolean(),
  heardAt: z.iso.datetime().nullable(),
  cameras: z.int(),
});
export type ConnectorView = z.infer<typeof connectorView>;
