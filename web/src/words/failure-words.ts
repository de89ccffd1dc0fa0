import { ApiFailure } from '../api/door.ts';
import { clockAndDay, plainDate } from '../time/format.ts';
import { failureOther, failures, fieldFaults, fieldOther } from './failures.vi.ts';
import { words } from './words.ts';

/** What went wrong, as a sentence. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiFailure)) return words.errors.crashed;
  const { retryAfterSeconds, missing } = error.details;
  const sentence = codeSentence(error.code);
  if (Array.isArray(missing) && missing.length > 0)
    return `${sentence} ${words.errors.missing(missing.join(', '))}`;
  return typeof retryAfterSeconds === 'number' && retryAfterSeconds > 0
    ? `${sentence} (${words.time.seconds(Math.ceil(retryAfterSeconds))})`
    : sentence;
}

export const codeSentence = (code: string): string => failures[code] ?? failureOther(code);

/** Faults of single fields, by the field's path, for a form. */
export function fieldSentences(error: unknown): Record<string, string> {
  if (!(error instanceof ApiFailure)) return {};
  return Object.fromEntries(error.fields.map(({ path, code }) => [path, fieldSentence(code)]));
}

export const fieldSentence = (code: string): string => fieldFaults[code] ?? failures[code] ?? fieldOther;

export const ruleName = (rule: string): string =>
  words.rules[rule] ?? words.rules[rule.split('.')[0] ?? ''] ?? words.ruleOther;

/** What a warning is about comes as the service writes it: an instant and a date are told as people do. */
const plainly = (about: string): string =>
  /^\d{4}-\d\d-\d\dT/.test(about)
    ? clockAndDay(about)
    : /^\d{4}-\d\d-\d\d$/.test(about)
      ? plainDate(about)
      : about;

export const warningSentence = ({ code, about }: { code: string; about: string }): string =>
  words.warnings[code]?.(plainly(about)) ?? words.warningOther(code, plainly(about));

export const kindName = (kind: string): string => words.events.kinds[kind] ?? kind;

export const refusalReason = (reason: string): string => words.refusals.reasons[reason] ?? reason;
