import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import { DECODED_RATE, FfmpegDecoder } from './decoder.ffmpeg.ts';
import { wavFile } from './pcm.ts';
import { findFfmpeg, runFfmpeg } from './program.ffmpeg.ts';
import { speechIn } from './speech-range.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(120_000);

let directory: string;
let ffmpeg: string;
let decoder: FfmpegDecoder;

const rate = 44_100;
const pathOf = (name: string): string => join(directory, name);

/** Something like speech: a voice's pitch in syllables of a fifth of a second, with half a second of room at both ends. */
function syllables(seconds: number, gain = 0.3): Int16Array {
  const pcm = new Int16Array(Math.round((seconds + 1) * rate));
  for (let at = 0; at < seconds * rate; at += 1) {
    const time = at / rate;
    const beat = Math.max(0, Math.sin(2 * Math.PI * 2.5 * time));
    const voice = [1, 2, 3, 5, 8].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 160 * n * time) / n, 0);
    const value = gain * beat * voice * 32_767;
    pcm[at + rate / 2] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
  }
  return pcm;
}

async function made(name: string, ...parameters: string[]): Promise<string> {
  await runFfmpeg(ffmpeg, ['-y', '-i', pathOf('speech.wav'), ...parameters, pathOf(name)], {
    deadlineMs: 60_000,
  });
  return pathOf(name);
}

async function decode(path: string, maximumSeconds = 60) {
  const apart = await mkdtemp(join(directory, 'apart-'));
  return decoder.decode(path, apart, maximumSeconds);
}

async function codeOf(path: string, maximumSeconds?: number): Promise<string> {
  try {
    await decode(path, maximumSeconds);
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'decoded';
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-decoder-'));
  ffmpeg = (await findFfmpeg('')).path;
  decoder = new FfmpegDecoder(ffmpeg);
  await writeFile(pathOf('speech.wav'), wavFile([syllables(4)], rate));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('what people bring', () => {
  test('is decoded whatever it is called: WAV, MP3, M4A, AAC, OGG, a browser’s WebM', async () => {
    const files = [
      pathOf('speech.wav'),
      await made('a.mp3', '-b:a', '64k'),
      await made('a.m4a', '-c:a', 'aac'),
      await made('a.aac', '-c:a', 'aac', '-f', 'adts'),
      await made('a.ogg', '-c:a', 'libopus'),
      await made('a.webm', '-c:a', 'libopus'),
      await made('two-channels.mp3', '-ac', '2'),
    ];
    for (const file of files) {
      const renamed = join(directory, 'renamed.txt');
      await writeFile(renamed, await readFile(file));
      const { pcm } = await decode(renamed);
      expect(pcm.length / DECODED_RATE).toBeCloseTo(5, 0);
      expect(speechIn(pcm, DECODED_RATE)).toMatchObject({ pcm: expect.anything() });
    }
  });

  test('is not decoded with a knock where the coding changes within a word', async () => {
    const { pcm } = await decode(resolve('test/fixtures/speech/knock.opus'));
    expect(pcm.length).toBeGreaterThan(DECODED_RATE / 2);
    expect(Math.max(...pcm.map(Math.abs))).toBeLessThan(0.9 * 32_768);
  });

  test('is refused when it is no sound: empty, a text, a playlist in a sound’s clothes, a picture, a film', async () => {
    const text = 'Kính mời bà con. '.repeat(50);
    const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
    const list = "ffconcat version 1.0\nfile '/etc/passwd'\n";
    const bad: [string, string | Buffer, string][] = [
      ['empty.mp3', '', 'speech.import-empty'],
      ['text.mp3', text, 'speech.import-not-audio'],
      ['utf16.mp3', Buffer.from(`\ufeff${text}`, 'utf16le'), 'speech.import-not-audio'],
      ['playlist.mp3', playlist, 'speech.import-not-audio'],
      ['concat.wav', list, 'speech.import-not-audio'],
      ['dressed-playlist.mp3', `ID3\x03\0\0\0\0\0\0${playlist.repeat(20)}`, 'speech.import-broken'],
      ['dressed-list.ogg', `OggS${list}`, 'speech.import-broken'],
      ['picture.mp3', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'speech.import-not-audio'],
      ['archive.mp3', Buffer.from('504b0304140000000800', 'hex'), 'speech.import-not-audio'],
      ['header-only.wav', wavFile([], rate), 'speech.import-broken'],
      ['noise.mp3', Buffer.alloc(50_000, 0xff), 'speech.import-not-audio'],
    ];
    for (const [name, content, code] of bad) {
      await writeFile(pathOf(name), content);
      expect({ name, code: await codeOf(pathOf(name)) }).toEqual({ name, code });
    }
    await runFfmpeg(
      ffmpeg,
      [
        ...['-y', '-f', 'lavfi', '-i', 'testsrc=d=2', '-i', pathOf('speech.wav')],
        ...['-c:a', 'aac', '-shortest', pathOf('film.mp4')],
      ],
      { deadlineMs: 60_000 },
    );
    expect(await codeOf(pathOf('film.mp4'))).toBe('speech.import-has-video');
  });

  test('is refused when it was cut off on its way', async () => {
    const m4a = await readFile(await made('b.m4a', '-c:a', 'aac', '-movflags', '+faststart'));
    const cut: [string, Buffer][] = [
      ['cut.m4a', m4a.subarray(0, m4a.length / 2)],
      ['cut.wav', (await readFile(pathOf('speech.wav'))).subarray(0, 100_000)],
      ['cut.mp3', (await readFile(await made('b.mp3', '-b:a', '64k'))).subarray(0, 12_000)],
    ];
    for (const [name, content] of cut) {
      await writeFile(pathOf(name), content);
      expect({ name, code: await codeOf(pathOf(name)) }).toEqual({ name, code: 'speech.import-cut-short' });
    }
    const late = await readFile(await made('late.m4a', '-c:a', 'aac'));
    await writeFile(pathOf('no-index.m4a'), late.subarray(0, late.length / 2));
    expect(await codeOf(pathOf('no-index.m4a'))).toBe('speech.import-broken');
  });

  test('is as long as it is, whatever its header says', async () => {
    // The first frame of an MP3 names the number of frames: one says ten hours and one says a second.
    const honest = await readFile(await made('c.mp3', '-b:a', '64k'));
    const info = ['Xing', 'Info'].map((tag) => honest.indexOf(tag)).find((at) => at > 0) ?? -1;
    expect(info).toBeGreaterThan(0);
    const claiming = (seconds: number): Buffer => {
      const lying = Buffer.from(honest);
      lying.writeUInt32BE(Math.round((seconds * rate) / 1_152), info + 8);
      return lying;
    };
    await writeFile(pathOf('ten-hours.mp3'), claiming(36_000));
    expect(await codeOf(pathOf('ten-hours.mp3'))).toBe('speech.import-cut-short');
    // Says a second, holds two minutes: the frames are simply repeated.
    await writeFile(pathOf('a-second.mp3'), claiming(1));
    for (let copy = 0; copy < 24; copy += 1) await appendFile(pathOf('a-second.mp3'), honest);
    const began = performance.now();
    expect(await codeOf(pathOf('a-second.mp3'), 60)).toBe('speech.import-too-long');
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  test('writes nothing beyond its own directory, and no more than its limit', async () => {
    const apart = pathOf('own');
    await mkdir(apart);
    await decoder.decode(pathOf('speech.wav'), apart, 60);
    expect(await readdir(apart)).toEqual(['decoded.raw']);
  });
});

describe('the speech in a recording', () => {
  test('begins and ends with its words', () => {
    const found = speechIn(syllables(3), rate);
    if (typeof found === 'string') throw new Error(found);
    expect(found.pcm.length / rate).toBeGreaterThan(2.9);
    expect(found.pcm.length / rate).toBeLessThan(3.8);
  });

  test('is not found in silence, in a knock, nor in a hiss below the words', () => {
    expect(speechIn(new Int16Array(3 * rate), rate)).toBe('silent');
    expect(speechIn(syllables(3, 0.0005), rate)).toBe('silent');
    const knock = new Int16Array(3 * rate);
    knock.fill(20_000, rate, rate + 2_000);
    expect(speechIn(knock, rate)).toBe('silent');
  });

  test('is refused when most of it is cut off by clipping, and taken when it is only loud', () => {
    expect(speechIn(syllables(3, 20), rate)).toBe('clipped');
    expect(typeof speechIn(syllables(3, 0.4), rate)).toBe('object');
  });
});
