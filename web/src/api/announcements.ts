import { queryOptions } from '@tanstack/react-query';
import type {
  ChangeAnnouncementRequest,
  NewAnnouncementRequest,
} from '../../../src/announcements/announcement.request.ts';
import type {
  AnnouncementLineView,
  AnnouncementView,
  ReadingView,
  RecordingView,
  VersionView,
} from '../../../src/announcements/announcement.view.ts';
import { get, patch, post, remove, withQuery } from './door.ts';
import { upload } from './upload.ts';

export type { AnnouncementLineView, AnnouncementView, ReadingView, RecordingView, VersionView };
export type AnnouncementState = AnnouncementLineView['state'];
export type RenderProfile = AnnouncementView['renderProfile'];
export type Priority = AnnouncementLineView['priority'];

export interface AnnouncementFilter {
  readonly state: AnnouncementState | null;
  readonly words: string;
}
export const pageLength = 30;

export const announcementPage = (filter: AnnouncementFilter, after: string | null, limit = pageLength) =>
  get<AnnouncementLineView[]>(
    withQuery('/announcements', { state: filter.state, words: filter.words, after, limit }),
  );

export const approvedAnnouncements = queryOptions({
  queryKey: ['announcements', 'approved'],
  queryFn: () => announcementPage({ state: 'approved', words: '' }, null, 100),
});

export const announcement = (id: string) =>
  queryOptions({
    queryKey: ['announcement', id],
    queryFn: () => get<AnnouncementView>(`/announcements/${id}`),
    // Live news tells of progress; this is for a screen that missed it.
    refetchInterval: ({ state }) => (state.data?.rendering?.faultCode === null ? 2_000 : false),
  });
export const announcementByCode = (code: string) =>
  queryOptions({
    queryKey: ['announcement-code', code],
    queryFn: () => get<AnnouncementView>(`/announcements/by-code/${encodeURIComponent(code)}`),
  });

export const writeAnnouncement = (request: NewAnnouncementRequest) =>
  post<AnnouncementView>('/announcements', request);
export const changeAnnouncement = (id: string, request: ChangeAnnouncementRequest) =>
  patch<AnnouncementView>(`/announcements/${id}`, request);

const versionPath = (id: string, language: string) => `/announcements/${id}/versions/${language}`;
type Seen = Pick<AnnouncementView, 'id' | 'revision'>;

/** @param onProgress how much of it is there, 0..1; after that the service is at work */
export const sendVersion = (
  { id, revision }: Seen,
  language: string,
  source: VersionView['source'],
  sound: Blob,
  onProgress: (share: number) => void,
) => upload<AnnouncementView>(withQuery(versionPath(id, language), { revision, source }), sound, onProgress);
export const nameVersion = (
  { id, revision }: Seen,
  language: string,
  named: { title: string; summary: string },
) => patch<AnnouncementView>(versionPath(id, language), { revision, ...named });
export const removeVersion = ({ id, revision }: Seen, language: string) =>
  remove<AnnouncementView>(withQuery(versionPath(id, language), { revision }));

/** What may be done to one announcement without opening a form. */
export type AnnouncementAct =
  | { act: 'render' | 'stop-rendering' | 'submit' | 'withdraw' | 'duplicate' }
  | { act: 'approve'; recordingIds: string[]; note: string }
  | { act: 'send-back'; note: string }
  | { act: 'prepared'; prepared: boolean };

export function actOnAnnouncement(id: string, { act, ...body }: AnnouncementAct) {
  return post<AnnouncementView | undefined>(
    `/announcements/${id}/${act}`,
    Object.keys(body).length === 0 ? undefined : body,
  );
}

export const reading = (text: string, picks: Record<string, string>, renderProfile: RenderProfile) =>
  queryOptions({
    queryKey: ['reading', text, picks, renderProfile],
    queryFn: () => post<ReadingView>('/speech/reading', { text, picks, renderProfile }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    placeholderData: (before: ReadingView | undefined) => before,
  });

export interface VoiceInUse {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly engine: string;
  readonly limits: readonly string[];
}
export const tuneUrl = (tune: string): string => `/api/speech/tunes/${tune}`;

export const voice = queryOptions({
  queryKey: ['voice'],
  queryFn: async (): Promise<VoiceInUse> => {
    const told = await get<Omit<VoiceInUse, 'limits'> & { limits: string | readonly string[] }>(
      '/speech/voice',
    );
    return { ...told, limits: typeof told.limits === 'string' ? [told.limits] : told.limits };
  },
  staleTime: 300_000,
});
