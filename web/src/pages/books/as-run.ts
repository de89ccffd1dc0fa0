import { stringify } from 'csv-stringify/browser/esm/sync';
import type { SheetData } from 'write-excel-file/browser';
import type { AiringView, HearingView } from '../../../../src/broadcasts/broadcast.view.ts';
import { shownState } from '../../parts/airing-states.ts';
import { lastHeard } from '../../parts/heard.ts';
import { words } from '../../words/words.ts';

const w = words.books;

/** What a line needs to know of its pole. */
export interface BookPole {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly villageId: string;
  readonly villageName: string;
}

type Value = string | number | Date | null;

interface Column {
  readonly header: string;
  /** Of the column in the table file, in characters. */
  readonly width: number;
  readonly value: (airing: AiringView, pole: BookPole | undefined) => Value;
}

/** By time, and what was due at one time by the poles' numbers; a pole that is no more comes last. */
export function inOrder(airings: readonly AiringView[], poles: readonly BookPole[]): AiringView[] {
  const numbers = new Map(poles.map(({ id, number }) => [id, number]));
  const numberOf = ({ loudspeakerId }: AiringView): number => numbers.get(loudspeakerId) ?? Infinity;
  // Infinity less Infinity is no number: two of those stay as they came.
  return [...airings].sort(
    (a, b) => a.nominalAt.localeCompare(b.nominalAt) || numberOf(a) - numberOf(b) || 0,
  );
}

const instant = (at: string | null): Date | null => (at === null ? null : new Date(at));
const tenths = (seconds: number | null): number | null =>
  seconds === null ? null : Math.round(seconds * 10) / 10;

/** The as-run log (*sổ phát thanh*): what was planned beside what went out, and by whose clock. */
export const columns = (
  languageName: (code: string) => string,
  hearings: readonly HearingView[],
): readonly Column[] => [
  { header: w.columns.planned, width: 20, value: ({ nominalAt }) => instant(nominalAt) },
  { header: w.columns.poleNumber, width: 8, value: (_, pole) => pole?.number ?? null },
  { header: w.columns.pole, width: 24, value: (_, pole) => pole?.name ?? w.retired },
  { header: w.columns.village, width: 18, value: (_, pole) => pole?.villageName ?? null },
  { header: w.columns.title, width: 40, value: ({ title }) => title },
  { header: w.columns.language, width: 14, value: ({ language }) => languageName(language) },
  { header: w.columns.priority, width: 13, value: ({ priority }) => words.priorities[priority] },
  { header: w.columns.plannedSeconds, width: 12, value: ({ plannedSeconds }) => tenths(plannedSeconds) },
  { header: w.columns.actualSeconds, width: 12, value: ({ actualSeconds }) => tenths(actualSeconds) },
  { header: w.columns.startedAt, width: 20, value: ({ startedAt }) => instant(startedAt) },
  { header: w.columns.endedAt, width: 20, value: ({ endedAt }) => instant(endedAt) },
  { header: w.columns.state, width: 22, value: (airing) => words.airingStates[shownState(airing)] },
  {
    header: w.columns.reason,
    width: 30,
    value: ({ reason }) => (reason === null ? null : (words.airingReasons[reason] ?? reason)),
  },
  {
    header: w.columns.heard,
    width: 14,
    value: (airing, pole) => {
      const said = lastHeard(hearings, airing, pole?.villageId);
      return said === null ? null : words.hearing.answers[said.heard];
    },
  },
  { header: w.columns.toldAt, width: 20, value: ({ toldAt }) => instant(toldAt) },
  { header: w.columns.reportedAt, width: 20, value: ({ reportedAt }) => instant(reportedAt) },
];

/** One row a line, its values in the columns' order. */
export function rowsOf(
  airings: readonly AiringView[],
  poles: readonly BookPole[],
  all: readonly Column[],
): Value[][] {
  const byId = new Map(poles.map((pole) => [pole.id, pole]));
  return airings.map((airing) => all.map(({ value }) => value(airing, byId.get(airing.loudspeakerId))));
}

/** Asia/Ho_Chi_Minh, UTC+7 without summer time: a file's cells know no zone, so they hold the clock on the wall. */
const wallClock = (at: Date): Date => new Date(at.getTime() + 7 * 3_600_000);

/**
 * RFC 4180 with a mark by which Excel knows UTF-8. A title that a spreadsheet would take for a formula is put behind an
 * apostrophe.
 */
export function csvOf(all: readonly Column[], rows: readonly (readonly Value[])[]): string {
  const text = (value: Value): string | number | null =>
    value instanceof Date ? wallClock(value).toISOString().slice(0, 19).replace('T', ' ') : value;
  return stringify([all.map(({ header }) => header), ...rows.map((row) => row.map(text))], {
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}

/** The same for a spreadsheet, its seconds as numbers and its times as times. */
export function sheetOf(all: readonly Column[], rows: readonly (readonly Value[])[]): SheetData {
  return [
    all.map(({ header }) => ({ value: header, fontWeight: 'bold' as const, wrap: true })),
    ...rows.map((row) =>
      row.map((value) =>
        value instanceof Date
          ? { value: wallClock(value), type: Date, format: 'dd/mm/yyyy hh:mm:ss' }
          : value === null
            ? null
            : { value, type: typeof value === 'number' ? Number : String },
      ),
    ),
  ];
}

/** Of a period's lines. What a person cancelled before its time was never due. */
export interface Totals {
  readonly due: number;
  readonly played: number;
  /** Of desks: that it was heard behind them nobody can say. */
  readonly leftDesk: number;
  readonly plannedSeconds: number;
  readonly actualSeconds: number;
}

export function totalsOf(airings: readonly AiringView[], now: number): Totals {
  const due = airings.filter(({ state, nominalAt }) => state !== 'cancelled' && Date.parse(nominalAt) <= now);
  const of = (claim: AiringView['state']): number => due.filter(({ state }) => state === claim).length;
  return {
    due: due.length,
    played: of('played'),
    leftDesk: of('left-desk'),
    plannedSeconds: due.reduce((sum, { plannedSeconds }) => sum + plannedSeconds, 0),
    actualSeconds: due.reduce((sum, { actualSeconds }) => sum + (actualSeconds ?? 0), 0),
  };
}
