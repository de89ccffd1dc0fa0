import { z } from 'zod';
import { priorities } from '../../devices/protocol/pole-messages.ts';
import { chosenProfileIds } from '../speech/render-profile.ts';
import { versionSources } from './version.ts';

/** 20,000 characters: half an hour of speech. Checked here so that the answer names the field. */
const text = z.string().max(20_000);
const saidTimes = z.union([z.literal(1), z.literal(2)]);
const title = z.string().trim().min(1).max(200);
const summary = z.string().trim().max(2_000);

export const newAnnouncementRequest = z.strictObject({
  title,
  summary: summary.default(''),
  text: text.default(''),
  priority: z.enum(priorities).default('regular'),
  villageIds: z.array(z.uuid()).max(100).default([]),
  /** How it is to sound; of no account for an emergency, which sounds the alarm. */
  renderProfile: z.enum(chosenProfileIds).default('outdoor'),
  saidTimes: saidTimes.default(1),
});
export type NewAnnouncementRequest = z.infer<typeof newAnnouncementRequest>;

export const changeAnnouncementRequest = z.strictObject({
  /** The revision that the person was looking at: a later one is a conflict. */
  revision: z.int().min(1),
  title: title.optional(),
  summary: summary.optional(),
  text: text.optional(),
  priority: z.enum(priorities).optional(),
  villageIds: z.array(z.uuid()).max(100).optional(),
  renderProfile: z.enum(chosenProfileIds).optional(),
  saidTimes: saidTimes.optional(),
  /** Doubt (its written form) → the reading picked for this announcement. */
  picks: z.record(z.string().max(200), z.string().max(500)).optional(),
});
export type ChangeAnnouncementRequest = z.infer<typeof changeAnnouncementRequest>;

/** Approval binds to what was heard: the recordings' ids must be all of those that were listened to. */
export const approveRequest = z.strictObject({
  recordingIds: z.array(z.uuid()).min(1).max(50),
  note: z.string().trim().max(1_000).default(''),
});
export const sendBackRequest = z.strictObject({ note: z.string().trim().min(1).max(1_000) });
export const preparedRequest = z.strictObject({ prepared: z.boolean() });

/** What comes with a recording, whose bytes are the body. */
export const versionSoundQuery = z.strictObject({
  /** The revision that the person was looking at: a later one is a conflict. */
  revision: z.coerce.number().int().min(1),
  source: z.enum(versionSources),
});
export type VersionSoundQuery = z.infer<typeof versionSoundQuery>;

export const nameVersionRequest = z.strictObject({
  revision: z.int().min(1),
  title: z.string().trim().max(200),
  summary,
});
export type NameVersionRequest = z.infer<typeof nameVersionRequest>;

export const removeVersionQuery = z.strictObject({ revision: z.coerce.number().int().min(1) });

export const listAnnouncementsQuery = z.strictObject({
  state: z.enum(['draft', 'submitted', 'approved', 'sent-back', 'withdrawn']).optional(),
  words: z.string().trim().max(100).optional(),
  /** Keyset: the last line's `updatedAt|id`. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
