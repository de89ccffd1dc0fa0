import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { LiveMessage } from '../../../src/live/live.view.ts';
import type { AnnouncementView } from '../api/announcements.ts';
import { soundOf } from '../api/broadcasts.ts';
import type { AiringView, EmergencyView, TodayView } from '../api/broadcasts.ts';
import type { CameraEventView, CameraView, LoudspeakerView, PoleNowView } from '../api/devices.ts';

const kept = 40;
const pending = new Map<string, ReturnType<typeof setTimeout>>();

/** Read again soon, once for a burst of news: eight poles start within one second. */
function readAgain(client: QueryClient, key: QueryKey, afterMs = 250): void {
  const name = JSON.stringify(key);
  if (pending.has(name)) return;
  pending.set(
    name,
    setTimeout(() => {
      pending.delete(name);
      void client.invalidateQueries({ queryKey: key });
    }, afterMs),
  );
}

const changeToday = (client: QueryClient, change: (today: TodayView) => TodayView): void => {
  client.setQueryData<TodayView>(['today'], (today) => (today === undefined ? today : change(today)));
};

/** What each piece of news changes on the screen. */
export function tellCache(client: QueryClient, news: LiveMessage): void {
  switch (news.type) {
    case 'pole':
      tellPole(client, news.pole);
      break;
    case 'airing':
      tellAiring(client, news.airing);
      break;
    case 'refusal':
      changeToday(client, (today) => ({
        ...today,
        refusals: [news.refusal, ...today.refusals.filter(({ id }) => id !== news.refusal.id)].slice(0, kept),
      }));
      readAgain(client, ['loudspeaker', news.refusal.loudspeakerId]);
      break;
    case 'emergency':
      tellEmergency(client, news.emergency);
      break;
    case 'announcement':
      client.setQueryData<AnnouncementView>(['announcement', news.id], (view) =>
        view === undefined || news.rendering === null
          ? view
          : { ...view, rendering: { ...news.rendering, faultCode: null } },
      );
      if (news.rendering !== null) break;
      readAgain(client, ['announcement', news.id]);
      readAgain(client, ['announcement-code']);
      readAgain(client, ['prepared']);
      readAgain(client, ['announcements']);
      break;
    case 'camera':
      client.setQueryData<CameraView[]>(['cameras'], (cameras) =>
        cameras?.map((camera) => (camera.id === news.camera.id ? news.camera : camera)),
      );
      readAgain(client, ['connectors'], 1_000);
      break;
    case 'camera-event':
      tellCameraEvent(client, news.event);
      break;
    case 'broker':
      changeToday(client, (today) => ({ ...today, brokerUp: news.up }));
      readAgain(client, ['today']);
      break;
    case 'strangers':
      readAgain(client, ['strangers']);
      break;
    case 'alarms':
      readAgain(client, ['alarms']);
      break;
    case 'broadcasts':
      for (const key of ['today', 'week', 'broadcast', 'airings', 'collisions']) readAgain(client, [key]);
  }
}

function tellPole(client: QueryClient, now: PoleNowView): void {
  changeToday(client, (today) => ({
    ...today,
    poles: today.poles.map((pole) =>
      pole.id === now.loudspeakerId
        ? { ...pole, now, airing: now.state === 'playing' ? pole.airing : null }
        : pole,
    ),
  }));
  client.setQueryData<LoudspeakerView[]>(['loudspeakers'], (poles) =>
    poles?.map((pole) => (pole.id === now.loudspeakerId ? { ...pole, now } : pole)),
  );
  client.setQueryData<LoudspeakerView>(['loudspeaker', now.loudspeakerId], (pole) =>
    pole === undefined ? pole : { ...pole, now },
  );
  const shown = client.getQueryData<TodayView>(['today'])?.poles.find(({ id }) => id === now.loudspeakerId);
  if (now.airingId !== null && shown?.airing?.id !== now.airingId) readAgain(client, ['today']);
}

function tellAiring(client: QueryClient, airing: AiringView): void {
  changeToday(client, (today) => {
    // The news does not say where the sound lies; another pole that speaks the same does.
    const mp3Url = soundOf(today, airing);
    return {
      ...today,
      poles: today.poles.map((pole) => {
        if (pole.id !== airing.loudspeakerId) return pole;
        if (airing.state === 'started') return { ...pole, hasSpoken: true, airing: { ...airing, mp3Url } };
        return pole.airing?.id === airing.id ? { ...pole, airing: null } : pole;
      }),
    };
  });
  readAgain(client, ['today']);
  readAgain(client, ['airings']);
  readAgain(client, ['week'], 1_000);
}

function tellEmergency(client: QueryClient, emergency: EmergencyView): void {
  const put = (list: readonly EmergencyView[]): EmergencyView[] => [
    emergency,
    ...list.filter(({ id }) => id !== emergency.id),
  ];
  client.setQueryData<EmergencyView[]>(['emergencies'], (list) => list && put(list));
  readAgain(client, ['today']);
  readAgain(client, ['emergencies']);
}

function tellCameraEvent(client: QueryClient, event: CameraEventView): void {
  const put = (list: readonly CameraEventView[]): CameraEventView[] =>
    list.some(({ id }) => id === event.id)
      ? list.map((one) => (one.id === event.id ? event : one))
      : [event, ...list];
  client.setQueryData<CameraEventView[]>(
    ['camera-events', 'latest'],
    (list) => list && put(list).slice(0, 12),
  );
  // The unfiltered list only: whether a filter takes it is the service's word.
  client.setQueriesData<InfiniteData<CameraEventView[]>>({ queryKey: ['camera-events', 'pages'] }, (data) => {
    if (data === undefined) return data;
    const known = data.pages.some((page) => page.some(({ id }) => id === event.id));
    if (!known) return data;
    return {
      ...data,
      pages: data.pages.map((page) => page.map((one) => (one.id === event.id ? event : one))),
    };
  });
  readAgain(client, ['camera-events', 'unseen']);
  if (event.kind === 'outage' || event.kind === 'gap') readAgain(client, ['camera-events', 'outages']);
  readAgain(client, ['camera-events', 'pages']);
  readAgain(client, ['camera-event', event.id]);
}
