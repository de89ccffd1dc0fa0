import { digitsOf, isEmpty } from './fields.ts';
import type { Field, FieldType, FieldValues, FormContext, Span } from './fields.ts';
import { typed } from './wording.ts';
import type { Filled, TypedPiece, Wording } from './wording.ts';

type Writers = {
  readonly [Type in FieldType]: (value: FieldValues[Type], field: Field, context: FormContext) => Wording;
};

/** What stands where a field is still empty. */
const gap: Wording = ['…'];

const date = (value: string): TypedPiece => typed('date', value);
const time = (value: string): TypedPiece => typed('time', value);

const writers: Writers = {
  text: (value) => [phrase(value)],
  place: (value) => [phrase(value)],
  sentences: (value) => [whole(value)],
  name: (value) => [typed('name', squeezed(value))],
  phone: (value) => [typed('phone', digitsOf(value))],
  date: (value) => day(value),
  time: (value) => [time(value)],
  timeRange: ({ from, until }) => ['từ ', time(from), ' đến ', time(until)],
  dateRange: ({ from, until }) =>
    from === until ? day(from) : ['từ ngày ', date(from), ' đến hết ngày ', date(until)],
  moment: (value) => [time(clockOf(value)), ', ', ...day(dayOf(value))],
  period,
  money: (value) => [typed('money', value)],
  count: (value) => [typed('count', value)],
  level: (value) => [typed('count', value)],
  villages: (ids, _, context) => villageList(ids, context),
  document: (value) => [typed('document', value.trim())],
  choice: (value) => [value],
  consent: () => [],
};

/** A value that was found right, in the words of the house; a gap where none is. */
export function fillField<Type extends FieldType>(
  field: Field<Type>,
  value: FieldValues[Type] | undefined,
  context: FormContext,
): Filled<FieldValues[Type]> {
  const writes: Writers[Type] = writers[field.type];
  if (value === undefined || isEmpty(value)) {
    if (field.type === 'villages') return { value: undefined, wording: villageList([], context) };
    return { value: undefined, wording: field.optional === true ? [] : gap };
  }
  return { value, wording: writes(value, field, context) };
}

const weekdays = ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'] as const;

/** "thứ Bảy, ngày 05/12/2026": the weekday is what listeners keep in mind. */
function day(value: string): Wording {
  const weekday = weekdays[new Date(`${value}T00:00Z`).getUTCDay()] ?? '';
  return [`${weekday}, ngày `, date(value)];
}

const dayOf = (moment: string): string => moment.slice(0, 10);
const clockOf = (moment: string): string => moment.slice(11);

function period({ from, until }: Span): Wording {
  if (dayOf(from) === dayOf(until)) {
    return ['từ ', time(clockOf(from)), ' đến ', time(clockOf(until)), ', ', ...day(dayOf(from))];
  }
  return [
    ...['từ ', time(clockOf(from)), ' ngày ', date(dayOf(from))],
    ...[' đến ', time(clockOf(until)), ' ngày ', date(dayOf(until))],
  ];
}

/** "thôn 5, thôn Tân Lập và buôn Ea Mlang"; none: "toàn xã". */
function villageList(ids: readonly string[], { villages, commune }: FormContext): Wording {
  if (ids.length === 0)
    return [`toàn ${/^đặc khu/iu.test(commune) ? 'đặc khu' : (commune.split(' ')[0] ?? '').toLowerCase()}`];
  return ids.flatMap((id, index) => {
    const name = villages.get(id) ?? '';
    const [, word, number] = /^(.*) (\d+)$/u.exec(name) ?? [];
    const between = index === 0 ? '' : index === ids.length - 1 ? ' và ' : ', ';
    return number === undefined ? [between + name] : [`${between}${word ?? ''} `, typed('count', number)];
  });
}

/** As it is kept: composed, in one line, without what no database keeps. */
const squeezed = (text: string): string =>
  text
    .replace(/[\0\p{Surrogate}]/gu, '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim();

/** Fit to stand inside of a sentence. */
const phrase = (text: string): string => squeezed(text).replace(/[\s.,;:]+$/u, '');

/** Whole sentences, with their last mark. */
function whole(text: string): string {
  const trimmed = squeezed(text);
  return /[.!?…]$/u.test(trimmed) ? trimmed : `${trimmed.replace(/[,;:]$/u, '')}.`;
}
