import type { Person } from './rights.ts';

/**
 * Who holds a session token: the guard's one question, answered by the accounts room. It answers from memory for
 * people seen lately, so that a stop and an emergency still work with the database down.
 */
export abstract class SessionReader {
  /**
   * @param isUse whether a person did something: only that keeps a session from ending by idleness
   * @returns null for an unknown, expired or ended session
   */
  abstract personOf(token: string, isUse: boolean): Promise<Person | null>;
}

export const sessionCookie = 'loa_session';
/** With `1`: a page asks by itself, nobody has touched it for a while. */
export const unattendedHeader = 'loa-unattended';
