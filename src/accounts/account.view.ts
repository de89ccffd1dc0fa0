import { z } from 'zod';
import { afterCuts } from '../../devices/protocol/pole-messages.ts';
import { rights, roles } from '../access/rights.ts';
import { tunesOf } from '../speech/tunes.ts';
import { priorityStarts } from './commune.ts';

export const personView = z.object({
  id: z.uuid(),
  loginName: z.string(),
  displayName: z.string(),
  phone: z.string(),
  roles: z.array(z.enum(roles)),
  villageIds: z.array(z.uuid()),
  mustChangePassword: z.boolean(),
  disabledAt: z.iso.datetime().nullable(),
});
export type PersonView = z.infer<typeof personView>;

/** A colleague, as everybody who writes may see them. */
export const personNameView = personView.pick({ id: true, displayName: true });
export type PersonNameView = z.infer<typeof personNameView>;

export const signInLinkView = z.object({
  /** Opens the console signed in, once. */
  link: z.string(),
  expiresAt: z.iso.datetime(),
});
export type SignInLinkView = z.infer<typeof signInLinkView>;

export const delegationView = z.object({
  id: z.uuid(),
  fromPersonId: z.uuid(),
  toPersonId: z.uuid(),
  /** Local dates, YYYY-MM-DD, both included. */
  fromDate: z.string(),
  untilDate: z.string(),
});
export type DelegationView = z.infer<typeof delegationView>;

export const communeView = z.object({
  id: z.uuid(),
  name: z.string(),
  province: z.string(),
  timeZone: z.string(),
  settings: z.object({
    /** Local wall times HH:MM; nothing but an emergency sounds from `quietFrom` to `quietUntil`. */
    quietFrom: z.string(),
    quietUntil: z.string(),
    /** Whether an author may approve their own announcement; each such approval is marked in the journal. */
    onePerson: z.boolean(),
    /** The tune that opens and closes each class of announcements; none may stand in for another. */
    routineTune: z.enum(tunesOf.routine),
    drillTune: z.enum(tunesOf.drill),
    emergencyTune: z.enum(tunesOf.emergency),
    /** What a priority item does when something regular sounds at its time: cut it, wait for its end, or wait so long. */
    priorityStart: z.enum(priorityStarts),
    priorityWaitSeconds: z.int(),
    /** What becomes of an item that a higher class has cut. */
    regularAfterCut: z.enum(afterCuts),
    priorityAfterCut: z.enum(afterCuts),
    /** How long after its planned end what was cut may still go on. */
    resumeMinutes: z.int(),
    /** How numbers are said: the north's nghìn and linh, or the south's ngàn and lẻ. */
    readingProfile: z.enum(['north', 'south']),
  }),
});
export type CommuneView = z.infer<typeof communeView>;

/** The key with which the service signs for the commune. */
export const signingKeyView = z.object({ keyId: z.string(), notAfterAt: z.iso.datetime() });
export type SigningKeyView = z.infer<typeof signingKeyView>;

/** Who is signed in, and what the console may offer them. */
export const sessionView = z.object({
  /** No more of them than is known while the database is down. */
  person: personView.pick({
    id: true,
    displayName: true,
    roles: true,
    villageIds: true,
    mustChangePassword: true,
  }),
  rights: z.array(z.enum(rights)),
  commune: communeView,
  /** Set in the demonstration only: the console then shows its two buttons. */
  demonstration: z.boolean(),
});
export type SessionView = z.infer<typeof sessionView>;

export const setUpView = z.object({ needed: z.boolean() });
export type SetUpView = z.infer<typeof setUpView>;

/** Shown once after set-up, to be printed and locked away (recovery-sheet.ts). */
export const recoverySheetView = z.object({
  communeName: z.string(),
  rootKeyId: z.string(),
  /** The secret: commune, its root's key, and the key of the authority behind TLS. */
  lines: z.array(z.string()),
  madeAt: z.iso.datetime(),
});
export type RecoverySheetView = z.infer<typeof recoverySheetView>;
