import type { AiringView, HearingView } from '../../api/broadcasts.ts';
import { columns, csvOf, rowsOf, sheetOf } from './as-run.ts';
import type { BookPole } from './as-run.ts';
import { handFile } from '../../parts/hand-file.ts';
import { words } from '../../words/words.ts';

export interface Book {
  /** Without its ending. */
  readonly name: string;
  readonly airings: readonly AiringView[];
  readonly poles: readonly BookPole[];
  readonly hearings: readonly HearingView[];
  readonly languageName: (code: string) => string;
}

/** Gives the person a file of the book. The spreadsheet's library is loaded only when it is asked for. */
export async function saveBook(book: Book, kind: 'csv' | 'xlsx'): Promise<void> {
  const all = columns(book.languageName, book.hearings);
  const rows = rowsOf(book.airings, book.poles, all);
  if (kind === 'csv') {
    handFile(new Blob([csvOf(all, rows)], { type: 'text/csv;charset=utf-8' }), `${book.name}.csv`);
    return;
  }
  const { default: writeXlsxFile } = await import('write-excel-file/browser');
  const file = writeXlsxFile(sheetOf(all, rows), {
    sheet: words.books.title,
    orientation: 'landscape',
    stickyRowsCount: 1,
    columns: all.map(({ width }) => ({ width })),
  });
  handFile(await file.toBlob(), `${book.name}.xlsx`);
}
