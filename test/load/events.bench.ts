/**
 * What camera events cost: `npm run bench:events [-- --rows 10000000 --notices 20000 --rounds 3 --searches 400 --seed 1
 * --parts storing,telling,searching]`.
 *
 * In one run, on one PostgreSQL, with the built service, its broker and two connectors' boxes as processes:
 * notices stored a second through the whole way (what 100 cameras told in an hour without a link: outbox, link, proofs,
 * merge, transactions) beside the same rows as raw multi-row inserts, round by round, the middle one counted; how soon a
 * notice is durable (on the box's disk, in the service's database, and the box told so) at 20 a second, each an event of
 * its own, and in storms of 16 rules a camera at 300 and at 2,000 while people read; how soon it stands in a browser, whose
 * console has started before; and searches through the API over seeded, skewed events.
 *
 * The whole way's boxes, broker and service share the machine's cores with the database, which the raw inserts have for
 * themselves; so the CPU that each of them used is told as well, and what the database alone spent on either.
 *
 * The raw data go to a file whose path is printed; the last line is one line of JSON computed from that file. Exit 1
 * where a figure is beyond its bound. Figures of a part that was left out are null.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SessionView } from '../../src/accounts/account.view.ts';
import type { EnrolmentView } from '../../src/boxes/enrolment.view.ts';
import type { CameraEventView } from '../../src/camera-events/camera-event.view.ts';
import type { CameraView, ConnectorView } from '../../src/cameras/camera.view.ts';
import { drawer, pause, quantile } from '../faults/seed.ts';
import { openBrowser } from '../stage/browser.ts';
import type { Caller } from '../stage/caller.ts';
import { lookInto } from '../stage/database.ts';
import { commandOf, cpuOf, familyOf } from '../stage/processes.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { settle } from '../stage/village.ts';
import { makeUp, searchOf } from './quarter.ts';
import { forgetRaw, insertRaw, rawRowsOf } from './raw-inserts.ts';
import { Site } from './site.ts';

interface Sample {
  readonly what:
    'stored' | 'raw' | 'storedCpu' | 'rawCpu' | 'durable' | 'live' | 'read' | 'firstPage' | 'search';
  /** A search's kind; whose CPU time; how many notices a second. */
  readonly of?: string;
  readonly ms: number;
  readonly notices?: number;
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    notices: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    searches: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    parts: { type: 'string', default: 'storing,telling,searching' },
  },
});
const rows = Number(values.rows);
const notices = Number(values.notices);
const rounds = Number(values.rounds);
const searches = Number(values.searches);
const seed = Number(values.seed);
const parts = new Set(values.parts.split(','));
/** Rounds before the first one that counts: a quarter of a program's CPU goes into compiling what it does often, at first. */
const uncounted = 3;
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
  /** Both sites at once, each so many: what each notice was, when it was made and when durable. */
  const paced = async (
    each: number,
    perSecond: number,
    events: 'one each' | 'of rules' = 'of rules',
  ): Promise<Told[]> => {
    const done = await Promise.all(
      held.map(({ site, cameras }) => site.do({ do: 'pace', notices: each, perSecond, cameras, events })),
    );
    return done.flatMap((answer) => (answer.done === 'pace' ? answer.told : []));
  };

  if (parts.has('storing')) {
    print(`${rounds} times ${notices} notices through the whole way, and raw…`);
    for (let round = 1 - uncounted; round <= rounds; round += 1) {
      await Promise.all(held.map(({ site, cameras }) => site.do({ do: 'fill', notices: half, cameras })));
      const stored = await cpuOfEach(async () => {
        const drained = await Promise.all(held.map(({ site }) => site.do({ do: 'drain' })));
        const times = drained.flatMap((one) => (one.done === 'drain' ? one : []));
        return Math.max(...times.map((one) => one.endedAt)) - Math.min(...times.map((one) => one.begunAt));
      });
      const raw = await lookInto(service, async (client) => {
        const those = await rawRowsOf(client, communeId, half * held.length);
        const took = await cpuOfEach(async () => {
          const begun = performance.now();
          await insertRaw(client, those);
          return performance.now() - begun;
        });
        await forgetRaw(client, those);
        return took;
      });
      if (round > 0) samples.push(...samplesOf('stored', stored), ...samplesOf('raw', raw));
    }
  }
  if (parts.has('telling') || parts.has('searching')) {
    print(`${rows} events of a quarter are made up…`);
    await makeUp(service, communeId, cameras, { rows, seed, say: print });
  }
  if (parts.has('telling')) {
    print('a browser watches, at 20 a second…');
    const seen = await watched(police, () => paced(200, 10, 'one each'));
    for (const { madeAt, shownAt } of seen) samples.push({ what: 'live', ms: shownAt - madeAt });
    noteDurable(
      '20',
      seen.map(({ madeAt, durableAt }) => durableAt - madeAt),
    );
    print('300 a second…');
    noteDurable('300', durableMs(await paced(1_500, 150)));
    print('2,000 a second, and people read…');
    const readers = new AbortController();
    const read = Array.from({ length: 4 }, () => readOn(readers.signal, police, cameras));
    noteDurable('2000', durableMs(await paced(10_000, 1_000)));
    readers.abort();
    await Promise.all(read);
  }
  if (parts.has('searching')) {
    print(`${searches} searches…`);
    for (let index = 0; index < searches; index += 1) {
      const { of, query } = searchOf(index, cameras, random);
      const asked = performance.now();
      await police.get<CameraEventView[]>(`/api/camera-events?${query}`);
      samples.push({ what: of === 'first page' ? 'firstPage' : 'search', of, ms: performance.now() - asked });
    }
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
    // Longer than the quarter that is made up: else it is deleted while it is searched.
    retentionDays: 365,
    address: '127.0.0.1:9',
    username: '',
    password: '',
    connectorId,
  });
}

interface Took {
  readonly ms: number;
  readonly cpu: ReadonlyMap<string, number>;
}

/** How long it says that it took (ms), and who used how much CPU meanwhile. */
async function cpuOfEach(work: () => Promise<number>): Promise<Took> {
  const before = cpuByRole();
  const ms = await work();
  return { ms, cpu: new Map([...cpuByRole()].map(([of, used]) => [of, used - (before.get(of) ?? 0)])) };
}

function samplesOf(what: 'stored' | 'raw', { ms, cpu }: Took): Sample[] {
  const used = [...cpu].map(([of, ms]) => ({ what: `${what}Cpu` as const, of, ms, notices }));
  return [{ what, ms, notices }, ...used];
}

type Told = readonly [topic: string, madeAt: number, durableAt: number];

function durableMs(told: readonly Told[]): number[] {
  return told.map(([, madeAt, durableAt]) => durableAt - madeAt);
}

function noteDurable(perSecond: string, times: readonly number[]): void {
  for (const ms of times) samples.push({ what: 'durable', of: perSecond, ms });
}

/** Somebody at a screen, who asks for something else a quarter of a second after each answer. */
async function readOn(signal: AbortSignal, police: Caller, cameras: readonly string[]): Promise<void> {
  for (let index = 0; !signal.aborted; index += 1) {
    const { of, query } = searchOf(index, cameras, random);
    const asked = performance.now();
    await police.get<CameraEventView[]>(`/api/camera-events?${query}`);
    samples.push({ what: 'read', of, ms: performance.now() - asked });
    await pause(250);
  }
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

interface Seen {
  readonly madeAt: number;
  readonly durableAt: number;
  readonly shownAt: number;
}

/** What a page with the console's own stream open is told, and when. */
async function watched(police: Caller, make: () => Promise<readonly Told[]>): Promise<Seen[]> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext();
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(police.cookies) ?? [];
    await context.addCookies([{ name, value, url: police.base }]);
    const page = await context.newPage();
    // A commune's screens stand on other machines: what the console takes to start is not the service's to bear here.
    await page.goto(police.base, { waitUntil: 'networkidle' });
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
  const of = (what: Sample['what'], which?: string): number[] =>
    all.filter((one) => one.what === what && (which === undefined || one.of === which)).map(({ ms }) => ms);
  const at = (times: readonly number[], share: number): number => rounded(quantile(times, share));
  const perSecond = (what: 'stored' | 'raw'): number[] => of(what).map((ms) => (notices * 1_000) / ms);
  /** µs a notice. */
  const cpu = (what: 'storedCpu' | 'rawCpu', who: string): number[] =>
    of(what, who).map((ms) => (ms * 1_000) / notices);
  const middle = (values: readonly number[]): number => rounded(quantile(values, 0.5));
  const over = (these: readonly number[], those: readonly number[]): number[] =>
    these.map((one, index) => one / (those[index] ?? Number.NaN));
  const search = of('search');
  const figures = {
    storedPerSecond: Math.round(quantile(perSecond('stored'), 0.5)),
    rawPerSecond: Math.round(quantile(perSecond('raw'), 0.5)),
    ratio: middle(over(perSecond('stored'), perSecond('raw'))),
    databaseRatio: middle(over(cpu('rawCpu', 'database'), cpu('storedCpu', 'database'))),
    durableP99Ms: at(of('durable', '20'), 0.99),
    durableP99Ms300: at(of('durable', '300'), 0.99),
    durableP99Ms2000: at(of('durable', '2000'), 0.99),
    liveP99Ms: at(of('live'), 0.99),
    readP99Ms: at(of('read'), 0.99),
    firstPageP50Ms: at(of('firstPage'), 0.5),
    firstPageP99Ms: at(of('firstPage'), 0.99),
    searchP50Ms: at(search, 0.5),
    searchP99Ms: at(search, 0.99),
    rows,
  };
  type Line = readonly [what: string, figure: number, bound?: string];
  const storing: Line[] = [
    ['notices stored a second, the whole way', figures.storedPerSecond],
    ['the same rows, raw multi-row inserts', figures.rawPerSecond],
    ['ratio', figures.ratio, '≥ 0.7'],
    ...['database', 'service', 'broker', 'boxes'].map((who): Line => [
      `  CPU of the ${who} a notice (µs)`,
      middle(cpu('storedCpu', who)),
    ]),
    ['  CPU of the database a raw notice (µs)', middle(cpu('rawCpu', 'database'))],
    ['  the ratio, of the database alone', figures.databaseRatio],
  ];
  const telling: Line[] = [
    ['durable at 20/s, p99 (ms)', figures.durableP99Ms, '≤ 50'],
    ['durable at 300/s, p50 (ms)', at(of('durable', '300'), 0.5)],
    ['durable at 300/s, p99 (ms)', figures.durableP99Ms300, '≤ 50'],
    ['durable at 2,000/s with readers, p50 (ms)', at(of('durable', '2000'), 0.5)],
    ['durable at 2,000/s with readers, p99 (ms)', figures.durableP99Ms2000, '≤ 100'],
    [`  ${of('read').length} answers to the readers, p99 (ms)`, figures.readP99Ms],
    ['in a browser, p99 (ms)', figures.liveP99Ms, '≤ 500'],
  ];
  const kinds = [...new Set(all.flatMap(({ what, of: kind }) => (what === 'search' ? (kind ?? []) : [])))];
  const searching: Line[] = [
    [`first page of ${rows} events, p50 (ms)`, figures.firstPageP50Ms, '≤ 20'],
    [`first page of ${rows} events, p99 (ms)`, figures.firstPageP99Ms],
    ['searches, p50 (ms)', figures.searchP50Ms],
    ['searches, p99 (ms)', figures.searchP99Ms, '≤ 100'],
    ...kinds.map((kind): Line => {
      const those = of('search', kind);
      return [`  ${kind}, the slowest of ${those.length} (ms)`, at(those, 1)];
    }),
  ];
  const lines = [
    ...(parts.has('storing') ? storing : []),
    ...(parts.has('telling') ? telling : []),
    ...(parts.has('searching') ? searching : []),
  ];
  print(`Seed ${seed}; raw data: ${path}`);
  for (const [what, figure, bound = ''] of lines)
    print(`${what.padEnd(48)} ${String(figure).padStart(10)}   ${bound}`);
  const broken = lines.flatMap(([what, figure, bound]) => (isWithin(figure, bound) ? [] : what));
  for (const what of broken) print(`BEYOND ITS BOUND: ${what}`);
  print(JSON.stringify({ ...figures, broken }));
  process.exitCode = broken.length === 0 ? 0 : 1;
}

/** What was not measured is within no bound. */
function isWithin(figure: number, bound: string | undefined): boolean {
  if (bound === undefined) return true;
  const limit = Number(bound.slice(1));
  return bound.startsWith('≥') ? figure >= limit : figure <= limit;
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
