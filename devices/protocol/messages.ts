import { z } from 'zod';

/**
 * What our boxes and the service say to each other: every message's shape, on one page.
 * Instants are milliseconds since 1970 (UTC) and end in `At`; lengths carry their unit. All of it is signed
 * (envelope.ts). Unknown fields are refused: a new field is a new version.
 */
const instant = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const percent = z.int().min(0).max(100);
const v = z.literal(1);

export const longestAudioSeconds = 3_600;
export const audioRef = z.strictObject({
  sha256,
  bytes: z.int().positive(),
  /** Sounding length, as measured on the encoded file. */
  seconds: z.number().positive().max(longestAudioSeconds),
});
export type AudioRef = z.infer<typeof audioRef>;

export const priorities = ['regular', 'priority', 'emergency'] as const;
/** Circular 39/2020/TT-BTTTT: thông thường, ưu tiên, khẩn cấp. */
export type Priority = (typeof priorities)[number];

/** What becomes of an item when a higher class has cut it: it goes on where it was, begins anew, or is over. */
export const afterCuts = ['resume', 'restart', 'drop'] as const;
export type AfterCut = (typeof afterCuts)[number];

/** One item on one pole at one instant. It may start from `startAt` until `startBy`, and never after. */
export const programmeItem = z.strictObject({
  airing: z.uuid(),
  broadcast: z.uuid(),
  priority: z.enum(['regular', 'priority']),
  startAt: instant,
  startBy: instant,
  /**
   * From here on it cuts what sounds of a lower class: `startAt` cuts at once, later waits until then for its end, null
   * waits for its end however long.
   */
  cutsAt: instant.nullable(),
  /** Nothing of it sounds from here on (quiet hours begin, or it has been long enough); the pole's offset is in it. */
  endBy: instant,
  afterCut: z.enum(afterCuts),
  /** It does not begin before this airing is over: which of two goes first, as a person decided or in order of receipt. */
  after: z.uuid().nullable(),
  audio: audioRef,
});
export type ProgrammeItem = z.infer<typeof programmeItem>;

/** Said again every `everySeconds` from `startAt` until `endAt`, which is hard: nothing sounds after it. */
export const emergency = z.strictObject({
  id: z.uuid(),
  audio: audioRef,
  startAt: instant,
  endAt: instant,
  everySeconds: z.int().min(10).max(3_600),
});
export type Emergency = z.infer<typeof emergency>;

const volume = z.strictObject({ regular: percent, priority: percent, emergency: percent });
export type Volume = z.infer<typeof volume>;

const minuteOfDay = z.int().min(0).max(1_439);
/** How loud a pole is by the hour; which volume counts at an instant is `volumeFor` in volume.ts. */
export const poleSettings = z.strictObject({
  /** Another one at each change; the pole names it in its status once it follows it. */
  version: z.int().min(1),
  /** Local time = UTC + this; what the hours below are in. */
  utcOffsetMinutes: z.int().min(-840).max(840),
  /** No emergency is quieter than this, whatever the hours say. */
  emergencyFloor: percent,
  /** From a minute of the day up to another one; may pass midnight. The first that holds counts, outside of all `volume`. */
  hours: z.array(z.strictObject({ fromMinute: minuteOfDay, untilMinute: minuteOfDay, volume })).max(24),
});
export type PoleSettings = z.infer<typeof poleSettings>;

/** Everything one pole will say in the coming days. Whole: what is not in the newest one is cancelled. */
export const programme = z.strictObject({
  v,
  commune: z.uuid(),
  pole: z.uuid(),
  /** Grows: max(last + 1, milliseconds since 1970), so that a restored backup cannot go back. */
  number: instant,
  issuedAt: instant,
  /** The pole knows its days until here; after it, it plays nothing. */
  untilAt: instant,
  volume,
  /** Only for a box whose status has told its settings: an older one would refuse the field, and with it the programme. */
  settings: poleSettings.optional(),
  /** Later than its neighbours on purpose, against echo. */
  offsetMs: z.int().min(0).max(30_000),
  items: z.array(programmeItem).max(2_000),
  /**
   * This programme speaks for every order up to this number: what they began and is not named here is over. So a pole
   * that missed an order is healed, and one whose cancellation has expired does not hear the emergency again.
   */
  orderNumber: instant,
  /** Emergencies in force: a pole that missed the order is healed. */
  emergencies: z.array(emergency).max(50),
  /** Everything due at or before this instant is stopped (0 = nothing). Heals a missed stop. */
  silencedAt: instant,
  revokedKeys: z.array(z.string()).max(100),
  /** Prepared emergencies' audio, to be held ahead though nothing plays it yet. */
  prepared: z.array(audioRef).max(200),
});
export type Programme = z.infer<typeof programme>;

const orderHead = {
  v,
  commune: z.uuid(),
  id: z.uuid(),
  number: instant,
  issuedAt: instant,
  /** A pole that gets it later refuses it; what still matters is in the next programme. */
  expiresAt: instant,
  /** Poles; null means every pole of the commune. */
  poles: z.array(z.uuid()).min(1).max(5_000).nullable(),
};
/** What a technician lets one pole do, once: a short tone through its horns, a new start, its last log lines. */
export const taskKinds = ['test-tone', 'restart', 'send-logs'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** The fast path. Never retained. */
export const order = z.discriminatedUnion('kind', [
  z.strictObject({ ...orderHead, kind: z.literal('emergency'), emergency }),
  z.strictObject({ ...orderHead, kind: z.literal('cancel'), emergency: z.uuid() }),
  z.strictObject({ ...orderHead, kind: z.literal('stop'), silencedAt: instant }),
  z.strictObject({ ...orderHead, kind: z.enum(taskKinds) }),
]);
export type Order = z.infer<typeof order>;
export type TaskOrder = Extract<Order, { kind: TaskKind }>;

/** Tasks go to one pole's own topic, everything else to all poles. */
export function isTask(each: Order): each is TaskOrder {
  return (taskKinds as readonly string[]).includes(each.kind);
}

/** A box says who it is and asks for the time and the floors of its replay memory. */
export const hello = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  kind: z.enum(['loudspeaker', 'connector']),
  /** 32 fresh random bytes, hex: the welcome must repeat them. */
  nonce: sha256,
  /** The newest programme held, 0 if none. */
  programmeNumber: instant,
  software: z.string().max(100),
});
export type Hello = z.infer<typeof hello>;

/** The answer, which gives trusted time (round trip known to the box) and the replay floors. */
export const welcome = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  nonce: sha256,
  serverAt: instant,
  /** Programmes below and orders up to these numbers are old. */
  programmeFloor: instant,
  orderFloor: instant,
  revokedKeys: z.array(z.string()).max(100),
});
export type Welcome = z.infer<typeof welcome>;

export const missedReasons = [
  'no-audio',
  'stopped',
  'no-trusted-time',
  'pole-was-off',
  'pre-empted',
  'programme-came-late',
  'player-fault',
  /** It was sent out, and the amplifier's sense wire felt nothing of it. */
  'amplifier-silent',
  /** The box lost the memory of what it had played, and does not risk a second time. */
  'no-replay-memory',
] as const;
export type MissedReason = (typeof missedReasons)[number];

/** Why a task was not done; an order that was not believed is a refusal and no task. */
export const taskReasons = [
  /** Something sounds, or is due within seconds. */
  'on-air',
  /** An emergency is in force: nothing else may sound or fall silent. */
  'emergency',
  'player-fault',
  /** It was sent out, and the amplifier's sense wire felt nothing of it. */
  'amplifier-silent',
  /** It began to sound, and something that was due took its place. */
  'cut',
  /** The box died in the middle. */
  'interrupted',
  /** The order could not be written down: done now, it might be done again. */
  'disk',
] as const;
export type TaskReason = (typeof taskReasons)[number];

/** Of a log that is sent, in characters. */
export const maximumLogLength = 65_536;

const airingHead = {
  kind: z.literal('airing'),
  airing: z.uuid(),
  /** The broadcast, or the emergency. */
  broadcast: z.uuid(),
  /** When it was due. */
  nominalAt: instant,
};
/** What only the pole can know. `seq` never repeats on one box; the service commits each once. */
export const receipt = z.discriminatedUnion('state', [
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    ...airingHead,
    state: z.literal('started'),
    startedAt: instant,
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    ...airingHead,
    /** A higher class cut in; it goes on later (`resumed`) or ends as `cut`. */
    state: z.literal('paused'),
    /** Of this part. */
    startedAt: instant,
    endedAt: instant,
    /** Seconds of this part that really went out. */
    seconds: z.number().min(0),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    ...airingHead,
    state: z.literal('resumed'),
    startedAt: instant,
    /** Where in its sound this part begins. */
    fromSeconds: z.number().min(0),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    ...airingHead,
    state: z.enum(['played', 'cut', 'stopped', 'interrupted']),
    /** Of the first part. */
    startedAt: instant,
    endedAt: instant,
    /** Seconds that really went out, all parts together. */
    seconds: z.number().min(0),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    ...airingHead,
    state: z.literal('missed'),
    reason: z.enum(missedReasons),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    kind: z.literal('refusal'),
    state: z.literal('refused'),
    what: z.enum(['programme', 'order', 'welcome', 'committed', 'audio']),
    reason: z.string().max(40),
    detail: z.string().max(300),
    /** SHA-256 of the refused bytes. */
    sha256,
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    kind: z.literal('programme'),
    state: z.literal('held'),
    number: instant,
    /** Audio files ready, of all that this programme needs. */
    ready: z.int().min(0),
    of: z.int().min(0),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    kind: z.literal('task'),
    state: z.literal('done'),
    order: z.uuid(),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    kind: z.literal('task'),
    state: z.literal('not-done'),
    order: z.uuid(),
    reason: z.enum(taskReasons),
  }),
  z.strictObject({
    seq: z.int().positive(),
    at: instant,
    kind: z.literal('log'),
    state: z.literal('log'),
    order: z.uuid(),
    /** The last lines of the box's log, the oldest first. */
    text: z.string().max(maximumLogLength),
  }),
]);
export type Receipt = z.infer<typeof receipt>;

export const receipts = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  entries: z.array(receipt).min(1).max(200),
});
export type Receipts = z.infer<typeof receipts>;

/** These are in the service's database: the box may forget them. */
export const committed = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  seqs: z.array(z.int().positive()).max(500),
  snapshots: z.array(sha256).max(50),
});
export type Committed = z.infer<typeof committed>;

/** What a pole says of how it is set and linked. */
export const poleReport = z.strictObject({
  settings: z.strictObject({
    /** Of the settings that it follows; 0: it holds none. */
    version: z.int().min(0),
    /** With what each class would sound at the status's `at`. */
    volumeNow: volume,
    /** Read back from the mixer: how loud it makes what sounds now; null in silence. */
    sounding: percent.nullable(),
  }),
  /** Null where the box has no means to know. */
  modem: z
    .strictObject({
      carrier: z.string().max(60).nullable(),
      /** As the modem names it: lte, umts. */
      technology: z.string().max(40).nullable(),
      signalPercent: percent.nullable(),
      /** Of the box's local time, YYYY-MM. */
      month: z.string().regex(/^\d{4}-\d{2}$/),
      /** Sent and received in that month, over reboots. */
      monthBytes: z.int().min(0),
    })
    .nullable(),
});
export type PoleReport = z.infer<typeof poleReport>;

/** How the box is, every half minute and at each change. Not kept: the newest counts. */
export const status = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  /** Grows within one run of the box. */
  count: z.int().min(0),
  at: instant,
  state: z.enum(['idle', 'playing', 'waiting-for-time', 'fault']),
  airing: z.uuid().nullable(),
  programmeNumber: instant,
  programmeUntilAt: instant,
  audioReady: z.int().min(0),
  audioNeeded: z.int().min(0),
  clock: z
    .strictObject({ offsetMs: z.number(), uncertaintyMs: z.number(), synchronised: z.boolean() })
    .nullable(),
  /** What the wire behind the amplifier feels: as ordered, nothing, or sound without an order; null: none is there. */
  amplifier: z.enum(['right', 'silent', 'unordered']).nullable(),
  /** Last words: mains are gone and the box is going off. */
  power: z.enum(['on', 'failing']),
  outbox: z.int().min(0),
  freeBytes: z.int().min(0).nullable(),
  startedAt: instant,
  /** Of loudspeakers; its presence says that the box understands `settings` and tasks. */
  pole: poleReport.optional(),
});
export type Status = z.infer<typeof status>;

/** The cameras one connector looks after. The newest counts; a camera that is not in it is let go. */
export const cameraList = z.strictObject({
  v,
  commune: z.uuid(),
  connector: z.uuid(),
  number: instant,
  cameras: z
    .array(
      z.strictObject({
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
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
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
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  at: instant,
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
      }),
    )
    .max(1_000),
});
export type CameraStatus = z.infer<typeof cameraStatus>;

/** What one camera says it is. Told once it is described, after each connection and when it is another one. */
export const cameraPassport = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  at: instant,
  camera: z.uuid(),
  revision: z.int().min(1),
  passport: z.strictObject({
    hardware: z.string().max(200).nullable(),
    /** Namespaces of the services it offers. */
    services: z.array(z.string().max(200)).max(50),
    profiles: z.array(z.string().max(200)).max(64),
    /** What it says it can tell, prefixes stripped; a property has a state, anything else is a moment. */
    topics: z.array(z.strictObject({ topic: z.string().max(300), property: z.boolean() })).max(300),
    scopes: z.array(z.string().max(300)).max(50),
    /** Lower case, with colons; of every interface. */
    macs: z.array(z.string().regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/)).max(8),
    /** The address that its maker gave it for life, a UUID in most. */
    endpoint: z.string().max(200).nullable(),
    audio: z.boolean().nullable(),
    keeping: z.enum(['pulling', 'renew', 're-create']),
  }),
});
export type CameraPassport = z.infer<typeof cameraPassport>;

/** A lost camera was found again at another address, by what it says of itself, and is held there. */
export const cameraMoved = z.strictObject({
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  at: instant,
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
  v,
  commune: z.uuid(),
  connector: z.uuid(),
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
  v,
  commune: z.uuid(),
  asset: z.uuid(),
  box: z.uuid(),
  at: instant,
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

/** Enrolment, over HTTPS pinned to the fingerprint in the link: POST /device/enrol. */
export const enrolRequest = z.strictObject({
  code: z.string().min(8).max(40),
  kind: z.enum(['loudspeaker', 'connector']),
  /** Ed25519, SPKI base64: made on the box, its private half never leaves it. */
  publicKey: z.string().max(200),
  /** P-256 key (seal.ts) that passwords are sealed to; connectors only. */
  sealingKey: z.string().max(300).nullable(),
  hardware: z.string().max(200),
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

const maximumMembershipBytes = 12_000;

/**
 * That this box was enrolled for this place, signed by the service. The box keeps it and understands none of it; whoever
 * has it without the box's keys has nothing.
 */
export const membership = z.strictObject({
  v,
  commune: z.uuid(),
  kind: z.enum(['loudspeaker', 'connector']),
  asset: z.uuid(),
  box: z.uuid(),
  publicKey: z.string().max(200),
  sealingKey: z.string().max(300).nullable(),
  mqttSecretHash: z.string().max(64),
  hardware: z.string().max(200),
  enrolledAt: z.int(),
  /** What the service knew of the place: its name, its village. */
  place: z.record(z.string(), z.unknown()),
});
export type Membership = z.infer<typeof membership>;

/** POST /device/return, by HTTPS as pinned: when the broker turns a box away. 204, or a problem. */
export const returnRequest = z.strictObject({
  commune: z.uuid(),
  membership: z.string().min(1).max(maximumMembershipBytes),
});
export type ReturnRequest = z.infer<typeof returnRequest>;

export const enrolAnswer = z.strictObject({
  v,
  commune: z.uuid(),
  communeName: z.string(),
  asset: z.uuid(),
  assetName: z.string(),
  box: z.uuid(),
  rootPublicKey: z.string(),
  /** PEM of the authority that TLS is pinned to from now on. */
  authority: z.string(),
  /** mqtts://host:port */
  mqtt: z.string(),
  /** The MQTT password; the user name and client id are `box`. */
  mqttSecret: z.string(),
  /** https://host:port, under which /audio/{sha256} lies. */
  https: z.string(),
  /** A signed `membership`: what the box shows to a server that has lost its books. Empty from an early version. */
  membership: z.string().max(maximumMembershipBytes).default(''),
});
export type EnrolAnswer = z.infer<typeof enrolAnswer>;
