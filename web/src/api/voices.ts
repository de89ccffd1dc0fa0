import { queryOptions } from '@tanstack/react-query';
import type { ChooseVoicesRequest } from '../../../src/speech/voice.request.ts';
import type { OfferedVoiceView, VoicesView } from '../../../src/speech/voice.view.ts';
import { get, post, put } from './door.ts';

export type { OfferedVoiceView, VoicesView };

export const voices = queryOptions({
  queryKey: ['voices'],
  queryFn: () => get<VoicesView>('/speech/voices'),
});
export const chooseVoices = (request: ChooseVoicesRequest) => put<VoicesView>('/speech/voices', request);
export const lookForVoices = () => post<VoicesView>('/speech/voices/look');
/** A sentence in that voice; for an `<audio>`. */
export const sampleUrl = (key: string): string => `/api/speech/voices/sample?key=${encodeURIComponent(key)}`;
