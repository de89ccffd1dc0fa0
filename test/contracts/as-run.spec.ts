import { describe, expect, test } from '@jest/globals';
import writeXlsxFile from 'write-excel-file/node';
import { fc } from '../property.ts';
import type { AiringView } from '../../src/broadcasts/broadcast.view.ts';
import { words } from '../../web/src/words/words.ts';
import { columns, csvOf, rowsOf, sheetOf, totalsOf } from '../../web/src/pages/books/as-run.ts';

const poleId = '01a2004b-0000-7000-8000-000000000001';
const pole = {
  id: poleId,
  number: 9,
  name: 'Cụm loa nhà văn hóa',
  villageId: 'v',
  villageName: 'thôn Tân Tiến',
};

const airing = (more: Partial<AiringView> = {}): AiringView => ({
  id: '01a2004b-0000-7000-8000-000000000002',
  broadcastId: '01a2004b-0000-7000-8000-000000000003',
  loudspeakerId: poleId,
  title: 'Mời họp',
  language: 'vi',
  priority: 'regular',
  nominalAt: '2026-11-21T22:00:00.000Z',
  plannedSeconds: 61.24,
  state: 'played',
  awaitingReport: false,
  reason: null,
  startedAt: '2026-11-21T22:00:00.012Z',
  endedAt: '2026-11-21T22:01:01.250Z',
  actualSeconds: 61.2,
  toldAt: '2026-11-21T22:01:01.300Z',
  reportedAt: '2026-11-21T23:30:00.000Z',
  parts: [],
  ...more,
});

const said = {
  broadcastId: airing().broadcastId,
  nominalAt: airing().nominalAt,
  personName: 'Y Bhăm',
  byLink: false,
};
const hearings = [
  { ...said, villageId: 'v', heard: 'not', saidAt: '2026-11-21T23:00:00.000Z' },
  { ...said, villageId: 'v', heard: 'poor', saidAt: '2026-11-21T23:10:00.000Z' },
  { ...said, villageId: 'another', heard: 'clear', saidAt: '2026-11-21T23:20:00.000Z' },
] as const;
const all = columns((code) => code, hearings);
const csv = (airings: readonly AiringView[]): string => csvOf(all, rowsOf(airings, [pole], all));

/** Reads RFC 4180, independently of what wrote it. */
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/y;
  cell.lastIndex = 1;
  while (cell.lastIndex < text.length) {
    const [, value = '', end = ''] = cell.exec(text) ?? [];
    rows.at(-1)?.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("the books' files", () => {
  test('a line tells planned and actual, and whose clock said what, and what its village heard last', () => {
    const text = csv([airing()]);
    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect(read(text)[1]).toEqual([
      '2026-11-22 05:00:00',
      '9',
      'Cụm loa nhà văn hóa',
      'thôn Tân Tiến',
      'Mời họp',
      'vi',
      'Thông thường',
      '61.2',
      '61.2',
      '2026-11-22 05:00:00',
      '2026-11-22 05:01:01',
      'Đã phát',
      '',
      'Bị rè',
      '2026-11-22 05:01:01',
      '2026-11-22 06:30:00',
    ]);
  });

  test('what waits for its pole is not told as played, and a missed line names its reason', () => {
    const [, waiting, missed] = read(
      csv([
        airing({ state: 'planned', awaitingReport: true }),
        airing({ state: 'missed', reason: 'pole-was-off' }),
      ]),
    );
    expect(waiting).toContain('Chờ cụm loa báo');
    expect(missed).toContain('Cụm loa mất điện hoặc bị tắt');
  });

  test('of a desk it says what left the desk, and no more', () => {
    const [, line] = read(csv([airing({ state: 'left-desk' })]));
    expect(line).toContain('Đã ra khỏi bàn trực');
    expect(line).not.toContain('Đã phát');
  });

  test('any title comes back as it was, and none begins a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (titles) => {
        const rows = read(csv(titles.map((title) => airing({ title }))));
        expect(rows).toHaveLength(titles.length + 1);
        for (const [index, title] of titles.entries()) {
          const cell = rows[index + 1]?.[4] ?? '';
          expect(cell.replace(/^'/, '')).toBe(title.replace(/^'/, ''));
          expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        }
      }),
    );
  });

  test('the spreadsheet is a file that holds the same, seconds and times as numbers', async () => {
    const sheet = sheetOf(all, rowsOf([airing({ actualSeconds: null })], [pole], all));
    const file = await writeXlsxFile(sheet).toBuffer();
    expect(file.subarray(0, 2).toString()).toBe('PK');
    expect(sheet[1]?.[0]).toMatchObject({ value: new Date('2026-11-22T05:00:00.000Z'), type: Date });
    expect(sheet[1]?.[7]).toMatchObject({ value: 61.2, type: Number });
    expect(sheet[1]?.[8]).toBeNull();
  });

  test('the success rate counts what was due, never what is to come or was cancelled', () => {
    const later = airing({ nominalAt: '2026-11-23T22:00:00.000Z', state: 'planned', actualSeconds: null });
    const lines = [
      airing(),
      airing({ state: 'missed', actualSeconds: null }),
      airing({ state: 'cancelled' }),
      later,
    ];
    expect(totalsOf(lines, Date.parse('2026-11-22T00:00:00.000Z'))).toEqual({
      due: 2,
      played: 1,
      leftDesk: 0,
      plannedSeconds: 122.48,
      actualSeconds: 61.2,
    });
  });

  test('what left a desk is counted apart from what poles played', () => {
    const totals = totalsOf(
      [airing(), airing({ state: 'left-desk' })],
      Date.parse('2026-11-22T00:00:00.000Z'),
    );
    expect(totals).toMatchObject({ due: 2, played: 1, leftDesk: 1 });
    const said = (due: number, played: number, leftDesk: number) => words.books.totals(due, played, leftDesk);
    expect(said(2, 1, 1)).toBe('2 lượt đến giờ, đã phát trọn 1 lượt (50%), đã ra khỏi bàn trực 1 lượt (50%)');
    expect(said(3, 0, 2)).toBe('3 lượt đến giờ, đã ra khỏi bàn trực 2 lượt (66%)');
    expect(said(3, 0, 0)).toBe('3 lượt đến giờ, đã phát trọn 0 lượt (0%)');
  });
});
