import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AffectedView } from '../../../src/announcements/announcement.view.ts';
import type { LexiconEntryRequest, PromoteRequest } from '../../../src/lexicon/lexicon.request.ts';
import type {
  LexiconEntryView,
  LexiconVersionView,
  LexiconView,
  OwnEntryView,
} from '../../../src/lexicon/lexicon.view.ts';
import { get, post, put, sound, withQuery } from './door.ts';

export type { AffectedView, LexiconEntryRequest, LexiconEntryView, LexiconVersionView, LexiconView };
export type { OwnEntryView };
export type LexiconKind = LexiconEntryView['kind'];

/** As many of each as one answer holds; who wants others types more. */
export const SHOWN = 60;

export const lexicon = (words: string, kind: LexiconKind | null = null) =>
  queryOptions({
    queryKey: ['lexicon', words, kind],
    queryFn: () => get<LexiconView>(withQuery('/lexicon', { words, kind, limit: SHOWN })),
    placeholderData: keepPreviousData,
  });
export const lexiconVersions = queryOptions({
  queryKey: ['lexicon', 'versions'],
  queryFn: () => get<LexiconVersionView[]>('/lexicon/versions'),
});
/** What the entry would change; null: that of this id taken away. */
export const affected = (entry: LexiconEntryRequest | null, id?: string) =>
  queryOptions({
    queryKey: ['lexicon-affected', entry, id],
    queryFn: () => post<AffectedView>('/lexicon/affected', { entry, id }),
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });

export const addEntry = (entry: LexiconEntryRequest) => post<LexiconView>('/lexicon/entries', entry);
export const editEntry = (id: string, entry: LexiconEntryRequest) =>
  put<LexiconView>(`/lexicon/entries/${id}`, entry);
export const retireEntry = (id: string) => post(`/lexicon/entries/${id}/retire`);
export const promotePick = (pick: PromoteRequest) => post('/lexicon/promote', pick);
export const revertLexicon = (version: number) => post('/lexicon/revert', { version });
export const importLexicon = (file: string) => post<{ entries: number }>('/lexicon/import', { file });
export const hearSpoken = (spoken: string) => sound('/lexicon/hear', { spoken });
/** For a link: the browser saves it under the service's name. */
export const lexiconFileUrl = '/api/lexicon/file';
