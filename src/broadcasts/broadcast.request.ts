import { z } from 'zod';
import { heards } from '../loudspeakers/hearing.ts';

/** Where: the whole commune, villages, or single poles. */
export const targetRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('commune') }),
  z.strictObject({ kind: z.literal('villages'), villageIds: z.array(z.uuid()).min(1).max(100) }),
  z.strictObject({ kind: z.literal('loudspeakers'), loudspeakerIds: z.array(z.uuid()).min(1).max(1_000) }),
]);
export type Target = z.infer<typeof targetRequest>;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/);
const date = z.iso.date();

/** When, in Viet Nam wall time: kept as it was meant, never as an instant. */
export const scheduleRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('now') }),
  z.strictObject({ kind: z.literal('once'), date, time }),
  z.strictObject({ kind: z.literal('daily'), time, fromDate: date, untilDate: date }),
  z.strictObject({
    kind: z.literal('weekly'),
    time,
    /** 1 = Monday … 7 = Sunday (ISO 8601). */
    weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
    fromDate: date,
    untilDate: date,
  }),
]);
export type ScheduleRequest = z.infer<typeof scheduleRequest>;

export const broadcastRequest = z.strictObject({
  announcementId: z.uuid(),
  target: targetRequest,
  schedule: scheduleRequest,
  repeatCount: z.int().min(1).max(10).default(1),
  repeatGapSeconds: z.int().min(5).max(3_600).default(60),
});
export type BroadcastRequest = z.infer<typeof broadcastRequest>;

export const stopRequest = z.strictObject({ target: targetRequest });

export const emergencyDraftRequest = z.strictObject({
  title: z.string().trim().min(1).max(200),
  text: z.string().min(1).max(5_000),
  target: targetRequest,
});
export type EmergencyDraftRequest = z.infer<typeof emergencyDraftRequest>;

/** Step two. `draftId` is what was rendered and heard, or a prepared announcement's id. */
export const emergencyRequest = z.strictObject({
  draftId: z.uuid(),
  confirmation: z.string().max(100),
  target: targetRequest,
  everySeconds: z.int().min(30).max(3_600).default(120),
  minutes: z.int().min(1).max(720).default(30),
  reason: z.string().trim().max(500).default(''),
});
export type EmergencyRequest = z.infer<typeof emergencyRequest>;

/** Of two priority broadcasts that collide: which goes first. */
export const precedenceRequest = z.strictObject({ firstId: z.uuid(), secondId: z.uuid() });
export type PrecedenceRequest = z.infer<typeof precedenceRequest>;

export const rangeQuery = z.strictObject({ from: z.iso.datetime(), until: z.iso.datetime() });
export const aheadQuery = z.strictObject({
  from: z.iso.datetime(),
  days: z.coerce.number().int().min(1).max(7).default(7),
});
export const silenceQuery = z.strictObject({ at: z.iso.datetime() });
export const weekQuery = z.strictObject({ from: date });
/** What is said of a broadcast at one time in one village; the instant as in its airings. */
export const hearingRequest = z.strictObject({
  broadcastId: z.uuid(),
  villageId: z.uuid(),
  nominalAt: z.iso.datetime(),
  heard: z.enum(heards),
});
export type HearingRequest = z.infer<typeof hearingRequest>;
/** For one broadcast in one village. */
export const hearingLinkRequest = hearingRequest.pick({ broadcastId: true, villageId: true });
export type HearingLinkRequest = z.infer<typeof hearingLinkRequest>;
export const hearingLinkToken = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) });
export const hearingAnswerRequest = hearingLinkToken.extend(
  hearingRequest.pick({ nominalAt: true, heard: true }).shape,
);
export type HearingAnswerRequest = z.infer<typeof hearingAnswerRequest>;
export const hearingsQuery = z.strictObject({
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  broadcastId: z.uuid().optional(),
});
export const airingsQuery = z.strictObject({
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  loudspeakerId: z.uuid().optional(),
  broadcastId: z.uuid().optional(),
});
