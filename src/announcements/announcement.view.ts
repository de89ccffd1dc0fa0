import { z } from 'zod';
import { priorities } from '../../devices/protocol/messages.ts';
import { spokenView } from '../speech/reading.view.ts';
import { formValues } from './template.request.ts';
import { chosenProfileIds } from '../speech/render-profile.ts';

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

export const announcementView = announcementLineView.extend({
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
  /** The recording of this very revision, or null. */
  recording: recordingView.nullable(),
  rendering: z.object({ done: z.int(), of: z.int(), faultCode: z.string().nullable() }).nullable(),
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
