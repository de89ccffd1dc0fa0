import type { Person } from './rights.ts';

/**
 * Who holds a session token: the guard's one question, answered by the accounts room. It answers from memory for
 * people seen lately, so that a stop and an emergency still work with the database down.
 */
export abstract class SessionReader {
  /** @returns null for an unknown, expired or ended session */
  abstract personOf(token: string): Promise<Person | null>;
}

export const sessionCookie = 'loa_session';
