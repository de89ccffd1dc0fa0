import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { monotonicNow } from '../link/trusted-clock.ts';
import { Mixer } from './mixer.ts';
import { frameSamples, sampleRate, samplesIn } from './pcm-format.ts';
import { Player } from './player.ts';
import { wavPlayer } from './player.wav.ts';
import type { WavNote } from './wav-note.ts';

const constant = (ms: number, value: number): Int16Array => new Int16Array(samplesIn(ms)).fill(value);

/** Keeps what it is given. */
class Tape extends Player {
  readonly latencyMs = 60;
  readonly continuous = false;
  readonly fault = null;
  readonly frames: Int16Array[] = [];
  write(frame: Int16Array): void {
    this.frames.push(frame);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  get samples(): Int16Array {
    return Int16Array.from(this.frames.flatMap((frame) => [...frame]));
  }
}

/** Time goes by until then. */
async function turnedUntil<T>(promise: Promise<T>): Promise<T> {
  const there: T[] = [];
  void promise.then((value) => there.push(value));
  while (there.length === 0) await jest.advanceTimersByTimeAsync(1);
  return promise;
}

describe('the mixer, on tape', () => {
  // Time is turned by hand: what a busy machine does to the pace of frames is not what is tested here.
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('begins at its very sample, plays every sample once, and ends', async () => {
    const tape = new Tape();
    const mixer = new Mixer(tape);
    const startAtMs = monotonicNow() + 250;
    const pcm = Int16Array.from({ length: samplesIn(130) }, (_, index) => index + 1);
    const playing = mixer.place({ pcm, gain: 1, cuts: true, startAtMs, endByMs: startAtMs + 10_000 });
    expect(Math.abs(((await turnedUntil(playing.began)) ?? 0) - startAtMs)).toBeLessThan(0.05);
    const sounded = await turnedUntil(playing.ended);
    expect(sounded.whole).toBe(true);
    expect(sounded.seconds).toBeCloseTo(0.13, 3);
    const { samples } = tape;
    const from = samples.indexOf(1);
    expect([...samples.subarray(from, from + pcm.length)]).toEqual([...pcm]);
    expect(samples.subarray(from + pcm.length).every((sample) => sample === 0)).toBe(true);
    mixer.close();
  });

  test('the next one fades out what sounds and begins behind it: never two at once', async () => {
    const tape = new Tape();
    const mixer = new Mixer(tape);
    const startAtMs = monotonicNow() + 200;
    const low = mixer.place({
      pcm: constant(400, 1_000),
      gain: 1,
      cuts: true,
      startAtMs,
      endByMs: startAtMs + 5_000,
    });
    await turnedUntil(low.began);
    const high = mixer.place({
      ...{ pcm: constant(100, 7_000), gain: 1, cuts: true },
      ...{ startAtMs: startAtMs + 150, endByMs: startAtMs + 5_000 },
    });
    const first = await turnedUntil(low.ended);
    expect(first.whole).toBe(false);
    expect(first.seconds).toBeGreaterThan(0.14);
    expect(first.seconds).toBeLessThan(0.17);
    await turnedUntil(high.ended);
    const { samples } = tape;
    expect(Math.max(...samples)).toBe(7_000);
    const loud = samples.indexOf(7_000);
    expect(samples.subarray(loud).includes(1_000)).toBe(false);
    expect(samples.lastIndexOf(1_000)).toBeLessThan(loud);
    mixer.close();
  });

  test('the next one that cuts nothing waits until what lags behind its time has ended', async () => {
    const tape = new Tape();
    const mixer = new Mixer(tape);
    const startAtMs = monotonicNow() + 200;
    const endByMs = startAtMs + 5_000;
    const late = mixer.place({ pcm: constant(400, 1_000), gain: 1, cuts: false, startAtMs, endByMs });
    await turnedUntil(late.began);
    const other = { pcm: constant(100, 7_000), gain: 1, cuts: false, startAtMs: startAtMs + 150, endByMs };
    const next = mixer.place(other);
    const first = await turnedUntil(late.ended);
    expect(first).toMatchObject({ whole: true });
    expect(first.seconds).toBeCloseTo(0.4, 3);
    // At the very sample at which the other one ends.
    expect((await turnedUntil(next.began)) ?? 0).toBeCloseTo(first.endedAtMs, 1);
    expect(await turnedUntil(next.ended)).toMatchObject({ whole: true });
    const { samples } = tape;
    expect(samples.indexOf(7_000)).toBe(samples.lastIndexOf(1_000) + 1);
    mixer.close();
  });

  test('the hard end is hard, the volume is a factor, and a cut ends within a frame', async () => {
    const tape = new Tape();
    const mixer = new Mixer(tape);
    const startAtMs = monotonicNow() + 200;
    const playing = mixer.place({
      ...{ pcm: constant(2_000, 10_000), gain: 0.5, cuts: true },
      ...{ startAtMs, endByMs: startAtMs + 100 },
    });
    const sounded = await turnedUntil(playing.ended);
    expect(sounded).toMatchObject({ whole: true });
    expect(sounded.seconds).toBeCloseTo(0.1, 2);
    expect(Math.max(...tape.samples)).toBe(5_000);
    const long = mixer.place({
      pcm: constant(2_000, 9),
      gain: 1,
      cuts: true,
      startAtMs: 0,
      endByMs: Infinity,
    });
    await turnedUntil(long.began);
    mixer.cut();
    expect((await turnedUntil(long.ended)).seconds).toBeLessThan((5 * frameSamples) / sampleRate);
    mixer.close();
  });

  test('what is placed and taken back never sounds', async () => {
    const tape = new Tape();
    const mixer = new Mixer(tape);
    const startAtMs = monotonicNow() + 100;
    const playing = mixer.place({ pcm: constant(100, 5), gain: 1, cuts: true, startAtMs, endByMs: Infinity });
    mixer.unplace();
    expect(await turnedUntil(playing.began)).toBeNull();
    expect((await turnedUntil(playing.ended)).seconds).toBe(0);
    expect(tape.samples.includes(5)).toBe(false);
    mixer.close();
  });
});

describe('the WAV sink, a process of its own', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sink-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  interface Fed {
    readonly note: WavNote;
    readonly loudAfterMs: number;
    /** The lateness of the latest frame, which a busy machine adds to: by its own clock, this process's doing. */
    readonly latestMs: number;
  }

  /** Feeds 60 frames at their pace, the loud ones from the 10th on; `delayMs` before that one. */
  async function feed(delayMs: number): Promise<Fed> {
    const wavs = await mkdtemp(join(directory, 'sounds-'));
    await rm(wavs, { recursive: true });
    const player = wavPlayer(wavs);
    // The first frame must not pay for the start of the process: its directory is the first thing it makes.
    while (!existsSync(wavs)) await new Promise((resolve) => setTimeout(resolve, 20));
    const begunMs = monotonicNow();
    let latestMs = 0;
    for (let count = 0; count < 60; count += 1) {
      const dueMs = begunMs + count * 20 + (count < 10 ? 0 : delayMs);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - monotonicNow())));
      latestMs = Math.max(latestMs, monotonicNow() - dueMs);
      player.write(new Int16Array(frameSamples).fill(count < 10 ? 1 : 9_000));
    }
    await player.close();
    const name = (await readdir(wavs)).find((each) => each.endsWith('.json')) ?? '';
    const note = JSON.parse(await readFile(join(wavs, name), 'utf8')) as WavNote;
    const bytes = await readFile(join(wavs, note.file));
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) >> 1);
    return { note, loudAfterMs: (samples.indexOf(9_000) * 1_000) / note.sampleRate, latestMs };
  }

  /** Again where the machine was too busy to feed at any pace: that is not the sink's lateness. */
  async function fedInTime(delayMs: number): Promise<Fed> {
    for (let tries = 1; ; tries += 1) {
      const fed = await feed(delayMs);
      if (fed.latestMs < 15 || tries === 20) return fed;
    }
  }

  test('frames that come in time are gapless, and frames that come 80 ms late are heard 80 ms late', async () => {
    const inTime = await fedInTime(0);
    expect(inTime.note).toMatchObject({ complete: true, underruns: [] });
    expect(inTime.loudAfterMs).toBe(200);
    expect(inTime.note.seconds).toBeCloseTo(1.2, 3);
    const late = await fedInTime(80);
    expect(late.loudAfterMs).toBeGreaterThan(260);
    expect(late.loudAfterMs).toBeLessThan(320);
    expect(late.note.underruns).toHaveLength(1);
  }, 120_000);
});
