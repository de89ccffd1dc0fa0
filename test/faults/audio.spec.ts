import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { pinnedAgent } from '../../devices/link/pinned-http.ts';
import { StandInService } from '../../devices/link/service.testing.ts';
import { AudioCache } from '../../devices/loudspeaker/audio-cache.ts';
import { findDecoder } from '../../devices/loudspeaker/decoder.ts';
import type { Decoder } from '../../devices/loudspeaker/decoder.ts';
import type { AudioRef } from '../../devices/protocol/pole-messages.ts';
import { mutant } from '../stage/build.ts';
import { drawer, seed } from './seed.ts';

jest.setTimeout(600_000);

const faultsInCache = 900;
const faultsOnWire = 100;

let scratch = '';
let service: StandInService;
let decoder: Decoder;
/** What each sound must be, by the hash that names it. */
const samples = new Map<string, string>();
const sounds: { bytes: Buffer; audio: AudioRef }[] = [];

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const hashOf = (pcm: Int16Array): string => hash(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));

/** A tone of one second, as Opus. */
async function tone(hertz: number, kilobits: number): Promise<Buffer> {
  const path = join(scratch, `${hertz}-${kilobits}.opus`);
  const input = ['-f', 'lavfi', '-i', `sine=frequency=${hertz}:duration=1`];
  execFileSync(ffmpeg.path, ['-v', 'error', '-y', ...input, '-c:a', 'libopus', '-b:a', `${kilobits}k`, path]);
  return readFile(path);
}

interface Watch {
  readonly refused?: (reason: string) => unknown;
  readonly failed?: () => void;
}

async function openCache(directory: string, watch: Watch = {}, cache = AudioCache): Promise<AudioCache> {
  return cache.open({
    ...{ directory, https: service.httpsUrl, decoder, secret: 'of this box' },
    dispatcher: pinnedAgent({ pem: service.authority }, () => Date.now()),
    changed: () => undefined,
    refused: (_sha256, reason) => watch.refused?.(reason),
    failed: () => watch.failed?.(),
  });
}

/** Fetched, proved and decoded. */
async function filled(directory: string): Promise<void> {
  const cache = await openCache(directory);
  cache.want(
    sounds.map(({ audio }) => ({ audio, neededAt: 0 })),
    0,
  );
  while (cache.held.size < sounds.length) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const { audio } of sounds) {
    const pcm = await cache.load(audio.sha256);
    if (pcm !== null) samples.set(audio.sha256, hashOf(pcm));
  }
  cache.close();
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'audio-faults-'));
  service = await StandInService.start();
  decoder = await findDecoder(ffmpeg.path);
  for (const hertz of [300, 450, 600]) {
    const bytes = await tone(hertz, 32);
    sounds.push({ bytes, audio: service.addAudio(bytes, 1) });
  }
  await filled(join(scratch, 'whole'));
});
afterAll(async () => {
  await service.stop();
  await rm(scratch, { recursive: true, force: true });
});

type Fault = (directory: string, victim: string, other: string, draw: () => number) => Promise<void>;

async function change(path: string, by: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(path, by(await readFile(path)));
}

/** What is done to the files of a box while it is off or on; each must never be heard. */
const faults: Record<string, Fault> = {
  'a bit of the samples turned': (directory, victim, _other, draw) =>
    change(join(directory, `${victim}.pcm`), (bytes) => {
      const at = Math.floor(draw() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(draw() * 8));
      return bytes;
    }),
  'samples cut off': (directory, victim, _other, draw) =>
    change(join(directory, `${victim}.pcm`), (bytes) =>
      bytes.subarray(0, Math.floor(draw() * (bytes.length - 2))),
    ),
  'samples made longer': (directory, victim) =>
    change(join(directory, `${victim}.pcm`), (bytes) => Buffer.concat([bytes, bytes.subarray(0, 2_000)])),
  "another's samples": (directory, victim, other) =>
    cp(join(directory, `${other}.pcm`), join(directory, `${victim}.pcm`)),
  "another's samples with their note": async (directory, victim, other) => {
    for (const suffix of ['.pcm', '.json', ''])
      await cp(join(directory, `${other}${suffix}`), join(directory, `${victim}${suffix}`));
  },
  'other samples and a note that fits them': async (directory, victim, _other, draw) => {
    const pcm = Buffer.alloc(48_000, Math.floor(draw() * 256));
    await writeFile(join(directory, `${victim}.pcm`), pcm);
    const note = JSON.parse(await readFile(join(directory, `${victim}.json`), 'utf8')) as object;
    await writeFile(
      join(directory, `${victim}.json`),
      JSON.stringify({ ...note, pcmSha256: hash(pcm), bytes: pcm.length }),
    );
  },
  'a note that says nothing': (directory, victim) => writeFile(join(directory, `${victim}.json`), '{}'),
};

interface Tally {
  tried: number;
  /** Other samples than the approved ones were handed out to be played. */
  played: number;
  refused: number;
}

async function inCache(times: number, draw: () => number, kind = AudioCache): Promise<Tally> {
  const tally: Tally = { tried: 0, played: 0, refused: 0 };
  const all = Object.values(faults);
  const directory = join(scratch, 'box');
  for (let index = 0; index < times; index += 1) {
    await rm(directory, { recursive: true, force: true });
    await cp(join(scratch, 'whole'), directory, { recursive: true });
    const victim = sounds[Math.floor(draw() * sounds.length)]?.audio.sha256 ?? '';
    const other = sounds.find(({ audio }) => audio.sha256 !== victim)?.audio.sha256 ?? '';
    const refused: string[] = [];
    const watch: Watch = { refused: (reason) => refused.push(reason) };
    // Half of the time it happens under a box that runs, half of the time while it is off.
    const early = draw() < 0.5 ? await openCache(directory, watch, kind) : null;
    await all[index % all.length]?.(directory, victim, other, draw);
    const cache = early ?? (await openCache(directory, watch, kind));
    const isHeld = cache.held.has(victim);
    const pcm = await cache.load(victim);
    tally.tried += 1;
    if (pcm !== null && hashOf(pcm) !== samples.get(victim)) tally.played += 1;
    // What is not held is fetched anew: as good as refused.
    if (refused.length > 0 || !isHeld) tally.refused += 1;
    cache.close();
  }
  return tally;
}

async function onTheWire(times: number, draw: () => number): Promise<Tally> {
  const tally: Tally = { tried: 0, played: 0, refused: 0 };
  const encodedAgain = await tone(300, 24);
  for (let index = 0; index < times; index += 1) {
    const victim = sounds[index % sounds.length];
    const other = sounds[(index + 1) % sounds.length];
    if (victim === undefined || other === undefined) throw new Error('No sounds');
    const { bytes, audio } = victim;
    const lies = [
      other.bytes,
      bytes.subarray(0, Math.floor(draw() * bytes.length)),
      encodedAgain,
      Buffer.concat([bytes, Buffer.from([0])]),
      Buffer.from(bytes.map((byte, at) => (at === Math.floor(bytes.length / 2) ? byte ^ 1 : byte))),
    ];
    service.audio.set(audio.sha256, lies[index % lies.length] ?? Buffer.alloc(0));
    const directory = await mkdtemp(join(scratch, 'wire-'));
    let failed: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (failed = resolve));
    const cache = await openCache(directory, { failed: () => failed() });
    cache.want([{ audio, neededAt: 0 }], 0);
    await over;
    tally.tried += 1;
    if ((await cache.load(audio.sha256)) !== null) tally.played += 1;
    else if (!(await readdir(directory)).includes(`${audio.sha256}.pcm`)) tally.refused += 1;
    cache.close();
    service.audio.set(audio.sha256, bytes);
    await rm(directory, { recursive: true, force: true });
  }
  return tally;
}

describe('sound that is not what was approved', () => {
  test(`${faultsInCache} times in the cache and ${faultsOnWire} times on the wire: never handed out to be played`, async () => {
    process.stdout.write(`audio: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const cache = await inCache(faultsInCache, draw);
    const wire = await onTheWire(faultsOnWire, draw);
    process.stdout.write(`${JSON.stringify({ suite: 'audio', seed, cache, wire })}\n`);
    expect(cache).toMatchObject({ tried: faultsInCache, played: 0, refused: faultsInCache });
    expect(wire).toMatchObject({ tried: faultsOnWire, played: 0, refused: faultsOnWire });
  });

  test('turns red where a box believes its disk', async () => {
    const copy = await mutant(scratch, [
      { file: 'devices/loudspeaker/audio-cache.js', from: 'if (isMarked && ', to: 'if (true || ' },
    ]);
    const broken = (await import(join(copy, 'devices/loudspeaker/audio-cache.js'))) as {
      AudioCache: typeof AudioCache;
    };
    const found = await inCache(Object.keys(faults).length, drawer(seed), broken.AudioCache);
    process.stdout.write(`${JSON.stringify({ suite: 'audio, mutant', ...found })}\n`);
    expect(found.played).toBeGreaterThan(0);
  });
});
