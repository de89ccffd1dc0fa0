/**
 * For how long an encoder holds a scene to the point: `npm run bench:frozen`.
 *
 * Many recorders make their stills out of their own H.264 stream, where what does not move is copied from picture to picture
 * until the next key frame; others write JPEGs with few bits. A scene in which nothing moves is filmed here for two minutes, ten
 * pictures a second, with a sensor's noise (standard deviation, of 255 levels) and a clock; encoded with few bits; and a still of
 * every other second compared as the live view compares them. Seed 1. Options: --pictures N (1200).
 *
 *   longest    s for which nothing changed outside one small box: from 60 s on the live view says so
 *   no change  of the pairs two seconds apart, those that did not differ outside one small box, in percent
 *   cells      of 3,600 that differ between two of them, the median
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { pictureCells } from '../../src/camera-events/picture.process.ts';
import { isSameScene, StillScene } from '../../src/camera-events/still-scene.ts';
import type { Cells } from '../../src/camera-events/still-scene.ts';
import { seeded } from '../../devices/camera/scene.ts';
import { drawPicture } from '../../devices/camera/picture.sharp.ts';
import { findFfmpeg } from '../../src/speech/program.ffmpeg.ts';
import { framesOf } from './stills/films.ts';

const [width, height, perSecond] = [1_280, 720, 10];
const { values } = parseArgs({ options: { pictures: { type: 'string', default: '1200' } } });
const pictures = Number(values.pictures);

interface Kind {
  readonly name: string;
  /** Of what there is by day; what the sensor has of black is `floor`, and nothing is darker. */
  readonly light: number;
  readonly noise: number;
  readonly floor?: number;
  readonly codec: { readonly hevc?: boolean; readonly keyEvery: number; readonly kilobits: number } | Jpeg;
}

interface Jpeg {
  /** 1 to 100. */
  readonly quality: number;
}

const [day, night] = [1, 0.05];

function films(name: string, light: number, noises: readonly number[], codec: Kind['codec']): Kind[] {
  return noises.map((noise) => ({ name, light, noise, codec }));
}

const kinds: readonly Kind[] = [
  ...films('day', day, [0.25, 0.1], { quality: 35 }),
  ...films('night', night, [0.25, 0.1], { quality: 35 }),
  ...films('night', night, [0.25, 0.1], { quality: 10 }),
  ...films('night, frozen', night, [0], { quality: 35 }),
  ...films('day', day, [2, 1, 0.5, 0.25, 0.1], { keyEvery: 50, kilobits: 512 }),
  ...films('night', night, [2, 1, 0.5, 0.25, 0.1], { keyEvery: 50, kilobits: 256 }),
  ...films('night', night, [1, 0.5, 0.25, 0.1], { keyEvery: 250, kilobits: 128 }),
  ...films('night', night, [1, 0.25], { keyEvery: 1_000, kilobits: 64 }),
  ...films('night', night, [1, 0.25, 0.1], { hevc: true, keyEvery: 250, kilobits: 64 }),
  ...films('night', night, [0.1], { hevc: true, keyEvery: 1_000, kilobits: 32 }),
  ...films('day, frozen', day, [0], { keyEvery: 50, kilobits: 512 }),
  ...films('night, frozen', night, [0], { keyEvery: 250, kilobits: 128 }),
  ...films('blackest night', 0.002, [0.25], { keyEvery: 50, kilobits: 256 }).map((how) => ({
    ...how,
    floor: 18,
  })),
];

/** Gaussian, by its table: a film has a thousand million points. */
function noiseTable(random: () => number): Float32Array {
  return Float32Array.from(
    { length: 1 << 20 },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** Grey pictures, one after the other. */
function* pictured(how: Kind, scene: Float32Array): Generator<Buffer> {
  const random = seeded(1);
  const table = noiseTable(random);
  for (let number = 0; number < pictures; number += 1) {
    const frame = Buffer.allocUnsafe(width * height);
    let at = Math.floor(random() * table.length);
    for (let index = 0; index < frame.length; index += 1) {
      const level = (scene[index] ?? 0) * how.light + how.noise * (table[at] ?? 0);
      frame[index] = Math.min(255, Math.max(how.floor ?? 0, Math.round(level)));
      at = (at + 1) & (table.length - 1);
    }
    clock(frame, Math.floor(number / perSecond));
    yield frame;
  }
}

/** Stills two seconds apart, as JPEG. */
async function stillsOf(how: Kind, scene: Float32Array, path: string): Promise<Buffer[]> {
  const { codec } = how;
  if ('quality' in codec) {
    const all: Buffer[] = [];
    let number = 0;
    for (const frame of pictured(how, scene))
      if (number++ % (2 * perSecond) === 0)
        all.push(
          await sharp(frame, { raw: { width, height, channels: 1 } })
            .jpeg(codec)
            .toBuffer(),
        );
    return all;
  }
  const { hevc = false, kilobits, keyEvery } = codec;
  const { path: program } = await findFfmpeg('');
  const encoder = spawn(
    program,
    [
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`],
      ...['-r', `${perSecond}`, '-i', '-', '-pix_fmt', 'yuv420p', '-c:v', hevc ? 'libx265' : 'libx264'],
      ...['-preset', 'superfast', '-b:v', `${kilobits}k`, '-maxrate', `${kilobits}k`],
      ...['-bufsize', `${kilobits * 2}k`, '-g', `${keyEvery}`, '-keyint_min', `${keyEvery}`],
      // As cameras do: no key frame but by the clock, nothing looked at in advance.
      ...['-sc_threshold', '0', '-bf', '0'],
      ...(hevc ? ['-x265-params', 'log-level=error'] : ['-tune', 'zerolatency']),
      path,
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(encoder, 'exit');
  for (const frame of pictured(how, scene))
    if (!encoder.stdin.write(frame)) await once(encoder.stdin, 'drain');
  encoder.stdin.end();
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  return framesOf(path);
}

/** Where its clock stands: bars that tell the second. */
function clock(frame: Buffer, second: number): void {
  for (let y = 20; y < 48; y += 1)
    for (let x = 0; x < 300; x += 1)
      frame[y * width + 30 + x] = (second >> (Math.floor(x / 20) % 8)) & 1 ? 235 : 20;
}

/** A drawn scene with what every real one has: light that falls off, and a fine texture. */
async function sceneOf(): Promise<Float32Array> {
  const drawn = await drawPicture({
    ...{ name: 'Cổng', place: 'gate', night: false, shows: undefined, spoiled: undefined, atMs: 0 },
  });
  const grey = await sharp(drawn).resize(width, height).greyscale().blur(1.2).raw().toBuffer();
  const random = seeded(2);
  return Float32Array.from(grey, (level, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return 30 + level * 0.75 + 12 * Math.cos(x / 300) * Math.cos(y / 240) + 4 * (random() - 0.5);
  });
}

const scene = await sceneOf();
const directory = await mkdtemp(join(tmpdir(), 'loa-lang-frozen-'));
const line = (...parts: readonly (string | number)[]): string =>
  parts.map((part, index) => `${part}`.padEnd(index === 0 ? 18 : 12)).join('');
console.log(line('scene', 'noise', 'codec', 'bits', 'key every', 'longest', 'no change', 'cells'));
try {
  for (const how of kinds) {
    const stillScene = new StillScene();
    const all: Cells[] = [];
    let longestMs = 0;
    for (const jpeg of await stillsOf(how, scene, join(directory, 'film.mkv'))) {
      const cells = await pictureCells(jpeg);
      stillScene.see(cells, all.length * 2_000);
      longestMs = Math.max(longestMs, stillScene.unmovedMs);
      all.push(cells);
    }
    const pairs = all.slice(1).map((is, index) => ({ was: all[index] ?? is, is }));
    const same = pairs.filter(({ was, is }) => isSameScene(was, is)).length;
    const differing = pairs
      .map(({ was, is }) => is.filter((sum, index) => sum !== was[index]).length)
      .sort((one, other) => one - other);
    const { name, noise, codec } = how;
    const by =
      'quality' in codec
        ? ['JPEG', `quality ${codec.quality}`, '']
        : [codec.hevc ? 'H.265' : 'H.264', `${codec.kilobits} kbit/s`, `${codec.keyEvery / perSecond} s`];
    console.log(
      line(
        ...[name, noise, ...by, `${longestMs / 1_000} s`, `${Math.round((100 * same) / pairs.length)} %`],
        differing[differing.length >> 1] ?? 0,
      ),
    );
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
