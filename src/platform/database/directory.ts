import type { EntityManager } from 'typeorm';
import type { Database } from './database.ts';

/** What is asked before a commune is known. Login names and short codes as they are, secrets as SHA-256 in hex. */
export type DirectoryKind =
  | 'login-name'
  | 'session'
  | 'device'
  | 'sign-in-link'
  | 'hearing-link'
  | 'short-code'
  | 'enrolment-code'
  | 'detector-key';

/** Which commune something belongs to; null where nobody has it. */
export async function communeOf(
  database: Database,
  kind: DirectoryKind,
  key: string,
): Promise<string | null> {
  return await database.everywhere(async (em) => {
    const [row] = await em.query<{ commune_id: string }[]>(
      'SELECT commune_id FROM loa_directory WHERE kind = $1 AND key = $2',
      [kind, key],
    );
    return row?.commune_id ?? null;
  });
}

/** @returns false where the key is taken, whoever has it */
export async function enterDirectory(
  em: EntityManager,
  kind: DirectoryKind,
  key: string,
  communeId: string,
): Promise<boolean> {
  const rows = await em.query<unknown[]>(
    'INSERT INTO loa_directory (kind, key, commune_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
    [kind, key, communeId],
  );
  return rows.length === 1;
}

export async function leaveDirectory(
  em: EntityManager,
  kind: DirectoryKind,
  keys: readonly string[],
): Promise<void> {
  await em.query('DELETE FROM loa_directory WHERE kind = $1 AND key = ANY($2)', [kind, keys]);
}
