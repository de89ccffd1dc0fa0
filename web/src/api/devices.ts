import { queryOptions } from '@tanstack/react-query';
import type { StrangersView, StrangerView } from '../../../src/boxes/stranger.view.ts';
import type { CameraEventDetailView, CameraEventView } from '../../../src/camera-events/camera-event.view.ts';
import type { EventStyleRequest } from '../../../src/camera-events/event-style.request.ts';
import type { EventStyleView, EventTopicsView } from '../../../src/camera-events/event-style.view.ts';
import type { StrayView } from '../../../src/camera-events/stray.view.ts';
import type {
  ChangeRecorderRequest,
  ChannelsRequest,
  NewRecorderRequest,
} from '../../../src/cameras/recorder.request.ts';
import type { RecorderView } from '../../../src/cameras/recorder.view.ts';
import type { ChangeCameraRequest, NewCameraRequest } from '../../../src/cameras/camera.request.ts';
import type {
  CameraDetailView,
  CameraSearchView,
  CameraTableView,
  LatestSearchView,
  CameraView,
  ConnectorView,
  KnownAtView,
  TwinsView,
} from '../../../src/cameras/camera.view.ts';
import type {
  ChangeLoudspeakerRequest,
  LoudspeakerRequest,
  SettleRequest,
} from '../../../src/loudspeakers/loudspeaker.request.ts';
import type {
  EnrolmentView,
  LoudspeakerDetailView,
  LoudspeakerView,
  PoleNowView,
  RefusalView,
} from '../../../src/loudspeakers/loudspeaker.view.ts';
import type { PoleLogView, TaskRequest, TaskView } from '../../../src/broadcasts/task.view.ts';
import type { AlarmView } from '../../../src/loudspeakers/alarm.view.ts';
import { get, patch, post, put, withQuery } from './door.ts';

export type {
  ChannelsRequest,
  NewRecorderRequest,
  RecorderView,
  StrayView,
  AlarmView,
  CameraSearchView,
  CameraDetailView,
  CameraEventDetailView,
  CameraEventView,
  CameraView,
  ConnectorView,
  EnrolmentView,
  EventStyleView,
  EventTopicsView,
  LoudspeakerDetailView,
  LoudspeakerRequest,
  LoudspeakerView,
  NewCameraRequest,
  PoleLogView,
  PoleNowView,
  RefusalView,
  StrangerView,
  TaskView,
};
export type LoudspeakerChange = ChangeLoudspeakerRequest;
export type VolumeHours = LoudspeakerDetailView['settings']['hours'][number];
export type TaskKind = TaskView['kind'];

export const loudspeakers = queryOptions({
  queryKey: ['loudspeakers'],
  queryFn: () => get<LoudspeakerView[]>('/loudspeakers'),
});
export const loudspeaker = (id: string) =>
  queryOptions({
    queryKey: ['loudspeaker', id],
    queryFn: () => get<LoudspeakerDetailView>(`/loudspeakers/${id}`),
    // What was set is waited for; else the pole speaks twice a minute.
    refetchInterval: ({ state }) => (state.data?.settings.state === 'waiting' ? 3_000 : 30_000),
  });
/** While the pole's answer is waited for it is asked often. */
export const poleTasks = (id: string) =>
  queryOptions({
    queryKey: ['loudspeaker', id, 'tasks'],
    queryFn: () => get<TaskView[]>(`/loudspeakers/${id}/tasks`),
    refetchInterval: ({ state }) => (state.data?.some((task) => task.state === 'waiting') ? 2_000 : false),
  });
export const poleLogs = (id: string) =>
  queryOptions({
    queryKey: ['loudspeaker', id, 'logs'],
    queryFn: () => get<PoleLogView[]>(`/loudspeakers/${id}/logs`),
  });
export const orderTask = (id: string, request: Pick<TaskRequest, 'kind'> & Partial<TaskRequest>) =>
  post<TaskView[]>(`/loudspeakers/${id}/tasks`, request);
export const addLoudspeaker = (request: Omit<LoudspeakerRequest, 'volume'>) =>
  post<LoudspeakerView>('/loudspeakers', request);
export const changeLoudspeaker = (id: string, request: ChangeLoudspeakerRequest) =>
  patch<LoudspeakerView>(`/loudspeakers/${id}`, request);
export const settleSettings = (id: string, request: SettleRequest) =>
  post<LoudspeakerView>(`/loudspeakers/${id}/settings`, request);
export const enrolLoudspeaker = (id: string) => post<EnrolmentView>(`/loudspeakers/${id}/enrolment`);
export const retireLoudspeaker = (id: string) => post(`/loudspeakers/${id}/retire`);
/** Devices that were turned away. */
export const strangers = queryOptions({
  queryKey: ['strangers'],
  queryFn: () => get<StrangersView>('/boxes/strangers'),
});

export const alarms = queryOptions({
  queryKey: ['alarms'],
  queryFn: () => get<AlarmView[]>('/alarms'),
  refetchInterval: 60_000,
});
export const acknowledgeAlarm = (id: string, note: string) =>
  post<AlarmView[]>(`/alarms/${id}/acknowledge`, { note });

export const cameras = queryOptions({ queryKey: ['cameras'], queryFn: () => get<CameraView[]>('/cameras') });
export const camera = (id: string) =>
  queryOptions({ queryKey: ['cameras', id], queryFn: () => get<CameraDetailView>(`/cameras/${id}`) });
/** Devices that may have been registered twice; told anew with every change of a camera. */
export const twins = queryOptions({
  queryKey: ['cameras', 'twins'],
  queryFn: () => get<TwinsView[]>('/cameras/twins'),
});
/** Whether the device at an address stands here already. */
export const knownAt = (address: string) =>
  queryOptions({
    queryKey: ['camera-search', 'known', address],
    queryFn: async () => (await get<KnownAtView>(withQuery('/camera-search/known', { address }))).known,
  });
export const addCamera = (request: NewCameraRequest) => post<CameraView>('/cameras', request);
export const addCameraTable = (text: string, dryRun: boolean) =>
  post<CameraTableView>('/cameras/table', { text, dryRun });
export const changeCamera = (id: string, request: ChangeCameraRequest) =>
  patch<CameraView>(`/cameras/${id}`, request);
/** The commune's last search; asked every second while it goes on. */
export const cameraSearch = queryOptions({
  queryKey: ['camera-search'],
  queryFn: async () => (await get<LatestSearchView>('/camera-search')).search,
  refetchInterval: ({ state }) => (isSearching(state.data) ? 1_000 : false),
});
export const isSearching = (search: CameraSearchView | null | undefined): boolean =>
  search?.state === 'asked' || search?.state === 'running';
export const searchCameras = (connectorId: string | null, ranges: readonly string[]) =>
  post<CameraSearchView>('/camera-search', { ...(connectorId === null ? {} : { connectorId }), ranges });
export const stopSearch = () => post('/camera-search/stop');
export const trustCertificate = (id: string, sha256: string) =>
  post<CameraView>(`/cameras/${id}/certificate`, { sha256 });
export const acceptDevice = (id: string) => post<CameraView>(`/cameras/${id}/device`);
export const moveCamera = (id: string, connectorId: string, now: boolean) =>
  post<CameraView>(`/cameras/${id}/connector`, { connectorId, now });
export const recorders = queryOptions({
  queryKey: ['cameras', 'recorders'],
  queryFn: () => get<RecorderView[]>('/recorders'),
  refetchInterval: 10_000,
});
/** Asked often until it has told what it has. */
export const recorder = (id: string) =>
  queryOptions({
    queryKey: ['cameras', 'recorders', id],
    queryFn: () => get<RecorderView>(`/recorders/${id}`),
    refetchInterval: ({ state }) => (state.data?.described === true ? 15_000 : 2_000),
  });
export const recorderStrays = (id: string) =>
  queryOptions({
    queryKey: ['cameras', 'recorders', id, 'strays'],
    queryFn: () => get<StrayView[]>(`/recorders/${id}/strays`),
    refetchInterval: 30_000,
  });
export const addRecorder = (request: NewRecorderRequest) => post<RecorderView>('/recorders', request);
export const changeRecorder = (id: string, request: ChangeRecorderRequest) =>
  patch<RecorderView>(`/recorders/${id}`, request);
export const addChannels = (id: string, request: ChannelsRequest) =>
  post<CameraView[]>(`/recorders/${id}/channels`, request);
export const trustRecorderCertificate = (id: string, sha256: string) =>
  post<RecorderView>(`/recorders/${id}/certificate`, { sha256 });
export const acceptRecorder = (id: string) => post<RecorderView>(`/recorders/${id}/device`);
export const moveRecorder = (id: string, connectorId: string, now: boolean) =>
  post<RecorderView>(`/recorders/${id}/connector`, { connectorId, now });
export const retireRecorder = (id: string) => post(`/recorders/${id}/retire`);
export const retireCamera = (id: string) => post(`/cameras/${id}/retire`);
/** In which way one camera tells each of its topics. */
export const eventStyles = (cameraId: string) =>
  queryOptions({
    queryKey: ['cameras', cameraId, 'event-styles'],
    queryFn: () => get<EventStyleView[]>(`/cameras/${cameraId}/event-styles`),
  });
export const setEventStyle = (cameraId: string, request: EventStyleRequest) =>
  put<EventStyleView[]>(`/cameras/${cameraId}/event-styles`, request);
export const eventTopics = queryOptions({
  queryKey: ['event-topics'],
  queryFn: () => get<EventTopicsView>('/event-topics'),
  refetchInterval: ({ state }) => (state.data?.isRereading === true ? 2_000 : false),
});
export const nameTopic = (request: { topic: string; kind: string | null }) =>
  put<EventTopicsView>('/event-topics', request);
export const rereadNotices = () => post<EventTopicsView>('/event-topics/reread');
export const connectors = queryOptions({
  queryKey: ['connectors'],
  queryFn: () => get<ConnectorView[]>('/connectors'),
});
export const addConnector = (name: string) => post<ConnectorView>('/connectors', { name });
export const enrolConnector = (id: string) => post<EnrolmentView>(`/connectors/${id}/enrolment`);

export interface EventFilter {
  readonly cameraId: string | null;
  readonly kind: string | null;
  readonly unseen: boolean;
}
export const everyEvent: EventFilter = { cameraId: null, kind: null, unseen: false };
export const eventPageLength = 30;

export const eventPage = (filter: EventFilter, before: string | null, limit = eventPageLength) =>
  get<CameraEventView[]>(
    withQuery('/camera-events', {
      before,
      limit,
      cameraId: filter.cameraId,
      kind: filter.kind,
      unseen: filter.unseen ? true : null,
    }),
  );

/** The newest few, for the strip on Today. */
export const latestEvents = queryOptions({
  queryKey: ['camera-events', 'latest'],
  queryFn: () => eventPage(everyEvent, null, 12),
});
/** What cannot be watched at this moment. */
export const openOutages = queryOptions({
  queryKey: ['camera-events', 'outages'],
  queryFn: async () => {
    const pages = await Promise.all(
      ['outage', 'gap'].map((kind) => eventPage({ ...everyEvent, kind }, null, 100)),
    );
    return pages.flat().filter(({ state }) => state === 'open');
  },
});
/** Counted up to 99: nobody reads a larger number. */
export const unseenEvents = queryOptions({
  queryKey: ['camera-events', 'unseen'],
  queryFn: async () => (await eventPage({ ...everyEvent, unseen: true }, null, 100)).length,
});
export const cameraEvent = (id: string) =>
  queryOptions({
    queryKey: ['camera-event', id],
    queryFn: () => get<CameraEventDetailView>(`/camera-events/${id}`),
  });
export const markSeen = (id: string) => post<CameraEventView>(`/camera-events/${id}/seen`);
