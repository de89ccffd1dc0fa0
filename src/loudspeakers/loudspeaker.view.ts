import { z } from 'zod';
import { poleKinds } from './loudspeaker.request.ts';
import { settingsStates } from './pole-settings.ts';

const volume = z.object({ regular: z.int(), priority: z.int(), emergency: z.int() });

/** What is known of a pole now, and on what evidence. */
export const poleNowView = z.object({
  loudspeakerId: z.uuid(),
  /** `unknown`: it was online, and has not been heard for longer than it should. */
  link: z.enum(['not-enrolled', 'online', 'offline', 'unknown']),
  heardAt: z.iso.datetime().nullable(),
  state: z.enum(['idle', 'playing', 'waiting-for-time', 'fault']).nullable(),
  airingId: z.uuid().nullable(),
  audioReady: z.int(),
  audioNeeded: z.int(),
  programmeNumber: z.number().nullable(),
  programmeHeld: z.boolean(),
  programmeUntilAt: z.iso.datetime().nullable(),
  clockOffsetMs: z.number().nullable(),
  clockUncertaintyMs: z.number().nullable(),
  outbox: z.int().nullable(),
  /** What is heard behind its amplifier; null where nothing listens there, or nobody knows now. */
  amplifier: z.enum(['right', 'silent', 'unordered']).nullable(),
  /** Its last word was that its mains had gone. */
  powerFailing: z.boolean(),
});
export type PoleNowView = z.infer<typeof poleNowView>;

export const loudspeakerView = z.object({
  id: z.uuid(),
  number: z.int(),
  name: z.string(),
  villageId: z.uuid(),
  villageName: z.string(),
  place: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  /** A desk's `horns` say nothing. */
  kind: z.enum(poleKinds),
  horns: z.int(),
  volume,
  offsetMs: z.int(),
  now: poleNowView,
});
export type LoudspeakerView = z.infer<typeof loudspeakerView>;

export const boxView = z.object({
  id: z.uuid(),
  hardware: z.string(),
  enrolledAt: z.iso.datetime(),
  replacedAt: z.iso.datetime().nullable(),
});
export const refusalView = z.object({
  id: z.uuid(),
  loudspeakerId: z.uuid(),
  at: z.iso.datetime(),
  what: z.enum(['programme', 'order', 'welcome', 'committed', 'membership', 'audio']),
  /** RefusalReason of devices/protocol, worded by the console. */
  reason: z.string(),
  detail: z.string(),
});
export type RefusalView = z.infer<typeof refusalView>;

const volumeHours = z.array(z.object({ from: z.string(), until: z.string(), volume }));

/** Desired against reported. */
export const poleSettingsView = z.object({
  hours: volumeHours,
  emergencyFloor: z.int(),
  /** When somebody last changed a volume. */
  changedAt: z.iso.datetime().nullable(),
  state: z.enum(settingsStates),
  /** Where it is `ahead`: what it follows; its `settings` are null until it has said all of them. */
  ahead: z
    .object({
      version: z.int(),
      settings: z.object({ volume, hours: volumeHours, emergencyFloor: z.int() }).nullable(),
    })
    .nullable(),
  /** Since when the pole says that it follows what it follows. */
  reportedAt: z.iso.datetime().nullable(),
  /** With what each class would sound when the pole last said. */
  volumeNow: volume.nullable(),
  /** How loud its mixer makes what sounds now, read back (%); null in silence, or where it is not known. */
  sounding: z.int().nullable(),
});
export type PoleSettingsView = z.infer<typeof poleSettingsView>;

export const simView = z.object({
  number: z.string(),
  expiresOn: z.iso.date().nullable(),
  monthlyMegabytes: z.int().nullable(),
});
/** As the pole told it last. */
export const modemView = z.object({
  carrier: z.string().nullable(),
  technology: z.string().nullable(),
  signalPercent: z.int().nullable(),
  /** YYYY-MM */
  month: z.string(),
  monthBytes: z.number(),
  toldAt: z.iso.datetime(),
});

export const loudspeakerDetailView = loudspeakerView.extend({
  settings: poleSettingsView,
  sim: simView.nullable(),
  modem: modemView.nullable(),
  boxes: z.array(boxView),
  /** Sound that nobody ordered, felt behind the amplifier: the newest first, by the pole's clock and by ours. */
  unordered: z.array(z.object({ at: z.iso.datetime(), receivedAt: z.iso.datetime() })),
  refusals: z.array(refusalView),
});
export type LoudspeakerDetailView = z.infer<typeof loudspeakerDetailView>;

export { enrolmentView } from '../boxes/enrolment.view.ts';
export type { EnrolmentView } from '../boxes/enrolment.view.ts';
