import { may, villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import type { Reading } from '../speech/reading/reading.ts';
import type { Recording } from '../speech/recording.ts';
import type { Announcement } from './announcement.ts';
import type { Progress } from './announcement.renderer.ts';
import type {
  AnnouncementLineView,
  AnnouncementView,
  ReadingView,
  RecordingView,
} from './announcement.view.ts';
import { pastDates } from './past-dates.ts';

/** What a view is made from, besides the announcement. */
export interface Around {
  readonly reading: Reading | null;
  readonly recording: Recording | null;
  readonly progress: Progress | null;
  readonly expectedSeconds: number | null;
  readonly names: ReadonlyMap<string, string>;
  readonly base: string;
  readonly today: string;
  readonly by: Person;
  readonly mayDecide: boolean;
  readonly onePerson: boolean;
}

export function lineView(
  announcement: Announcement,
  names: ReadonlyMap<string, string>,
  seconds: number | null,
): AnnouncementLineView {
  const { id, title, priority, state, authorId, prepared, updatedAt } = announcement;
  return {
    ...{ id, title, priority, state, prepared, seconds },
    authorName: names.get(authorId) ?? '',
    updatedAt: updatedAt.toISOString(),
  };
}

export function announcementView(announcement: Announcement, around: Around): AnnouncementView {
  const { names, recording, progress } = around;
  const { shortCode, text, villageIds, authorId, revision, picks, decisionNote, selfApproved, copiedFrom } =
    announcement;
  const { form } = announcement;
  return {
    ...lineView(announcement, names, recording?.seconds ?? null),
    ...{ shortCode, text, villageIds, authorId, revision, picks, decisionNote, selfApproved, copiedFrom },
    ...{ renderProfile: announcement.renderProfile, saidTimes: announcement.saidTimes },
    expectedSeconds: around.expectedSeconds,
    shortLink: `${around.base}/b/${shortCode}`,
    form: form === null ? null : { templateId: form.templateId, values: form.values },
    reading: readingView(around.reading),
    recording: recording === null ? null : recordingView(recording),
    rendering: renderingOf(announcement, progress),
    submittedAt: announcement.submittedAt?.toISOString() ?? null,
    decidedAt: announcement.decidedAt?.toISOString() ?? null,
    decidedByName: announcement.decidedBy === null ? null : (names.get(announcement.decidedBy) ?? ''),
    warnings: warningsOf(announcement, around),
    actions: actionsOf(announcement, around),
  };
}

function renderingOf(announcement: Announcement, progress: Progress | null): AnnouncementView['rendering'] {
  if (progress !== null) return { ...progress, faultCode: null };
  if (announcement.renderingRevision !== announcement.revision) return null;
  return { done: 0, of: 1, faultCode: announcement.renderingFault };
}

export function readingView(reading: Reading | null): ReadingView {
  if (reading === null) return { written: '', spoken: '', spans: [], doubts: [] };
  const { written, spoken, spans, doubts } = reading;
  return { written, spoken, spans, doubts };
}

function recordingView(recording: Recording): RecordingView {
  const { id, seconds, loudnessLufs, truePeakDbtp, voiceId, isFallback, madeAt, marks } = recording;
  return {
    ...{ id, seconds, loudnessLufs, truePeakDbtp, voiceId, isFallback, marks: [...marks] },
    opusUrl: `/audio/${recording.opusSha256}`,
    mp3Url: `/audio/${recording.mp3Sha256}`,
    madeAt: madeAt.toISOString(),
  };
}

function warningsOf(
  announcement: Announcement,
  { reading, recording, today }: Around,
): AnnouncementView['warnings'] {
  const dates = reading === null ? [] : pastDates(reading, today);
  const warnings = dates.map((about) => ({ code: 'announcements.past-date', about }));
  if (reading?.convertedFrom !== undefined)
    warnings.push({ code: 'announcements.old-encoding', about: reading.convertedFrom });
  if (announcement.doubts > 0) {
    warnings.push({ code: 'announcements.doubts-open', about: String(announcement.doubts) });
  }
  if (recording?.isFallback === true)
    warnings.push({ code: 'announcements.fallback-voice', about: recording.voiceId });
  return warnings;
}

/** What the person who asks may do with it now; the rules refuse the rest in any case. */
function actionsOf(announcement: Announcement, around: Around): AnnouncementView['actions'] {
  const { by, mayDecide, onePerson } = around;
  const { state } = announcement;
  const allowed = villagesFor(by, 'announcements.write');
  const mayWrite =
    may(by, 'announcements.write') &&
    (allowed === null ||
      (announcement.villageIds.length > 0 && announcement.villageIds.every((id) => allowed.includes(id))));
  const rights = may({ roles: by.roles }, 'announcements.approve') ? [by.id] : (by.actsFor ?? []);
  const isOwn = announcement.isFrom(by.id) || rights.every((id) => announcement.isFrom(id));
  const isDraft = state === 'draft' || state === 'sent-back';
  const actions: AnnouncementView['actions'] = [];
  if (mayWrite && state !== 'withdrawn') actions.push('edit');
  if (mayWrite && isDraft && announcement.spoken !== '') actions.push('render');
  if (mayWrite && isDraft && announcement.isRendering) actions.push('stop-rendering');
  const isSayable = announcement.doubts === 0 || announcement.priority === 'emergency';
  if (mayWrite && isDraft && announcement.currentRecordingId !== null && isSayable) actions.push('submit');
  if (mayDecide && state === 'submitted') {
    if (!isOwn || onePerson) actions.push('approve');
    actions.push('send-back');
  }
  if (mayWrite && state !== 'withdrawn') actions.push('withdraw');
  if (may(by, 'announcements.write')) actions.push('duplicate');
  if (mayDecide && state === 'approved' && announcement.priority === 'emergency') actions.push('prepare');
  if (state === 'approved' && announcement.priority !== 'emergency' && may(by, 'broadcasts.schedule')) {
    actions.push('schedule');
  }
  return actions;
}
