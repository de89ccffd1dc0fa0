import type { TurnRequest } from '../../../src/viewings/viewing.request.ts';
import type { TurningView, ViewingStateView, ViewingView } from '../../../src/viewings/viewing.view.ts';
import { get, picture, post, remove, still, withQuery } from './door.ts';

export type { ViewingStateView, ViewingView };

export const startViewing = (cameraId: string) => post<ViewingView>(`/cameras/${cameraId}/viewings`);
export const continueViewing = (id: string) => post(`/viewings/${id}/continue`);
/** How the watched camera can be turned; the camera is asked, which may take seconds. */
export const placesOf = (id: string) => get<TurningView>(`/viewings/${id}/turning`);
export const turn = (id: string, what: TurnRequest) => post(`/viewings/${id}/turns`, what);
export const stopViewing = (id: string) => remove(`/viewings/${id}`);

/** The newest picture, or null where there is none after the camera's answer of this number. */
export async function lookAt(
  id: string,
  after: number,
  signal: AbortSignal,
): Promise<{ jpeg: Blob | null; state: ViewingStateView; tookMs: number }> {
  const askedAt = performance.now();
  const { body, header } = await picture(`/viewings/${id}/picture?after=${after}`, 'loa-viewing', signal);
  return {
    jpeg: body.size === 0 ? null : body,
    state: JSON.parse(header) as ViewingStateView,
    tookMs: performance.now() - askedAt,
  };
}

/** What a recorder's channel shows now. The recorder is asked, which may take seconds. */
export async function glimpse(recorderId: string, channel: string, signal: AbortSignal): Promise<Blob> {
  return (await still(withQuery(`/recorders/${recorderId}/picture`, { channel }), signal)).body;
}
