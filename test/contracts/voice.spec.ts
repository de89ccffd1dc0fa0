import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { PassThroughClient } from 'google-auth-library';
import { GoogleError } from 'google-gax';
import { decibels, peakOf, rmsOf } from '../../src/speech/pcm.ts';
import { EspeakVoice } from '../../src/speech/voice.espeak.ts';
import { explainGoogleError, GoogleVoice, type GoogleOptions } from '../../src/speech/voice.google.ts';
import type { Voice } from '../../src/speech/voice.ts';
import { inspectModel, isFault, type SherpaModel } from '../../src/speech/voice.sherpa.model.ts';
import { SherpaVoice } from '../../src/speech/voice.sherpa.ts';
import { FakeGoogle } from '../fixtures/google-voice/fake-google.ts';
import { piperOnnx, PIPER_METADATA, writePiperModel } from '../fixtures/speech/piper-model.ts';

const SENTENCE = 'Ủy ban nhân dân xã Tân Hòa Lộc kính mời bà con đến nhà văn hóa thôn.';
let google: FakeGoogle;
let directory: string;
let model: SherpaModel;

beforeAll(async () => {
  google = await FakeGoogle.start();
  directory = await mkdtemp(join(tmpdir(), 'loa-voices-'));
  model = await fit(await writePiperModel(join(directory, 'vi_VN-tone')));
});
afterAll(async () => {
  await google.close();
  await rm(directory, { recursive: true, force: true });
});

async function fit(place: string): Promise<SherpaModel> {
  const found = await inspectModel(place);
  if (isFault(found)) throw new Error(`${found.code}: ${found.about}`);
  return found;
}

const overGrpc = (more: Partial<GoogleOptions> = {}): GoogleVoice =>
  new GoogleVoice({
    voiceName: 'vi-VN-Neural2-A',
    endpoint: `127.0.0.1:${google.grpcPort}`,
    client: { sslCreds: grpc.credentials.createInsecure() },
    ...more,
  });
const overRest = (more: Partial<GoogleOptions> = {}): GoogleVoice =>
  new GoogleVoice({
    voiceName: 'vi-VN-Neural2-A',
    endpoint: `127.0.0.1:${google.restPort}`,
    client: { fallback: true, protocol: 'http', authClient: new PassThroughClient() },
    ...more,
  });

const bodies: [string, () => Voice][] = [
  ['sherpa-onnx with a made-up model', () => new SherpaVoice({ model })],
  ['espeak-ng in its own process', () => new EspeakVoice({ voice: 'vi' })],
  ['Google over gRPC', () => overGrpc()],
  ['Google over REST', () => overRest()],
];

describe.each(bodies)('a voice: %s', (_name, make) => {
  let voice: Voice;
  beforeAll(() => {
    voice = make();
  });
  afterEach(() => google.heal());
  afterAll(() => voice.close());

  test('speaks a sentence that is heard and does not clip', async () => {
    const { pcm, sampleRate } = await voice.synthesise(SENTENCE, { rate: 1 });
    expect(sampleRate).toBeGreaterThanOrEqual(16_000);
    expect(pcm.length / sampleRate).toBeGreaterThan(2);
    expect(pcm.length / sampleRate).toBeLessThan(12);
    expect(decibels(rmsOf(pcm))).toBeGreaterThan(-35);
    expect(peakOf(pcm)).toBeLessThan(0.999);
  });

  test('speaks slower when told', async () => {
    const own = await voice.synthesise(SENTENCE, { rate: 1 });
    const slow = await voice.synthesise(SENTENCE, { rate: 0.8 });
    expect(slow.pcm.length / own.pcm.length).toBeGreaterThan(1.1);
    expect(slow.pcm.length / own.pcm.length).toBeLessThan(1.4);
  });

  test('reads decomposed letters as composed ones', async () => {
    const composed = await voice.synthesise(SENTENCE.normalize('NFC'), { rate: 1 });
    const decomposed = await voice.synthesise(SENTENCE.normalize('NFD'), { rate: 1 });
    expect(Math.abs(composed.pcm.length - decomposed.pcm.length) / composed.pcm.length).toBeLessThan(0.02);
  });

  test('takes a sentence of 12,000 letters whole', async () => {
    const one = await voice.synthesise(SENTENCE, { rate: 1 });
    const many = 12_000 / SENTENCE.length;
    const long = await voice.synthesise(Array(Math.ceil(many)).fill(SENTENCE).join(' '), { rate: 1 });
    expect(long.pcm.length / one.pcm.length).toBeGreaterThan(many * 0.8);
  }, 60_000);

  test('speaks several sentences asked at once, each its own', async () => {
    const sentences = ['Một.', 'Hai ba bốn năm sáu bảy tám chín mười.', SENTENCE];
    const alone: number[] = [];
    for (const sentence of sentences) alone.push((await voice.synthesise(sentence, { rate: 1 })).pcm.length);
    const together = await Promise.all(sentences.map((sentence) => voice.synthesise(sentence, { rate: 1 })));
    for (const [at, { pcm }] of together.entries()) {
      expect(Math.abs(pcm.length - (alone[at] ?? 0)) / pcm.length).toBeLessThan(0.05);
    }
  });

  test('gives up at once when its caller does, and speaks again afterwards', async () => {
    google.fail({ kind: 'hang' });
    const caller = new AbortController();
    const asked = voice.synthesise(Array(150).fill(SENTENCE).join(' '), { rate: 1, signal: caller.signal });
    caller.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'conflict', code: 'speech.aborted' });
    google.heal();
    await expect(voice.synthesise('Xin chào bà con.', { rate: 1 })).resolves.toBeDefined();
  });

  test('does not speak for a caller who has given up already', async () => {
    const signal = AbortSignal.abort();
    await expect(voice.synthesise(SENTENCE, { rate: 1, signal })).rejects.toMatchObject({
      code: 'speech.aborted',
    });
  });

  test('fails rather than pass silence on', async () => {
    google.fail({ kind: 'silence' });
    await expect(voice.synthesise('…', { rate: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'speech.voice-silent',
    });
  });

  test('names itself, and its limits, in a stable way', () => {
    expect(make().id).toBe(voice.id);
    expect(voice.describe()).toMatchObject({ id: voice.id });
    expect(voice.describe().limits.length).toBeGreaterThan(0);
  });
});

describe('espeak-ng in its own process', () => {
  test('is started again after it was killed, also in mid-sentence', async () => {
    const voice = new EspeakVoice({ voice: 'vi' });
    try {
      await voice.synthesise('Một.', { rate: 1 });
      const first = await voice.processId();
      const speaking = voice.synthesise(SENTENCE, { rate: 1 });
      process.kill(first ?? 0, 'SIGKILL');
      expect((await speaking).pcm.length).toBeGreaterThan(22_050);
      expect(await voice.processId()).not.toBe(first);
    } finally {
      await voice.close();
    }
  });

  test('is killed when it takes too long, and the next sentence is spoken', async () => {
    const voice = new EspeakVoice({ voice: 'vi', deadlineMs: 4_000 });
    try {
      const first = await voice.processId();
      process.kill(first ?? 0, 'SIGSTOP');
      await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'speech.voice-timeout',
      });
      await expect(voice.synthesise('Một.', { rate: 1 })).resolves.toBeDefined();
      expect(() => process.kill(first ?? 0, 0)).toThrow(/ESRCH/);
    } finally {
      await voice.close();
    }
  });

  test('ends when nobody has spoken for a while, and starts again when somebody does', async () => {
    const voice = new EspeakVoice({ voice: 'vi', idleMs: 20 });
    try {
      await voice.synthesise('Một.', { rate: 1 });
      const first = await voice.processId();
      while (isRunning(first)) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await voice.processId()).not.toBe(first);
    } finally {
      await voice.close();
    }
  });

  test('says so when its program cannot be started', async () => {
    const voice = new EspeakVoice({ voice: 'vi', program: { file: '/nowhere/voice.js', execArgv: [] } });
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'speech.voice-crashed',
    });
  });

  test('speaks mark-up, phoneme brackets and control letters as nothing of the kind', async () => {
    const voice = new EspeakVoice({ voice: 'vi' });
    try {
      const plain = await voice.synthesise('Xin chào bà con', { rate: 1 });
      const dressed = await voice.synthesise('Xin [[chào]] <b>\u0007bà</b> con', { rate: 1 });
      expect(dressed.pcm.length).toBeGreaterThan(plain.pcm.length * 0.9);
      expect(dressed.pcm.length).toBeLessThan(plain.pcm.length * 1.8);
    } finally {
      await voice.close();
    }
  });
});

describe('a directory with a neural voice', () => {
  let place: string;
  beforeEach(async () => {
    place = join(directory, `copy-${(copies += 1)}`);
    await cp(join(directory, 'vi_VN-tone'), place, { recursive: true });
  });
  let copies = 0;

  test('is named by its place and its content', async () => {
    const before = await fit(place);
    expect(before).toMatchObject({ speakers: 1, sampleRate: 22_050, hash: model.hash });
    await writeFile(join(place, 'model.onnx'), piperOnnx({ ...PIPER_METADATA, quality: 'another' }));
    const after = await fit(place);
    expect(new SherpaVoice({ model: after }).id).not.toBe(new SherpaVoice({ model: before }).id);
    expect(new SherpaVoice({ model: after }).key).toBe(new SherpaVoice({ model: before }).key);
  });

  test.each([
    ['no tokens', 'speech.model-file-missing', 'tokens.txt', (at: string) => rm(join(at, 'tokens.txt'))],
    ['no model', 'speech.model-file-missing', 'model.onnx', (at: string) => rm(join(at, 'model.onnx'))],
    [
      'no letters of Vietnamese',
      'speech.model-file-missing',
      'espeak-ng-data/vi_dict',
      (at: string) => truncate(join(at, 'espeak-ng-data', 'vi_dict')),
    ],
    [
      'a token without its number',
      'speech.model-tokens-bad',
      '3',
      (at: string) => writeFile(join(at, 'tokens.txt'), '_ 0\n^ 1\nbad\n$ 2\n'),
    ],
    [
      'tokens of another kind of model',
      'speech.model-tokens-bad',
      '_',
      (at: string) => writeFile(join(at, 'tokens.txt'), 'a 0\nb 1\n'),
    ],
    [
      'a model cut short',
      'speech.model-not-onnx',
      'model.onnx',
      (at: string) => truncate(join(at, 'model.onnx'), 500),
    ],
    [
      'a page instead of a model',
      'speech.model-not-onnx',
      'model.onnx',
      (at: string) => writeFile(join(at, 'model.onnx'), '<html>404</html>'),
    ],
    [
      'a model that nobody converted',
      'speech.model-metadata-missing',
      'sample_rate',
      (at: string) => writeFile(join(at, 'model.onnx'), piperOnnx({})),
    ],
    [
      'a voice of another language',
      'speech.model-metadata-missing',
      'voice=vi',
      (at: string) => writeFile(join(at, 'model.onnx'), piperOnnx({ ...PIPER_METADATA, voice: 'en-us' })),
    ],
  ])('with %s is refused before anything loads it', async (_name, code, about, spoil) => {
    await spoil(place);
    expect(await inspectModel(place)).toMatchObject({ code, about });
  });

  test('that passes and kills its process all the same is a voice that crashed, and harms nobody', async () => {
    // The graph is cut out of the file's middle: its outermost fields are whole.
    const bytes = piperOnnx(PIPER_METADATA);
    bytes.write('Nothing', bytes.indexOf('Reshape'), 'latin1');
    await writeFile(join(place, 'model.onnx'), bytes);
    const voice = new SherpaVoice({ model: await fit(place) });
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'speech.voice-crashed',
    });
    await voice.close();
  });
});

describe('sherpa-onnx in its own process', () => {
  test('is started again after it was killed, also in mid-sentence', async () => {
    const voice = new SherpaVoice({ model });
    try {
      await voice.synthesise('Một.', { rate: 1 });
      const first = await voice.processId();
      const speaking = voice.synthesise(SENTENCE, { rate: 1 });
      process.kill(first ?? 0, 'SIGKILL');
      expect((await speaking).pcm.length).toBeGreaterThan(22_050);
      expect(await voice.processId()).not.toBe(first);
    } finally {
      await voice.close();
    }
  });
});

describe.each([
  // Retries spent: GoogleError 4, or gRPC's own 4 when the time ran out within the last try. Over REST nothing is retried: a GaxiosError with HTTP 503.
  ['gRPC', overGrpc, { code: 'speech.voice-timeout', message: /^(gRPC 4: |Google did not answer)/ }],
  ['REST', overRest, { code: 'speech.voice-unreachable', message: /^HTTP 503: / }],
] as const)('Google over %s', (_name, make, away) => {
  let voice: GoogleVoice;
  beforeAll(() => {
    voice = make({ attemptDeadlineMs: 1_000, deadlineMs: 3_000 });
  });
  afterEach(() => google.heal());
  afterAll(() => voice.close());

  test('lists the Vietnamese voices that the service has', async () => {
    expect(await voice.listVoices()).toEqual(
      expect.arrayContaining([
        { name: 'vi-VN-Neural2-A', gender: 'female' },
        { name: 'vi-VN-Neural2-D', gender: 'male' },
      ]),
    );
  });

  test.each([
    [3, 'speech.voice-refused'],
    [7, 'speech.voice-credentials'],
    [16, 'speech.voice-credentials'],
    [8, 'speech.voice-quota'],
    [13, 'speech.voice-unreachable'],
  ])('tells code %d as %s', async (code, told) => {
    google.fail({ kind: 'code', code });
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: told,
    });
  });

  test('gives up a service that stays away, within its deadline', async () => {
    google.fail({ kind: 'code', code: 14 }, 100);
    const before = performance.now();
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      code: away.code,
      message: expect.stringMatching(away.message),
    });
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  test('gives up a service that never answers', async () => {
    google.fail({ kind: 'hang' }, 100);
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      code: 'speech.voice-timeout',
    });
  });

  test('does not take a proxy’s page for sound', async () => {
    google.fail({ kind: 'garbage' });
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      code: 'speech.voice-refused',
    });
  });

  test('names the voices there are when the chosen one is gone', async () => {
    const gone = make({ voiceName: 'vi-VN-Standard-Z' });
    await expect(gone.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({
      code: 'speech.voice-unknown',
      details: { offered: expect.arrayContaining(['vi-VN-Neural2-A']) },
    });
    await gone.close();
  });

  test('fails, and leaves the process alive, when nobody listens', async () => {
    const nobody = make({ endpoint: '127.0.0.1:9', attemptDeadlineMs: 300, deadlineMs: 800 });
    await expect(nobody.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
    await nobody.close();
  });
});

describe('Google', () => {
  test('is tried again when it was away for a moment (gRPC)', async () => {
    const voice = overGrpc();
    google.fail({ kind: 'code', code: 14 });
    await expect(voice.synthesise('Một.', { rate: 1 })).resolves.toBeDefined();
    await voice.close();
  });

  test('fails, and leaves the process alive, when the credentials cannot be read', async () => {
    const voice = new GoogleVoice({ voiceName: 'vi-VN-Neural2-A', credentialsFile: '/nowhere/account.json' });
    await expect(voice.synthesise('Một.', { rate: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
    await voice.close();
  });

  test('retries that are spent are a service that did not answer in time', () => {
    const spent = Object.assign(new GoogleError('Total timeout of API exceeded'), { code: 4 });
    expect(explainGoogleError(spent)).toMatchObject({ kind: 'unavailable', code: 'speech.voice-timeout' });
  });

  test('an error of an unknown shape is a voice out of reach', () => {
    expect(explainGoogleError('what?').code).toBe('speech.voice-unreachable');
    expect(explainGoogleError(new Error('Could not load the default credentials.')).code).toBe(
      'speech.voice-credentials',
    );
  });
});

function isRunning(processId: number | undefined): boolean {
  try {
    process.kill(processId ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}
