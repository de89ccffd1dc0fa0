import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/universal';
import type { SheetData } from 'read-excel-file/universal';

/** A table of 500 cameras has some 60 kB. */
const largestFileBytes = 2_000_000;
/** What the file says it unfolds to; a small one that says more was made to fill the memory. */
const largestContentBytes = 20_000_000;
const mostRows = 2_000;

/** Not a spreadsheet that is read: too large, folded too tightly, or no XLSX at all. */
export class UnreadableSheet extends Error {}

/**
 * The first sheet of an XLSX file as the CSV that the service judges.
 *
 * @throws UnreadableSheet
 */
export async function csvOfSheet(bytes: ArrayBuffer): Promise<string> {
  if (bytes.byteLength > largestFileBytes) throw new UnreadableSheet('the file is too large');
  let rows: SheetData;
  try {
    refuseBomb(new Uint8Array(bytes));
    rows = await readSheet(bytes);
  } catch (error) {
    throw new UnreadableSheet('not a spreadsheet that can be read', { cause: error });
  }
  if (rows.length > mostRows) throw new UnreadableSheet('too many rows');
  return rows.map((row) => row.map(cell).join(';')).join('\r\n');
}

/** Looks at the directory of the file alone: nothing is unfolded for it. */
function refuseBomb(bytes: Uint8Array): void {
  let contentBytes = 0;
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      contentBytes += originalSize;
      return false;
    },
  });
  if (contentBytes > largestContentBytes) throw new UnreadableSheet('it unfolds to too much');
}

function cell(value: unknown): string {
  const text =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
