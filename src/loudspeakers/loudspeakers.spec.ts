import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { openAccountsRoom } from '../accounts/accounts.testing.ts';
import type { AccountsRoom } from '../accounts/accounts.testing.ts';
import { newId } from '../base/identifier.ts';
import { Places } from '../boxes/places.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { VillageService } from '../villages/village.service.ts';
import { VillageStore } from '../villages/village.store.ts';
import { photosMaximum } from './checklist.ts';
import { ChecklistService } from './checklist.service.ts';
import { ChecklistStore } from './checklist.store.ts';
import { loudspeakerRequest } from './loudspeaker.request.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { PoleKeeper } from './pole-keeper.service.ts';
import { ReportStore } from './report.store.ts';
import { UnorderedSoundStore } from './unordered-sound.store.ts';

const store = new LoudspeakerStore();
let room: AccountsRoom;
let villages: VillageService;
let keeper: PoleKeeper;
let technician: Person;
let stranger: Person;
let lastNumber = 0;

beforeAll(async () => {
  room = await openAccountsRoom();
  const { held, journal, events, clock } = room;
  villages = new VillageService(held.database, new VillageStore(), journal, events, clock);
  keeper = new PoleKeeper(new Places(), held.database, store, villages, events, clock);
  technician = await room.foundCommune();
  stranger = await room.foundCommune();
}, 60_000);
afterAll(async () => {
  await room.close();
});

const failure = (code: string): unknown => expect.objectContaining({ code });

/** @returns its id */
async function pole(more: Partial<Loudspeaker> = {}): Promise<string> {
  const { communeId } = technician;
  lastNumber += 1;
  const number = lastNumber;
  const id = newId();
  await room.held.database.inCommune(communeId, async (em) => {
    const villageId = await villages.findOrAdd(em, communeId, { word: 'thôn', name: 'Đông' });
    const request = loudspeakerRequest.parse({ name: `Cột ${number}`, villageId });
    const put = Loudspeaker.put({ communeId, id, number, now: room.clock.date() }, { ...request, ...more });
    await store.add(em, put);
  });
  return id;
}

const inside = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
  room.held.database.inCommune(technician.communeId, work);

describe('a pole that its box remembers', () => {
  test('comes back as what it was: a desk is no pole, and claims no more than before', async () => {
    const { communeId } = technician;
    const id = await pole({ kind: 'desk', horns: 1, place: 'Trụ sở xã', offsetMs: 120 });
    const night = { regular: 20, priority: 40, emergency: 70 };
    await inside((em) =>
      store.change(em, communeId, id, (one) =>
        one.change(
          {
            ...{ emergencyFloor: 85, volumeHours: [{ from: '21:00', until: '05:00', volume: night }] },
            sim: { number: '0981234567', expiresOn: '2027-03-01', monthlyMegabytes: 2_000 },
          },
          room.clock.date(),
        ),
      ),
    );
    const facts = await inside((em) => keeper.describe(em, communeId, id));
    const again = newId();
    await inside((em) => keeper.restore(em, communeId, again, facts));
    const before = await inside((em) => store.one(em, communeId, id));
    const after = await inside((em) => store.one(em, communeId, again));
    // Its painted number stands on another one here.
    lastNumber = after.number;
    expect(after).toEqual(Object.assign(before, { id: again, number: lastNumber }));
  });

  test('of before there were desks and hours comes back as a pole, as loud as it was put up', async () => {
    const { communeId } = technician;
    const id = await pole();
    const all = await inside((em) => keeper.describe(em, communeId, id));
    expect(all['kind']).toBe('pole');
    const since = ['kind', 'volumeHours', 'emergencyFloor', 'settingsVersion', 'settingsAt', 'sim'];
    const facts = Object.fromEntries(Object.entries(all).filter(([field]) => !since.includes(field)));
    const again = newId();
    await inside((em) => keeper.restore(em, communeId, again, facts));
    const back = await inside((em) => store.one(em, communeId, again));
    expect(back).toMatchObject({ kind: 'pole', volumeHours: [], settingsVersion: 0, sim: null });
    lastNumber = back.number;
  });

  test('stays out with a word that cannot be read', async () => {
    const restored = inside((em) => keeper.restore(em, technician.communeId, newId(), { number: 'ba' }));
    await expect(restored).rejects.toEqual(failure('boxes.not-back'));
  });
});

test('what a pole stays with against the books is kept whole, and forgotten when it follows them again', async () => {
  const { communeId } = technician;
  const id = await pole();
  const reports = new ReportStore();
  const volume = { regular: 33, priority: 80, emergency: 100 };
  const kept = { volume, emergencyFloor: 60, hours: [{ fromMinute: 1_260, untilMinute: 300, volume }] };
  const toldAt = room.clock.date();
  const row = { loudspeakerId: id, boxId: newId(), version: 5, volumeNow: volume, modem: null, toldAt };
  const say = (report: Parameters<ReportStore['keep']>[2]) =>
    inside(async (em) => {
      await reports.keep(em, communeId, report);
      return reports.one(em, communeId, id);
    });
  expect(await say({ ...row, kept: null })).toMatchObject({ version: 5, kept: null });
  expect(await say({ ...row, kept })).toMatchObject({ version: 5, kept });
  expect(await say({ ...row, version: 6, kept: null })).toMatchObject({ version: 6, kept: null });
});

describe('the checklist of a pole', () => {
  const list = (): ChecklistService => {
    const { held, people, journal, clock } = room;
    return new ChecklistService(
      ...([held.database, new ChecklistStore(), store, people, journal, new Disk(tmpdir()), clock] as const),
    );
  };
  const picture = async (red: number): Promise<string> => {
    const background = { r: red, g: 20, b: 20 };
    const dots = sharp({ create: { width: 40, height: 30, channels: 3, background } });
    return (await dots.jpeg().toBuffer()).toString('base64');
  };

  test('has every item from the start, and the last word on each with who said it', async () => {
    const id = await pole();
    const empty = await list().of(technician.communeId, id);
    expect(empty.every(({ isGood, photos }) => isGood === null && photos.length === 0)).toBe(true);
    await list().say(technician, id, { item: 'earthing', isGood: false, note: 'chưa có cọc' });
    const after = await list().say(technician, id, { item: 'earthing', isGood: true, note: '' });
    expect(after.find(({ item }) => item === 'earthing')).toMatchObject({
      ...{ isGood: true, note: '', byName: technician.displayName },
    });
    expect(after.filter(({ isGood }) => isGood !== null)).toHaveLength(1);
  });

  test('keeps a photo once, however often it is sent, and at most six of one item', async () => {
    const id = await pole();
    const add = async (red: number) =>
      list().addPhoto(technician, id, { item: 'horns', picture: await picture(red), place: null });
    await Promise.all([add(0), add(0)]);
    for (let red = 1; red < photosMaximum; red += 1) await add(red * 40);
    await expect(add(250)).rejects.toEqual(failure('loudspeakers.photos-full'));
    // The one that is there already is no new one.
    const photos = (await add(0)).find(({ item }) => item === 'horns')?.photos ?? [];
    expect(photos).toHaveLength(photosMaximum);
    const [first] = photos;
    const bytes = await list().photo(technician.communeId, first?.id ?? '');
    expect((await sharp(bytes).metadata()).width).toBe(40);
    const left = await list().removePhoto(technician, first?.id ?? '');
    expect(left.find(({ item }) => item === 'horns')?.photos).toHaveLength(photosMaximum - 1);
    await expect(list().removePhoto(technician, first?.id ?? '')).rejects.toEqual(
      failure('loudspeakers.no-photo'),
    );
  });

  test('takes no file that is no photo, and nothing of a pole of another commune', async () => {
    const id = await pole();
    const text = Buffer.from('<html>').toString('base64');
    const bad = list().addPhoto(technician, id, { item: 'sim', picture: text, place: null });
    await expect(bad).rejects.toEqual(failure('loudspeakers.bad-photo'));
    await expect(list().of(stranger.communeId, id)).rejects.toEqual(failure('loudspeakers.missing'));
    const said = list().say(stranger, id, { item: 'sim', isGood: true, note: '' });
    await expect(said).rejects.toEqual(failure('loudspeakers.missing'));
    const journal = await inside((em) =>
      em.query<{ action: string }[]>(`SELECT action FROM journal WHERE subject_id = $1`, [id]),
    );
    expect(journal).toEqual([]);
  });
});

test('sound that nobody ordered is kept once, and told as late only where it came late', async () => {
  const { communeId } = technician;
  const sounds = new UnorderedSoundStore();
  const [live, away] = [await pole(), await pole()];
  const at = new Date('2026-12-01T02:10:00Z');
  const felt = (loudspeakerId: string, afterSeconds: number) => ({
    ...{ loudspeakerId, at, receivedAt: new Date(at.getTime() + afterSeconds * 1_000) },
  });
  const rows = [felt(live, 1), felt(away, 21_600)];
  await inside((em) => sounds.add(em, communeId, rows));
  await inside((em) => sounds.add(em, communeId, rows));
  expect(await inside((em) => sounds.newest(em, communeId, away, 3))).toEqual([felt(away, 21_600)]);
  const late = (since: number) =>
    inside((em) => sounds.toldLate(em, communeId, new Date(at.getTime() + since * 1_000)));
  expect([...(await late(0))]).toEqual([[away, 1]]);
  expect([...(await late(21_601))]).toEqual([]);
});
