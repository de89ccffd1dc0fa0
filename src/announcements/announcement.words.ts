import { may, villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { MAXIMUM_SECONDS } from '../speech/encoder.ts';
import type { Reading } from '../speech/reading/reading.ts';
import type { Recording } from '../speech/recording.ts';
import type { RenderProfile } from '../speech/render-profile.ts';
import { missingFrom } from '../villages/language.ts';
import type { VillageView } from '../villages/village.view.ts';
import type { Announcement } from './announcement.ts';
import type { Progress } from './announcement.renderer.ts';
import type {
  AnnouncementLineView,
  AnnouncementView,
  LanguageGapView,
  ReadingView,
  RecordingView,
  VersionView,
} from './announcement.view.ts';
import { pastDates } from './past-dates.ts';
import { textHash } from './version.ts';
import type { LanguageVersion } from './version.ts';

/** What a view is made from, besides the announcement. */
export interface Around {
  readonly reading: Reading | null;
  /** By id: of the text in the computed voice, and of each version. */
  readonly recordings: ReadonlyMap<string, Recording>;
  /** All of the commune. */
  readonly villages: readonly VillageView[];
  readonly progress: Progress | null;
  readonly expectedSeconds: number | null;
  readonly names: ReadonlyMap<string, string>;
  readonly base: string;
  readonly today: string;
  readonly by: Person;
  readonly mayDecide: boolean;
  /** A fallback voice spoke it, and the chosen one is back. */
  readonly mayBeRenewed: boolean;
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
  const { names, recordings, progress } = around;
  const { shortCode, summary, text, villageIds, authorId, revision, picks } = announcement;
  const { decisionNote, selfApproved, copiedFrom, form } = announcement;
  const recording = recordings.get(announcement.currentRecordingId ?? '') ?? null;
  const sounds = announcement.sounds.flatMap(({ language, recordingId }) => {
    const found = recordings.get(recordingId);
    return found === undefined ? [] : [{ language, recording: recordingView(found) }];
  });
  return {
    ...lineView(announcement, names, sounds[0]?.recording.seconds ?? null),
    ...{ shortCode, summary, text, villageIds, authorId, revision, picks },
    ...{ decisionNote, selfApproved, copiedFrom },
    ...{ renderProfile: announcement.renderProfile, saidTimes: announcement.saidTimes },
    expectedSeconds: around.expectedSeconds,
    longestSeconds: MAXIMUM_SECONDS,
    shortLink: `${around.base}/b/${shortCode}`,
    form: form === null ? null : { templateId: form.templateId, values: form.values },
    reading: shownReading(announcement, around),
    recording: recording === null ? null : recordingView(recording),
    versions: announcement.versions.flatMap((version) => {
      const found = recordings.get(version.recordingId);
      return found === undefined ? [] : [versionView(announcement, version, found, names)];
    }),
    sounds,
    gaps: gapsOf(announcement, around.villages),
    rendering: renderingOf(announcement, progress),
    submittedAt: announcement.submittedAt?.toISOString() ?? null,
    decidedAt: announcement.decidedAt?.toISOString() ?? null,
    decidedByName: announcement.decidedBy === null ? null : (names.get(announcement.decidedBy) ?? ''),
    warnings: warningsOf(announcement, recording, around),
    actions: actionsOf(announcement, around),
  };
}

function renderingOf(announcement: Announcement, progress: Progress | null): AnnouncementView['rendering'] {
  if (progress !== null) return { ...progress, faultCode: null };
  if (announcement.renderingRevision !== announcement.revision) return null;
  return { done: 0, of: 0, encodedPercent: null, faultCode: announcement.renderingFault };
}

/** A draft shows how it would be read now; what was handed on shows what its recording says. */
function shownReading(announcement: Announcement, { reading }: Pick<Around, 'reading'>): ReadingView {
  const view = readingView(reading, announcement.profile);
  if (announcement.isDraft || view.spoken === announcement.spoken) return view;
  return { ...view, spoken: announcement.spoken, spans: [], doubts: [] };
}

export function readingView(reading: Reading | null, profile: RenderProfile): ReadingView {
  if (reading === null) return { written: '', spoken: '', spans: [], doubts: [], before: [], after: [] };
  const { written, spoken, spans, doubts } = reading;
  return { written, spoken, spans, doubts, before: [...profile.before], after: [...profile.after] };
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

function versionView(
  announcement: Announcement,
  version: LanguageVersion,
  recording: Recording,
  names: ReadonlyMap<string, string>,
): VersionView {
  const { language, title, summary, source, recordedBy, recordedAt, besideText, soundClass } = version;
  return {
    ...{ language, title, summary, source, recordedAt },
    recording: recordingView(recording),
    recordedByName: names.get(recordedBy) ?? '',
    isBesideOlderText: besideText !== textHash(announcement.text),
    hasOtherChime: soundClass !== announcement.soundClass,
  };
}

/** Where a village's language is missing; with nothing recorded or written yet there is nothing to say of it. */
function gapsOf(announcement: Announcement, villages: readonly VillageView[]): LanguageGapView[] {
  const { languages, villageIds } = announcement;
  if (languages.size === 0) return [];
  return villages
    .filter(({ id }) => villageIds.length === 0 || villageIds.includes(id))
    .flatMap((village) => {
      const missing = missingFrom(village.languages, languages);
      if (missing.length === 0) return [];
      return [
        {
          villageId: village.id,
          villageName: `${village.word} ${village.name}`,
          missing,
          // Of an emergency it hears the Vietnamese.
          hearsNothing: missing.length === village.languages.length && announcement.priority !== 'emergency',
        },
      ];
    });
}

/** By the lexicon of today while it is a draft, else as it was handed on; none where a person speaks. */
function openDoubtsOf(announcement: Announcement, reading: Reading | null): number {
  if (!announcement.isReadByVoice) return 0;
  return announcement.isDraft ? (reading?.doubts.length ?? 0) : announcement.doubts;
}

function warningsOf(
  announcement: Announcement,
  recording: Recording | null,
  { reading, today, mayBeRenewed }: Around,
): AnnouncementView['warnings'] {
  const dates = reading === null ? [] : pastDates(reading, today);
  const warnings = dates.map((about) => ({ code: 'announcements.past-date', about }));
  if (reading?.convertedFrom !== undefined)
    warnings.push({ code: 'announcements.old-encoding', about: reading.convertedFrom });
  const openDoubts = openDoubtsOf(announcement, reading);
  if (openDoubts > 0) warnings.push({ code: 'announcements.doubts-open', about: String(openDoubts) });
  // The lexicon or the profile changed since: what was recorded stays as it is, and whoever looks is told.
  if (recording !== null && isReadOtherwise(announcement, reading))
    warnings.push({ code: 'announcements.older-lexicon', about: recording.lexiconVersion });
  if (announcement.isReadByVoice && recording?.isFallback === true)
    warnings.push({ code: 'announcements.fallback-voice', about: recording.voiceId });
  if (mayBeRenewed && announcement.state === 'submitted')
    warnings.push({ code: 'announcements.voice-back', about: '' });
  return warnings;
}

/** The lexicon or the profile of now says it another way than its recording. */
function isReadOtherwise(announcement: Announcement, reading: Around['reading']): boolean {
  return announcement.isReadByVoice && reading !== null && reading.spoken !== announcement.spoken;
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
  const { isDraft } = announcement;
  const actions: AnnouncementView['actions'] = [];
  if (mayWrite && state !== 'withdrawn') actions.push('edit');
  if (mayWrite && isDraft && announcement.isRendering) actions.push('stop-rendering');
  const mayRender = isDraft || (state === 'submitted' && around.mayBeRenewed);
  if (mayWrite && mayRender && announcement.isReadByVoice) actions.push('render');
  const isSayable = openDoubtsOf(announcement, around.reading) === 0 || announcement.priority === 'emergency';
  const isWhole =
    announcement.sounds.length === announcement.languages.size && announcement.sounds.length > 0;
  const isOfNow = announcement.priority === 'emergency' || !isReadOtherwise(announcement, around.reading);
  if (mayWrite && isDraft && isWhole && isSayable && isOfNow && !announcement.hasOtherChime)
    actions.push('submit');
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
