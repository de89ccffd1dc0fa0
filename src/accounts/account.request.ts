import { z } from 'zod';
import { afterCuts } from '../../devices/protocol/pole-messages.ts';
import { roles } from '../access/rights.ts';
import { tunesOf } from '../speech/tunes.ts';
import { priorityStarts } from './commune.ts';
import { sheetLines } from './recovery-sheet.ts';

const loginName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{2,39}$/);
const password = z.string().min(10).max(200);
const displayName = z.string().trim().min(1).max(100);
const localDate = z.iso.date();
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const signInRequest = z.strictObject({
  loginName: z.string().trim().toLowerCase().max(100),
  password: z.string().max(1_000),
});
export type SignInRequest = z.infer<typeof signInRequest>;
export const signInLinkRequest = z.strictObject({ token: z.string().max(200) });
export type SignInLinkRequest = z.infer<typeof signInLinkRequest>;
export const changePasswordRequest = z.strictObject({ current: z.string().max(1_000), next: password });
export type ChangePasswordRequest = z.infer<typeof changePasswordRequest>;

/** First run: the token was printed by the service when it started on an empty database. */
export const setUpRequest = z.strictObject({
  token: z.string().max(200),
  communeName: z.string().trim().min(2).max(100),
  province: z.string().trim().max(100).default(''),
  displayName,
  loginName,
  password,
  /** The lines of the recovery sheet, where a lost server is replaced. */
  recovery: z.array(z.string().max(60)).length(sheetLines).optional(),
});
export type SetUpRequest = z.infer<typeof setUpRequest>;

export const newPersonRequest = z.strictObject({
  loginName,
  displayName,
  phone: z.string().trim().max(30).default(''),
  roles: z.array(z.enum(roles)).min(1),
  villageIds: z.array(z.uuid()).max(100).default([]),
  /** A first password, which the person must change. */
  password,
});
export type NewPersonRequest = z.infer<typeof newPersonRequest>;

export const changePersonRequest = z.strictObject({
  displayName: displayName.optional(),
  phone: z.string().trim().max(30).optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  villageIds: z.array(z.uuid()).max(100).optional(),
  disabled: z.boolean().optional(),
});
export type ChangePersonRequest = z.infer<typeof changePersonRequest>;

export const resetPasswordRequest = z.strictObject({ password });
export type ResetPasswordRequest = z.infer<typeof resetPasswordRequest>;

export const newSignInLinkRequest = z.strictObject({
  /** How long it may wait to be used. */
  minutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(30),
});
export type NewSignInLinkRequest = z.infer<typeof newSignInLinkRequest>;

export const delegationRequest = z.strictObject({
  toPersonId: z.uuid(),
  fromDate: localDate,
  untilDate: localDate,
});
export type DelegationRequest = z.infer<typeof delegationRequest>;

export const communeRequest = z.strictObject({
  name: z.string().trim().min(2).max(100).optional(),
  province: z.string().trim().max(100).optional(),
  quietFrom: wallTime.optional(),
  quietUntil: wallTime.optional(),
  onePerson: z.boolean().optional(),
  routineTune: z.enum(tunesOf.routine).optional(),
  drillTune: z.enum(tunesOf.drill).optional(),
  emergencyTune: z.enum(tunesOf.emergency).optional(),
  priorityStart: z.enum(priorityStarts).optional(),
  priorityWaitSeconds: z.int().min(0).max(600).optional(),
  regularAfterCut: z.enum(afterCuts).optional(),
  priorityAfterCut: z.enum(afterCuts).optional(),
  resumeMinutes: z.int().min(0).max(60).optional(),
  readingProfile: z.enum(['north', 'south']).optional(),
});
export type CommuneRequest = z.infer<typeof communeRequest>;

/** What the recovery sheet says, in one text; used for one signature and kept nowhere. */
export const renewKeyRequest = z.strictObject({
  rootPrivateKey: z
    .string()
    .max(500)
    .transform((text) => text.replaceAll(/\s/g, '')),
  /** The former key may be in other hands (the server was stolen): poles refuse it from now on. */
  revokeFormer: z.boolean().default(false),
});
export type RenewKeyRequest = z.infer<typeof renewKeyRequest>;
