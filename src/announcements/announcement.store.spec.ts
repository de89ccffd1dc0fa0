import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../base/identifier.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { Announcement } from './announcement.ts';
import type { AnnouncementContent } from './announcement-content.ts';
import { AnnouncementStore } from './announcement.store.ts';
import type { Listed } from './announcement.store.ts';

const store = new AnnouncementStore();
const communeId = newId();
const [north, south] = [newId(), newId()];
const content: AnnouncementContent = {
  ...{
    title: 'Lịch tiêm',
    summary: '',
    text: 'Kính mời bà con.',
    priority: 'regular',
    villageIds: [],
    picks: {},
  },
  ...{ form: null, renderProfile: 'outdoor', saidTimes: 1 },
};
let held: TestDatabase;

beforeAll(async () => {
  held = await openTestDatabase();
}, 60_000);

afterAll(async () => {
  await held.close();
});

async function write(more: Partial<AnnouncementContent>, at: string, of = communeId): Promise<string> {
  const id = newId();
  const announcement = Announcement.write(
    { communeId: of, id, authorId: newId(), now: new Date(at) },
    { ...content, ...more },
    { spoken: 'Kính mời bà con.', openDoubts: 0 },
  );
  await held.database.inCommune(of, (em) => store.add(em, announcement));
  return id;
}

async function listed(more: Partial<Listed> = {}, of = communeId): Promise<Announcement[]> {
  return held.database.inCommune(of, (em) => store.list(em, of, { limit: 50, villageIds: null, ...more }));
}

describe('announcements in the database', () => {
  test('are read back as they were written, by the commune that wrote them and by no other', async () => {
    const picks = { 'c:4': 'bốn' };
    const id = await write({ title: 'Đọc lại', villageIds: [north], picks }, '2026-12-01T08:00:00Z');
    const own = await held.database.inCommune(communeId, (em) => store.one(em, communeId, id));
    expect(own).toMatchObject({ title: 'Đọc lại', villageIds: [north], picks, state: 'draft', revision: 1 });
    const stranger = newId();
    for (const asked of [stranger, communeId])
      await expect(held.database.inCommune(stranger, (em) => store.one(em, asked, id))).rejects.toMatchObject(
        { code: 'announcements.missing' },
      );
    await expect(
      held.database.inCommune(stranger, (em) => store.byShortCode(em, stranger, own.shortCode)),
    ).rejects.toMatchObject({ code: 'announcements.missing' });
  });

  test('a change that is refused leaves nothing behind, and two at once are one after the other', async () => {
    const id = await write({ title: 'Hai người sửa' }, '2026-12-01T08:01:00Z');
    const edit = (title: string, revision: number) =>
      held.database.inCommune(communeId, (em) =>
        store.change(em, communeId, id, (found) =>
          found.edit(revision, { ...content, title }, { spoken: title, openDoubts: 0 }, new Date()),
        ),
      );
    const both = await Promise.allSettled([edit('Một', 1), edit('Hai', 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [refused] = both.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'announcements.changed-meanwhile' } });
    const after = await held.database.inCommune(communeId, (em) => store.one(em, communeId, id));
    expect(after.revision).toBe(2);
    expect(after.spoken).toBe(after.title);
  });

  test('are listed page by page, each once, the last changed first, also those of one instant', async () => {
    const of = newId();
    const at = '2026-12-02T08:00:00Z';
    for (let index = 0; index < 5; index += 1) await write({ title: `Số ${index}` }, at, of);
    await write({ title: 'Mới nhất' }, '2026-12-02T09:00:00Z', of);
    const titles: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await listed({ limit: 2, after }, of);
      titles.push(...page.map(({ title }) => title));
      const last = page.at(-1);
      if (last === undefined) break;
      after = `${last.updatedAt.toISOString()}|${last.id}`;
    }
    expect(titles[0]).toBe('Mới nhất');
    expect(titles.toSorted()).toEqual(['Mới nhất', 'Số 0', 'Số 1', 'Số 2', 'Số 3', 'Số 4']);
    await expect(listed({ after: 'yesterday|1' }, of)).rejects.toMatchObject({
      code: 'announcements.bad-page',
    });
  });

  test('are found by words as they are typed, and by village where somebody is limited to some', async () => {
    const of = newId();
    await write({ title: 'Giảm 100% học phí' }, '2026-12-03T08:00:00Z', of);
    await write({ title: 'Giảm 100 đồng', villageIds: [north] }, '2026-12-03T08:01:00Z', of);
    await write({ title: 'Cắt nước', villageIds: [south, north] }, '2026-12-03T08:02:00Z', of);
    const titles = async (more: Partial<Listed>) => (await listed(more, of)).map(({ title }) => title);
    expect(await titles({ words: '100%' })).toEqual(['Giảm 100% học phí']);
    expect(await titles({ words: 'CẮT NƯỚC'.normalize('NFD') })).toEqual(['Cắt nước']);
    expect(await titles({ villageIds: [south] })).toEqual(['Cắt nước', 'Giảm 100% học phí']);
    expect(await titles({ villageIds: [] })).toEqual(['Giảm 100% học phí']);
    expect(await titles({ state: 'approved' })).toEqual([]);
  });
});
