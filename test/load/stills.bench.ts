/*
 * npm run bench:stills -- DIRECTORY [--only WORDS] [--seed N] [--raw FILE]
 *
 * The comparison of stills (src/camera-health) on real pictures: how often it reports what is well, and misses what is not.
 * DIRECTORY holds photographs (JPEG, PNG) and films of a camera that stands still (AVI, MP4, WEBM, MKV). None are kept in
 * the repository: their licences differ, and a commune's own pictures measure best.
 *
 * Each photograph is a wide view, of which the camera sees the middle; so what comes into sight when it is turned is real.
 * Each film's first picture is the reference for the later ones, with all that moves in them. What the weather, the hour, the
 * lens and the encoder do to a view is laid over it, as drawn in `stills/kinds.ts`. Every still goes through JPEG and the
 * service's own reader.
 *
 * `--only WORDS` takes the kinds alone whose name has one of these words, apart by commas.
 *
 * Prints a table by kind; the last line is JSON:
 *   photographs, films  what was found and could be read
 *   pairs               reference and still
 *   falseAlarms         share (0–1) of the pairs of views that are well in which something was reported
 *   missed              share (0–1) of the pairs of spoiled views in which nothing was
 *   misnamed            share (0–1) of those in which something else was reported than what was done
 *   byKind              per kind: pairs, reported (by finding), and the bound that it is held to
 *   seed, raw           what was drawn, and each pair's figures as lines of JSON
 * Ends with 1 where a kind is beyond its bound.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  compare,
  judge,
  measure,
  stillHeight,
  stillWidth,
  limits,
} from '../../src/camera-health/comparison.ts';
import type { Comparison, Grey, ViewFinding } from '../../src/camera-health/comparison.ts';
import { greyAnew } from '../../src/platform/files/picture-anew.sharp.ts';
import { framesOf } from './stills/films.ts';
import { laterInFilm, spoiled, well } from './stills/kinds.ts';
import type { Kind, Scene } from './stills/kinds.ts';
import { draw } from './stills/view.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: process.env.LOA_SEED ?? '1' },
    raw: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const [directory] = positionals;
if (directory === undefined) {
  process.stderr.write('npm run bench:stills -- DIRECTORY [--only WORDS] [--seed N] [--raw FILE]\n');
  process.exit(2);
}
const seed = Number(values.seed);
const words = values.only.split(',');
const isAsked = (name: string): boolean => words.some((word) => name.includes(word));
const raw = values.raw ?? join(tmpdir(), 'bench-stills.jsonl');

interface Pair {
  readonly kind: string;
  readonly source: string;
  readonly expected: readonly (ViewFinding | null)[];
  readonly found: ViewFinding | null;
  readonly seen: Comparison;
}

const pairs: Pair[] = [];
/** Reported what is well, or nothing of what is not; a wrong name for it is told apart. */
const isWrong = ({ expected, found }: Pair): boolean =>
  expected.includes(null) ? !expected.includes(found) : found === null;
const unfit: string[] = [];
let [photographs, films] = [0, 0];

async function grey(jpeg: Buffer): Promise<Grey> {
  const anew = { pixelsMaximum: 64_000_000, width: stillWidth, height: stillHeight };
  return { width: stillWidth, height: stillHeight, data: await greyAnew(jpeg, anew) };
}

function take(kind: Pick<Kind, 'name' | 'expected'>, source: string, reference: Grey, still: Grey): void {
  const seen = compare(reference, still);
  pairs.push({ kind: kind.name, source, expected: kind.expected, found: judge(seen, true), seen });
}

/** @returns whether there is enough to see: a person is not let make anything else a reference either */
function isFit(reference: Grey, source: string): boolean {
  const fits = measure(reference).detail >= limits.detailLeast;
  if (!fits) unfit.push(source);
  return fits;
}

async function photograph(scene: Scene, source: string, index: number): Promise<void> {
  const reference = await grey(await draw(scene, { grain: 3 }, seed * 7_919 + index));
  if (!isFit(reference, source)) return;
  photographs += 1;
  for (const [number, kind] of [...well, ...spoiled].entries()) {
    if (!isAsked(kind.name)) continue;
    const still = await grey(await draw(scene, kind.how, seed * 7_919 + index * 101 + number + 1));
    take(kind, source, reference, still);
  }
}

for (const [index, name] of (await readdir(directory)).sort().entries()) {
  const path = join(directory, name);
  if (/\.(jpe?g|png)$/i.test(name)) {
    await photograph({ picture: await readFile(path) }, name, index);
  } else if (/\.(avi|mp4|webm|mkv)$/i.test(name)) {
    const [first, ...later] = await framesOf(path);
    if (first === undefined) continue;
    const reference = await grey(first);
    if (!isFit(reference, name)) continue;
    films += 1;
    for (const frame of isAsked(laterInFilm.name) ? later : [])
      take(laterInFilm, name, reference, await grey(frame));
    await photograph({ picture: first }, name, index);
  }
}
sharp.cache(false);
await writeFile(raw, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));

const kinds = new Map([...well, laterInFilm, ...spoiled].map((kind) => [kind.name, kind]));
const share = (count: number, of: number): number =>
  of === 0 ? 0 : Math.round((10_000 * count) / of) / 10_000;
const byKind = [...kinds.values()].flatMap((kind) => {
  const mine = pairs.filter((pair) => pair.kind === kind.name);
  if (mine.length === 0) return [];
  const reported: Record<string, number> = {};
  for (const { found } of mine) if (found !== null) reported[found] = (reported[found] ?? 0) + 1;
  const isWell = kind.expected.includes(null);
  const wrong = mine.filter((pair) => isWrong(pair)).length;
  return [
    {
      kind: kind.name,
      isWell,
      pairs: mine.length,
      wrong: share(wrong, mine.length),
      most: kind.most,
      reported,
    },
  ];
});
const line = (name: string, ...cells: string[]): string =>
  `${name.padEnd(34)}${cells.map((cell) => cell.padStart(10)).join('')}\n`;
for (const isWell of [true, false]) {
  process.stdout.write(
    `\n${line(isWell ? 'well: reported all the same' : 'spoiled: not reported', 'pairs', 'wrong', 'at most')}`,
  );
  for (const one of byKind.filter((each) => each.isWell === isWell)) {
    const told = Object.entries(one.reported)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
    process.stdout.write(
      line(
        one.kind,
        String(one.pairs),
        `${(100 * one.wrong).toFixed(1)}%`,
        `${(100 * one.most).toFixed(0)}%`,
      ).trimEnd() + (told === '' ? '\n' : `   ${told}\n`),
    );
  }
}
if (unfit.length > 0) process.stdout.write(`\ntoo little to see: ${unfit.join(', ')}\n`);

const ofWell = pairs.filter(({ expected }) => expected.includes(null));
const ofSpoiled = pairs.filter(({ expected }) => !expected.includes(null));
const beyond = byKind.filter(({ wrong, most }) => wrong > most).map(({ kind }) => kind);
if (beyond.length > 0) process.stdout.write(`\nbeyond their bound: ${beyond.join(', ')}\n`);
process.stdout.write(
  `${JSON.stringify({
    ...{ photographs, films, pairs: pairs.length },
    falseAlarms: share(ofWell.filter(isWrong).length, ofWell.length),
    missed: share(ofSpoiled.filter(isWrong).length, ofSpoiled.length),
    misnamed: share(
      ofSpoiled.filter(({ found, expected }) => found !== null && !expected.includes(found)).length,
      ofSpoiled.length,
    ),
    ...{ byKind, seed, raw },
  })}\n`,
);
process.exitCode = beyond.length === 0 ? 0 : 1;
