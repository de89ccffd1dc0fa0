import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { ScheduleRequest } from './broadcast.request.ts';

/** A schedule as it is kept: local wall time, never an instant. `now` was turned into `once` when it was made. */
export type Schedule = Exclude<ScheduleRequest, { kind: 'now' }>;

export interface Occurrence {
  /** The nominal local time, `2026-11-21T05:00` (seconds only where they are not 0): part of an airing's identity. */
  readonly localTime: string;
  /** The instant, ms since 1970. */
  readonly at: number;
}

const weekdayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** The schedule as an iCalendar rule (RFC 5545), which is also what is exported. */
export function ruleOf(schedule: Schedule, timeZone: string): string {
  const start = schedule.kind === 'once' ? schedule.date : schedule.fromDate;
  const head = `DTSTART;TZID=${timeZone}:${compact(start)}T${compact(withSeconds(schedule.time))}`;
  if (schedule.kind === 'once') return `${head}\nRRULE:FREQ=DAILY;COUNT=1`;
  const until = Temporal.PlainDate.from(schedule.untilDate)
    .add({ days: 1 })
    .toZonedDateTime(timeZone)
    .toInstant()
    .subtract({ seconds: 1 });
  const days =
    schedule.kind === 'daily'
      ? 'FREQ=DAILY'
      : `FREQ=WEEKLY;BYDAY=${schedule.weekdays.map((day) => weekdayNames[day - 1]).join(',')}`;
  return `${head}\nRRULE:${days};UNTIL=${compact(until.toString())}`;
}

/** The occurrences with `fromAt <= at < untilAt`, in order. About 5 ms for a month. */
export function occurrences(
  schedule: Schedule,
  timeZone: string,
  fromAt: number,
  untilAt: number,
): Occurrence[] {
  const rule = new RRuleTemporal({ rruleString: ruleOf(schedule, timeZone) });
  return rule
    .between(new Date(fromAt), new Date(untilAt), true)
    .map((time) => ({ localTime: localTimeOf(time.epochMilliseconds, timeZone), at: time.epochMilliseconds }))
    .filter(({ at }) => at >= fromAt && at < untilAt);
}

export function localTimeOf(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({
    smallestUnit: local.second === 0 && local.millisecond === 0 ? 'minute' : 'second',
  });
}

/** "Now" as people mean it: the coming whole second after `leadMs`, as a `once`. */
export function soon(now: number, leadMs: number, timeZone: string): Schedule {
  const at = Math.ceil((now + leadMs) / 1_000) * 1_000;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return {
    kind: 'once',
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'second' }),
  };
}

/** Midnight of a local date, ms since 1970. */
export function startOfDay(date: string, timeZone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
}

export function localDateOf(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

function withSeconds(time: string): string {
  return time.length === 5 ? `${time}:00` : time;
}

function compact(text: string): string {
  return text.replace(/[-:]/g, '');
}
