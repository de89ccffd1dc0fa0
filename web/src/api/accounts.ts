import { queryOptions } from '@tanstack/react-query';
import type { Right } from '../../../src/access/rights.ts';
import type {
  ChangePersonRequest,
  CommuneRequest,
  NewPersonRequest,
  SetUpRequest,
} from '../../../src/accounts/account.request.ts';
import type {
  CommuneView,
  DelegationView,
  PersonView,
  RecoverySheetView,
  SessionView,
  SigningKeyView,
} from '../../../src/accounts/account.view.ts';
import type { JournalCheckView, JournalLineView } from '../../../src/journal/journal.view.ts';
import type { VillageRequest } from '../../../src/villages/village.request.ts';
import type { LanguageView, VillageView } from '../../../src/villages/village.view.ts';
import { serverNow } from '../time/clock.ts';
import { ApiFailure, get, patch, post, put, remove, withQuery } from './door.ts';

export type {
  CommuneView,
  DelegationView,
  PersonView,
  RecoverySheetView,
  Right,
  SessionView,
  LanguageView,
  SigningKeyView,
  VillageView,
  JournalLineView,
};

/** Set where somebody was signed in and is no longer, without having signed out. */
export const sessionEnded = ['session-ended'] as const;

export const session = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ client, queryKey }): Promise<SessionView | null> => {
    try {
      return await get<SessionView>('/session');
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) {
        const before = client.getQueryData<SessionView | null>(queryKey);
        if (before !== undefined && before !== null) client.setQueryData(sessionEnded, true);
        return null;
      }
      throw error;
    }
  },
  staleTime: 60_000,
});

export const setup = queryOptions({
  queryKey: ['setup'],
  queryFn: () => get<{ needed: boolean }>('/setup'),
});

export const setUp = (request: SetUpRequest) =>
  post<{ session: SessionView; recoverySheet: RecoverySheetView }>('/setup', request);
export const signIn = (request: { loginName: string; password: string }) =>
  post<SessionView>('/session', request);
export const signInByLink = (token: string) => post<SessionView>('/session/link', { token });
export const signOut = () => remove('/session');
export const changePassword = (request: { current: string; next: string }) =>
  post('/session/password', request);

export const people = queryOptions({ queryKey: ['people'], queryFn: () => get<PersonView[]>('/people') });
export const approvers = queryOptions({
  queryKey: ['approvers'],
  queryFn: () => get<{ id: string; displayName: string }[]>('/people/approvers'),
});
export const addPerson = (request: NewPersonRequest) => post<PersonView>('/people', request);
export const changePerson = (id: string, request: ChangePersonRequest) =>
  patch<PersonView>(`/people/${id}`, request);
export const resetPassword = (id: string, password: string) => post(`/people/${id}/password`, { password });

export const delegations = queryOptions({
  queryKey: ['delegations'],
  queryFn: () => get<DelegationView[]>('/delegations'),
});
export const delegate = (request: { toPersonId: string; fromDate: string; untilDate: string }) =>
  post<DelegationView>('/delegations', request);
export const endDelegation = (id: string) => remove(`/delegations/${id}`);

export const commune = queryOptions({ queryKey: ['commune'], queryFn: () => get<CommuneView>('/commune') });
export const changeCommune = (request: CommuneRequest) => patch<CommuneView>('/commune', request);

export const signingKey = queryOptions({
  queryKey: ['signing-key'],
  queryFn: () => get<SigningKeyView>('/commune/signing-key'),
  staleTime: 3_600_000,
});
/** `rootPrivateKey` as it stands on the recovery sheet, blanks and all. */
export const renewSigningKey = (request: { rootPrivateKey: string; revokeFormer: boolean }) =>
  put<SigningKeyView>('/commune/signing-key', request);
/** Whole days until the poles believe nothing new any more; 0 where that is so. */
export const daysLeft = ({ notAfterAt }: SigningKeyView): number =>
  Math.max(0, Math.floor((Date.parse(notAfterAt) - serverNow()) / 86_400_000));

export const villages = queryOptions({
  queryKey: ['villages'],
  queryFn: () => get<VillageView[]>('/villages'),
  staleTime: 300_000,
});
export const languages = queryOptions({
  queryKey: ['languages'],
  queryFn: () => get<LanguageView[]>('/languages'),
  staleTime: Number.POSITIVE_INFINITY,
});
export const addVillage = (request: VillageRequest) => post<VillageView>('/villages', request);
export const changeVillage = (id: string, request: Partial<VillageRequest>) =>
  patch<VillageView>(`/villages/${id}`, request);
export const retireVillage = (id: string) => post(`/villages/${id}/retire`);

export const journalPage = (before: number | null, limit: number) =>
  get<JournalLineView[]>(withQuery('/journal', { before, limit }));
export const checkJournal = () => post<JournalCheckView>('/journal/check');
