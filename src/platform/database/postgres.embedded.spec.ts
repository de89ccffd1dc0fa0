import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile, mkdir, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Client } from 'pg';
import { isRoot, where } from '../process/machine.testing.ts';
import { Database } from './database.ts';
import { EmbeddedPostgres } from './postgres.embedded.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

const started: EmbeddedPostgres[] = [];
const directories: string[] = [];

async function freshDirectory(deeper = ''): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'loa-spec-'));
  directories.push(root);
  await chmod(root, 0o755);
  const directory = join(root, deeper, 'postgres');
  await mkdir(directory, { recursive: true });
  return directory;
}

async function start(directory: string): Promise<EmbeddedPostgres> {
  const postgres = new EmbeddedPostgres(directory);
  started.push(postgres);
  await postgres.start();
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  test('starts from nothing with two roles, flushes to disk, listens on no network, and stops cleanly', async () => {
    const directory = await freshDirectory();
    const postgres = await start(directory);
    const [role] = await query(
      postgres.appUrl,
      `SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user`,
    );
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false });
    const [facts] = await query(
      postgres.ownerUrl,
      `SELECT current_user AS user, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS commit,
              current_setting('listen_addresses') AS addresses, upper('đường') AS upper,
              (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
    );
    expect(facts).toEqual({
      user: 'loa_owner',
      fsync: 'on',
      commit: 'on',
      addresses: '',
      upper: 'ĐƯỜNG',
      locale: 'C.UTF-8',
    });
    await postgres.stop();
    expect(await readFile(join(directory, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  test('refuses a connection that does not know the password', async () => {
    const postgres = await start(await freshDirectory());
    const wrong = postgres.appUrl.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password/);
  });

  test('is back by itself after kill -9, with what was committed, and the pool outlives it', async () => {
    const postgres = await start(await freshDirectory());
    await query(postgres.ownerUrl, 'CREATE TABLE kept (n int); GRANT ALL ON kept TO loa_app');
    const database = new Database({
      url: postgres.appUrl,
      tables: [],
      poolSize: 4,
      statementTimeoutSeconds: 5,
      connectTimeoutSeconds: 2,
    });
    try {
      for (let round = 1; round <= 3; round += 1) {
        await database.everywhere((em) => em.query('INSERT INTO kept VALUES ($1)', [round]));
        const back = once(postgres, 'up');
        process.kill(postgres.pid ?? 0, 'SIGKILL');
        await back;
        const rows = await database
          .everywhere((em) => em.query<{ n: number }[]>('SELECT n FROM kept ORDER BY n'))
          .catch(() =>
            database.everywhere((em) => em.query<{ n: number }[]>('SELECT n FROM kept ORDER BY n')),
          );
        expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: round }, (_, index) => index + 1));
      }
    } finally {
      await database.close();
    }
  });

  test('says "database down" while it is away', async () => {
    const postgres = await start(await freshDirectory());
    const database = new Database({
      url: postgres.appUrl,
      tables: [],
      poolSize: 2,
      statementTimeoutSeconds: 5,
      connectTimeoutSeconds: 1,
    });
    expect(await database.isUp()).toBe(true);
    await postgres.stop();
    expect(await database.isUp()).toBe(false);
    await expect(database.everywhere((em) => em.query('SELECT 1'))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'platform.database-down',
    });
    await database.close();
  });

  test('is "down" while it is frozen, is left alone, and goes on; with every connection at work it is "busy"', async () => {
    const postgres = await start(await freshDirectory());
    const { pid } = postgres;
    if (pid === undefined) throw new Error('No server');
    const database = new Database({
      url: postgres.appUrl,
      tables: [],
      poolSize: 2,
      statementTimeoutSeconds: 30,
      connectTimeoutSeconds: 1,
    });
    const ask = () => database.everywhere((em) => em.query<unknown[]>('SELECT 1'));
    const untilItAnswers = async (): Promise<void> => {
      while (!(await database.isUp()));
    };
    let giveBack: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (giveBack = resolve));
    const holding: Promise<void>[] = [];
    /** Takes a connection that is open already. */
    const hold = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const held = database.everywhere(() => {
          resolve();
          return over;
        });
        held.catch(reject);
        holding.push(held);
      });
    try {
      await untilItAnswers();
      await hold();
      process.kill(pid, 'SIGSTOP');
      await expect(ask()).rejects.toMatchObject({ code: 'platform.database-down' });
      process.kill(pid, 'SIGCONT');
      await untilItAnswers();
      expect(postgres.pid).toBe(pid);
      await hold();
      await expect(ask()).rejects.toMatchObject({ kind: 'unavailable', code: 'platform.database-busy' });
      giveBack();
      await Promise.all(holding);
      await ask();
    } finally {
      process.kill(pid, 'SIGCONT');
      giveBack();
      await database.close();
    }
  });

  test('takes over a server that a killed service left behind, and starts it again when that one dies', async () => {
    const directory = await freshDirectory();
    const first = await start(directory);
    await query(first.ownerUrl, 'CREATE TABLE kept (n int)');
    const second = await start(directory);
    expect(second.adopted).toBe(true);
    expect(second.pid).toBe(first.pid);
    // The first supervisor must not start a rival when the server dies: it stands for a process that is gone.
    first.removeAllListeners();
    (first as unknown as { stopping: boolean }).stopping = true;
    const back = once(second, 'up');
    process.kill(second.pid ?? 0, 'SIGKILL');
    await back;
    expect(second.adopted).toBe(false);
    await query(second.ownerUrl, 'SELECT * FROM kept');
  });

  test('is not misled by the number of a dead server that another program has now', async () => {
    const directory = await freshDirectory();
    const first = await start(directory);
    const pidFile = join(directory, 'cluster', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    // One whose command line speaks of postgres and of this directory, as an editor's might.
    const bystander = spawn(
      process.execPath,
      ['-e', 'setInterval(() => 0, 1000)', '-D', join(directory, 'cluster')],
      {
        argv0: 'not-postgres',
      },
    );
    try {
      await writeFile(pidFile, text.replace(/^\d+/, String(bystander.pid)), { mode: 0o600 });
      const second = await start(directory);
      expect(second.adopted).toBe(false);
      await query(second.ownerUrl, 'SELECT 1');
      expect(bystander.signalCode).toBeNull();
    } finally {
      bystander.kill();
    }
  });

  test('works in a directory whose path is too long for a socket', async () => {
    const postgres = await start(await freshDirectory('a-long-name-for-a-directory/'.repeat(5)));
    await query(postgres.ownerUrl, 'SELECT 1');
  });

  test('throws away a cluster that was half made', async () => {
    const directory = await freshDirectory();
    await mkdir(join(directory, 'cluster.new'));
    await writeFile(join(directory, 'cluster.new', 'PG_VERSION'), '18\n');
    const postgres = await start(directory);
    await query(postgres.ownerUrl, 'SELECT 1');
  });
});

const asRoot = where(isRoot, 'root', describe);
asRoot('the embedded PostgreSQL, started by root', () => {
  test('runs under another user', async () => {
    const postgres = await start(await freshDirectory());
    const status = await readFile(`/proc/${postgres.pid ?? 0}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\s+0\s/m);
  });

  test('runs below a directory that no other user may enter', async () => {
    const directory = await freshDirectory();
    await chmod(join(directory, '..'), 0o700);
    const postgres = await start(directory);
    await query(postgres.ownerUrl, 'SELECT 1');
  });
});
