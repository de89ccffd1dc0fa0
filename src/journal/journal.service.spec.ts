import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { fc } from '../../test/property.ts';
import { HandClock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { JournalService } from './journal.service.ts';
import { JournalStore } from './journal.store.ts';
import { Witness } from './witness.file.ts';

let held: TestDatabase;
let journal: JournalService;
let owner: Client;
let directory = '';
const clock = new HandClock('2026-12-01T00:00:00Z');

beforeAll(async () => {
  held = await openTestDatabase([]);
  directory = await mkdtemp(join(tmpdir(), 'loa-journal-'));
  journal = new JournalService(held.database, new JournalStore(), new Witness(directory), clock);
  owner = new Client({ connectionString: held.postgres.ownerUrl });
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await held.close();
  await rm(directory, { recursive: true, force: true });
});

async function write(communeId: string, subjectId: string, words?: string): Promise<number> {
  clock.advance(1_000);
  return await held.database.inCommune(communeId, (em) =>
    journal.write(em, communeId, {
      actorId: newId(),
      action: 'villages.added',
      subjectType: 'village',
      subjectId,
      facts: { z: 1.5, a: [subjectId, null], leftOut: undefined, '10': true, '9': 'Ư' },
      ...(words === undefined ? {} : { words }),
    }),
  );
}

describe('the journal', () => {
  test('numbers without gaps when many write at once, a chain for each commune', async () => {
    const [a, b] = [newId(), newId()];
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => write(i % 2 === 0 ? a : b, `s${i}`)),
    );
    expect([...numbers].sort((x, y) => x - y)).toEqual(
      Array.from({ length: 30 }, (_, i) => Math.floor(i / 2) + 1),
    );
    expect(await journal.check(a)).toMatchObject({ lines: 15, fault: null });
    expect(await journal.check(b)).toMatchObject({ lines: 15, fault: null });
    expect((await journal.lines(a, { limit: 5 })).map(({ number }) => number)).toEqual([15, 14, 13, 12, 11]);
    expect((await journal.lines(a, { before: 3, limit: 5 })).map(({ number }) => number)).toEqual([2, 1]);
  });

  test('has no line of what was rolled back', async () => {
    const communeId = newId();
    await write(communeId, 'kept');
    await expect(
      held.database.inCommune(communeId, async (em) => {
        await journal.write(em, communeId, {
          actorId: null,
          action: 'x.y',
          subjectType: 'x',
          subjectId: '1',
        });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await write(communeId, 'next')).toBe(2);
    expect(await journal.check(communeId)).toMatchObject({ lines: 2, fault: null });
  });

  test('cannot be changed or shortened by the service itself', async () => {
    const communeId = newId();
    await write(communeId, 'one', 'Nguyễn Văn A');
    for (const sql of [
      `UPDATE journal SET action = 'x'`,
      'DELETE FROM journal',
      `UPDATE journal_words SET words = 'x'`,
    ])
      await expect(held.database.inCommune(communeId, (em) => em.query(sql))).rejects.toThrow('append-only');
  });

  test('lets words be erased', async () => {
    const communeId = newId();
    await write(communeId, 'one', 'Nguyễn Văn A \0 \ud800');
    expect((await journal.lines(communeId, { limit: 1 }))[0]?.words).toBe('Nguyễn Văn A  \ufffd');
    await held.database.inCommune(communeId, (em) => journal.eraseWords(em, communeId, [1]));
    expect((await journal.lines(communeId, { limit: 1 }))[0]?.words).toBeNull();
    expect(await journal.check(communeId)).toMatchObject({ lines: 1, fault: null });
  });

  test('enters once what was done while the database was down, with when it was done', async () => {
    const communeId = newId();
    const entry = { actorId: null, action: 'broadcasts.stopped', subjectType: 'order', subjectId: '7' };
    const happened = { at: new Date('2026-11-30T22:00:00Z'), spoolId: newId() };
    const late = () =>
      held.database.inCommune(communeId, (em) => journal.writeLate(em, communeId, entry, happened));
    expect(await late()).toBe(1);
    expect(await late()).toBeNull();
    const [line] = await journal.lines(communeId, { limit: 1 });
    expect(line?.facts.happenedAt).toBe('2026-11-30T22:00:00.000Z');
  });

  test('tells where somebody with the whole database in hand changed, moved or removed a line', async () => {
    const communeId = newId();
    const length = 25;
    for (let i = 1; i <= length; i += 1)
      await write(communeId, `s${i}`, i % 2 === 0 ? `Tên ${i}` : undefined);
    await journal.witnessNow(communeId);
    await owner.query('ALTER TABLE journal DISABLE TRIGGER USER');
    await owner.query('ALTER TABLE journal_words DISABLE TRIGGER USER');
    await owner.query(`CREATE TEMP TABLE kept AS SELECT * FROM journal WHERE commune_id = '${communeId}'`);
    const tamperings: Record<string, (at: number) => string> = {
      changed: (at) => `UPDATE journal SET subject_id = 'x' WHERE number = ${at}`,
      'changed by a microsecond': (at) =>
        `UPDATE journal SET at = at + interval '1 microsecond' WHERE number = ${at}`,
      'facts changed': (at) => `UPDATE journal SET facts = facts || '{"z": 1.25}' WHERE number = ${at}`,
      removed: (at) => `DELETE FROM journal WHERE number = ${at}`,
      'removed to the end': (at) => `DELETE FROM journal WHERE number >= ${at}`,
      'removed and closed up': (at) =>
        `DELETE FROM journal WHERE number = ${at};
         UPDATE journal SET number = -number WHERE number > ${at};
         UPDATE journal SET number = -number - 1 WHERE number < 0`,
      'swapped with the next': (at) =>
        `UPDATE journal SET number = -number WHERE number IN (${at}, ${(at % length) + 1});
         UPDATE journal SET number = CASE WHEN number = -${at} THEN ${(at % length) + 1} ELSE ${at} END WHERE number < 0`,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: length }),
        fc.constantFrom(...Object.keys(tamperings)),
        async (at, name) => {
          const sql = tamperings[name]?.(at) ?? '';
          await owner.query(sql.replaceAll('WHERE', `WHERE commune_id = '${communeId}' AND`));
          const { firstFaultAt } = await journal.check(communeId);
          await owner.query(`DELETE FROM journal WHERE commune_id = '${communeId}';
                             INSERT INTO journal SELECT * FROM kept`);
          expect(firstFaultAt).toBe(name === 'swapped with the next' && at === length ? 1 : at);
        },
      ),
      { numRuns: 60 },
    );
    expect(await journal.check(communeId)).toMatchObject({ lines: length, fault: null });
    await owner.query(
      `UPDATE journal_words SET words = 'x' WHERE commune_id = '${communeId}' AND number = 4`,
    );
    expect(await journal.check(communeId)).toMatchObject({ firstFaultAt: 4, fault: 'words-changed' });
    await owner.query('ALTER TABLE journal ENABLE TRIGGER USER');
    await owner.query('ALTER TABLE journal_words ENABLE TRIGGER USER');
  });
});
