import { queryOptions } from '@tanstack/react-query';
import type { EventReplaysView, ReplayView } from '../../../src/replays/replay.view.ts';
import { get, post } from './door.ts';

export type { EventReplaysView, ReplayView };

const isUnderWay = ({ state, film }: ReplayView): boolean => state === 'running' || film === 'making';

/** Asked again while one is being fetched or made ready. */
export const eventReplays = (eventId: string) =>
  queryOptions({
    queryKey: ['camera-events', eventId, 'replays'],
    queryFn: () => get<EventReplaysView>(`/camera-events/${eventId}/replays`),
    refetchInterval: ({ state }) => (state.data?.replays.some(isUnderWay) === true ? 1_000 : false),
  });
export const askReplay = (eventId: string, aroundSeconds: number) =>
  post<ReplayView>(`/camera-events/${eventId}/replays`, {
    beforeSeconds: aroundSeconds,
    afterSeconds: aroundSeconds,
  });
