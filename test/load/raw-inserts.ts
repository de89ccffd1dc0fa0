import type { Client } from 'pg';

const noticeColumns = `commune_id, camera_id, box_id, received_at, camera_time_text, clock_offset_ms, uncertainty_ms,
  occurred_at, topic, operation, kind, phase, source, data, raw, raw_sha256, event_id`;
const eventColumns = `commune_id, camera_id, point_id, kind, source_key, state, received_at, occurred_at,
  uncertainty_ms, ended_at, ended_by, last_notice_at, notice_count, topic`;

/** Rows that were stored already, ready to be stored once more under identifiers of their own. */
export interface RawRows {
  readonly notices: readonly (readonly RawRow[])[];
  readonly events: readonly (readonly RawRow[])[];
}
type RawRow = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * The rows of the notices that were stored last and of their events, in portions as large as the service's own (four
 * messages of 200). A portion is a transaction.
 */
export async function rawRowsOf(client: Client, communeId: string, notices: number): Promise<RawRows> {
  await client.query("SELECT set_config('loa.commune', $1, false)", [communeId]);
  const last = `SELECT * FROM notices WHERE commune_id = $1 ORDER BY id DESC LIMIT ${notices}`;
  return {
    notices: await portionsOf(client, communeId, `SELECT * FROM (${last}) t ORDER BY id`, 800),
    events: await portionsOf(
      client,
      communeId,
      `SELECT * FROM camera_events WHERE commune_id = $1 AND id IN (SELECT event_id FROM (${last}) t) ORDER BY id`,
      400,
    ),
  };
}

/**
 * Multi-row inserts into the very same tables, with all their indexes, their partitions and their row-level security, by
 * one connection; each portion is durable before the next one.
 */
export async function insertRaw(client: Client, { notices, events }: RawRows): Promise<void> {
  for (const [at, portion] of notices.entries()) {
    await client.query('BEGIN');
    await insertRows(client, 'camera_events', eventColumns, events[at] ?? []);
    await insertRows(client, 'notices', noticeColumns, portion);
    await client.query('COMMIT');
  }
}

/** What was stored twice goes, so that every round finds the tables alike. */
export async function forgetRaw(client: Client, { notices, events }: RawRows): Promise<void> {
  for (const [table, portions] of [
    ['notices', notices],
    ['camera_events', events],
  ] as const) {
    await client.query(`DELETE FROM ${table} WHERE id = ANY($1::uuid[])`, [
      portions.flat().map(({ id }) => id),
    ]);
    await client.query(`VACUUM ANALYZE ${table}`);
  }
}

/** Of the same instants: they go to the same month's partition, in the same order. */
async function portionsOf(
  client: Client,
  communeId: string,
  query: string,
  size: number,
): Promise<RawRow[][]> {
  const { rows } = await client.query<{ row: RawRow }>(`SELECT to_jsonb(t) AS row FROM (${query}) t`, [
    communeId,
  ]);
  const fresh = rows.map(({ row }, at) => ({
    ...row,
    id: `${row.id.slice(0, 24)}${at.toString(16).padStart(12, '0')}`,
  }));
  return Array.from({ length: Math.ceil(fresh.length / size) }, (_, at) =>
    fresh.slice(at * size, (at + 1) * size),
  );
}

async function insertRows(
  client: Client,
  table: string,
  columns: string,
  portion: readonly RawRow[],
): Promise<void> {
  await client.query(
    `INSERT INTO ${table} (id, ${columns})
     SELECT r.id, ${columns
       .split(',')
       .map((column) => `r.${column.trim()}`)
       .join(', ')} FROM json_populate_recordset(NULL::${table}, $1) r`,
    [JSON.stringify(portion)],
  );
}
