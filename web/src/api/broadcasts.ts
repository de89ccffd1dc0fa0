import { queryOptions } from '@tanstack/react-query';
import type {
  BroadcastRequest,
  EmergencyDraftRequest,
  EmergencyRequest,
  HearingAnswerRequest,
  HearingLinkRequest,
  HearingRequest,
  PrecedenceRequest,
  ScheduleRequest,
  Target,
} from '../../../src/broadcasts/broadcast.request.ts';
import type {
  AiringClaim,
  AiringView,
  BroadcastPreviewView,
  BroadcastView,
  CollisionView,
  EmergencyDraftView,
  EmergencyView,
  ForeseenView,
  HearingAskedView,
  HearingLinkView,
  HearingView,
  OccurrenceView,
  SafetyView,
  SilenceView,
  TodayView,
} from '../../../src/broadcasts/broadcast.view.ts';
import { learnExactTime } from '../time/clock.ts';
import { ApiFailure, get, post, withQuery } from './door.ts';
import { databaseDown } from './reach.ts';

export type {
  AiringClaim,
  AiringView,
  BroadcastPreviewView,
  BroadcastRequest,
  BroadcastView,
  CollisionView,
  EmergencyDraftView,
  EmergencyView,
  ForeseenView,
  HearingAskedView,
  HearingView,
  OccurrenceView,
  SafetyView,
  SilenceView,
  ScheduleRequest,
  Target,
  TodayView,
};
export type PoleToday = TodayView['poles'][number];

/** Where what sounds can be heard, as another pole that speaks it tells; null where none does. */
export const soundOf = (
  { poles }: TodayView,
  { broadcastId, language }: Pick<AiringView, 'broadcastId' | 'language'>,
): string | null =>
  poles.find(
    ({ airing }) =>
      airing?.broadcastId === broadcastId && airing.language === language && airing.mp3Url !== null,
  )?.airing?.mp3Url ?? null;

export const todayQuery = queryOptions({
  queryKey: ['today'],
  queryFn: async () => {
    const sentAt = Date.now();
    try {
      const view = await get<TodayView>('/today');
      databaseDown.set(false);
      learnExactTime(view.at, sentAt);
      return view;
    } catch (error) {
      databaseDown.set(isDatabaseDown(error));
      throw error;
    }
  },
  // Live news keeps it fresh; this heals what was missed, and soon finds out that the database is back.
  refetchInterval: ({ state }) => (state.error === null ? 20_000 : 4_000),
});

const isDatabaseDown = (error: unknown): boolean =>
  error instanceof ApiFailure &&
  ['platform.database-down', 'platform.database-busy', 'platform.database-slow'].includes(error.code);

/** What can be done while the database is down. */
export const safetyQuery = queryOptions({
  queryKey: ['safety'],
  queryFn: () => get<SafetyView>('/safety'),
  refetchInterval: 10_000,
});

export const week = (from: string) =>
  queryOptions({
    queryKey: ['week', from],
    queryFn: () => get<OccurrenceView[]>(withQuery('/week', { from })),
    // Who owes a word by now is told by the service.
    refetchInterval: 20_000,
  });

export const broadcast = (id: string) =>
  queryOptions({ queryKey: ['broadcast', id], queryFn: () => get<BroadcastView>(`/broadcasts/${id}`) });

export interface AiringsFilter {
  readonly from: string;
  readonly until: string;
  readonly loudspeakerId?: string;
  readonly broadcastId?: string;
}
export const airings = (filter: AiringsFilter) =>
  queryOptions({
    queryKey: ['airings', filter],
    queryFn: () => get<AiringView[]>(withQuery('/airings', { ...filter })),
  });

export const preview = (request: BroadcastRequest | null) =>
  queryOptions({
    queryKey: ['preview', request],
    queryFn: () => post<BroadcastPreviewView>('/broadcasts/preview', request),
    enabled: request !== null,
    retry: false,
    gcTime: 0,
  });
export const schedule = (request: BroadcastRequest) => post<BroadcastView>('/broadcasts', request);
export const cancelBroadcast = (id: string) => post(`/broadcasts/${id}/cancel`);
export const stop = (target: Target) => post<{ poles: number }>('/stop', { target });

/** What a pole will do from now on. */
export const ahead = (poleId: string, from: string) =>
  queryOptions({
    queryKey: ['airings', 'ahead', poleId, from],
    queryFn: () => get<ForeseenView[]>(withQuery(`/loudspeakers/${poleId}/ahead`, { from, days: 7 })),
  });
export const silence = (poleId: string, at: string) =>
  queryOptions({
    queryKey: ['airings', 'silence', poleId, at],
    queryFn: () => get<SilenceView>(withQuery(`/loudspeakers/${poleId}/silence`, { at })),
  });

/** What was heard in the villages, beside what the poles played. */
export const hearings = (filter: Omit<AiringsFilter, 'loudspeakerId'>) =>
  queryOptions({
    queryKey: ['airings', 'hearings', filter],
    queryFn: () => get<HearingView[]>(withQuery('/hearings', { ...filter })),
  });
export const sayHeard = (request: HearingRequest) => post('/hearings', request);
/** A link by which somebody answers without an account. */
export const makeHearingLink = (request: HearingLinkRequest) =>
  post<HearingLinkView>('/hearings/links', request);
export const askedByLink = (token: string) =>
  queryOptions({
    queryKey: ['asked-by-link', token],
    queryFn: () => post<HearingAskedView>('/hearings/asked', { token }),
    enabled: token !== '',
    retry: false,
  });
export const answerByLink = (request: HearingAnswerRequest) => post('/hearings/answers', request);

export const collisions = queryOptions({
  queryKey: ['collisions'],
  queryFn: () => get<CollisionView[]>('/collisions'),
});
export const decideCollision = (request: PrecedenceRequest) => post<CollisionView[]>('/collisions', request);

export const emergencies = queryOptions({
  queryKey: ['emergencies'],
  queryFn: () => get<EmergencyView[]>('/emergencies'),
  refetchInterval: 20_000,
});
export const prepared = queryOptions({
  queryKey: ['prepared'],
  queryFn: () => get<EmergencyDraftView[]>('/emergencies/prepared'),
});
export const draftEmergency = (request: EmergencyDraftRequest) =>
  post<EmergencyDraftView>('/emergencies/drafts', request);
export const raiseEmergency = (request: EmergencyRequest) => post<EmergencyView>('/emergencies', request);
export const cancelEmergency = (id: string) => post(`/emergencies/${id}/cancel`);

export interface Forged {
  readonly loudspeakerId: string;
  readonly name: string;
  /** Why each of the two was refused. */
  readonly forged: string;
  readonly replayed: string;
}
export const forge = () => post<{ results: Forged[] }>('/demonstration/forge');
export const pullThePlug = () => post<{ downSeconds: number }>('/demonstration/pull-the-plug');
export const latestSound = (loudspeakerId: string): string =>
  `/api/demonstration/poles/${loudspeakerId}/latest.wav`;
