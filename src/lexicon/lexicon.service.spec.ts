import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../access/rights.ts';
import { openAccountsRoom } from '../accounts/accounts.testing.ts';
import type { AccountsRoom } from '../accounts/accounts.testing.ts';
import { Failure } from '../base/failure.ts';
import { loadLexicon } from '../speech/reading/lexicon.file.ts';
import { CommuneReading } from './commune-reading.service.ts';
import type { LexiconEntryRequest } from './lexicon.request.ts';
import { LexiconService } from './lexicon.service.ts';
import { LexiconStore } from './lexicon.store.ts';

const shipped = loadLexicon('config/lexicon/vi.tsv');
const home = { address: '127.0.0.1', deviceToken: undefined };
let room: AccountsRoom;
let readings: CommuneReading;
let lexicon: LexiconService;
let by: Person;

beforeAll(async () => {
  room = await openAccountsRoom();
  const { database } = room.held;
  const store = new LexiconStore();
  readings = new CommuneReading(shipped, store, database, room.communes, room.clock, room.events);
  lexicon = new LexiconService(shipped, store, readings, database, room.people, room.journal, room.clock);
  const done = await room.setUps.setUp(
    {
      token: await room.token.get(),
      communeName: 'Ea Tul',
      province: '',
      displayName: 'Người Soạn',
      loginName: 'soan',
      password: 'Mat-khau-2026',
    },
    home,
  );
  const person = await room.memory.personOf(done.sessionToken, true);
  if (person === null) throw new Error('Nobody signed in');
  by = person;
}, 60_000);
afterAll(() => room.close());

const entry = (
  written: string,
  spoken: string,
  more: Partial<LexiconEntryRequest> = {},
): LexiconEntryRequest => ({
  written,
  kind: 'name',
  expansions: [{ spoken }],
  doubtful: false,
  ...more,
});
const said = async (text: string): Promise<string> => (await readings.of(by.communeId)).read(text).spoken;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as Failure).code,
  );

describe('the lexicon of a commune', () => {
  test('is heard at once, wins over the shipped one and over every rule, and counts its versions', async () => {
    const before = (await readings.of(by.communeId)).version;
    await lexicon.add(by, entry('Y Bhăm', 'i băm'));
    await lexicon.add(by, entry('đ/c', 'địa chỉ', { kind: 'administration' }));
    await lexicon.add(by, entry('QL 14', 'đường hồ chí minh', { kind: 'place' }));
    expect(await said('Đ/c Y Bhăm ở QL 14, cách QL 26')).toBe(
      'địa chỉ i băm ở đường hồ chí minh, cách quốc lộ hai mươi sáu',
    );
    expect(before).toBe(`${shipped.version}.0.north`);
    expect((await readings.of(by.communeId)).version).toBe(`${shipped.version}.3.north`);
  });

  test('refuses a second entry of a form, digits to be said, and two ways without a difference', async () => {
    expect(await codeOf(lexicon.add(by, entry('Y Bhăm', 'y bam')))).toBe('lexicon.taken');
    expect(await codeOf(lexicon.add(by, entry('K12', 'ca 12')))).toBe('lexicon.spoken');
    expect(await codeOf(lexicon.add(by, entry('#', 'thăng')))).toBe('lexicon.written');
    const twice = entry('HB', 'hòa bình', { expansions: [{ spoken: 'hòa bình' }, { spoken: 'học bổng' }] });
    expect(await codeOf(lexicon.add(by, twice))).toBe('lexicon.twice');
  });

  test('tells expansions apart by the words around', async () => {
    await lexicon.add(
      by,
      entry('VH', 'văn hóa', {
        kind: 'administration',
        expansions: [{ spoken: 'văn hóa' }, { spoken: 'vận hành', next: ['Trạm bơm'] }],
      }),
    );
    expect(await said('VH trạm bơm, VH xã')).toBe('vận hành trạm bơm, văn hóa xã');
  });

  test('takes a pick over, everywhere or before one word, and the rest of the form stays as it was', async () => {
    expect((await readings.of(by.communeId)).read('TT xã').doubts).toHaveLength(1);
    await lexicon.promote(by, { written: 'TT', spoken: 'thị trấn', next: 'Quảng' });
    const { spoken, doubts } = (await readings.of(by.communeId)).read('TT Quảng Phú, TT Y tế xã, TT xã');
    expect(spoken).toBe('thị trấn Quảng Phú, trung tâm Y tế xã, trung tâm xã');
    expect(doubts).toHaveLength(1);
    await lexicon.promote(by, { written: 'QXZ', spoken: 'quỹ xóa nghèo' });
    expect((await readings.of(by.communeId)).read('đội QXZ')).toMatchObject({
      spoken: 'đội quỹ xóa nghèo',
      doubts: [],
    });
  });

  test('goes back to an older version by a new one, and tells who did what', async () => {
    const { ownVersion } = await lexicon.search(by, { words: '', limit: 60 });
    await lexicon.revert(by, 1);
    expect(await said('Đ/c Y Bhăm')).toBe('đồng chí i băm');
    const [newest, ...older] = await lexicon.history(by);
    expect(newest).toMatchObject({ version: ownVersion + 1, cause: 'reverted', byName: 'Người Soạn' });
    expect(older.at(-1)).toMatchObject({ version: 1, cause: 'added', written: ['Y Bhăm'], changes: 1 });
    expect(await codeOf(lexicon.revert(by, 999))).toBe('lexicon.version');
  });

  test('leaves by a file and comes back by it', async () => {
    const file = await lexicon.export(by);
    expect(file).toBe('Y Bhăm\tname\ti băm\n');
    expect((await lexicon.search(by, { words: 'Y Bhăm', kind: 'brand', limit: 60 })).own).toEqual([]);
    const { own } = await lexicon.search(by, { words: 'Y Bhăm', kind: 'name', limit: 60 });
    await lexicon.retire(by, own[0]?.id ?? '');
    expect(await said('Y Bhăm')).toBe('Y Bhăm');
    expect(await lexicon.import(by, `${file}HB\tword\thọc bổng\tnext:khuyến học\nHB\tword\thòa bình\n`)).toBe(
      2,
    );
    expect(await said('Y Bhăm, HB khuyến học, HB')).toBe('i băm, học bổng khuyến học, hòa bình');
    expect(await codeOf(lexicon.import(by, 'HB\tno-kind\thòa bình'))).toBe('speech.lexicon-line');
  });

  test('shows how a text would be read before anything is kept', async () => {
    const { now, then, forms } = await lexicon.trial(by.communeId, { entry: entry('H Ly', 'hơ ly') });
    expect([now.read('chị H Ly').spoken, then.read('chị H Ly').spoken]).toEqual(['chị H Ly', 'chị hơ ly']);
    expect(forms).toEqual(['H Ly']);
    expect(await said('chị H Ly')).toBe('chị H Ly');
  });

  test('reads in the southern way when the commune says so, at once', async () => {
    await room.communes.change(by, { readingProfile: 'south' });
    expect(await said('1.005 hộ')).toBe('một ngàn không trăm lẻ năm hộ');
    expect((await readings.of(by.communeId)).version).toMatch(/\.south$/u);
  });

  test('is read by as it was last known when the database is gone', async () => {
    await room.held.postgres.stop();
    room.clock.advance(3_600_000);
    expect(await said('Y Bhăm, 1.000 hộ')).toBe('i băm, một ngàn hộ');
    const stranger = '0190a1b2-0000-7000-8000-000000000000';
    expect((await readings.of(stranger)).read('UBND xã').spoken).toBe('ủy ban nhân dân xã');
  });
});
