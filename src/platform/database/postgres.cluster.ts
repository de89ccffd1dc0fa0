import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { writeFileAtomically } from '../files/atomic.file.ts';
import type { PostgresAccount } from './postgres.account.ts';
import { asAccount } from './postgres.account.ts';
import type { PostgresBinaries } from './postgres.binaries.ts';

/** Passwords of the roles. Made of base64url's letters: nothing in them needs quoting. */
export interface PostgresSecrets {
  readonly superuser: string;
  readonly owner: string;
  readonly app: string;
}

/**
 * Makes the cluster in `directory` where there is none: in a directory beside, then renamed, so that one half made by a
 * killed service is never taken for one.
 * @throws Failure `platform.postgres-start`
 */
export async function makeCluster(
  directory: string,
  account: PostgresAccount,
  binaries: PostgresBinaries,
): Promise<PostgresSecrets> {
  const cluster = join(directory, 'cluster');
  const secretsPath = join(directory, 'secrets.json');
  const made = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const kept = await readFile(secretsPath, 'utf8').catch(() => undefined);
  if (made !== undefined) {
    if (binaries.version.split('.')[0] !== made.trim())
      throw startFailure(`${cluster} was made by PostgreSQL ${made.trim()}, and this is ${binaries.version}`);
    if (kept === undefined)
      throw startFailure(`${secretsPath} is missing: restore it from the backup that has ${cluster}`);
    return JSON.parse(kept) as PostgresSecrets;
  }
  const word = () => randomBytes(24).toString('base64url');
  const secrets =
    kept === undefined
      ? { superuser: word(), owner: word(), app: word() }
      : (JSON.parse(kept) as PostgresSecrets);
  await writeFileAtomically(secretsPath, JSON.stringify(secrets), 0o600);
  const half = `${cluster}.new`;
  const passwordPath = join(directory, 'initdb.password');
  await rm(half, { recursive: true, force: true });
  await rm(passwordPath, { force: true });
  try {
    await writeFile(passwordPath, secrets.superuser, { mode: 0o600 });
    if (account.kind === 'user') await chown(passwordPath, account.uid, account.gid);
    await initialise(account, binaries.initdb, [
      ...['--pgdata', half, '--username', 'postgres', '--pwfile', passwordPath],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8'],
      // PostgreSQL's own C.UTF-8: the same order and case on every system, whatever locales it has.
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
      '--no-instructions',
    ]);
  } finally {
    await rm(passwordPath, { force: true });
  }
  await rename(half, cluster);
  return secrets;
}

async function initialise(account: PostgresAccount, program: string, args: string[]): Promise<void> {
  const { command, args: full, options } = asAccount(account, program, args);
  const child = spawn(command, full, {
    ...options,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: postgresEnvironment(),
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw startFailure(`initdb failed: ${said.trim()}`);
}

export function startFailure(message: string): Failure {
  return new Failure('unavailable', 'platform.postgres-start', message);
}

/** Nothing of ours: the service's environment holds secrets, and PG… variables would steer the server. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
