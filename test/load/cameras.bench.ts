/**
 * A hundred cameras as they are in the field, held on to: `npm run bench:cameras [-- --cameras 100 --minutes 10 --seed 1]`.
 *
 * The built service with its own connector, and each simulated camera a process. Every camera has its lasting ways
 * (clocks wrong by up to 180 days, start-only, inverted, Renew refused, one Unsubscribe that ends all, answers that
 * choke a parser…), some tell storms of 900 notices an hour, and all through the run some fall ill for a while (reboot,
 * hang, drip, truncated, refusals, forgotten subscriptions). Three have a password that we do not know.
 *
 * Measured from the cameras' side: how soon after being able to each is pulled well again, the notices that went out in
 * whole answers beside those in the database, and tries with a wrong password. The raw data go to a file whose path is
 * printed; the last line is one line of JSON computed from that file.
 */
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CameraView } from '../../src/cameras/camera.view.ts';
import { drawer, pause, quantile } from '../faults/seed.ts';
import { addCamera, SimulatedCamera } from '../stage/camera.ts';
import { lookInto } from '../stage/database.ts';
import { stopAll, until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { settle } from '../stage/village.ts';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.cameras);
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const random = drawer(seed);

/** Within so long of being able to, a camera is held again. */
const longestBackSeconds = 60;
/** Of service, broker and connector while they hold the cameras. */
const mostGrowthMb = 256;

/** Ways that a camera has for good; one for each camera in turn. */
const ways = [
  '',
  'pull-does-not-renew',
  'pull-does-not-renew,renew-refused',
  'pull-does-not-renew,renew-refused,unsubscribe-kills-all',
  'start-only',
  'inverted',
  'pull-does-not-renew,renew-breaks',
  'http-digest',
  'choke-profiles',
  'initialized-true,epoch-initialized,no-zone',
  'foreign-address',
  'open-services,no-pictures',
] as const;
/** What befalls one for a while; `reboot` and `drop-subscriptions` are done, not set. */
const ills = [
  ...['reboot', 'drop-subscriptions', 'hang', 'drip', 'truncate', 'choke', 'unavailable', 'create-refused'],
  ...['pull-fault', 'empty', 'huge', 'wrong-encoding', 'redirect', 'deep', 'entity-bomb', 'clock'],
] as const;

interface Illness {
  readonly camera: number;
  readonly ill: string;
  /** Ms since 1970: from then on the camera could be held. */
  readonly ableAt: number;
  /** When it was first pulled well after that; null for never within two minutes. */
  readonly heldAt: number | null;
}

interface CameraEnd {
  readonly camera: number;
  readonly way: string;
  readonly passwordKnown: boolean;
  readonly subscribed: boolean;
  readonly delivered: number;
  readonly lost: number;
  /** Notices that are kept more than once. */
  readonly doubled: number;
  readonly wrongPasswords: number;
}

interface Raw {
  readonly seed: number;
  readonly illnesses: Illness[];
  readonly ends: CameraEnd[];
  readonly rssMb: number[];
  readonly answerMs: number[];
}

const directory = await mkdtemp(join(tmpdir(), 'loa-bench-cameras-'));
const service = await Service.start({ directory });
const raw: Raw = { seed, illnesses: [], ends: [], rssMb: [], answerMs: [] };
let over = false;
try {
  const { people, villages } = await settle(service);
  const technician = people.technician.caller;
  print(`${count} cameras are started, each a process…`);
  const cameras: { simulated: SimulatedCamera; way: string; passwordKnown: boolean; view: CameraView }[] = [];
  for (let index = 0; index < count; index += 1) {
    const way = ways[index % ways.length] ?? '';
    const offsetMs = index % 3 === 0 ? Math.round((random() - 0.5) * 2 * 180 * 86_400_000) : 0;
    const simulated = await SimulatedCamera.start(`${index}`, 'quiet', directory, seed * 1_000 + index, [
      ...['--faults', way, `--clock-offset=${offsetMs}`],
    ]);
    const passwordKnown = index % 34 !== 33;
    const village = villages[index % villages.length];
    if (village === undefined) throw new Error('no villages');
    const view = await addCamera(technician, village, {
      name: `Điểm ${index + 1}`,
      address: simulated.address,
      username: 'loalang',
      password: passwordKnown ? simulated.password : 'không-phải',
    });
    cameras.push({ simulated, way, passwordKnown, view });
  }
  const states = async (): Promise<Map<string, string>> =>
    new Map((await technician.get<CameraView[]>('/api/cameras')).map(({ id, state }) => [id, state]));
  const known = cameras.filter(({ passwordKnown }) => passwordKnown);
  await until(
    'every camera with a known password to be held',
    async () => {
      const now = await states();
      return known.every(({ view }) => now.get(view.id) === 'subscribed') ? true : undefined;
    },
    { timeoutMs: 180_000, everyMs: 1_000 },
  );
  print(`all ${known.length} are held; ${minutes} minutes begin…`);
  const endsAt = Date.now() + minutes * 60_000;
  const work = [watchMemory(), watchAnswers()];
  for (const [index, { simulated, passwordKnown }] of cameras.entries()) {
    if (!passwordKnown) continue;
    work.push(tellNotices(simulated, index % 10 === 0 ? 4_000 : 20_000, endsAt));
    work.push(fallIll(simulated, index, endsAt));
  }
  await pause(endsAt - Date.now());
  over = true;
  await Promise.all(work);
  // What was told in the last moment is still on its way.
  await pause(20_000);
  const now = await states();
  for (const [index, { simulated, way, passwordKnown, view }] of cameras.entries()) {
    const { delivered, refusals } = await simulated.tally();
    const kept = await lookInto(service, async (client) => {
      const { rows } = await client.query<{ hash: string; times: number; isCrossing: boolean }>(
        `SELECT raw_sha256 AS hash, count(*)::int AS times, topic LIKE '%LineDetector%' AS "isCrossing"
         FROM notices WHERE camera_id = $1 GROUP BY 1, 3`,
        [view.id],
      );
      // Each crossing has a number of its own; a state that is told to each new subscription may well come twice.
      const doubled = rows.filter(({ times, isCrossing }) => isCrossing && times > 1).length;
      return { hashes: new Set(rows.map(({ hash }) => hash)), doubled };
    });
    raw.ends.push({
      ...{ camera: index, way, passwordKnown, subscribed: now.get(view.id) === 'subscribed' },
      ...{ delivered: delivered.length, lost: delivered.filter((hash) => !kept.hashes.has(hash)).length },
      doubled: kept.doubled,
      wrongPasswords: refusals['wrong-password'] ?? 0,
    });
  }
} finally {
  over = true;
  await service.destroy();
  await stopAll();
}

const rawPath = join(tmpdir(), `loa-bench-cameras-${Date.now()}.json`);
await writeFile(rawPath, JSON.stringify(raw));
process.exitCode = report(rawPath, JSON.parse(await readFile(rawPath, 'utf8')) as Raw) ? 0 : 1;

/** Crossings of a line, each with a number of its own, at about so long a distance. */
async function tellNotices(camera: SimulatedCamera, everyMs: number, endsAt: number): Promise<void> {
  for (let object = 1; !over; object += 1) {
    await camera.cross(object).catch(() => undefined);
    await pause(Math.min(everyMs * (0.5 + random()), Math.max(0, endsAt - Date.now())));
  }
}

/**
 * Ill for 5–20 seconds, well for half a minute to three (in a short run, for as much shorter); the last time early
 * enough to come back before the end.
 */
async function fallIll(camera: SimulatedCamera, index: number, endsAt: number): Promise<void> {
  const lasting = camera.faults;
  for (;;) {
    await pause((30_000 + random() * 150_000) * Math.min(1, minutes / 5));
    if (over || Date.now() > endsAt - Math.min(90_000, minutes * 20_000)) return;
    const ill = ills[Math.floor(random() * ills.length)] ?? 'reboot';
    const illMs = 5_000 + random() * 15_000;
    if (ill === 'reboot') await camera.tell({ do: 'reboot', awayMs: Math.round(illMs) });
    else if (ill === 'drop-subscriptions') await camera.tell({ do: 'drop-subscriptions' });
    else if (ill === 'clock')
      await camera.tell({ do: 'clock', offsetMs: Math.round((random() - 0.5) * 2 * 86_400_000) });
    else {
      await camera.tell({ do: 'faults', names: [...lasting, ill] });
      await pause(illMs);
      await camera.tell({ do: 'faults', names: lasting });
    }
    const ableAt = Date.now();
    const heldAt = await until(
      `camera ${index} to be pulled well again after ${ill}`,
      async () => {
        const { pulledWellAt } = await camera.tally();
        return pulledWellAt > ableAt ? pulledWellAt : undefined;
      },
      { timeoutMs: 120_000, everyMs: 500 },
    ).catch(() => null);
    raw.illnesses.push({ camera: index, ill, ableAt, heldAt });
  }
}

/** Service, broker and connector together; the database has its own. */
async function watchMemory(): Promise<void> {
  while (!over) {
    const sizes = await Promise.all((await familyOf(service.ports.pid)).map(residentMb));
    raw.rssMb.push(sizes.reduce((sum, mb) => sum + mb, 0));
    await pause(2_000);
  }
}

/** How long the service takes for an answer that asks nothing: what its event loop was busy with is in it. */
async function watchAnswers(): Promise<void> {
  while (!over) {
    const asked = performance.now();
    await (await fetch(`${service.url}/api/nothing-here`)).text();
    raw.answerMs.push(performance.now() - asked);
    await pause(50);
  }
}

/** The process and those below it that run Node. */
async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    if (!/^Name:\s+(node|MainThread)/m.test(status)) continue;
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
  }
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024;
}

/** @returns whether every bound was kept */
function report(path: string, { illnesses, ends, rssMb, answerMs }: Raw): boolean {
  const known = ends.filter(({ passwordKnown }) => passwordKnown);
  const seconds = (all: readonly Illness[]): number[] =>
    all.map(({ ableAt, heldAt }) => (heldAt === null ? Infinity : (heldAt - ableAt) / 1_000));
  // A camera locks after about five wrong tries; one of a password that we believe in is one too many.
  const locked = ends.filter(({ passwordKnown, wrongPasswords }) => wrongPasswords > (passwordKnown ? 0 : 2));
  const figures = {
    cameras: ends.length,
    lostSubscriptions:
      seconds(illnesses).filter((one) => one > longestBackSeconds).length +
      known.filter(({ subscribed }) => !subscribed).length,
    lockouts: locked.length,
    lostNotices: ends.reduce((sum, { lost }) => sum + lost, 0),
    resubscribedP99Seconds: rounded(quantile(seconds(illnesses), 0.99)),
    rssMb: Math.round(Math.max(...rssMb)),
    serviceLoopP99Ms: rounded(quantile(answerMs, 0.99)),
  };
  print(`Seed ${seed}; raw data: ${path}`);
  for (const ill of [...new Set(illnesses.map((one) => one.ill))].sort()) {
    const those = seconds(illnesses.filter((one) => one.ill === ill));
    print(
      `  ${ill.padEnd(22)} ${String(those.length).padStart(4)} times, held again after at most ${rounded(Math.max(...those))} s`,
    );
  }
  for (const one of ends.filter(({ lost }) => lost > 0)) print(`  lost: ${JSON.stringify(one)}`);
  for (const one of known.filter(({ subscribed }) => !subscribed))
    print(`  not held: ${JSON.stringify(one)}`);
  for (const one of locked) print(`  wrong passwords: ${JSON.stringify(one)}`);
  const delivered = ends.reduce((sum, one) => sum + one.delivered, 0);
  const doubled = ends.reduce((sum, one) => sum + one.doubled, 0);
  print(
    `${delivered} notices delivered, ${doubled} kept twice; memory at the start ${Math.round(rssMb[0] ?? 0)} MB, at most ${figures.rssMb} MB`,
  );
  const grewMb = figures.rssMb - Math.round(rssMb[0] ?? 0);
  const broken = [
    ...(illnesses.length > 0 && delivered > 0 ? [] : ['nothing happened']),
    ...(figures.lostSubscriptions === 0 ? [] : ['lostSubscriptions']),
    ...(figures.lockouts === 0 ? [] : ['lockouts']),
    ...(figures.lostNotices === 0 ? [] : ['lostNotices']),
    ...(doubled === 0 ? [] : ['doubled notices']),
    ...(figures.resubscribedP99Seconds <= longestBackSeconds ? [] : ['resubscribedP99Seconds']),
    ...(grewMb <= mostGrowthMb ? [] : ['memory']),
  ];
  for (const one of broken) print(`  BROKEN: ${one}`);
  print(JSON.stringify(figures));
  return broken.length === 0;
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
