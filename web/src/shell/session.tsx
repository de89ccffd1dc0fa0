import { createContext, use } from 'react';
import type { Right, SessionView } from '../api/accounts.ts';

export const SessionContext = createContext<SessionView | null>(null);

/** Who is signed in. Only below the shell. */
export function useSession(): SessionView {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession outside the shell');
  return session;
}

export function useMay(): (right: Right) => boolean {
  const { rights } = useSession();
  return (right) => rights.includes(right);
}

/** The villages to which the person is limited; null where they may speak to the whole commune. */
export function useOwnVillages(): readonly string[] | null {
  const { person } = useSession();
  return person.roles.every((role) => role === 'villageHead') ? person.villageIds : null;
}
