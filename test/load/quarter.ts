import { execFileSync } from 'node:child_process';
import type { Client } from 'pg';
import { lookInto } from '../stage/database.ts';
import type { Service } from '../stage/service.ts';

const portion = 250_000;
const connections = 2;

/**
 * Events of the last 90 days, skewed as life is: a few cameras tell most, nearly all is motion, one in fifty is unseen,
 * one in 500 was told hours late. The indexes are taken off and made again behind the rows: with them, ten million rows
 * take half an hour. The key stays: rows come nearly in its order.
 */
export async function makeUp(
  service: Service,
  communeId: string,
  cameras: readonly string[],
  { rows, seed, say }: { readonly rows: number; readonly seed: number; readonly say: (line: string) => void },
): Promise<void> {
  const { points, indexes } = await lookInto(service, async (client) => {
    const months = await client.query("SELECT ensure_partitions(now() + interval '1 day')");
    if (months.rowCount === null) throw new Error('no partitions');
    const found = await client.query<{ point: string }>(
      `SELECT point_id AS point FROM cameras c JOIN unnest($2::uuid[]) WITH ORDINALITY AS o(id, n) ON o.id = c.id
       WHERE commune_id = $1 ORDER BY n`,
      [communeId, cameras],
    );
    return { points: found.rows.map(({ point }) => point), indexes: await takeIndexesOff(client) };
  });
  const begins = Array.from({ length: Math.ceil(rows / portion) }, (_, at) => at * portion);
  let made = 0;
  await sideBySide(service, begins, async (client, from) => {
    const until = Math.min(from + portion, rows);
    await client.query('SELECT setseed($1)', [((seed + from / portion) % 1_000) / 1_000]);
    await client.query(insertSql, [communeId, cameras, points, communeId, rows, from, until - 1]);
    made += until - from;
    say(`  ${made} of ${rows}`);
  });
  // One after the other, each with the server's own workers: two at once may choose the same name for a partition's.
  await lookInto(service, async (client) => {
    await client.query("SET maintenance_work_mem = '256MB'");
    for (const index of indexes) {
      await client.query(index);
      say(`  ${index}`);
    }
    await client.query('VACUUM ANALYZE camera_events');
  });
  // Else the disk is still busy with it while other things are measured.
  execFileSync('sync');
}

const insertSql = `INSERT INTO camera_events (commune_id, id, camera_id, point_id, kind, source_key, state, received_at,
     occurred_at, uncertainty_ms, ended_at, last_notice_at, notice_count, topic, seen_by, seen_at)
   SELECT $1, (left(uuid_floor(at)::text, 15) || '000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
     ($2::uuid[])[camera], ($3::uuid[])[camera], kind, '', 'closed', at,
     at - CASE WHEN n % 500 = 0 THEN interval '5 hours' ELSE interval '300 milliseconds' END, 250,
     at + interval '20 seconds', at + interval '20 seconds', 2, 'RuleEngine/CellMotionDetector/Motion',
     CASE WHEN n % 50 > 0 THEN $4::uuid END, CASE WHEN n % 50 > 0 THEN at + interval '1 hour' END
   FROM (SELECT n, now() - interval '90 days' * (1 - n::float8 / $5) AS at,
       1 + floor(power(random(), 3) * 100)::int AS camera,
       (ARRAY['motion', 'line-crossing', 'intrusion', 'person', 'vehicle', 'tamper', 'digital-input'])[
         1 + floor(power(random(), 6) * 7)::int] AS kind
     FROM generate_series($6::int, $7::int) n) made`;

/** @returns how to make them again as they were */
async function takeIndexesOff(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; sql: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS sql FROM pg_index
     WHERE indrelid = 'camera_events'::regclass AND NOT indisprimary ORDER BY name`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  // PostgreSQL says `ON ONLY` of an index of a partitioned table, which would make none on its partitions.
  return rows.map(({ sql }) => sql.replace(' ON ONLY ', ' ON '));
}

/** Each piece of work by the next connection that is free. */
async function sideBySide(
  service: Service,
  pieces: readonly number[],
  work: (client: Client, piece: number) => Promise<void>,
): Promise<void> {
  const left = [...pieces];
  await Promise.all(
    Array.from({ length: connections }, () =>
      lookInto(service, async (client) => {
        await client.query('SET synchronous_commit = off');
        for (let piece = left.shift(); piece !== undefined; piece = left.shift()) await work(client, piece);
      }),
    ),
  );
}

/** What police ask: the newest, one camera's, a rare kind, what nobody has seen, an hour of a night, and pages onward. */
export function searchOf(
  index: number,
  cameras: readonly string[],
  random: () => number,
): { of: string; query: string } {
  const camera = cameras[Math.floor(random() ** 3 * cameras.length)] ?? '';
  const hour = 3_600_000;
  const from = Date.now() - random() * 89 * 24 * hour;
  const span = `from=${new Date(from).toISOString()}&until=${new Date(from + (1 + random() * 6) * hour).toISOString()}`;
  const kind = ['person', 'tamper', 'digital-input', 'motion'][index % 4] ?? '';
  // No event has this identifier: a page somewhere in the quarter.
  const before = `before=${Math.floor(from)
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})(.{4})$/, '$1-$2')}-7000-8000-000000000000`;
  const all: [string, string][] = [
    ['first page', 'limit=50'],
    ['first page', 'limit=50'],
    ['a page onward', before],
    ['one camera', `cameraId=${camera}`],
    ['one camera, a page onward', `cameraId=${camera}&${before}`],
    ['one kind', `kind=${kind}`],
    ['one camera and kind', `cameraId=${camera}&kind=${kind}`],
    ['unseen', 'unseen=true'],
    ['unseen of one kind', `unseen=true&kind=${kind}`],
    ['some hours', span],
    ['some hours of one camera', `${span}&cameraId=${camera}`],
    ['some hours of one kind', `${span}&kind=${kind}`],
  ];
  const [of, query] = all[index % all.length] ?? ['first page', ''];
  return { of, query };
}
