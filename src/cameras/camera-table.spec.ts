import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { Failure } from '../base/failure.ts';
import { columns, moreColumns, readCameraTable, villageIndex } from './camera-table.ts';

const id = '01890000-0000-7000-8000-000000000001';
const villages = villageIndex([{ id, word: 'thôn', name: 'Tân Tiến' }]);
const head = Object.values(columns).join(';');
const good = 'Cổng chợ;Tân Tiến;;192.168.1.64;admin;"a;b ""c""";An ninh;Luật 91;Có;Công an xã;';

describe('a table of cameras', () => {
  test('is read as people write it', () => {
    const [row] = readCameraTable(`\uFEFF${head.toUpperCase()}\r\n\r\n${good}\r\n`, villages);
    expect(row).toMatchObject({ line: 3, name: 'Cổng chợ', faults: [] });
    expect(row?.request).toMatchObject({
      villageId: id,
      password: 'a;b "c"',
      noticePosted: true,
      retentionDays: 30,
    });
  });

  test.each([
    [',', 'Luật 91/2025/QH15; kế hoạch của xã'],
    [';', 'Luật 91/2025/QH15, kế hoạch của xã'],
    ['\t', 'Luật 91/2025/QH15; kế hoạch, của xã'],
  ])('parted by %j may have the other signs in its cells, unquoted', (sign, legalBasis) => {
    const line = ['Cổng', 'Tân Tiến', '', '10.0.0.1', 'admin', 'p', 'An ninh', legalBasis, 'có', 'Xã', '30'];
    const [row] = readCameraTable([head.replaceAll(';', sign), line.join(sign)].join('\n'), villages);
    expect(row?.faults).toEqual([]);
    expect(row?.request).toMatchObject({ legalBasis, retentionDays: 30 });
  });

  test('a village goes by its name with its own word or without, unless another one has that name', () => {
    const [mlang = '', thon = '', buon = ''] = ['2', '3', '4'].map((digit) => id.replace(/.$/, digit));
    const index = villageIndex([
      { id: mlang, word: 'buôn', name: 'Ea Mlang' },
      { id: thon, word: 'thôn', name: 'Hòa Đông' },
      { id: buon, word: 'buôn', name: 'Hòa Đông' },
    ]);
    const named = (village: string) => {
      const [row] = readCameraTable(`${head}\n${good.replace('Tân Tiến', village)}`, index);
      return row?.faults.length === 0 ? row.request?.villageId : row?.faults[0]?.code;
    };
    expect(['Ea Mlang', 'BUÔN  EA MLANG', 'thôn Hòa Đông', 'buôn Hòa Đông'].map(named)).toEqual([
      mlang,
      mlang,
      thon,
      buon,
    ]);
    expect(named('Hòa Đông')).toBe('cameras.unknown-village');
  });

  test('says where the recording lies, in columns that may be left out', () => {
    const all = [...Object.values(columns), ...Object.values(moreColumns)].join(';');
    const line = `${good}ra đường;QCVN-1;Đầu ghi UBND;3;20`.replace('Công an xã;', 'Công an xã;30;');
    const [row] = readCameraTable(`${all}\n${line}`, villages);
    expect(row?.request).toMatchObject({
      ...{ direction: 'ra đường', conformity: 'QCVN-1', recorder: 'Đầu ghi UBND' },
      ...{ recorderChannel: '3', recorderDays: 20 },
    });
    const [faulty] = readCameraTable(`${all}\n${line.replace(';20', ';nhiều')}`, villages);
    expect(faulty?.faults).toMatchObject([{ path: 'recorderDays', code: 'cameras.table-wrong' }]);
  });

  test('each fault is told by row and column, and an address that stands there twice', () => {
    const bad = ';Nơi khác;;192.168.1.64;;;An ninh;Luật 91;có lẽ;Công an xã;nhiều';
    const [, row] = readCameraTable([head, good, bad].join('\n'), villages);
    expect(row?.request).toBeUndefined();
    expect(Object.fromEntries(row?.faults.map(({ path, code }) => [path, code]) ?? [])).toEqual({
      name: 'cameras.table-empty',
      villageId: 'cameras.unknown-village',
      noticePosted: 'cameras.table-yes-no',
      retentionDays: 'cameras.table-wrong',
      address: 'cameras.table-twice',
    });
  });

  test('the rows of a recorder have one address, one account and a channel each', () => {
    const row = (channel: string, more: { username?: string; password?: string; address?: string } = {}) =>
      [
        ...[`Kênh ${channel}`, 'Tân Tiến', '', more.address ?? '192.168.1.9', more.username ?? ''],
        ...[more.password ?? '', 'An ninh', 'Luật 91', 'có', 'Công an xã', '', channel],
      ].join(',');
    const commas = head.replaceAll(';', ',');
    const rows = (...lines: string[]) => readCameraTable([`${commas},Kênh`, ...lines].join('\n'), villages);
    const access = { username: 'admin', password: 'p' };
    expect(
      rows(row('1', access), row('2', access), row('3')).map(({ channel, faults }) => [channel, faults]),
    ).toEqual([
      ['1', []],
      ['2', []],
      ['3', []],
    ]);
    const wrong = rows(
      ...[row('1', access), row('1'), row(''), row('2', { ...access, password: 'q' })],
      row('', { address: '192.168.1.10' }),
      row('1', { address: '192.168.1.10' }),
    );
    expect(wrong.map(({ faults }) => faults.map(({ path, code }) => `${path} ${code}`))).toEqual([
      [],
      ['channel cameras.channel-taken'],
      ['address cameras.table-twice'],
      ['password cameras.table-access'],
      [],
      ['address cameras.table-twice'],
    ]);
  });

  test('whatever comes is read or refused with a code', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `${head}\n${text}`),
        ),
        (text) => {
          try {
            for (const row of readCameraTable(text, villages))
              expect(row.request === undefined).toBe(row.faults.length > 0);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        },
      ),
    );
  });
});
