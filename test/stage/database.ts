import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import type { Service } from './service.ts';

/**
 * Looks into the service's own PostgreSQL past the service, as the role that owns the tables and sees every commune:
 * what stands in the books, whoever says what about it.
 */
export async function lookInto<T>(service: Service, look: (client: Client) => Promise<T>): Promise<T> {
  const directory = join(service.data, 'postgres');
  const lines = (await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8')).split('\n');
  const secrets = z
    .object({ owner: z.string() })
    .parse(JSON.parse(await readFile(join(directory, 'secrets.json'), 'utf8')));
  const client = new Client({
    host: lines[4]?.trim() === '' ? '127.0.0.1' : lines[4]?.trim(),
    port: Number(lines[3]),
    user: 'loa_owner',
    password: secrets.owner,
    database: 'loa',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await look(client);
  } finally {
    await client.end();
  }
}

/** All rows of every table that has a commune in its keys, as text, for one commune. */
export async function rowsOf(service: Service, communeId: string): Promise<Map<string, string[]>> {
  return lookInto(service, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns c
       JOIN pg_class p ON p.relname = c.table_name AND p.relkind IN ('r', 'p') AND NOT p.relispartition
       WHERE c.table_schema = 'public' AND c.column_name = 'commune_id' ORDER BY 1`,
    );
    const found = new Map<string, string[]>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM "${name}" t WHERE commune_id = $1 ORDER BY 1`,
        [communeId],
      );
      found.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return found;
  });
}
