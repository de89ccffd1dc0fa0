import type { Reading } from '../speech/reading/reading.ts';

/** As it begins at the span of a date: 5/1/2027, 2027-01-05, 5/1, 5 tháng 1 năm 2027, 5 tháng 1. */
const dayFirst = /^(\d{1,2}) ?[/.\-–] ?(\d{1,2})(?: ?[/.\-–] ?(\d{4}|\d{2}))?(?!\d)/u;
const yearFirst = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)/u;
const inWords = /^(\d{1,2}) tháng (\d{1,2})(?:,? năm (\d{4}))?(?!\d)/u;
/** Counted by the moon, or a feast's name: nothing to compare with today. */
const notCompared = new Set(['date.lunar', 'date.feast']);

/**
 * The dates of a text that lie before a local date (YYYY-MM-DD), as written. What a date is, the reading says; one
 * without a year is meant in the year in which it is nearest.
 */
export function pastDates(reading: Pick<Reading, 'written' | 'spans'>, today: string): string[] {
  const found = new Set<string>();
  for (const { start, rule } of reading.spans) {
    if (!rule.startsWith('date.') || notCompared.has(rule)) continue;
    const date = dateAt(reading.written.slice(start, start + 40));
    if (date !== null && isBefore(date, today)) found.add(date.written);
  }
  return [...found];
}

interface FoundDate {
  readonly written: string;
  readonly day: number;
  readonly month: number;
  readonly year: number | null;
}

function dateAt(text: string): FoundDate | null {
  const [iso, isoYear, isoMonth, isoDay] = yearFirst.exec(text) ?? [];
  if (iso !== undefined)
    return { written: iso, day: Number(isoDay), month: Number(isoMonth), year: Number(isoYear) };
  const [written, day, month, year] = dayFirst.exec(text) ?? inWords.exec(text) ?? [];
  if (written === undefined) return null;
  const fullYear = year === undefined ? null : Number(year.length === 2 ? `20${year}` : year);
  return { written, day: Number(day), month: Number(month), year: fullYear };
}

function isBefore({ day, month, year }: FoundDate, today: string): boolean {
  const todayAt = Date.parse(today);
  const at = (inYear: number) => Date.UTC(inYear, month - 1, day);
  if (year !== null) return at(year) < todayAt;
  const thisYear = Number(today.slice(0, 4));
  const nearest = [thisYear - 1, thisYear, thisYear + 1]
    .map(at)
    .sort((a, b) => Math.abs(a - todayAt) - Math.abs(b - todayAt))[0];
  return nearest !== undefined && nearest < todayAt;
}
