import { parse } from 'csv-parse/sync';
import { Failure } from '../base/failure.ts';
import type { FieldFault } from '../base/failure.ts';
import { placeOf } from './camera-address.ts';
import { newCameraRequest } from './camera.request.ts';
import type { NewCameraRequest } from './camera.request.ts';

/** The table's columns, by the words that stand in its first line: people fill it in. */
export const columns = {
  name: 'Tên điểm camera',
  villageId: 'Thôn',
  place: 'Vị trí',
  address: 'Địa chỉ',
  username: 'Tài khoản',
  password: 'Mật khẩu',
  purpose: 'Mục đích',
  legalBasis: 'Căn cứ pháp lý',
  noticePosted: 'Biển báo',
  owner: 'Người chịu trách nhiệm',
  retentionDays: 'Số ngày lưu',
} as const;
/** What a table may leave out, column and all. */
export const moreColumns = {
  direction: 'Hướng nhìn',
  conformity: 'Số chứng nhận hợp quy',
  recorder: 'Đầu ghi',
  recorderChannel: 'Kênh đầu ghi',
  recorderDays: 'Số ngày đầu ghi giữ',
  /** Of a recorder whose address several rows have: the source's token, or its number. */
  channel: 'Kênh',
} as const;
const everyColumn = { ...columns, ...moreColumns };
export type TableColumns = typeof everyColumn;
type Column = keyof TableColumns;

const mostRows = 500;
const longestChannel = 200;
const said: Readonly<Record<string, boolean>> = {
  có: true,
  x: true,
  rồi: true,
  không: false,
  '': false,
  chưa: false,
};

export interface TableRow {
  /** In the file, the first being 1. */
  readonly line: number;
  readonly name: string;
  /** Undefined where there are faults. */
  readonly request: NewCameraRequest | undefined;
  /** Null: the address is one camera. */
  readonly channel: string | null;
  readonly faults: readonly FieldFault[];
}

/**
 * Reads a table of cameras (CSV in UTF-8, by comma, semicolon or tab: Excel writes each of them). Judges each row by
 * itself and against the other rows: two cameras at one address are a slip of the hand, unless each names its channel.
 *
 * @param villages identifiers by name, as `villageIndex` makes it
 * @throws Failure `cameras.table-unreadable`, `cameras.table-columns` naming the missing ones, `cameras.table-rows`
 */
export function readCameraTable(text: string, villages: ReadonlyMap<string, string>): TableRow[] {
  let lines: { record: string[]; info: { lines: number } }[];
  try {
    const options = { bom: true, delimiter: delimiterOf(text), trim: true, info: true };
    lines = parse(text, {
      ...options,
      relaxColumnCount: true,
      skipEmptyLines: true,
    }) as unknown as typeof lines;
  } catch (error) {
    throw new Failure('invalid', 'cameras.table-unreadable', 'Not a table that can be read', {
      cause: error,
    });
  }
  const [head, ...rows] = lines;
  const found = new Map((head?.record ?? []).map((word, index) => [key(word), index]));
  const missing = Object.values(columns).filter((word) => !found.has(key(word)));
  if (missing.length > 0)
    throw new Failure('invalid', 'cameras.table-columns', `Missing columns: ${missing.join(', ')}`, {
      details: { missing },
    });
  if (rows.length === 0 || rows.length > mostRows)
    throw new Failure('invalid', 'cameras.table-rows', `A table has 1 to ${mostRows} cameras`);
  const seen = new Map<string, Seen>();
  return rows
    .filter(({ record }) => record.some((value) => value !== ''))
    .map(({ record, info }) => {
      const value = (column: Column): string => record[found.get(key(everyColumn[column])) ?? -1] ?? '';
      const row = readRow(value, villages);
      const faults = [...row.faults, ...againstOthers(seen, value)];
      return {
        line: info.lines,
        name: value('name'),
        channel: value('channel') === '' ? null : value('channel'),
        faults,
        request: faults.length === 0 ? row.request : undefined,
      };
    });
}

/**
 * Identifiers by name: `thôn Tân Tiến`, `Tân Tiến` and `TÂN TIẾN` are one, whatever word a place calls its villages by.
 * Where a buôn has a thôn's name, the name alone means neither.
 */
export function villageIndex(
  villages: readonly { readonly id: string; readonly word: string; readonly name: string }[],
): ReadonlyMap<string, string> {
  const names = villages.map(({ name }) => key(name));
  return new Map([
    ...villages
      .filter(({ name }) => names.filter((one) => one === key(name)).length === 1)
      .map(({ id, name }) => [key(name), id] as const),
    ...villages.map(({ id, word, name }) => [key(`${word} ${name}`), id] as const),
  ]);
}

/**
 * The one that parts its first line. Not each of them at once: who parts by commas does not quote a semicolon, and legal
 * bases and passwords have some.
 */
function delimiterOf(text: string): string {
  const head = text.trimStart().split('\n', 1)[0] ?? '';
  const timesIn = (one: string): number => head.split(one).length;
  return [',', ';', '\t'].reduce((best, one) => (timesIn(one) > timesIn(best) ? one : best));
}

/** Of one address, as far as the rows above tell. */
interface Seen {
  readonly channels: Set<string>;
  readonly access: string;
}

function againstOthers(seen: Map<string, Seen>, value: (column: Column) => string): FieldFault[] {
  const address = placeOf(value('address'));
  const channel = value('channel');
  const access = `${value('username')}\n${value('password')}`;
  if (address === '') return [];
  if (channel.length > longestChannel) return [fault('channel', 'cameras.table-wrong')];
  const before = seen.get(address);
  if (before === undefined) {
    seen.set(address, { channels: new Set([channel]), access });
    return [];
  }
  if (channel === '' || before.channels.has('')) return [fault('address', 'cameras.table-twice')];
  if (before.channels.has(channel)) return [fault('channel', 'cameras.channel-taken')];
  before.channels.add(channel);
  // A recorder has one account: said once, or each time the same.
  return access === '\n' || access === before.access ? [] : [fault('password', 'cameras.table-access')];
}

function readRow(
  value: (column: Column) => string,
  villages: ReadonlyMap<string, string>,
): { request: NewCameraRequest | undefined; faults: FieldFault[] } {
  const villageId = villages.get(key(value('villageId')));
  const noticePosted = said[key(value('noticePosted'))];
  const faults: FieldFault[] = [];
  if (villageId === undefined) faults.push(fault('villageId', 'cameras.unknown-village'));
  if (noticePosted === undefined) faults.push(fault('noticePosted', 'cameras.table-yes-no'));
  const texts = [
    'name',
    'place',
    'address',
    'username',
    'password',
    'purpose',
    'legalBasis',
    'owner',
    'direction',
    'conformity',
    'recorder',
    'recorderChannel',
  ] as const;
  const numbers = (['retentionDays', 'recorderDays'] as const).filter((one) => value(one) !== '');
  const parsed = newCameraRequest.safeParse({
    ...Object.fromEntries(texts.map((one) => [one, value(one)])),
    villageId: villageId ?? '00000000-0000-4000-8000-000000000000',
    noticePosted: noticePosted ?? false,
    ...Object.fromEntries(numbers.map((one) => [one, Number(value(one))])),
  });
  if (parsed.success) return { request: parsed.data, faults };
  for (const { path } of parsed.error.issues) {
    const [column = ''] = path.map(String);
    const isEmpty = column in everyColumn && value(column as Column) === '';
    faults.push(fault(column, isEmpty ? 'cameras.table-empty' : 'cameras.table-wrong'));
  }
  return { request: undefined, faults };
}

function fault(path: string, code: string): FieldFault {
  return { path, code, message: code };
}

function key(word: string): string {
  return word.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ');
}
