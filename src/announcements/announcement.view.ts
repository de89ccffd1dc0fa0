import { z } from 'zod';
import { priorities } from '../../devices/protocol/pole-messages.ts';
import { spokenView } from '../speech/reading.view.ts';
import { formValues } from './template.request.ts';
import { chosenProfileIds } from '../speech/render-profile.ts';
import { versionSources } from './version.ts';

export const announcementStates = ['draft', 'submitted', 'approved', 'sent-back', 'withdrawn'] as const;

/** Written and spoken side by side: every replacement is marked. */
export const readingView = spokenView.omit({ sentences: true });
export type ReadingView = z.infer<typeof readingView>;

export const recordingView = z.object({
  id: z.uuid(),
  opusUrl: z.string(),
  mp3Url: z.string(),
  seconds: z.number(),
  loudnessLufs: z.number(),
  truePeakDbtp: z.number(),
  voiceId: z.string(),
  isFallback: z.boolean(),
  /** When each sentence sounds, in the order in which it does; empty for what was made before this was kept. */
  marks: z.array(z.object({ text: z.string(), startSeconds: z.number(), endSeconds: z.number() })),
  madeAt: z.iso.datetime(),
});
export type RecordingView = z.infer<typeof recordingView>;

/** A version that a person spoke. */
export const versionView = z.object({
  language: z.string(),
  title: z.string(),
  summary: z.string(),
  recording: recordingView,
  source: z.enum(versionSources),
  recordedByName: z.string(),
  recordedAt: z.iso.datetime(),
  /** The Vietnamese text was changed after this was recorded. */
  isBesideOlderText: z.boolean(),
  /** Recorded while the announcement had another class: to be recorded again. */
  hasOtherChime: z.boolean(),
});
export type VersionView = z.infer<typeof versionView>;

/** A village for which it is meant and that hears a language in which there is no version. */
export const languageGapView = z.object({
  villageId: z.uuid(),
  /** buôn Ea Mlang */
  villageName: z.string(),
  /** Codes, in the village's order. */
  missing: z.array(z.string()),
  /** It would hear nothing at all. */
  hearsNothing: z.boolean(),
});
export type LanguageGapView = z.infer<typeof languageGapView>;

export const announcementLineView = z.object({
  id: z.uuid(),
  title: z.string(),
  priority: z.enum(priorities),
  state: z.enum(announcementStates),
  authorName: z.string(),
  seconds: z.number().nullable(),
  prepared: z.boolean(),
  updatedAt: z.iso.datetime(),
});
export type AnnouncementLineView = z.infer<typeof announcementLineView>;

/** What another lexicon would change. */
export const affectedView = z.object({
  count: z.int(),
  /** There may be more: only the last 500 that hold the form were read. */
  more: z.boolean(),
  announcements: z.array(
    z.object({
      id: z.uuid(),
      title: z.string(),
      state: z.enum(announcementStates),
      /** The first sentence that changes. */
      before: z.string(),
      after: z.string(),
    }),
  ),
});
export type AffectedView = z.infer<typeof affectedView>;

export const announcementView = announcementLineView.extend({
  summary: z.string(),
  text: z.string(),
  shortCode: z.string(),
  /** The link to paste into Zalo; opens the item for the approver. */
  shortLink: z.string(),
  villageIds: z.array(z.uuid()),
  authorId: z.uuid(),
  revision: z.int(),
  reading: readingView,
  picks: z.record(z.string(), z.string()),
  /** The form that it was written with; `values` null once the text was changed by hand. */
  form: z.object({ templateId: z.string(), values: formValues.nullable() }).nullable(),
  renderProfile: z.enum(chosenProfileIds),
  saidTimes: z.union([z.literal(1), z.literal(2)]),
  /** How long it will sound by its text alone; null where nothing is said. */
  expectedSeconds: z.number().nullable(),
  /** Nothing longer is recorded. */
  longestSeconds: z.number(),
  /** The text of this very revision in the computed voice, or null. */
  recording: recordingView.nullable(),
  /** What people speak, Vietnamese first. */
  versions: z.array(versionView),
  /** Everything that would sound, Vietnamese first: approval is of all of it. */
  sounds: z.array(z.object({ language: z.string(), recording: recordingView })),
  gaps: z.array(languageGapView),
  /** `done` of the `of` sentences are spoken; then so much of what comes after it, in per cent. */
  rendering: z
    .object({
      done: z.int(),
      of: z.int(),
      encodedPercent: z.int().nullable(),
      faultCode: z.string().nullable(),
    })
    .nullable(),
  submittedAt: z.iso.datetime().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  decidedByName: z.string().nullable(),
  decisionNote: z.string(),
  selfApproved: z.boolean(),
  copiedFrom: z.uuid().nullable(),
  /** Codes the console words: `announcements.past-date`, `announcements.doubts-open`… with what they are about. */
  warnings: z.array(z.object({ code: z.string(), about: z.string() })),
  /** What the person who asks may do with it now. */
  actions: z.array(
    z.enum([
      'edit',
      'render',
      'stop-rendering',
      'submit',
      'approve',
      'send-back',
      'withdraw',
      'duplicate',
      'prepare',
      'schedule',
    ]),
  ),
});
export type AnnouncementView = z.infer<typeof announcementView>;
