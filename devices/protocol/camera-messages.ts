import { z } from 'zod';
import { boxHead, boxReport, connectorHead, instant, sha256 } from './message-parts.ts';

/**
 * What the service and a connector say to each other of the cameras that it holds.
 * Instants are milliseconds since 1970 (UTC) and end in `At`; lengths carry their unit. All of it is signed
 * (envelope.ts). Unknown fields are refused: a new field is a new version.
 */
/** How many pictures are taken after the first of what begins, and how far apart. */
export const morePictures = z.strictObject({
  count: z.int().min(1).max(10),
  everyMs: z.int().min(2_000).max(60_000),
});
export type MorePictures = z.infer<typeof morePictures>;

/** The cameras one connector looks after. The newest counts; a camera that is not in it is let go. */
export const cameraList = z.strictObject({
  ...connectorHead,
  number: instant,
  /** None where it is left out. */
  morePictures: morePictures.exactOptional(),
  cameras: z
    .array(
      z.strictObject({
        /** A device: a camera, or a recorder with many of them behind it. */
        camera: z.uuid(),
        /** host:port, or a device service URL. */
        address: z.string().max(300),
        username: z.string().max(100),
        /** Sealed to this connector (seal.ts); opened only in its memory. */
        sealedPassword: z.string().max(2_000),
        /** Changes when address, user or password change: a refused password is tried again only then. */
        revision: z.int().min(1),
        /** SHA-256 of the certificate (DER) that a person confirmed, for https; null: none yet, nothing is told it. */
        certificate: sha256.nullable(),
        /** By what it is known again, at this address or another; null before it was described. */
        identity: z
          .strictObject({
            serial: z.string().max(200).nullable(),
            macs: z.array(z.string().max(17)).max(8).readonly(),
            endpoint: z.string().max(200).nullable(),
          })
          .nullable(),
        /** The points that a recorder's sources show: by these a picture of one of them is ordered. */
        channels: z
          .array(z.strictObject({ camera: z.uuid(), source: z.string().max(200) }))
          .max(64)
          .optional(),
      }),
    )
    .max(1_000),
});
export type CameraList = z.infer<typeof cameraList>;

const item = z.strictObject({ name: z.string().max(200), value: z.string().max(2_000) });

/** One notification of one camera, as received and as understood. Every time is kept (events keep all their times). */
export const notice = z.strictObject({
  seq: z.int().positive(),
  /** UUIDv7 made by the connector when it was received: the service stores each id once. */
  id: z.uuid(),
  camera: z.uuid(),
  receivedAt: instant,
  /** The camera's own time text, untouched; null where it gave none. */
  cameraTimeText: z.string().max(64).nullable(),
  /** Camera's clock minus true time, as measured, and how sure that is. */
  clockOffsetMs: z.number().nullable(),
  uncertaintyMs: z.number().min(0),
  occurredAt: instant,
  /** Prefixes stripped from every segment. */
  topic: z.string().max(500),
  operation: z.enum(['Initialized', 'Changed', 'Deleted', 'none']),
  kind: z.string().max(40),
  /** begin and end of something that lasts, or one instant; `state` for what is not an alarm. */
  phase: z.enum(['begin', 'end', 'instant', 'state']),
  source: z.array(item).max(50),
  data: z.array(item).max(100),
  /** The NotificationMessage's own bytes, base64, and their hash. */
  raw: z.string().max(100_000),
  rawSha256: sha256,
  /** Taken at the begin of an event; follows on the snapshot topic. */
  snapshot: z
    .strictObject({ sha256, bytes: z.int().positive(), takenAt: instant, mime: z.string().max(40) })
    .nullable(),
});
export type Notice = z.infer<typeof notice>;

export const notices = z.strictObject({
  ...boxHead,
  entries: z.array(notice).min(1).max(200),
});
export type Notices = z.infer<typeof notices>;

/**
 * How a camera is held. `certificate-unknown`: https, and nobody has confirmed its certificate yet;
 * `certificate-changed`: it shows another one than was confirmed; `other-device`: another device answers at its address.
 * In these three nothing is sent to it that the password was used for.
 */
export const heldStates = [
  'connecting',
  'subscribed',
  'unreachable',
  'password-refused',
  'fault',
  'certificate-unknown',
  'certificate-changed',
  'other-device',
] as const;
export type HeldState = (typeof heldStates)[number];

/** How each camera is held. Sent at each change and every minute. */
export const cameraStatus = z.strictObject({
  ...boxReport,
  /** The list that is in force: what was in an older one and is not here has been let go of; 0 before the first. */
  list: instant,
  cameras: z
    .array(
      z.strictObject({
        camera: z.uuid(),
        revision: z.int().min(1),
        state: z.enum(heldStates),
        sinceAt: instant,
        /** The last answer of any kind. */
        heardAt: instant.nullable(),
        clockOffsetMs: z.number().nullable(),
        detail: z.string().max(300),
        manufacturer: z.string().max(200).nullable(),
        model: z.string().max(200).nullable(),
        firmware: z.string().max(200).nullable(),
        serial: z.string().max(200).nullable(),
        /** SHA-256 of the certificate that it shows, where it is not the confirmed one. */
        certificate: sha256.nullable(),
        /** It flooded: so many notices, from the first to the last, were left out. Told for ten minutes after. */
        shed: z.strictObject({ sinceAt: instant, lastAt: instant, count: z.int().min(1) }).exactOptional(),
      }),
    )
    .max(1_000),
});
export type CameraStatus = z.infer<typeof cameraStatus>;

/** What one camera says it is. Told once it is described, after each connection and when it is another one. */
export const cameraPassport = z.strictObject({
  ...boxReport,
  camera: z.uuid(),
  revision: z.int().min(1),
  passport: z.strictObject({
    hardware: z.string().max(200).nullable(),
    /** Namespaces of the services it offers. */
    services: z.array(z.string().max(200)).max(50),
    profiles: z.array(z.string().max(200)).max(64),
    /** What it has pictures of, in its own order: more than one on a recorder, and told only then. */
    sources: z
      .array(
        z.strictObject({
          token: z.string().max(200),
          name: z.string().max(200),
          /** Tokens that notices may name instead: of its configurations, its analytics, its profiles. */
          aliases: z.array(z.string().max(200)).max(32),
        }),
      )
      .max(64)
      .optional(),
    /** What it says it can tell, prefixes stripped; a property has a state, anything else is a moment. */
    topics: z.array(z.strictObject({ topic: z.string().max(300), property: z.boolean() })).max(300),
    scopes: z.array(z.string().max(300)).max(50),
    /** Lower case, with colons; of every interface. */
    macs: z.array(z.string().regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/)).max(8),
    /** The address that its maker gave it for life, a UUID in most. */
    endpoint: z.string().max(200).nullable(),
    audio: z.boolean().nullable(),
    keeping: z.enum(['pulling', 'renew', 're-create']),
    /** Told only where it does: it answers a pull when there is something to tell, however long it was asked to wait. */
    isHolding: z.literal(true).exactOptional(),
  }),
});
export type CameraPassport = z.infer<typeof cameraPassport>;

/** A lost camera was found again at another address, by what it says of itself, and is held there. */
export const cameraMoved = z.strictObject({
  ...boxReport,
  camera: z.uuid(),
  revision: z.int().min(1),
  from: z.string().max(300),
  to: z.string().max(300),
  /** What was the same there; nothing was different. */
  same: z.array(z.enum(['serial', 'mac', 'endpoint'])).min(1),
});
export type CameraMoved = z.infer<typeof cameraMoved>;

/** Look for cameras: WS-Discovery by multicast, and one by one in the ranges. A later one ends an earlier one. */
export const cameraSearch = z.strictObject({
  ...connectorHead,
  search: z.uuid(),
  issuedAt: instant,
  /** Refused when it comes later. */
  expiresAt: instant,
  /** `192.168.1.0/24`, at most 1,024 addresses together; the connector's own rules count besides. Empty: multicast alone. */
  ranges: z.array(z.string().max(50)).max(16),
  cancel: z.boolean(),
});
export type CameraSearch = z.infer<typeof cameraSearch>;

/** What a search has found so far: told whole, every second and at its end. */
export const cameraFindings = z.strictObject({
  ...boxReport,
  search: z.uuid(),
  state: z.enum(['running', 'done', 'cancelled', 'refused']),
  /** Why it was refused; else empty. */
  detail: z.string().max(300),
  asked: z.int().min(0),
  of: z.int().min(0),
  /** Answers that were not believed: another address than the sender's, or one that is not allowed. */
  disbelieved: z.int().min(0),
  found: z
    .array(
      z.strictObject({
        /** Of the device service, at the address that answered. */
        address: z.string().max(300),
        endpoint: z.string().max(200).nullable(),
        /** By its scopes: anybody can say so, nothing was proved by a password. */
        name: z.string().max(200).nullable(),
        hardware: z.string().max(200).nullable(),
        scopes: z.array(z.string().max(300)).max(50),
        /** By its endpoint, where that ends in one. */
        mac: z.string().max(17).nullable(),
      }),
    )
    .max(1_000),
});
export type CameraFindings = z.infer<typeof cameraFindings>;

/** However long a view is ordered for, the connector ends it after this (ms) unless it is ordered again. */
export const longestViewMs = 60_000;

/** Give pictures of one camera, one after the other, until then: somebody watches. Ordered again while they do. */
export const cameraView = z.strictObject({
  ...connectorHead,
  /** Another one begins anew: nothing that was sent before is known any more. */
  view: z.uuid(),
  camera: z.uuid(),
  /** Of the recorder that `camera` then is: what a source shows that nobody has registered yet. */
  source: z.string().min(1).max(200).exactOptional(),
  issuedAt: instant,
  /** Past: it ends now. */
  untilAt: instant,
  /** No picture is asked for sooner after the last. */
  everyMs: z.int().min(100).max(60_000),
  /** On average, of pictures as the camera gives them: large ones come more rarely. */
  bytesPerSecond: z.int().min(1_000),
});
export type CameraView = z.infer<typeof cameraView>;

/**
 * Why there is no picture: the camera is not held now; it offers none; it refuses the password for them; it gave none
 * in time; what it gave is none.
 */
export const frameFaults = ['not-held', 'no-pictures', 'refused', 'silent', 'unreadable'] as const;
export type FrameFault = (typeof frameFaults)[number];

/** One answer of a camera that is watched; the picture's bytes come behind it (frame.ts). Never kept, never sent again. */
export const cameraFrame = z.strictObject({
  ...boxHead,
  view: z.uuid(),
  camera: z.uuid(),
  /** From 1 on within a view. */
  number: z.int().min(1),
  /** When the camera was asked: no picture is younger than this says. */
  askedAt: instant,
  /** Of the picture. No bytes come behind it where they are the very same as the last that were sent. */
  picture: z.strictObject({ sha256, bytes: z.int().positive() }).nullable(),
  fault: z.enum(frameFaults).nullable(),
});
export type CameraFrame = z.infer<typeof cameraFrame>;

/** Look after one camera now: does it answer, does its stream, does it give a picture; and send that where `still`. */
export const cameraCheck = z.strictObject({
  ...connectorHead,
  check: z.uuid(),
  camera: z.uuid(),
  still: z.boolean(),
  issuedAt: instant,
  /** Refused when it comes later. */
  expiresAt: instant,
});
export type CameraCheck = z.infer<typeof cameraCheck>;

/** `open` and `refused`: something at its address answers TCP; `silent`: nothing does; `forbidden`: by our own rules. */
export const reaches = ['open', 'refused', 'silent', 'forbidden'] as const;
/**
 * What became of asking: `none`: the camera names no such address; `held-off`: not asked, since its password was
 * refused there before or the camera is not held; `refused`: it refused the password now.
 */
export const checkResults = ['ok', 'none', 'held-off', 'refused', 'silent', 'bad-answer'] as const;
export type CheckResult = (typeof checkResults)[number];
const checked = z.strictObject({ result: z.enum(checkResults), detail: z.string().max(300) });

/** What a check came to. Not kept over a restart: the service asks again. */
export const cameraChecked = z.strictObject({
  ...boxReport,
  check: z.uuid(),
  camera: z.uuid(),
  revision: z.int().min(1),
  reach: z.enum(reaches),
  stream: checked,
  picture: checked,
  /** The last notice of any kind, since the connector began. */
  noticeAt: instant.nullable(),
  /** Its bytes follow on the snapshot topic. */
  still: z
    .strictObject({ sha256, bytes: z.int().positive(), takenAt: instant, mime: z.string().max(40) })
    .nullable(),
  /** What its device keeps of it (ONVIF Profile G); left out by connectors of before, and where it is not held. */
  recording: checked
    .extend({
      /** A range of it can be asked for. */
      replay: z.boolean(),
      /** `device`: which of the device's recordings is this camera's is not told, and this is of all of them. */
      of: z.enum(['camera', 'device']),
      /** The oldest and the newest that is kept, by true time. */
      fromAt: instant.nullable(),
      untilAt: instant.nullable(),
      /** Recordings of the device. */
      count: z.int().min(0),
    })
    .exactOptional(),
});
export type CameraChecked = z.infer<typeof cameraChecked>;
