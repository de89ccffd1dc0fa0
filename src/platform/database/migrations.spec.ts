import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate, migrations } from './migrations.ts';
import { EmbeddedPostgres } from './postgres.embedded.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

let directory = '';
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-spec-'));
  await chmod(directory, 0o755);
  postgres = new EmbeddedPostgres(join(directory, 'postgres'));
  await postgres.start();
});

afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

async function asRole<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function run(list = migrations): Promise<string[]> {
  return await migrate(postgres.ownerUrl, postgres.appUrl, list);
}

describe('the migrations', () => {
  test('run once, also when several services start together', async () => {
    const ran = (await Promise.all([run(), run(), run()])).flat();
    expect(ran).toEqual(migrations.map(({ name }) => name));
    expect(await run()).toEqual([]);
  });

  test('leave the service a role that may use every table and owns none', async () => {
    await run();
    const rows = await asRole(postgres.appUrl, async (client) => {
      const { rows } = await client.query<{ owned: number; unreadable: number; unforced: string | null }>(`
        SELECT count(*) FILTER (WHERE pg_get_userbyid(relowner) = current_user)::int AS owned,
               count(*) FILTER (WHERE NOT has_table_privilege(oid, 'SELECT'))::int AS unreadable,
               string_agg(relname, ' ') FILTER (
                 WHERE NOT relforcerowsecurity AND relispartition IS FALSE
                 AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'commune_id')) AS unforced
        FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'migrations'`);
      return rows;
    });
    expect(rows).toEqual([{ owned: 0, unreadable: 0, unforced: 'loa_directory' }]);
  });

  test('show the service no row of any commune while it has named none (S6)', async () => {
    await run();
    const id = '01900000-0000-7000-8000-000000000001';
    await asRole(postgres.ownerUrl, (client) =>
      client.query(
        `INSERT INTO communes (id, name, root_public_key, created_at) VALUES ($1, 'Hòa Bình', 'k', now())`,
        [id],
      ),
    );
    await asRole(postgres.appUrl, async (client) => {
      expect((await client.query('SELECT * FROM communes')).rowCount).toBe(0);
      await client.query('BEGIN');
      await client.query(`SELECT set_config('loa.commune', $1, true)`, [id]);
      expect((await client.query('SELECT * FROM communes')).rowCount).toBe(1);
      await client.query('COMMIT');
      expect((await client.query('SELECT * FROM communes')).rowCount).toBe(0);
    });
  });

  test('refuse one that was changed after it ran', async () => {
    await run();
    const changed = migrations.map((migration, index) =>
      index === 0 ? { ...migration, sql: `${migration.sql}\n-- edited` } : migration,
    );
    await expect(run(changed)).rejects.toMatchObject({ code: 'platform.migration-changed' });
  });

  test('refuse a database of a newer version', async () => {
    await run();
    await expect(run([])).rejects.toMatchObject({ code: 'platform.migration-unknown' });
  });

  test('leave nothing of one that fails half way, and name its line', async () => {
    await run();
    const broken = { name: '9999-broken', sql: 'CREATE TABLE half (n int);\nSELECT nonsense;' };
    const attempt = run([...migrations, broken]);
    await expect(attempt).rejects.toMatchObject({ code: 'platform.migration-failed' });
    await expect(attempt).rejects.toThrow(/9999-broken at line 2/);
    await asRole(postgres.ownerUrl, async (client) => {
      expect((await client.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
    });
  });
});
