import { z } from 'zod';
import { boxHead, instant, percent, sha256, v } from './message-parts.ts';

/**
 * What the service and a pole say to each other.
 * Instants are milliseconds since 1970 (UTC) and end in `At`; lengths carry their unit. All of it is signed
 * (envelope.ts). Unknown fields are refused: a new field is a new version.
 */
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

/**
 * Everything one pole will say in the coming days. Whole: what is not in the newest one is cancelled, but for what it
 * leaves out as over (`leftOutBefore`).
 */
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

/** What ended so long before a programme was issued that no pole can still be sounding it (ms). */
export const overForMs = 60_000;

/** What ended before this instant (ms) a programme leaves out as over, and says nothing of. */
export function leftOutBefore({ issuedAt }: Pick<Programme, 'issuedAt'>): number {
  return issuedAt - overForMs;
}

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

export const missedReasons = [
  'no-audio',
  'stopped',
  'no-trusted-time',
  'pole-was-off',
  'pre-empted',
  'programme-came-late',
  /** The trusted clock was set forward beyond it, and stayed so. */
  'clock-set',
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
const entryHead = { seq: z.int().positive(), at: instant };
/** What only the pole can know. `seq` never repeats on one box; the service commits each once. */
export const receipt = z.discriminatedUnion('state', [
  z.strictObject({
    ...entryHead,
    ...airingHead,
    state: z.literal('started'),
    startedAt: instant,
  }),
  z.strictObject({
    ...entryHead,
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
    ...entryHead,
    ...airingHead,
    state: z.literal('resumed'),
    startedAt: instant,
    /** Where in its sound this part begins. */
    fromSeconds: z.number().min(0),
  }),
  z.strictObject({
    ...entryHead,
    ...airingHead,
    state: z.enum(['played', 'cut', 'stopped', 'interrupted']),
    /** Of the first part. */
    startedAt: instant,
    endedAt: instant,
    /** Seconds that really went out, all parts together. */
    seconds: z.number().min(0),
  }),
  z.strictObject({
    ...entryHead,
    ...airingHead,
    state: z.literal('missed'),
    reason: z.enum(missedReasons),
  }),
  z.strictObject({
    ...entryHead,
    kind: z.literal('refusal'),
    state: z.literal('refused'),
    what: z.enum(['programme', 'order', 'welcome', 'committed', 'membership', 'audio']),
    reason: z.string().max(40),
    detail: z.string().max(300),
    /** SHA-256 of the refused bytes. */
    sha256,
  }),
  z.strictObject({
    ...entryHead,
    kind: z.literal('programme'),
    state: z.literal('held'),
    number: instant,
    /** Audio files ready, of all that this programme needs. */
    ready: z.int().min(0),
    of: z.int().min(0),
  }),
  /** From `at` on the amplifier's sense wire felt sound, for seconds at least, without an order. */
  z.strictObject({ ...entryHead, kind: z.literal('sound'), state: z.literal('unordered') }),
  z.strictObject({
    ...entryHead,
    kind: z.literal('task'),
    state: z.literal('done'),
    order: z.uuid(),
  }),
  z.strictObject({
    ...entryHead,
    kind: z.literal('task'),
    state: z.literal('not-done'),
    order: z.uuid(),
    reason: z.enum(taskReasons),
  }),
  z.strictObject({
    ...entryHead,
    kind: z.literal('log'),
    state: z.literal('log'),
    order: z.uuid(),
    /** The last lines of the box's log, the oldest first. */
    text: z.string().max(maximumLogLength),
  }),
]);
export type Receipt = z.infer<typeof receipt>;

export const receipts = z.strictObject({
  ...boxHead,
  entries: z.array(receipt).min(1).max(200),
});
export type Receipts = z.infer<typeof receipts>;

/** How loud a pole stays although its programme says something older. */
const keptSettings = z.strictObject({
  volume,
  emergencyFloor: poleSettings.shape.emergencyFloor,
  hours: poleSettings.shape.hours,
});

/** What a pole says of how it is set and linked. */
export const poleReport = z.strictObject({
  settings: z.strictObject({
    /** Of the settings that it follows; 0: it holds none. */
    version: z.int().min(0),
    /** With what each class would sound at the status's `at`. */
    volumeNow: volume,
    /** Read back from the mixer: how loud it makes what sounds now; null in silence. */
    sounding: percent.nullable(),
    /** Only where these are newer than its programme's: whole, so that a person can take them into the books. */
    kept: keptSettings.optional(),
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
  ...boxHead,
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
