import { queryOptions } from '@tanstack/react-query';
import type { ChangeDetectorRequest, NewDetectorRequest } from '../../../src/detectors/detector.request.ts';
import type {
  DetectorKeyView,
  DetectorSetupView,
  DetectorView,
} from '../../../src/detectors/detector.view.ts';
import { get, patch, post } from './door.ts';

export type { DetectorKeyView, DetectorSetupView, DetectorView, NewDetectorRequest };

/** Asked again by itself: who falls silent says nothing of it. */
export const detectors = queryOptions({
  queryKey: ['detectors'],
  queryFn: () => get<DetectorView[]>('/detectors'),
  refetchInterval: 15_000,
});
export const addDetector = (request: NewDetectorRequest) => post<DetectorKeyView>('/detectors', request);
export const changeDetector = (id: string, request: ChangeDetectorRequest) =>
  patch<DetectorView>(`/detectors/${id}`, request);
export const newDetectorKey = (id: string) => post<DetectorKeyView>(`/detectors/${id}/key`);
export const revokeDetector = (id: string) => post<DetectorView>(`/detectors/${id}/revoke`);
export const detectorSetup = (id: string) =>
  queryOptions({
    queryKey: ['detectors', id, 'setup'],
    queryFn: () => get<DetectorSetupView>(`/detectors/${id}/setup`),
  });
