import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Person } from '../access/rights.ts';
import { HandClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { JournalStore } from '../journal/journal.store.ts';
import { Witness } from '../journal/witness.file.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { VillageService } from './village.service.ts';
import { VillageStore } from './village.store.ts';

const clock = new HandClock('2026-12-01T01:00:00Z');
let held: TestDatabase;
let journal: JournalService;
let villages: VillageService;
let directory = '';
let by: Person;

beforeAll(async () => {
  held = await openTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'loa-villages-'));
  journal = new JournalService(held.database, new JournalStore(), new Witness(directory), clock);
  villages = new VillageService(held.database, new VillageStore(), journal, new Events(), clock);
  by = somebody();
}, 60_000);

afterAll(async () => {
  await journal.beforeApplicationShutdown();
  await held.close();
  await rm(directory, { recursive: true, force: true });
});

function somebody(): Person {
  return {
    ...{ id: newId(), communeId: newId(), displayName: 'Quản trị', roles: ['administrator'], villageIds: [] },
  };
}

const taken = expect.objectContaining({
  ...{ kind: 'conflict', code: 'villages.name-taken', fields: [expect.objectContaining({ path: 'name' })] },
});

describe('villages', () => {
  test('are told apart by how their names sound, within one commune', async () => {
    const { id } = await villages.add(by, { word: 'thôn', name: 'Hòa Đông' });
    for (const [word, name] of [
      ['thôn', 'Hòa Đông'],
      ['Thôn', 'HOÀ  ĐÔNG'],
      ['thôn', 'Hòa Đông'.normalize('NFD')],
    ] as const)
      await expect(villages.add(by, { word, name })).rejects.toEqual(taken);
    for (const [word, name] of [
      ['thôn', 'Hòa Đồng'],
      ['thôn', 'Hoa Đông'],
      ['buôn', 'Hòa Đông'],
    ] as const)
      await villages.add(by, { word, name });
    await villages.add(somebody(), { word: 'thôn', name: 'Hòa Đông' });
    expect((await villages.all(by.communeId)).map(({ id: each }) => each)).toContain(id);
    expect(await villages.all(by.communeId)).toHaveLength(4);
  });

  test('that two people add at once under one name are one', async () => {
    const who = somebody();
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => villages.add(who, { word: 'ấp', name: 'Bình An' })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await villages.all(who.communeId)).toHaveLength(1);
  });

  test('keep their identity when they are renamed, into their own name as well', async () => {
    const who = somebody();
    const one = await villages.add(who, { word: 'thôn', name: 'Một' });
    await villages.add(who, { word: 'thôn', name: 'Hai' });
    await expect(villages.change(who, one.id, { name: 'hai' })).rejects.toEqual(taken);
    expect(await villages.change(who, one.id, { name: 'MỘT' })).toMatchObject({ id: one.id, name: 'MỘT' });
    expect((await villages.names(who.communeId)).get(one.id)).toBe('thôn MỘT');
    await expect(villages.change(somebody(), one.id, { name: 'Ba' })).rejects.toMatchObject({
      code: 'villages.missing',
    });
  });

  test('are retired when nothing depends on them, and leave their name to others', async () => {
    const who = somebody();
    const { id } = await villages.add(who, { word: 'thôn', name: 'Cũ' });
    await held.database.inCommune(who.communeId, async (em) => {
      await em.query(
        `INSERT INTO communes (id, name, root_public_key, created_at) VALUES ($1, 'Ba Vì', '', now())`,
        [who.communeId],
      );
      await em.query(
        `INSERT INTO people (commune_id, id, login_name, display_name, password_hash, roles, village_ids, created_at)
         VALUES ($1, $2, 'truong-thon-cu', 'Trưởng thôn', '', '{villageHead}', $3, now())`,
        [who.communeId, newId(), [id]],
      );
    });
    await expect(villages.retire(who, id)).rejects.toMatchObject({
      ...{ code: 'villages.in-use', details: { poles: 0, cameras: 0, people: 1 } },
    });
    expect(await villages.all(who.communeId)).toHaveLength(1);
    await held.database.inCommune(who.communeId, (em) => em.query('UPDATE people SET disabled_at = now()'));
    await villages.retire(who, id);
    expect(await villages.all(who.communeId)).toEqual([]);
    await expect(villages.change(who, id, { name: 'Mới' })).rejects.toMatchObject({
      code: 'villages.retired',
    });
    await expect(villages.refuseUnknown(who.communeId, [id], 'villageIds')).rejects.toMatchObject({
      ...{ code: 'villages.unknown', fields: [{ path: 'villageIds' }] },
    });
    await villages.add(who, { word: 'thôn', name: 'Cũ' });
    expect((await journal.lines(who.communeId, { limit: 10 })).map(({ action }) => action)).toEqual([
      ...['villages.added', 'villages.retired', 'villages.added'],
    ]);
    expect(await journal.check(who.communeId)).toMatchObject({ fault: null });
  });
});
