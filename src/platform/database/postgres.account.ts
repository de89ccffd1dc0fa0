import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Failure } from '../../base/failure.ts';

/**
 * Under whom PostgreSQL runs; it refuses root.
 * - `self`: as whoever runs the service
 * - `user`: dropped from root to an unprivileged user
 * - `namespace`: root inside a user namespace without mappings, where it counts as nobody, and yet reads root's
 *   files: for a data directory below a home that no other user may enter
 */
export type PostgresAccount =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number; readonly name: string }
  | { readonly kind: 'namespace' };

/**
 * Chooses an account that may enter `directory` (which must exist).
 * @throws Failure `platform.no-postgres-account`
 */
export function choosePostgresAccount(directory: string): PostgresAccount {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const candidates: PostgresAccount[] = [...unprivilegedUsers(), { kind: 'namespace' }];
  const account = candidates.find((candidate) => mayEnter(candidate, directory));
  if (account !== undefined) return account;
  throw new Failure(
    'unavailable',
    'platform.no-postgres-account',
    `PostgreSQL does not run as root, and neither the users postgres and nobody nor a user namespace may enter ` +
      `${directory}. Run the service as an ordinary user, choose a dataDirectory outside root's home, ` +
      'or set DATABASE_URL and LOA_DATABASE_OWNER_URL.',
  );
}

/** What to hand to `spawn` so that `program` runs under the account. */
export function asAccount(
  account: PostgresAccount,
  program: string,
  args: readonly string[],
): { command: string; args: string[]; options: { uid?: number; gid?: number } } {
  switch (account.kind) {
    case 'self':
      return { command: program, args: [...args], options: {} };
    case 'user':
      return { command: program, args: [...args], options: { uid: account.uid, gid: account.gid } };
    case 'namespace':
      return { command: 'unshare', args: ['--user', '--', program, ...args], options: {} };
  }
}

function unprivilegedUsers(): PostgresAccount[] {
  let passwd = '';
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // A container without users: the namespace is left.
  }
  return ['postgres', 'nobody'].flatMap((name): PostgresAccount[] => {
    const fields =
      passwd
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    const [uid, gid] = [Number(fields[2]), Number(fields[3])];
    return Number.isInteger(uid) && uid > 0 && Number.isInteger(gid)
      ? [{ kind: 'user', uid, gid, name }]
      : [];
  });
}

/** Tried, not computed: modes, access lists, mounts and namespaces all have a say. */
function mayEnter(account: PostgresAccount, directory: string): boolean {
  const { command, args, options } = asAccount(account, '/bin/sh', [
    '-c',
    'cd -- "$1" && id -u',
    'sh',
    directory,
  ]);
  const probe = spawnSync(command, args, { ...options, cwd: '/', encoding: 'utf8', timeout: 10_000 });
  return probe.status === 0 && probe.stdout.trim() !== '0';
}
