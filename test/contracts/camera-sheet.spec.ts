import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import writeXlsxFile from 'write-excel-file/node';
import { columns, moreColumns, readCameraTable, villageIndex } from '../../src/cameras/camera-table.ts';
import { csvOfSheet, UnreadableSheet } from '../../web/src/pages/cameras/spreadsheet.ts';

const villageId = '01890000-0000-7000-8000-000000000001';
const villages = villageIndex([{ id: villageId, word: 'thôn', name: 'Tân Tiến' }]);
const head = [...Object.values(columns), ...Object.values(moreColumns)];

async function sheet(rows: readonly (readonly (string | number | boolean | null)[])[]): Promise<ArrayBuffer> {
  const buffer = await writeXlsxFile(
    rows.map((row) => row.map((value) => (value === null ? null : { value }))),
  ).toBuffer();
  return new Uint8Array(buffer).buffer;
}

describe('a table of cameras from Excel', () => {
  test('reads as the same table in CSV does, whatever stands in its cells', async () => {
    const line = ['Cổng "chợ"; số 1', 'Tân Tiến', 'dòng 1\ndòng 2', '192.168.1.64', 'admin', 'a;b "c"'];
    const rest = ['An ninh', 'Luật 91', 'có', 'Công an xã', 30, 'ra đường', null, 'Đầu ghi UBND', 3, 20];
    const hundred = Array.from({ length: 100 }, (_, n) =>
      [...line, ...rest].with(3, `10.9.0.${String(n + 1)}`),
    );
    const rows = readCameraTable(await csvOfSheet(await sheet([head, ...hundred])), villages);
    expect(rows).toHaveLength(100);
    expect(rows.flatMap(({ faults }) => faults)).toEqual([]);
    expect(rows[99]?.request).toMatchObject({
      ...{ name: 'Cổng "chợ"; số 1', villageId, place: 'dòng 1\ndòng 2', address: '10.9.0.100' },
      ...{ password: 'a;b "c"', retentionDays: 30, recorderChannel: '3', recorderDays: 20 },
    });
  });

  test('that is no spreadsheet, cut off, or folded to fill the memory is refused', async () => {
    const whole = new Uint8Array(await sheet([head]));
    const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(30_000_000) });
    expect(bomb.length).toBeLessThan(100_000);
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(readFileSync('package.json')),
      whole.slice(0, whole.length / 2),
      bomb,
      new Uint8Array(2_000_001),
    ])
      await expect(csvOfSheet(bytes.slice().buffer)).rejects.toThrow(UnreadableSheet);
  });
});
