import { queryOptions } from '@tanstack/react-query';
import type { CheckRequest, PhotoRequest } from '../../../src/loudspeakers/checklist.request.ts';
import type { ChecklistView } from '../../../src/loudspeakers/checklist.view.ts';
import { get, post, put, remove } from './door.ts';

export type { ChecklistView };

export const checklist = (poleId: string) =>
  queryOptions({
    queryKey: ['checklist', poleId],
    queryFn: () => get<ChecklistView>(`/loudspeakers/${poleId}/checklist`),
  });
export const sayCheck = (poleId: string, request: CheckRequest) =>
  put<ChecklistView>(`/loudspeakers/${poleId}/checklist`, request);
export const addPhoto = (poleId: string, request: PhotoRequest) =>
  post<ChecklistView>(`/loudspeakers/${poleId}/photos`, request);
export const removePhoto = (id: string) => remove<ChecklistView>(`/pole-photos/${id}`);
