import { queryOptions } from '@tanstack/react-query';
import type {
  CameraHealthView,
  CameraMarksView,
  CameraSheetView,
  KeptView,
  MarkView,
} from '../../../src/camera-health/health.view.ts';
import { get, post, withQuery } from './door.ts';

export type { CameraHealthView, CameraMarksView, CameraSheetView, KeptView, MarkView };
export type StillView = CameraHealthView['stills'][number];

/** The marks of every camera. Evidence grows old by itself, so it is asked again. */
export const cameraMarks = queryOptions({
  queryKey: ['camera-health'],
  queryFn: () => get<CameraMarksView[]>('/camera-health'),
  refetchInterval: 30_000,
});
/** While the camera is being asked the answer is waited for. */
export const cameraHealth = (cameraId: string) =>
  queryOptions({
    queryKey: ['camera-health', cameraId],
    queryFn: () => get<CameraHealthView>(`/cameras/${cameraId}/health`),
    refetchInterval: ({ state }) => (state.data?.checking === true ? 2_000 : 30_000),
  });
export const checkCamera = (cameraId: string) => post<CameraHealthView>(`/cameras/${cameraId}/health/check`);
export const acceptReference = (cameraId: string, stillId: string) =>
  post<CameraHealthView>(`/cameras/${cameraId}/health/reference`, { stillId });
export const cameraSheet = (from: string, until: string) =>
  queryOptions({
    queryKey: ['camera-health', 'sheet', from, until],
    queryFn: () => get<CameraSheetView>(withQuery('/camera-health/sheet', { from, until })),
  });
