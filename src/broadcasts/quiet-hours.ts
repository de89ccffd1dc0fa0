import { Temporal } from 'temporal-polyfill';

/** Local wall times HH:MM; may pass midnight. The same time twice means: no quiet hours. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
}

/** Whether anything between two instants lies in the quiet hours. Only an emergency may sound there. */
export function disturbs(quiet: QuietHours, timeZone: string, startAt: number, endAt: number): boolean {
  if (quiet.from === quiet.until) return false;
  const first = Temporal.Instant.fromEpochMilliseconds(startAt).toZonedDateTimeISO(timeZone).toPlainDate();
  const passesMidnight = quiet.until < quiet.from;
  // The night before may reach into this day.
  for (let day = first.subtract({ days: 1 }); ; day = day.add({ days: 1 })) {
    const from = instantOf(day, quiet.from, timeZone);
    if (from >= endAt) return false;
    const until = instantOf(passesMidnight ? day.add({ days: 1 }) : day, quiet.until, timeZone);
    if (startAt < until) return true;
  }
}

/** When the quiet hours begin next, from this instant on; null where there are none. */
export function nextQuietAt(quiet: QuietHours, timeZone: string, at: number): number | null {
  if (quiet.from === quiet.until) return null;
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const today = instantOf(day, quiet.from, timeZone);
  return today >= at ? today : instantOf(day.add({ days: 1 }), quiet.from, timeZone);
}

function instantOf(day: Temporal.PlainDate, time: string, timeZone: string): number {
  return day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}
