import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import { Database } from './database.ts';
import { migrate } from './migrations.ts';
import { EmbeddedPostgres } from './postgres.embedded.ts';
import { tables as allTables } from '../../tables.ts';

/** A PostgreSQL of its own, migrated, with the same roles as the product's. */
export interface TestDatabase {
  readonly database: Database;
  readonly postgres: EmbeddedPostgres;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** For specs: about 1.3 s to open, so once a file (`beforeAll`), not once a test. */
export async function openTestDatabase(tables: EntitySchema[] = allTables): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'loa-test-'));
  // PostgreSQL runs under another user where the tests run as root.
  await chmod(directory, 0o755);
  const postgres = new EmbeddedPostgres(join(directory, 'postgres'));
  const removeFiles = () => rm(directory, { recursive: true, force: true });
  try {
    await postgres.start();
    await migrate(postgres.ownerUrl, postgres.appUrl);
  } catch (error) {
    await postgres.stop();
    await removeFiles();
    throw error;
  }
  const database = new Database({
    url: postgres.appUrl,
    tables,
    poolSize: 5,
    // A machine that runs two suites and a story beside them is slow, and nobody waits at a screen.
    statementTimeoutSeconds: 30,
    connectTimeoutSeconds: 20,
  });
  return {
    database,
    postgres,
    close: async () => {
      await database.close();
      await postgres.stop();
      await removeFiles();
    },
  };
}
