import type { Client } from 'pg';

/**
 * Events of the last 90 days, skewed as life is: a few cameras tell most, nearly all is motion, one in fifty is unseen,
 * one in 500 was told hours late.
 */
export async function makeUp(
  client: Client,
  communeId: string,
  cameras: readonly string[],
  { rows, seed }: { readonly rows: number; readonly seed: number },
): Promise<void> {
  const { rows: points } = await client.query<{ point: string }>(
    `SELECT point_id AS point FROM cameras c JOIN unnest($2::uuid[]) WITH ORDINALITY AS o(id, n) ON o.id = c.id
     WHERE commune_id = $1 ORDER BY n`,
    [communeId, cameras],
  );
  const months = await client.query("SELECT ensure_partitions(now() + interval '1 day')");
  if (months.rowCount === null) throw new Error('no partitions');
  await client.query('SET synchronous_commit = off');
  await client.query('SELECT setseed($1)', [(seed % 1_000) / 1_000]);
  const portion = 250_000;
  for (let from = 0; from < rows; from += portion) {
    await client.query(
      `INSERT INTO camera_events (commune_id, id, camera_id, point_id, kind, source_key, state, received_at, occurred_at,
         uncertainty_ms, ended_at, last_notice_at, notice_count, topic, seen_by, seen_at)
       SELECT $1, (left(uuid_floor(at)::text, 15) || lpad(to_hex((random() * 4095)::int), 3, '0') || '-8' ||
           substr(gen_random_uuid()::text, 21))::uuid,
         ($2::uuid[])[camera], ($3::uuid[])[camera], kind, '', 'closed', at,
         at - CASE WHEN n % 500 = 0 THEN interval '5 hours' ELSE interval '300 milliseconds' END, 250,
         at + interval '20 seconds', at + interval '20 seconds', 2, 'RuleEngine/CellMotionDetector/Motion',
         CASE WHEN n % 50 > 0 THEN $4::uuid END, CASE WHEN n % 50 > 0 THEN at + interval '1 hour' END
       FROM (SELECT n, now() - interval '90 days' * (1 - n::float8 / $5) AS at,
           1 + floor(power(random(), 3) * 100)::int AS camera,
           (ARRAY['motion', 'line-crossing', 'intrusion', 'person', 'vehicle', 'tamper', 'digital-input'])[
             1 + floor(power(random(), 6) * 7)::int] AS kind
         FROM generate_series($6::int, $7::int) n) made`,
      [
        communeId,
        cameras,
        points.map(({ point }) => point),
        communeId,
        rows,
        from,
        Math.min(from + portion, rows) - 1,
      ],
    );
  }
  await client.query('VACUUM ANALYZE camera_events');
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
