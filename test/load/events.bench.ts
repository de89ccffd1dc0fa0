/**
 * What camera events cost: `npm run bench:events [-- --rows 10000000 --notices 20000 --seed 1]`.
 *
 * In one run, on one PostgreSQL, with the built service, its broker and two connectors' boxes as processes:
 * notices stored a second through the whole way (what 100 cameras told in an hour without a link: outbox, link, proofs,
 * merge, transactions) beside the same rows as raw multi-row inserts; how soon a notice is durable and stands in a
 * browser at 20 a second and at 300; and searches through the API over seeded, skewed events.
 *
 * The whole way's boxes, broker and service share the machine's cores with the database, which the raw inserts have for
 * themselves; so the CPU that each of them used is told as well, and what the database alone spent on either.
 *
 * The raw data go to a file whose path is printed; the last line is one line of JSON computed from that file.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from 'pg';
import type { SessionView } from '../../src/accounts/account.view.ts';
import type { EnrolmentView } from '../../src/boxes/enrolment.view.ts';
import type { CameraEventView } from '../../src/camera-events/camera-event.view.ts';
import type { CameraView, ConnectorView } from '../../src/cameras/camera.view.ts';
import { drawer, quantile } from '../faults/seed.ts';
import { openBrowser } from '../stage/browser.ts';
import type { Caller } from '../stage/caller.ts';
import { lookInto } from '../stage/database.ts';
import { commandOf, cpuOf, familyOf } from '../stage/processes.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { settle } from '../stage/village.ts';
import { makeUp, searchOf } from './quarter.ts';
import { Site } from './site.ts';

interface Sample {
  readonly what:
    'stored' | 'raw' | 'storedCpu' | 'rawCpu' | 'durable' | 'durable300' | 'live' | 'firstPage' | 'search';
  /** A search's kind; whose CPU time. */
  readonly of?: string;
  readonly ms: number;
  readonly notices?: number;
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    notices: { type: 'string', default: '20000' },
    searches: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
  },
});
const rows = Number(values.rows);
const notices = Number(values.notices);
const searches = Number(values.searches);
const seed = Number(values.seed);
const samples: Sample[] = [];
const random = drawer(seed);

const directory = await mkdtemp(join(tmpdir(), 'loa-bench-events-'));
const service = await Service.start({ directory });
const sites: Site[] = [];
try {
  const { people, villages } = await settle(service);
  const technician = people.technician.caller;
  const police = people.police.caller;
  const communeId = (await police.get<SessionView>('/api/session')).commune.id;
  const held: { site: Site; cameras: string[] }[] = [];
  for (const name of ['Trạm 1', 'Trạm 2']) {
    const connector = await people.technician.caller.post<ConnectorView>('/api/connectors', { name });
    const cameras: string[] = [];
    for (let number = 1; number <= 50; number += 1)
      cameras.push((await addCamera(technician, villages[number % 4]?.id ?? '', connector.id, number)).id);
    const { link } = await technician.post<EnrolmentView>(`/api/connectors/${connector.id}/enrolment`);
    const site = await Site.start(join(directory, `site-${sites.length}`), link);
    sites.push(site);
    held.push({ site, cameras });
  }
  const cameras = held.flatMap((one) => one.cameras);
  const half = Math.floor(notices / held.length);

  print(`${notices} notices through the whole way…`);
  await Promise.all(held.map(({ site, cameras }) => site.do({ do: 'fill', notices: half, cameras })));
  const drained = await measured('storedCpu', () =>
    Promise.all(held.map(({ site }) => site.do({ do: 'drain' }))),
  );
  samples.push({ what: 'stored', ms: drained, notices: half * held.length });

  await lookInto(service, async (client) => {
    samples.push({ what: 'raw', ms: await rawInserts(client, communeId), notices: half * held.length });
    print(`${rows} events of a quarter are made up…`);
    await makeUp(client, communeId, cameras, { rows, seed });
  });

  print('a browser watches…');
  const seen = await watched(police, async () => {
    const paced = await Promise.all(
      held.map(({ site, cameras }) => site.do({ do: 'pace', notices: 200, perSecond: 10, cameras })),
    );
    return paced.flatMap((answer) => (answer.done === 'pace' ? answer.told : []));
  });
  for (const { madeAt, durableAt, shownAt } of seen) {
    samples.push({ what: 'durable', ms: durableAt - madeAt });
    samples.push({ what: 'live', ms: shownAt - madeAt });
  }
  const fast = await Promise.all(
    held.map(({ site, cameras }) => site.do({ do: 'pace', notices: 1_500, perSecond: 150, cameras })),
  );
  for (const answer of fast)
    if (answer.done === 'pace')
      for (const [, madeAt, durableAt] of answer.told)
        samples.push({ what: 'durable300', ms: durableAt - madeAt });

  print(`${searches} searches…`);
  for (let index = 0; index < searches; index += 1) {
    const { of, query } = searchOf(index, cameras, random);
    const asked = performance.now();
    await police.get<CameraEventView[]>(`/api/camera-events?${query}`);
    samples.push({ what: of === 'first page' ? 'firstPage' : 'search', of, ms: performance.now() - asked });
  }
} finally {
  for (const site of sites) site.stop();
  await service.destroy();
}

const rawPath = join(tmpdir(), `loa-bench-events-${Date.now()}.json`);
await writeFile(rawPath, JSON.stringify({ seed, rows, samples }));
report(rawPath, (JSON.parse(await readFile(rawPath, 'utf8')) as { samples: Sample[] }).samples);

function addCamera(
  technician: Caller,
  villageId: string,
  connectorId: string,
  number: number,
): Promise<CameraView> {
  return technician.post<CameraView>('/api/cameras', {
    name: `Điểm ${number}`,
    villageId,
    place: '',
    purpose: 'Đo tốc độ',
    legalBasis: 'Luật 91/2025/QH15',
    noticePosted: true,
    owner: 'Công an xã',
    address: '127.0.0.1:9',
    username: '',
    password: '',
    connectorId,
  });
}

/** How long it took (ms); who used how much CPU meanwhile becomes a sample each. */
async function measured(what: 'storedCpu' | 'rawCpu', work: () => Promise<unknown>): Promise<number> {
  const before = cpuByRole();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  for (const [of, used] of cpuByRole()) samples.push({ what, of, ms: used - (before.get(of) ?? 0), notices });
  return ms;
}

/** CPU time (ms) of the processes below this one, by what stands in their command lines. */
function cpuByRole(): Map<string, number> {
  const roles = Object.entries({
    database: /postgres/,
    broker: /broker\.main/,
    boxes: /site\.main/,
    service: /src\/main\.js/,
  });
  const sums = new Map<string, number>();
  for (const pid of familyOf(process.pid)) {
    const command = commandOf(pid);
    const role = roles.find(([, pattern]) => pattern.test(command))?.[0];
    if (role !== undefined) sums.set(role, (sums.get(role) ?? 0) + cpuOf(pid));
  }
  return sums;
}

/**
 * The very rows that the service has just stored, once more, each portion a transaction, as large as the service's own
 * (four messages of 200).
 */
async function rawInserts(client: Client, communeId: string): Promise<number> {
  const noticeColumns = `commune_id, camera_id, box_id, received_at, camera_time_text, clock_offset_ms, uncertainty_ms,
    occurred_at, topic, operation, kind, phase, source, data, raw, raw_sha256, event_id`;
  const eventColumns = `commune_id, camera_id, point_id, kind, source_key, state, received_at, occurred_at,
    uncertainty_ms, ended_at, ended_by, last_notice_at, notice_count, topic`;
  await client.query("SELECT set_config('loa.commune', $1, false)", [communeId]);
  const portionOf = async (table: string, size: number): Promise<unknown[][]> => {
    const { rows: found } = await client.query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM ${table} t WHERE commune_id = $1 ORDER BY id`,
      [communeId],
    );
    const fresh = found.map(({ row }, at) => ({
      ...(row as object),
      id: `0190${at.toString(16).padStart(4, '0')}-${table === 'notices' ? '0001' : '0002'}-7000-8000-000000000000`,
    }));
    return Array.from({ length: Math.ceil(fresh.length / size) }, (_, at) =>
      fresh.slice(at * size, (at + 1) * size),
    );
  };
  const noticePortions = await portionOf('notices', 800);
  const eventPortions = await portionOf('camera_events', 400);
  const ms = await measured('rawCpu', async () => {
    for (const [at, portion] of noticePortions.entries()) {
      await client.query('BEGIN');
      const events = eventPortions[at] ?? [];
      await insertRows(client, 'camera_events', eventColumns, events);
      await insertRows(client, 'notices', noticeColumns, portion);
      await client.query('COMMIT');
    }
  });
  await client.query("DELETE FROM notices WHERE id < '01910000-0000-7000-8000-000000000000'");
  await client.query("DELETE FROM camera_events WHERE id < '01910000-0000-7000-8000-000000000000'");
  return ms;
}

async function insertRows(
  client: Client,
  table: string,
  columns: string,
  portion: readonly unknown[],
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

interface Seen {
  readonly madeAt: number;
  readonly durableAt: number;
  readonly shownAt: number;
}

/** What a page with the console's own stream open is told, and when. */
async function watched(
  police: Caller,
  make: () => Promise<(readonly [string, number, number])[]>,
): Promise<Seen[]> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext();
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(police.cookies) ?? [];
    await context.addCookies([{ name, value, url: police.base }]);
    const page = await context.newPage();
    await page.goto(police.base);
    await page.evaluate(`new Promise((resolve) => {
      window.shown = {};
      const live = new EventSource('/api/live');
      live.onopen = () => resolve(null);
      live.addEventListener('camera-event', ({ data }) => {
        const { event } = JSON.parse(data);
        window.shown[event.topic] ??= Date.now();
      });
    })`);
    const told = await make();
    // The last of them may still be on its way.
    const shown = await until(
      'the browser to be told of every event',
      async () => {
        const so = await page.evaluate<Record<string, number>>('window.shown');
        return told.every(([topic]) => so[topic] !== undefined) ? so : undefined;
      },
      { timeoutMs: 30_000 },
    );
    return told.map(([topic, madeAt, durableAt]) => ({
      madeAt,
      durableAt,
      shownAt: shown[topic] ?? Number.NaN,
    }));
  } finally {
    await browser.close();
  }
}

function report(path: string, all: readonly Sample[]): void {
  const of = (what: Sample['what']): number[] =>
    all.filter((sample) => sample.what === what).map(({ ms }) => ms);
  const at = (times: readonly number[], share: number): number => rounded(quantile(times, share));
  const perSecond = (what: Sample['what']): number => {
    const found = all.find((sample) => sample.what === what);
    return found === undefined ? Number.NaN : ((found.notices ?? 0) * 1_000) / found.ms;
  };
  const cpu = (what: Sample['what'], of: string): number => {
    const found = all.find((sample) => sample.what === what && sample.of === of);
    return Math.round(((found?.ms ?? Number.NaN) * 1_000) / (found?.notices ?? 0));
  };
  const kinds = [...new Set(all.flatMap(({ what, of: kind }) => (what === 'search' ? (kind ?? []) : [])))];
  const search = of('search');
  const figures = {
    storedPerSecond: Math.round(perSecond('stored')),
    rawPerSecond: Math.round(perSecond('raw')),
    ratio: rounded(perSecond('stored') / perSecond('raw')),
    databaseRatio: rounded(cpu('rawCpu', 'database') / cpu('storedCpu', 'database')),
    durableP99Ms: at(of('durable'), 0.99),
    durableP99MsAt300: at(of('durable300'), 0.99),
    liveP99Ms: at(of('live'), 0.99),
    firstPageP99Ms: at(of('firstPage'), 0.99),
    searchP50Ms: at(search, 0.5),
    searchP99Ms: at(search, 0.99),
    rows,
  };
  print(`Seed ${seed}; raw data: ${path}`);
  const lines: [string, number, string][] = [
    ['notices stored a second, the whole way', figures.storedPerSecond, ''],
    ['the same rows, raw multi-row inserts', figures.rawPerSecond, ''],
    ['ratio', figures.ratio, '≥ 0.7'],
    ...['database', 'service', 'broker', 'boxes'].map((of): [string, number, string] => [
      `  CPU of the ${of} a notice (µs)`,
      cpu('storedCpu', of),
      '',
    ]),
    ['  CPU of the database a raw notice (µs)', cpu('rawCpu', 'database'), ''],
    ['  the ratio, of the database alone', figures.databaseRatio, '≥ 0.7'],
    ['durable at 20/s, p99 (ms)', figures.durableP99Ms, '≤ 50'],
    ['durable at 300/s, p99 (ms)', figures.durableP99MsAt300, '≤ 50'],
    ['in a browser, p99 (ms)', figures.liveP99Ms, '≤ 500'],
    [`first page of ${rows} events, p99 (ms)`, figures.firstPageP99Ms, '≤ 20'],
    ['searches, p50 (ms)', figures.searchP50Ms, ''],
    ['searches, p99 (ms)', figures.searchP99Ms, '≤ 100'],
  ];
  for (const kind of kinds) {
    const those = all.filter((sample) => sample.what === 'search' && sample.of === kind).map(({ ms }) => ms);
    lines.push([`  ${kind}, the slowest of ${those.length} (ms)`, at(those, 1), '']);
  }
  for (const [what, figure, budget] of lines)
    print(`${what.padEnd(48)} ${String(figure).padStart(10)}   ${budget}`);
  print(JSON.stringify(figures));
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
