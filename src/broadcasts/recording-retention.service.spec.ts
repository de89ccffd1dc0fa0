import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { openAccountsRoom } from '../accounts/accounts.testing.ts';
import type { AccountsRoom } from '../accounts/accounts.testing.ts';
import { Announcement } from '../announcements/announcement.ts';
import { AnnouncementStore } from '../announcements/announcement.store.ts';
import { newId } from '../base/identifier.ts';
import { AudioStore } from '../speech/audio.store.ts';
import { Recording } from '../speech/recording.ts';
import type { RecordingFields } from '../speech/recording.ts';
import { Broadcast } from './broadcast.ts';
import { RecordingRetention } from './recording-retention.service.ts';
import { UnusedRecordingStore } from './unused-recording.store.ts';

const [commune, neighbour] = [newId(), newId()];
const dayMs = 86_400_000;

let room: AccountsRoom;
let directory: string;
let audio: AudioStore;
let retention: RecordingRetention;

const within = <T>(work: (em: EntityManager) => Promise<T>, of = commune): Promise<T> =>
  room.held.database.inCommune(of, work);

beforeAll(async () => {
  room = await openAccountsRoom();
  directory = await mkdtemp(join(tmpdir(), 'loa-retention-'));
  audio = new AudioStore(directory);
  await audio.open();
  const { held, communes, journal, clock } = room;
  retention = new RecordingRetention(
    ...([held.database, new UnusedRecordingStore(), audio, communes, journal, clock] as const),
  );
}, 60_000);

afterAll(async () => {
  await room.close();
  await rm(directory, { recursive: true, force: true });
});

/** A file as old as the clock says. */
async function file(content: string): Promise<string> {
  const { sha256 } = await audio.put(Buffer.from(content));
  await utimes((await audio.find(sha256))?.path ?? '', room.clock.date(), room.clock.date());
  return sha256;
}

/** What a person spoke, with two files of its own. */
async function spoken(more: Partial<RecordingFields> = {}, of = commune): Promise<Recording> {
  const id = newId();
  const recording = new Recording({
    ...{ communeId: of, id, spokenHash: 'said', voiceId: 'person', isFallback: false, profile: 'outdoor' },
    ...{
      opusSha256: await file(`${id} opus`),
      opusBytes: 9,
      mp3Sha256: await file(`${id} mp3`),
      mp3Bytes: 9,
    },
    ...{ tune: 'chime', seconds: 5, marks: [], loudnessLufs: -16, truePeakDbtp: -2, lexiconVersion: '' },
    ...{ sourceSha256: 'source', madeAt: room.clock.date(), ...more },
  } as RecordingFields);
  await within((em) => em.insert(Recording, recording), of);
  return recording;
}

const left = async (of = commune): Promise<string[]> =>
  (await within((em) => em.find(Recording, { select: { id: true } }), of)).map(({ id }) => id).sort();
const isThere = async (sha256: string): Promise<boolean> => (await audio.find(sha256)) !== undefined;

/** An announcement that says it, in Ê Đê. */
async function announced({ id }: Recording): Promise<string> {
  const announcementId = newId();
  const announcement = Announcement.write(
    { communeId: commune, id: announcementId, authorId: newId(), now: room.clock.date() },
    {
      ...{ title: 'Họp', summary: '', text: '', priority: 'regular', villageIds: [], picks: {} },
      ...{ form: null, renderProfile: 'outdoor', saidTimes: 1 },
    },
    { spoken: '', openDoubts: 0 },
  );
  await within((em) => new AnnouncementStore().add(em, announcement));
  await say(announcementId, [id]);
  return announcementId;
}

const say = (announcementId: string, ids: readonly string[]): Promise<void> =>
  within((em) =>
    em.query('UPDATE announcements SET versions = $3 WHERE commune_id = $1 AND id = $2', [
      ...[commune, announcementId, JSON.stringify(ids.map((id) => ({ language: 'rad', recordingId: id })))],
    ]),
  );

test('what a person recorded goes a month after nothing refers to it, and only that', async () => {
  const { clock, journal } = room;
  const [inVersion, inBooks, inAlarm, replaced, sharing, computed, elsewhere] = [
    await spoken(),
    await spoken(),
    await spoken(),
    await spoken(),
    await spoken(),
    await spoken({ sourceSha256: null }),
    await spoken({}, neighbour),
  ];
  // The same file sent twice, and only one of the two recordings still stands.
  const twice = await spoken({ opusSha256: inVersion.opusSha256, mp3Sha256: inVersion.mp3Sha256 });
  const announcementId = await announced(inVersion);
  const usedAgain = await announced(sharing);
  await within(async (em) => {
    const broadcast = Broadcast.make({
      ...{ communeId: commune, id: newId(), announcementId, title: 'Họp', priority: 'regular' },
      ...{ versions: [{ language: 'rad', recordingId: inBooks.id }], target: { kind: 'commune' } },
      ...{ schedule: { kind: 'once', date: '2026-12-01', time: '10:00' }, repeatCount: 1 },
      ...{ repeatGapSeconds: 0, lateSeconds: 60, createdBy: newId(), createdAt: clock.date() },
    });
    await em.insert(Broadcast, broadcast);
    await em.query(
      `INSERT INTO emergencies (commune_id, id, title, text, opus_sha256, opus_bytes, seconds, every_seconds, start_at,
         end_at) VALUES ($1, $2, 'Lũ', '', $3, 9, 5, 60, now(), now())`,
      [commune, newId(), inAlarm.opusSha256],
    );
  });
  const all = [inVersion, inBooks, inAlarm, replaced, sharing, computed, twice].map(({ id }) => id).sort();

  expect(await retention.purge(commune)).toBe(0);
  clock.advance(20 * dayMs);
  // Out of use for a while, and used again: its month has not begun.
  await say(usedAgain, []);
  expect(await retention.purge(commune)).toBe(0);
  clock.advance(9 * dayMs);
  await say(usedAgain, [sharing.id]);
  expect(await retention.purge(commune)).toBe(0);
  expect(await left()).toEqual(all);

  clock.advance(2 * dayMs);
  expect(await retention.purge(commune)).toBe(2);
  const gone = [replaced.id, twice.id].sort();
  expect(await left()).toEqual(all.filter((id) => !gone.includes(id)));
  expect(await Promise.all([replaced.opusSha256, replaced.mp3Sha256].map(isThere))).toEqual([false, false]);
  expect(await Promise.all([inVersion.opusSha256, inVersion.mp3Sha256].map(isThere))).toEqual([true, true]);
  const lines = await journal.lines(commune, { limit: 10 });
  expect(lines.map(({ action, facts }) => [action, facts])).toEqual([
    ['announcements.recordings-removed', { recordingIds: gone }],
  ]);

  await say(usedAgain, []);
  expect(await retention.purge(commune)).toBe(0);
  clock.advance(31 * dayMs);
  // Sent again meanwhile: the file stays for whom it belongs to next.
  await utimes((await audio.find(sharing.mp3Sha256))?.path ?? '', clock.date(), clock.date());
  expect(await retention.purge(commune)).toBe(1);
  expect(await Promise.all([sharing.opusSha256, sharing.mp3Sha256].map(isThere))).toEqual([false, true]);
  expect(await left(neighbour)).toEqual([elsewhere.id]);
});

test('many go a hundred at a time, each named in the journal once', async () => {
  const { clock, journal } = room;
  const [shared] = [await spoken({}, neighbour)];
  const many: string[] = [];
  for (let index = 0; index < 101; index += 1)
    many.push((await spoken({ opusSha256: shared.opusSha256, mp3Sha256: shared.mp3Sha256 }, neighbour)).id);
  await retention.purge(neighbour);
  clock.advance(31 * dayMs);
  expect(await retention.purge(neighbour)).toBe(103);
  expect(await left(neighbour)).toEqual([]);
  const lines = await journal.lines(neighbour, { limit: 10 });
  const named = lines.map(({ facts }) => facts.recordingIds as string[]);
  expect(named.map(({ length }) => length).sort()).toEqual([100, 3]);
  expect(new Set(named.flat()).size).toBe(103);
  expect(many.every((id) => named.flat().includes(id))).toBe(true);
});
