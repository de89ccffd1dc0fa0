import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf } from '../base/error.ts';
import { assemble } from './assembly.ts';
import { FfmpegEncoder, measurementIn, type Encoded } from './encoder.ffmpeg.ts';
import { faultsOf } from './encoder.ts';
import { bytesOf, joined, rmsOf, scaled } from './pcm.ts';
import { deliveryOf, renderProfiles } from './render-profile.ts';
import { findFfmpeg, runFfmpeg, toldPlainly } from './program.ffmpeg.ts';
import { tunesAtFirst } from './tunes.ts';
import { EspeakVoice } from './voice.espeak.ts';

const corpus = readFileSync(
  new URL('../../test/fixtures/corpora/announcements.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { id: string; text: string });
const voice = new EspeakVoice({ voice: 'vi' });
let directory: string;
let ffmpeg: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-encode-'));
  ffmpeg = (await findFfmpeg('')).path;
});
afterAll(async () => {
  await voice.close();
  await rm(directory, { recursive: true, force: true });
});

async function encode(pcm: Int16Array, sampleRate: number, communeName = 'Xã Tân Hòa Lộc'): Promise<Encoded> {
  const workspace = await mkdtemp(join(directory, 'work-'));
  const rawPath = join(workspace, 'raw');
  await writeFile(rawPath, bytesOf(pcm));
  return new FfmpegEncoder(ffmpeg).encode({
    rawPath,
    sampleRate,
    seconds: pcm.length / sampleRate,
    directory: workspace,
    bandHertz: renderProfiles.outdoor.bandHertz,
    provenance: { voiceId: voice.id, communeName, spokenHash: 'ab'.repeat(32), soundClass: 'routine' },
  });
}

async function spoken(text: string, profile: 'outdoor' | 'alarm', gain = 1): Promise<[Int16Array, number]> {
  const sentences = text.split(/(?<=[.:;])\s+/u);
  const sounds: Int16Array[] = [];
  let sampleRate = 0;
  for (const sentence of sentences) {
    const sound = await voice.synthesise(sentence, { rate: renderProfiles.outdoor.rate });
    sounds.push(scaled(sound.pcm, gain));
    sampleRate = sound.sampleRate;
  }
  const level = rmsOf(joined(sounds));
  const parts = [...assemble(sentences, level, sampleRate, deliveryOf(profile, tunesAtFirst, 1))];
  const silent = new Int16Array(0);
  const pcms = parts.map((part) => (part.kind === 'sentence' ? (sounds[part.sentence] ?? silent) : part.pcm));
  return [joined(pcms), sampleRate];
}

/** Measured apart from the encoder: decoded to plain samples first, then measured. */
async function measuredAgain(
  path: string,
): Promise<{ loudnessLufs: number; truePeakDbtp: number; seconds: number }> {
  const wav = `${path}.decoded.wav`;
  await runFfmpeg(ffmpeg, ['-y', '-i', path, '-c:a', 'pcm_f32le', '-ar', '48000', wav], {
    deadlineMs: 60_000,
  });
  const { stdout, stderr } = await runFfmpeg(
    ffmpeg,
    ['-progress', 'pipe:1', '-i', wav, '-filter_complex', 'ebur128=peak=true', '-f', 'null', '-'],
    { deadlineMs: 60_000 },
  );
  return measurementIn(stdout, stderr);
}

describe('what goes on air', () => {
  test.each([
    ['a village announcement', 5, 'outdoor', 1],
    ['another', 29, 'outdoor', 1],
    ['one of a voice that speaks very softly', 8, 'outdoor', 0.05],
    ['an emergency', 26, 'alarm', 1],
  ] as const)(
    '%s is −16 ± 0.5 LUFS and peaks under −1.5 dBTP in both files, whole',
    async (_what, at, profile, gain) => {
      const [pcm, sampleRate] = await spoken(corpus[at]?.text ?? '', profile, gain);
      const { opus, mp3 } = await encode(pcm, sampleRate);
      for (const file of [opus, mp3]) {
        const heard = await measuredAgain(file.path);
        expect(heard.loudnessLufs).toBeGreaterThanOrEqual(-16.5);
        expect(heard.loudnessLufs).toBeLessThanOrEqual(-15.5);
        expect(heard.truePeakDbtp).toBeLessThanOrEqual(-1.5);
        expect(Math.abs(heard.seconds - pcm.length / sampleRate)).toBeLessThan(0.15);
      }
    },
    60_000,
  );

  test('that lasts longer than five minutes is levelled by an excerpt of it, and as right and whole', async () => {
    const [pcm, sampleRate] = await spoken(corpus[3]?.text ?? '', 'outdoor');
    const times = Math.ceil((310 * sampleRate) / pcm.length);
    // Not the same all over: it becomes softer.
    const long = joined(Array.from({ length: times }, (_, at) => scaled(pcm, 1 - (0.6 * at) / times)));
    const { opus, mp3 } = await encode(long, sampleRate);
    for (const file of [opus, mp3]) {
      const heard = await measuredAgain(file.path);
      expect(faultsOf(heard)).toEqual([]);
      expect(Math.abs(heard.seconds - long.length / sampleRate)).toBeLessThan(0.3);
    }
  }, 180_000);

  test('carries the mark of synthetic speech, the voice, the commune and the text’s hash in both files', async () => {
    const [pcm, sampleRate] = await spoken('Kính thưa bà con.', 'outdoor');
    const name = 'Xã "Ea Mlang"; = \\ #thử';
    const { opus, mp3 } = await encode(pcm, sampleRate, name);
    // Ogg keeps its tags with the stream, MP3 with the file.
    for (const [path, where] of [
      [opus.path, '0:s:0'],
      [mp3.path, '0:g'],
    ] as const) {
      const reading = ['-i', path, '-map_metadata', where, '-f', 'ffmetadata', 'pipe:1'];
      const { stdout } = await runFfmpeg(ffmpeg, reading, { deadlineMs: 60_000 });
      const tags = stdout.replaceAll(/\\(.)/gs, '$1').toLowerCase();
      expect(tags).toContain('synthetic_speech=true');
      expect(tags).toContain(`synthetic_speech_voice=${voice.id.toLowerCase()}`);
      expect(tags).toContain(`spoken_text_sha256=${'ab'.repeat(32)}`);
      expect(tags).toContain(`artist=${name.toLowerCase()}`);
    }
  }, 60_000);

  test('made twice of the same sound is the same bytes', async () => {
    const [pcm, sampleRate] = await spoken('Kính thưa bà con.', 'outdoor');
    const [first, second] = [await encode(pcm, sampleRate), await encode(pcm, sampleRate)];
    expect(readFileSync(second.opus.path).equals(readFileSync(first.opus.path))).toBe(true);
    expect(readFileSync(second.mp3.path).equals(readFileSync(first.mp3.path))).toBe(true);
  }, 60_000);

  const rate = 22_050;
  const nasty: readonly [string, (at: number) => number][] = [
    ['near-silence', (at) => (at % 2 === 0 ? 1 : -1)],
    ['a square wave at full scale', (at) => (Math.floor(at / 25) % 2 === 0 ? 32_767 : -32_768)],
    ['a constant voltage', () => 20_000],
    ['one click a second', (at) => (at % rate === 0 ? 32_767 : 0)],
    [
      'speech-like noise with clicks far above it',
      (at) => (at % 9_000 === 0 ? 32_767 : ((at * 7_919) % 401) - 200),
    ],
  ];
  test.each(nasty)(
    'made of %s lies in range or is refused with its code',
    async (_what, sample) => {
      const pcm = Int16Array.from({ length: rate * 4 }, (_, at) => sample(at));
      const outcome = await encode(pcm, rate).then(
        ({ opus, mp3 }) => [...faultsOf(opus), ...faultsOf(mp3)],
        (error: unknown) => codeOf(error),
      );
      expect([[], 'speech.out-of-range', 'speech.voice-silent']).toContainEqual(outcome);
    },
    60_000,
  );

  test('is never silence', async () => {
    await expect(encode(new Int16Array(22_050 * 3), 22_050)).rejects.toMatchObject({
      code: 'speech.voice-silent',
    });
  });

  test('is refused where it cannot be brought into range', () => {
    expect(faultsOf({ loudnessLufs: -16.5, truePeakDbtp: -1.5, seconds: 1 })).toEqual([]);
    expect(faultsOf({ loudnessLufs: -16.6, truePeakDbtp: -3, seconds: 1 })).toHaveLength(1);
    expect(faultsOf({ loudnessLufs: -15.4, truePeakDbtp: -1.4, seconds: 1 })).toHaveLength(2);
    expect(faultsOf({ loudnessLufs: Number.NaN, truePeakDbtp: Number.NaN, seconds: 1 })).toHaveLength(2);
  });

  test('stops being made at once when nobody wants it any more', async () => {
    const workspace = await mkdtemp(join(directory, 'work-'));
    await writeFile(join(workspace, 'raw'), bytesOf(new Int16Array(22_050 * 600).fill(900)));
    const stop = new AbortController();
    const work = runFfmpeg(
      ffmpeg,
      ['-re', '-f', 's16le', '-ar', '22050', '-ac', '1', '-i', join(workspace, 'raw'), '-f', 'null', '-'],
      { deadlineMs: 60_000, signal: stop.signal },
    );
    setTimeout(() => stop.abort(), 20);
    await expect(work).rejects.toMatchObject({ kind: 'conflict', code: 'speech.aborted' });
  });

  test('has a deadline', async () => {
    const endless = ['-re', '-f', 'lavfi', '-i', 'anullsrc', '-t', '600', '-f', 'null', '-'];
    await expect(runFfmpeg(ffmpeg, endless, { deadlineMs: 50 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'speech.encoder-timeout',
    });
  });
});

describe('finding ffmpeg', () => {
  test('takes a configured one that works', async () => {
    const path = join(directory, 'my-ffmpeg');
    await symlink(ffmpeg, path);
    expect(await findFfmpeg(path)).toMatchObject({ source: 'configured', path });
  });

  test('says what is wrong with a configured one, and takes no other', async () => {
    const dud = join(directory, 'dud');
    await writeFile(dud, '#!/bin/sh\necho "ffmpeg version 0"\n', { mode: 0o755 });
    await expect(findFfmpeg('/nowhere/ffmpeg')).rejects.toThrow(/\/nowhere\/ffmpeg.*no program at that path/);
    await expect(findFfmpeg(dud)).rejects.toThrow(/lacks libopus/);
  });

  test('names the one it took and why not an earlier one', async () => {
    const found = await findFfmpeg('');
    expect(toldPlainly(found)).toContain(found.path);
    for (const { why } of found.passedOver) expect(toldPlainly(found)).toContain(why);
  });
});
