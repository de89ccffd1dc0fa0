import { dayExists } from '../../speech/reading/calendar.ts';

/** From and until, as the field's kind writes them. */
export interface Span {
  readonly from: string;
  readonly until: string;
}

/** What a field of each type holds. Local time of the commune; dates `YYYY-MM-DD`, times `HH:MM`. */
export interface FieldValues {
  /** Inside of a sentence: no full stop at its end. */
  text: string;
  /** Whole sentences. */
  sentences: string;
  place: string;
  name: string;
  phone: string;
  date: string;
  time: string;
  timeRange: Span;
  dateRange: Span;
  /** `YYYY-MM-DDTHH:MM`. */
  moment: string;
  /** Between two moments. */
  period: Span;
  /** Whole đồng. */
  money: number;
  /** Ids; none: the whole commune. */
  villages: readonly string[];
  /** 1 to 5. */
  level: number;
  count: number;
  /** As 12/KH-UBND. */
  document: string;
  choice: string;
  /** Must be true. */
  consent: boolean;
}
export const fieldTypes = [
  ...([
    'text',
    'sentences',
    'place',
    'name',
    'phone',
    'date',
    'time',
    'timeRange',
    'dateRange',
    'moment',
  ] as const),
  ...(['period', 'money', 'villages', 'level', 'count', 'document', 'choice', 'consent'] as const),
] as const satisfies readonly (keyof FieldValues)[];
export type FieldType = keyof FieldValues;
export type FieldValue = FieldValues[FieldType];

/** A field of a template: what the form asks for, and what it takes. */
export interface Field<Type extends FieldType = FieldType> {
  readonly type: Type;
  readonly label: string;
  readonly hint?: string;
  /** May be left empty. */
  readonly optional?: true;
  /** What the form begins with. */
  readonly usual?: FieldValues[Type];
  /** Of choices and levels: what they are called. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** Of dates and moments: an event to come may not be over, and what happened may not be to come. */
  readonly when?: 'coming' | 'past';
  /** The largest count, or the longest text in characters. */
  readonly most?: number;
}

/** What must be known of the commune to fill in a form. */
export interface FormContext {
  /** Local time of the commune, `YYYY-MM-DDTHH:MM`. */
  readonly now: string;
  /** As it is called: Xã Tân Hòa Lộc. */
  readonly commune: string;
  /** `thôn Tân Lập`, by id. */
  readonly villages: ReadonlyMap<string, string>;
}

/** The longest text in characters, and the largest number, where a field names no other bound. */
const usualMost: Partial<Readonly<Record<FieldType, number>>> = {
  ...{ text: 200, place: 200, name: 80, sentences: 2_000, document: 40 },
  ...{ count: 1_000_000, money: 1_000_000_000_000 },
};
export const mostOf = ({ type, most }: Field): number | null => most ?? usualMost[type] ?? null;

/**
 * What is wrong with a value: a code that the console words; null when nothing is. Takes whatever came in.
 * An empty field is wrong unless it is optional.
 */
export function faultOf(field: Field, value: unknown, context: FormContext): string | null {
  if (isEmpty(value)) {
    if (field.type === 'consent') return 'announcements.field-consent';
    return field.optional === true || field.type === 'villages' ? null : 'announcements.field-required';
  }
  return checks[field.type](field, value, context);
}

/** Nothing was filled in. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object') return Object.values(value).every(isEmpty);
  return false;
}

type Check = (field: Field, value: unknown, context: FormContext) => string | null;

const checks: Readonly<Record<FieldType, Check>> = {
  text: plainText,
  place: plainText,
  sentences: plainText,
  name: (field, value) =>
    plainText(field, value) ??
    (typeof value === 'string' && /^[\p{L}\p{M}'’ʼ.\- ]+$/u.test(value) ? null : 'announcements.field-name'),
  phone: (_, value) =>
    typeof value === 'string' && isPhone(digitsOf(value)) ? null : 'announcements.field-phone',
  date: (field, value, { now }) =>
    !isDate(value) ? 'announcements.field-date' : timely(field, `${value}T23:59`, `${value}T00:00`, now),
  time: (_, value) => (isTime(value) ? null : 'announcements.field-time'),
  timeRange: (_, value) => ordered(value, isTime, 'announcements.field-time', (from, until) => from < until),
  dateRange: (field, value, { now }) =>
    ordered(value, isDate, 'announcements.field-date', (from, until) => from <= until) ??
    (isSpan(value) ? timely(field, `${value.until}T23:59`, `${value.from}T00:00`, now) : null),
  moment: (field, value, { now }) =>
    !isMoment(value) ? 'announcements.field-moment' : timely(field, value, value, now),
  period: (field, value, { now }) =>
    ordered(value, isMoment, 'announcements.field-moment', (from, until) => from < until) ??
    (isSpan(value) ? timely(field, value.until, value.from, now) : null),
  money: (field, value) => (isWhole(value, 0, mostOf(field)) ? null : 'announcements.field-money'),
  count: (field, value) => (isWhole(value, 1, mostOf(field)) ? null : 'announcements.field-count'),
  level: (_, value) => (isWhole(value, 1, 5) ? null : 'announcements.field-level'),
  villages: (_, value, { villages }) =>
    Array.isArray(value) && value.every((id) => typeof id === 'string' && villages.has(id))
      ? null
      : 'announcements.field-village',
  document: (field, value) =>
    plainText(field, value) ??
    (typeof value === 'string' && /^\d{1,6}(?:\/\d{4})?[/-]\p{Lu}[\p{L}\d&/.-]*$/u.test(value.trim())
      ? null
      : 'announcements.field-document'),
  choice: ({ options = [] }, value) =>
    options.some((option) => option.value === value) ? null : 'announcements.field-choice',
  consent: (_, value) => (value === true ? null : 'announcements.field-consent'),
};

function plainText(field: Field, value: unknown): string | null {
  if (typeof value !== 'string') return 'announcements.field-text';
  if (value.length > (mostOf(field) ?? Number.POSITIVE_INFINITY)) return 'announcements.field-long';
  return /[\p{L}\p{N}]/u.test(value) ? null : 'announcements.field-text';
}

/** @param end the last moment that the value means; @param begin the first */
function timely({ when }: Field, end: string, begin: string, now: string): string | null {
  if (when === 'coming' && end < now) return 'announcements.field-over';
  if (when === 'past' && begin > now) return 'announcements.field-to-come';
  return null;
}

function ordered(
  value: unknown,
  fits: (one: unknown) => boolean,
  fault: string,
  inOrder: (from: string, until: string) => boolean,
): string | null {
  if (!isSpan(value) || !fits(value.from) || !fits(value.until)) return fault;
  return inOrder(value.from, value.until) ? null : 'announcements.field-order';
}

function isSpan(value: unknown): value is Span {
  return (
    typeof value === 'object' &&
    value !== null &&
    'from' in value &&
    'until' in value &&
    typeof value.from === 'string' &&
    typeof value.until === 'string'
  );
}

export const digitsOf = (phone: string): string =>
  phone.replace(/^\s*\+?84(?=[\s.]*\d)/u, '0').replace(/\D/gu, '');

/** Mobile and fixed numbers of the numbering plan since 2018, services, and the numbers for help. */
function isPhone(digits: string): boolean {
  return /^(?:0[35789]\d{8}|02\d{9}|1[89]00\d{4}(?:\d{2})?|11[1-9])$/u.test(digits);
}

function isWhole(value: unknown, least: number, most: number | null): boolean {
  return (
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= (most ?? value)
  );
}

function isDate(value: unknown): value is string {
  const [, year, month, day] = /^(20\d\d)-(\d\d)-(\d\d)$/u.exec(typeof value === 'string' ? value : '') ?? [];
  return year !== undefined && dayExists(Number(day), Number(month), Number(year));
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(value);
}

function isMoment(value: unknown): value is string {
  return (
    typeof value === 'string' && value[10] === 'T' && isDate(value.slice(0, 10)) && isTime(value.slice(11))
  );
}
