/*
 * npm run bench:poles -- [--parts forging,killing,starting,fan-out] [--forged 10000] [--replayed 10000] [--kills 1000]
 *   [--airings 1000] [--kill-poles 16] [--clocks 20] [--starts 12] [--settle 60] [--poles 1000] [--rounds 7]
 *   [--emergencies 10] [--seed N] [--raw FILE]
 *
 * Commands that were forged or replayed, `kill -9` of everything, starts by clocks that are wrong, and programmes to many
 * poles. About 25 minutes on two cores; smaller numbers make a smaller run of the same. Prints a table for people; the
 * last line is JSON, computed from the raw data, whose path is printed. What it says stands in docs/reference/programs.md.
 * In parts: `--parts killing --raw FILE`, then another part into the same file; the figures are of all that lies there.
 * Ends with 1 where a part did not come to its end, or a figure is beyond its bound.
 */
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawer, quantile } from '../faults/seed.ts';
import { stopAll } from '../stage/program.ts';
import { fanOut } from './poles/fan-out.ts';
import { forging } from './poles/forging.ts';
import { killing } from './poles/killing.ts';
import { RawData, readRaw } from './poles/raw.ts';
import { starting } from './poles/starting.ts';

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'forging,killing,starting,fan-out' },
    forged: { type: 'string', default: '10000' },
    replayed: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '1000' },
    airings: { type: 'string', default: '1000' },
    'kill-poles': { type: 'string', default: '16' },
    clocks: { type: 'string', default: '20' },
    starts: { type: 'string', default: '12' },
    settle: { type: 'string', default: '60' },
    poles: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '7' },
    emergencies: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    raw: { type: 'string' },
  },
});
const seed = Number(values.seed);
const progressEveryMs = 30_000;
const raw = new RawData(values.raw ?? join(tmpdir(), `bench-poles-${seed}.jsonl`));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const parts: Record<string, () => Promise<void>> = {
  forging: () =>
    forging(raw, { forged: Number(values.forged), replayed: Number(values.replayed) }, drawer(seed)),
  killing: () =>
    killing(
      raw,
      {
        kills: Number(values.kills),
        airings: Number(values.airings),
        poles: Number(values['kill-poles']),
        ghosts: 'after-a-minute',
      },
      drawer(seed + 1),
    ),
  starting: () =>
    starting(
      raw,
      {
        clocks: Number(values.clocks),
        starts: Number(values.starts),
        settleSeconds: Number(values.settle),
      },
      drawer(seed + 2),
    ),
  'fan-out': () =>
    fanOut(raw, {
      poles: Number(values.poles),
      rounds: Number(values.rounds),
      emergencies: Number(values.emergencies),
    }),
};

print(`seed ${seed}; raw data ${raw.path}`);
for (const part of values.parts.split(',')) {
  const run = parts[part];
  if (run === undefined) throw new Error(`No part is called ${part}`);
  const begunAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - begunAt) / 1_000);
  const progress = setInterval(() => {
    const counts = [...raw.added].map(([kind, count]) => `${kind} ${count}`);
    print(`  ${part}: ${seconds()} s; ${counts.join(', ')}`);
  }, progressEveryMs);
  let isWhole = true;
  raw.begin(part);
  try {
    await run();
    print(`${part}: ${seconds()} s, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  } catch (error) {
    // The other parts' figures are worth having; this run is not.
    isWhole = false;
    print(`${part} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    await stopAll();
  } finally {
    clearInterval(progress);
  }
  raw.add({ kind: 'run', isWhole, seconds: seconds(), seed });
}

const measured = readRaw(raw.path);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
const round = (value: number): number | null =>
  Number.isFinite(value) ? Math.round(value * 100) / 100 : null;

function refused(what: 'forged' | 'replayed') {
  const lines = measured('refused').filter((each) => each.what === what);
  const heard = measured('heard').filter((each) => each.what === what);
  // Each was said once and heard by every pole: counted at one of those that heard it.
  const firstToHear = (how: string): string | undefined => lines.find((each) => each.how === how)?.pole;
  return {
    lines,
    sent: total(lines.filter(({ how, pole }) => pole === firstToHear(how)).map(({ sent }) => sent)),
    unrefused: total(lines.map(({ sent, refused: count }) => Math.abs(sent - count))),
    played: total(heard.map((each) => Math.max(0, each.heard - each.genuine))),
    genuine: total(heard.map(({ genuine }) => genuine)),
    genuineLost: total(heard.map((each) => Math.max(0, each.genuine - each.heard))),
  };
}

const forgedFound = refused('forged');
const replayedFound = refused('replayed');
const falseReceipts = measured('false-receipts');
const kills = measured('kill');
const airings = measured('airing');
const reckoning = measured('reckoning');
const ghosts = measured('ghosts');
const starts = measured('start').filter(({ coverage }) => coverage > 0);
const errors = starts.map(({ errorMs }) => Math.abs(errorMs));
const skews = [...new Set(starts.map(({ broadcast }) => broadcast))].flatMap((broadcast) => {
  const here = starts.filter((each) => each.broadcast === broadcast).map(({ errorMs }) => errorMs);
  return here.flatMap((one, index) => here.slice(index + 1).map((other) => Math.abs(one - other)));
});
const fans = (side: 'service' | 'straight') => measured('fan-out').filter((each) => each.side === side);
const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
const runs = measured('run');
const emergencies = measured('emergency').map(({ ms }) => ms);

const figures = {
  forged: forgedFound.sent,
  forgedPlayed: forgedFound.played,
  replayed: replayedFound.sent,
  replayedPlayed: replayedFound.played,
  unrefused: forgedFound.unrefused + replayedFound.unrefused,
  genuineLost: forgedFound.genuineLost + replayedFound.genuineLost,
  falseReceipts: total(falseReceipts.map(({ sent }) => sent)),
  falseReceiptsBelieved: total(falseReceipts.map(({ believed }) => believed)),
  kills: kills.length,
  airings: airings.length,
  lost: total(reckoning.map(({ lost }) => lost)),
  doubled: total(reckoning.map(({ doubled }) => doubled)),
  ghosts: total(ghosts.map(({ online }) => online)),
  starts: starts.length,
  startP50Ms: round(median(errors)),
  startP99Ms: round(quantile(errors, 0.99)),
  startMaximumMs: round(Math.max(...errors)),
  skewP99Ms: round(quantile(skews, 0.99)),
  fanoutRatio: round(
    median(fans('service').map(({ ms }) => ms)) / median(fans('straight').map(({ ms }) => ms)),
  ),
  poles: fans('service')[0]?.poles ?? 0,
  programmesFromButtonMs: round(median(fans('service').map(({ fromButtonMs }) => fromButtonMs))),
  emergencyP99Ms: round(quantile(emergencies, 0.99)),
  brokerBytesPerPole: round(measured('broker-memory')[0]?.bytesPerPole ?? Number.NaN),
  whole: runs.every(({ isWhole }) => isWhole),
  seed,
};

type Figure = keyof typeof figures;
/** The most that each figure may be, where its part was measured (DESIGN 6, FAULTS). */
const bounds: readonly (readonly [isMeasured: boolean, figure: Figure, most: number])[] = [
  [forgedFound.sent > 0, 'forgedPlayed', 0],
  [replayedFound.sent > 0, 'replayedPlayed', 0],
  [forgedFound.sent + replayedFound.sent > 0, 'unrefused', 0],
  [forgedFound.sent + replayedFound.sent > 0, 'genuineLost', 0],
  [falseReceipts.length > 0, 'falseReceiptsBelieved', 0],
  [reckoning.length > 0, 'lost', 0],
  [reckoning.length > 0, 'doubled', 0],
  [ghosts.length > 0, 'ghosts', 0],
  [starts.length > 0, 'startP99Ms', 5],
  [starts.length > 0, 'skewP99Ms', 20],
  [fans('service').length > 0, 'fanoutRatio', 1.3],
  [emergencies.length > 0 && figures.poles <= 1_000, 'emergencyP99Ms', 1_500],
];
const broken = bounds.filter(([isMeasured, figure, most]) => {
  const value = figures[figure];
  return isMeasured && !(typeof value === 'number' && value <= most);
});

const states = (of: string): number => airings.filter(({ state }) => state === of).length;
const perPart = (side: 'service' | 'straight'): string =>
  fans(side)
    .map(({ ms }) => ms.toFixed(0))
    .join(' ');
print('');
for (const [what, found] of [
  ['forged', forgedFound],
  ['replayed', replayedFound],
] as const) {
  const table = new Map<string, { sent: number; refused: number }>();
  for (const line of found.lines) {
    const key = `${line.how}, ${line.reason}`;
    const sums = table.get(key) ?? { sent: 0, refused: 0 };
    table.set(key, { sent: sums.sent + line.sent, refused: sums.refused + line.refused });
  }
  print(
    `${what}: ${found.sent} said to 2 poles; ${found.played} played; ${found.genuine} genuine soundings in between, ${found.genuineLost} lost`,
  );
  for (const [key, sums] of table)
    print(
      `  ${key.padEnd(48)}${String(sums.sent).padStart(8)} heard${String(sums.refused).padStart(8)} refused`,
    );
}
print(
  `receipts forged or repeated by the broker: ${figures.falseReceipts}, believed ${figures.falseReceiptsBelieved}`,
);
print(
  `kill -9: ${kills.length} (${['agent', 'broker', 'service'].map((who) => `${kills.filter((each) => each.who === who).length} ${who}`).join(', ')}) over ${airings.length} airings: ` +
    `${states('played')} played, ${states('interrupted')} interrupted, ${states('missed')} missed, ${airings.length - states('played') - states('interrupted') - states('missed')} otherwise; lost ${figures.lost}, doubled ${figures.doubled}`,
);
for (const { faults } of reckoning) for (const fault of faults.slice(0, 10)) print(`  ${fault}`);
for (const each of ghosts)
  print(
    `a minute after ${each.dead} boxes died: ${each.online} of them online; ${each.aliveOnline} of ${each.alive} living ones online`,
  );
print(
  `starts of ${values.clocks} poles with clocks ±2 s and ±200 ppm off: ${starts.length}; error p50 ${figures.startP50Ms}, p99 ${figures.startP99Ms}, greatest ${figures.startMaximumMs} ms; between two poles p99 ${figures.skewP99Ms} ms`,
);
print(
  `programmes to ${figures.poles} simulated poles (1 in 100 proves signatures), first to last (ms): service ${perPart('service')}; straight ${perPart('straight')}; ratio ${figures.fanoutRatio}`,
);
print(
  `  from the button to the last pole, median: ${figures.programmesFromButtonMs} ms; a prepared emergency to the last "playing" in the ledger, p99: ${figures.emergencyP99Ms} ms`,
);
print(`  broker's memory per connected pole (TLS): ${figures.brokerBytesPerPole} bytes`);
for (const [, figure, most] of broken)
  print(`BEYOND ITS BOUND: ${figure} ${figures[figure]}, at most ${most}`);
print(JSON.stringify({ ...figures, broken: broken.map(([, figure]) => figure) }));
process.exit(figures.whole && broken.length === 0 ? 0 : 1);
