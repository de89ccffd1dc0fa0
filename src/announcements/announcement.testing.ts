import { Failure } from '../base/failure.ts';
import { Announcement } from './announcement.ts';
import type { Decider } from './announcement.ts';
import type { AnnouncementContent } from './announcement-content.ts';

export const now = new Date('2026-12-01T08:00:00Z');
export const author = 'author';
export const approver: Decider = { id: 'approver', actsFor: null, mayApproveOwn: false };
export const content: AnnouncementContent = {
  title: 'Lịch tiêm',
  summary: '',
  text: 'Kính mời bà con.',
  priority: 'regular',
  villageIds: [],
  picks: {},
  form: null,
  renderProfile: 'outdoor',
  saidTimes: 1,
};

export function draft(more: Partial<AnnouncementContent> = {}, openDoubts = 0): Announcement {
  return Announcement.write(
    { communeId: 'commune', id: 'id', authorId: author, now },
    { ...content, ...more },
    { spoken: 'Kính mời bà con.', openDoubts },
  );
}

export function recorded(more: Partial<AnnouncementContent> = {}, openDoubts = 0): Announcement {
  const announcement = draft(more, openDoubts);
  announcement.askForRecording(now);
  announcement.takeRecording('recording', 1, now);
  return announcement;
}

export function submitted(): Announcement {
  const announcement = recorded();
  announcement.submit(author, now);
  return announcement;
}

export function spoken(language: string, recordingId: string) {
  return { language, recordingId, soundClass: 'routine', source: 'microphone', by: author } as const;
}

export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'done';
}
