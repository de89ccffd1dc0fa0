import { z } from 'zod';
import { priorities } from '../../devices/protocol/pole-messages.ts';
import { heards } from '../loudspeakers/hearing.ts';
import { poleNowView, refusalView } from '../loudspeakers/loudspeaker.view.ts';
import { scheduleRequest, targetRequest } from './broadcast.request.ts';
import { silences } from './silence.ts';

/** `planned`, `started` and `paused` (cut, and to go on) are open; `unreported` waits no longer; the others are final and come from the pole,
 *  but for `cancelled`, which a person decided before it began. */
export const airingStates = [
  'planned',
  'started',
  'paused',
  'played',
  'cut',
  'stopped',
  'interrupted',
  'missed',
  'cancelled',
  'unreported',
] as const;
export type AiringState = (typeof airingStates)[number];

/** What may be claimed of an airing: `left-desk` is what a desk played, since nobody knows what became of it behind it. */
export const airingClaims = [...airingStates, 'left-desk'] as const;
export type AiringClaim = (typeof airingClaims)[number];

export const broadcastVersionView = z.object({
  language: z.string(),
  seconds: z.number(),
  opusUrl: z.string(),
  mp3Url: z.string(),
});
export type BroadcastVersionView = z.infer<typeof broadcastVersionView>;

export const broadcastView = z.object({
  id: z.uuid(),
  announcementId: z.uuid(),
  title: z.string(),
  priority: z.enum(priorities),
  target: targetRequest,
  schedule: scheduleRequest,
  repeatCount: z.int(),
  repeatGapSeconds: z.int(),
  /** Once, in the village that hears most; without repeats. */
  seconds: z.number(),
  /** What is said, Vietnamese first; each village hears those of its languages in its order. */
  versions: z.array(broadcastVersionView),
  createdByName: z.string(),
  createdAt: z.iso.datetime(),
  cancelledAt: z.iso.datetime().nullable(),
  nextAt: z.iso.datetime().nullable(),
});
export type BroadcastView = z.infer<typeof broadcastView>;

/** One line of the week: a broadcast in one language at one time, over all its poles. */
export const occurrenceView = z.object({
  broadcastId: z.uuid(),
  title: z.string(),
  language: z.string(),
  priority: z.enum(priorities),
  /** Local wall time, YYYY-MM-DDTHH:MM. */
  localTime: z.string(),
  at: z.iso.datetime(),
  seconds: z.number(),
  poles: z.int(),
  /** Airings of this occurrence by what may be claimed of them; `awaiting`: its pole's word is overdue. */
  states: z.partialRecord(z.enum([...airingClaims, 'awaiting']), z.int()),
});
export type OccurrenceView = z.infer<typeof occurrenceView>;

/** Asked before it is scheduled: when it would sound, how long, and what is to be known. */
export const broadcastPreviewView = z.object({
  next: z.array(z.iso.datetime()),
  /** All repeats, in the village that hears most. */
  seconds: z.number(),
  poles: z.int(),
  warnings: z.array(z.object({ code: z.string(), about: z.string() })),
});
export type BroadcastPreviewView = z.infer<typeof broadcastPreviewView>;

/** Two priority broadcasts that want to sound at the same time somewhere: a person says which goes first. */
export const collisionView = z.object({
  /** The one that was scheduled first: it goes first while nobody decides. */
  earlier: z.object({ id: z.uuid(), title: z.string() }),
  later: z.object({ id: z.uuid(), title: z.string() }),
  /** The next time it happens. */
  at: z.iso.datetime(),
  poles: z.int(),
  /** The one that a person put first. */
  firstId: z.uuid().nullable(),
});
export type CollisionView = z.infer<typeof collisionView>;

export const airingView = z.object({
  id: z.uuid(),
  broadcastId: z.uuid(),
  loudspeakerId: z.uuid(),
  title: z.string(),
  /** The language in which it sounds. */
  language: z.string(),
  priority: z.enum(priorities),
  nominalAt: z.iso.datetime(),
  plannedSeconds: z.number(),
  state: z.enum(airingClaims),
  /** Planned, its time has passed, and the pole has not spoken yet: *chờ cụm loa báo*. */
  awaitingReport: z.boolean(),
  reason: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  actualSeconds: z.number().nullable(),
  /** When the pole wrote its last word down, by its own clock. */
  toldAt: z.iso.datetime().nullable(),
  /** When the service took that word. */
  reportedAt: z.iso.datetime().nullable(),
  /** What sounded when, by the pole's word: several where it was cut and went on. */
  parts: z.array(
    z.object({
      startedAt: z.iso.datetime(),
      endedAt: z.iso.datetime().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
});
export type AiringView = z.infer<typeof airingView>;

/** What a village head says of a broadcast at one time in one village: *đã nghe*, beside the pole's *đã phát*. */
export const hearingView = z.object({
  broadcastId: z.uuid(),
  nominalAt: z.iso.datetime(),
  villageId: z.uuid(),
  heard: z.enum(heards),
  /** Empty where it was said by a link: which person is not known. */
  personName: z.string(),
  byLink: z.boolean(),
  saidAt: z.iso.datetime(),
});
export type HearingView = z.infer<typeof hearingView>;

/** Given once, stored nowhere; belongs behind the `#` of the link. */
export const hearingLinkView = z.object({ token: z.string(), expiresAt: z.iso.datetime() });
export type HearingLinkView = z.infer<typeof hearingLinkView>;

/** What a village head's link asks. */
export const hearingAskedView = z.object({
  title: z.string(),
  village: z.object({ word: z.string(), name: z.string() }),
  expiresAt: z.iso.datetime(),
  occasions: z.array(z.object({ nominalAt: z.iso.datetime(), heard: z.enum(heards).nullable() })),
});
export type HearingAskedView = z.infer<typeof hearingAskedView>;

/** What a pole will do with one airing, by the very function with which it decides itself. */
export const foreseenView = z.object({
  airingId: z.uuid(),
  broadcastId: z.uuid(),
  title: z.string(),
  priority: z.enum(priorities),
  nominalAt: z.iso.datetime(),
  /** What will sound when; several where it is cut and goes on; none where it will not sound. */
  parts: z.array(z.object({ at: z.iso.datetime(), endAt: z.iso.datetime() })),
  outcome: z.enum(['played', 'cut', 'stopped', 'missed', 'open']),
  reason: z.string().nullable(),
  /** The title of what goes first. */
  waitsFor: z.string().nullable(),
});
export type ForeseenView = z.infer<typeof foreseenView>;

/** Why a pole was silent at an instant, from the log; the console makes one sentence of it. */
export const silenceView = z.object({
  at: z.iso.datetime(),
  cause: z.enum(silences),
  title: z.string().nullable(),
  /** The missed airing's reason. */
  reason: z.string().nullable(),
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  reportedAt: z.iso.datetime().nullable(),
  unheardSince: z.iso.datetime().nullable(),
});
export type SilenceView = z.infer<typeof silenceView>;

export const emergencyView = z.object({
  id: z.uuid(),
  title: z.string(),
  text: z.string(),
  /** In which it sounds, Vietnamese first; `seconds` and `opusUrl` are of the first one. */
  languages: z.array(z.string()),
  startAt: z.iso.datetime(),
  endAt: z.iso.datetime(),
  everySeconds: z.int(),
  seconds: z.number(),
  opusUrl: z.string(),
  poles: z.array(z.uuid()).nullable(),
  raisedByName: z.string(),
  cancelledAt: z.iso.datetime().nullable(),
  /** Poles that began to speak it, of all that should. */
  began: z.int(),
  of: z.int(),
});
export type EmergencyView = z.infer<typeof emergencyView>;

/** Step one of an emergency: rendered, to be heard and confirmed. */
export const emergencyDraftView = z.object({
  id: z.uuid(),
  title: z.string(),
  spoken: z.string(),
  /** Of the Vietnamese. */
  seconds: z.number(),
  opusUrl: z.string(),
  mp3Url: z.string(),
  /** All that will be said, Vietnamese first; each village hears its own, in its order. */
  versions: z.array(
    z.object({ language: z.string(), seconds: z.number(), opusUrl: z.string(), mp3Url: z.string() }),
  ),
  poles: z.int(),
  doubts: z.int(),
  /** What the person must type to confirm. */
  confirmation: z.string(),
});
export type EmergencyDraftView = z.infer<typeof emergencyDraftView>;

/** What this person can do while the database is down. */
export const safetyView = z.object({
  /** Loudspeakers that they may stop, and how many of those are heard now. */
  poles: z.int(),
  online: z.int(),
  prepared: z.array(emergencyDraftView),
  inForce: z.array(z.object({ id: z.uuid(), title: z.string(), endAt: z.iso.datetime() })),
});
export type SafetyView = z.infer<typeof safetyView>;

export const todayView = z.object({
  at: z.iso.datetime(),
  brokerUp: z.boolean(),
  poles: z.array(
    z.object({
      id: z.uuid(),
      number: z.int(),
      name: z.string(),
      villageId: z.uuid(),
      villageName: z.string(),
      now: poleNowView,
      /** What sounds there now, by the pole's own word. */
      airing: airingView.extend({ mp3Url: z.string().nullable() }).nullable(),
      /** Whether it has begun to speak anything within the last 24 hours. */
      hasSpoken: z.boolean(),
      next: z.object({ title: z.string(), at: z.iso.datetime() }).nullable(),
    }),
  ),
  /** Of today, and what began before midnight and still sounds. */
  occurrences: z.array(occurrenceView),
  emergencies: z.array(emergencyView),
  refusals: z.array(refusalView),
});
export type TodayView = z.infer<typeof todayView>;
