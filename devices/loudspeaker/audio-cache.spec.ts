import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pinnedAgent } from '../link/pinned-http.ts';
import { newAuthority, StandInService } from '../link/service.testing.ts';
import type { AudioRef } from '../protocol/pole-messages.ts';
import { AudioCache } from './audio-cache.ts';
import { decode, findDecoder } from './decoder.ts';
import type { Decoder } from './decoder.ts';
import { sampleRate } from './pcm-format.ts';

const require = createRequire(import.meta.url);
const { path: ffmpeg } = require('@ffmpeg-installer/ffmpeg') as { path: string };

let decoder: Decoder;
let sound: Buffer;
let directory = '';
let service: StandInService;
const open: AudioCache[] = [];

beforeAll(async () => {
  decoder = await findDecoder(ffmpeg);
  const scratch = await mkdtemp(join(tmpdir(), 'sound-'));
  const words = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3', '-c:a', 'libopus', '-b:a', '48k'];
  execFileSync(ffmpeg, ['-v', 'error', ...words, join(scratch, 'a.opus')]);
  sound = await readFile(join(scratch, 'a.opus'));
  await rm(scratch, { recursive: true });
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cache-'));
  service = await StandInService.start();
});
afterEach(async () => {
  for (const cache of open.splice(0)) cache.close();
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Watched {
  readonly cache: AudioCache;
  readonly refused: string[];
  /** Resolves with the next thing that the cache says: changed, or why a fetch failed. */
  readonly next: () => Promise<string>;
}

async function openCache(authority?: string, maximumBytes = 1e9): Promise<Watched> {
  const refused: string[] = [];
  const said: string[] = [];
  let wake: () => void = () => undefined;
  const say = (what: string): void => {
    said.push(what);
    wake();
  };
  const pem = authority ?? service.authority;
  const cache = await AudioCache.open({
    ...{ directory, https: service.httpsUrl, decoder, maximumBytes, secret: 'of this box' },
    dispatcher: pinnedAgent({ pem }, () => Date.now()),
    changed: () => say('changed'),
    refused: (_sha256, reason) => refused.push(reason),
    failed: (_sha256, error) => say(error.message),
  });
  open.push(cache);
  const next = async (): Promise<string> => {
    while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return said.shift() ?? '';
  };
  return { cache, refused, next };
}

const want = (cache: AudioCache, ...all: AudioRef[]): void =>
  cache.want(
    all.map((audio) => ({ audio, neededAt: 0 })),
    0,
  );

describe('the audio cache', () => {
  test('fetches, proves and decodes ahead of time, and knows it after a restart', async () => {
    const audio = service.addAudio(sound, 3);
    const { cache, next } = await openCache();
    want(cache, audio);
    expect(cache.counts).toEqual({ ready: 0, of: 1 });
    expect(await next()).toBe('changed');
    expect(cache.counts).toEqual({ ready: 1, of: 1 });
    const pcm = await cache.load(audio.sha256);
    expect((pcm?.length ?? 0) / sampleRate).toBeCloseTo(3, 1);
    const again = await openCache();
    expect(again.cache.held.has(audio.sha256)).toBe(true);
    expect(service.fetched).toHaveLength(1);
  }, 60_000);

  test('goes on where the line was cut', async () => {
    const audio = service.addAudio(sound, 3);
    service.cutAudioAfterBytes = 6_000;
    const { cache, next } = await openCache();
    want(cache, audio);
    expect(await next()).not.toBe('changed');
    service.cutAudioAfterBytes = null;
    expect(await next()).toBe('changed');
    expect(service.fetched.map(({ range }) => range)).toEqual([null, 'bytes=6000-']);
    expect(await cache.load(audio.sha256)).not.toBeNull();
  }, 60_000);

  test('never holds what does not hash to its name, and says so', async () => {
    const audio = service.addAudio(sound, 3);
    service.audio.set(audio.sha256, Buffer.from(sound).fill(7, 1_000, 1_010));
    const { cache, next, refused } = await openCache();
    want(cache, audio);
    expect(await next()).toBe('not what its name says');
    expect(cache.held.size).toBe(0);
    expect(refused).toEqual(['wrong-hash']);
    service.audio.set(audio.sha256, sound);
    expect(await next()).toBe('changed');
  }, 60_000);

  test('what the disk has changed is not played but fetched again', async () => {
    const audio = service.addAudio(sound, 3);
    const { cache, next, refused } = await openCache();
    want(cache, audio);
    await next();
    const path = join(directory, `${audio.sha256}.pcm`);
    const bytes = await readFile(path);
    bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await cache.load(audio.sha256)).toBeNull();
    expect(refused).toEqual(['wrong-hash']);
    expect(cache.held.size).toBe(0);
    while (!cache.held.has(audio.sha256)) await next();
    expect(await cache.load(audio.sha256)).not.toBeNull();
    await truncate(path, 100);
    expect((await openCache()).cache.held.size).toBe(0);
  }, 60_000);

  test('asks nothing of a server that another authority vouches for', async () => {
    const audio = service.addAudio(sound, 3);
    const { cache, next } = await openCache((await newAuthority()).ca);
    want(cache, audio);
    expect(await next()).toContain('not certified by the pinned authority');
    expect(service.fetched).toHaveLength(0);
  }, 60_000);

  test('evicts what nothing names when there is too much, and never what is named', async () => {
    const first = service.addAudio(sound, 3);
    const { cache, next } = await openCache(undefined, 1_000);
    want(cache, first);
    await next();
    want(cache, first);
    await new Promise(setImmediate);
    expect(await cache.load(first.sha256)).not.toBeNull();
    want(cache);
    while (cache.held.size > 0) await new Promise(setImmediate);
    expect(await cache.load(first.sha256)).toBeNull();
  }, 60_000);
});

test('what is decoded has no knock where the coding changes within a word', async () => {
  const to = join(directory, 'decoded.raw');
  await decode(decoder, 'test/fixtures/speech/knock.opus', to);
  const bytes = await readFile(to);
  let loudest = 0;
  for (let at = 0; at < bytes.length; at += 2) loudest = Math.max(loudest, Math.abs(bytes.readInt16LE(at)));
  expect(bytes.length).toBeGreaterThan(sampleRate);
  expect(loudest).toBeLessThan(0.9 * 32_768);
});
