import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeGoogle } from '../../test/fixtures/google-voice/fake-google.ts';
import { HandClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { openTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { AudioStore } from './audio.store.ts';
import { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { findFfmpeg } from './program.ffmpeg.ts';
import { spokenHash } from './recording.ts';
import { deliveryOf, type RenderProfileId } from './render-profile.ts';
import { RecordingStore } from './recording.store.ts';
import { recordingTable } from './recording.table.ts';
import { Recorder, type RecordingOrder, type RecordingProgress } from './recorder.service.ts';
import { SentenceStore } from './sentence.store.ts';
import { SpeechService } from './speech.service.ts';
import { tunesAtFirst, type TunesChosen } from './tunes.ts';
import { EspeakVoice } from './voice.espeak.ts';
import { GoogleVoice } from './voice.google.ts';
import { Rests } from './rests.ts';
import { Voices } from './voice.ts';

const SENTENCES = ['Kính thưa bà con.', 'Bảy giờ sáng mai, mời bà con đến nhà văn hóa thôn.'];
const communeId = newId();
let directory: string;
let test_: TestDatabase;
let google: FakeGoogle;
let clock: HandClock;
let audio: AudioStore;
let speech: SpeechService;
let voices: Voices;
const events = new Events();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-speech-'));
  test_ = await openTestDatabase([recordingTable]);
  google = await FakeGoogle.start();
  clock = new HandClock('2026-11-20T00:00:00Z');
  audio = new AudioStore(join(directory, 'audio'));
  await audio.open();
  const sentences = new SentenceStore({ directory: join(directory, 'sentences') });
  await sentences.open();
  const encoder = new FfmpegEncoder((await findFfmpeg('')).path);
  const recorder = new Recorder(sentences, audio, () => Promise.resolve(encoder), clock, new Disk(directory));
  voices = new Voices([
    new GoogleVoice({
      voiceName: 'vi-VN-Neural2-A',
      endpoint: `127.0.0.1:${google.grpcPort}`,
      client: { sslCreds: grpc.credentials.createInsecure() },
    }),
    new EspeakVoice({ voice: 'vi' }),
  ]);
  const casting = { rests: new Rests(clock), cast: () => Promise.resolve(voices) };
  const recordings = new RecordingStore(test_.database);
  speech = new SpeechService(casting, recorder, recordings, audio, events, clock);
}, 60_000);
afterEach(() => {
  google.heal();
  clock.advance(3_600_000);
});
afterAll(async () => {
  await Promise.all(voices.inOrder.map((voice) => voice.close()));
  await google.close();
  await test_.close();
  await rm(directory, { recursive: true, force: true });
});

const delivery = (profile: RenderProfileId = 'outdoor', times?: 1 | 2, tunes: Partial<TunesChosen> = {}) =>
  deliveryOf(profile, { ...tunesAtFirst, ...tunes }, times);
const order = (more: Partial<RecordingOrder> = {}): RecordingOrder => ({
  communeId,
  communeName: 'Xã Tân Hòa Lộc',
  sentences: SENTENCES,
  delivery: delivery(),
  ...more,
});

describe('a recording', () => {
  test('says what was spoken, by whom, and lies in the store in both encodings', async () => {
    const told: RecordingProgress[] = [];
    const recording = await speech.render(order({ onProgress: (progress) => told.push(progress) }));
    expect(recording).toMatchObject({
      spokenHash: spokenHash(SENTENCES),
      voiceId: voices.inOrder[0].id,
      isFallback: false,
      profile: 'outdoor',
      tune: 'rising-chord',
      madeAt: clock.date(),
    });
    expect(Math.abs(recording.loudnessLufs + 16)).toBeLessThanOrEqual(0.5);
    expect(recording.truePeakDbtp).toBeLessThanOrEqual(-1.5);
    expect(recording.seconds).toBeGreaterThan(8);
    expect(await audio.verify(recording.opusSha256)).toBe(true);
    expect(await audio.verify(recording.mp3Sha256)).toBe(true);
    expect(told.slice(0, 3).map(({ stage }) => stage)).toEqual(['waiting', 'speaking', 'speaking']);
    const shares = told.slice(3).map((one) => (one.stage === 'encoding' ? one.share : NaN));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    const kept = await speech.recording(communeId, recording.id);
    expect(kept).toMatchObject({
      id: recording.id,
      opus: recording.opus,
      mp3: recording.mp3,
      seconds: recording.seconds,
    });
  }, 60_000);

  test('of the same words is the same one, and costs nothing', async () => {
    const first = await speech.render(order());
    const asked = google.asked.length;
    const again = await speech.render(order({ sentences: SENTENCES.map((one) => one.normalize('NFD')) }));
    expect(again.id).toBe(first.id);
    expect(google.asked).toHaveLength(asked);
  }, 60_000);

  test('says when each sentence sounds, one after another, inside the whole', async () => {
    const { marks, seconds } = await speech.render(order({ delivery: delivery('outdoor', 2) }));
    expect(marks.map(({ text }) => text)).toEqual([...SENTENCES, ...SENTENCES]);
    const instants = marks.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    // After the tune and its lead; before the closing.
    expect(instants[0]).toBeGreaterThan(3);
    expect(instants.at(-1)).toBeLessThan(seconds - 2);
  }, 60_000);

  test('of a text in which one sentence changed costs one synthesis', async () => {
    const before = ['Câu thứ nhất.', 'Câu thứ hai.', 'Câu thứ ba.'];
    await speech.render(order({ sentences: before }));
    const asked = google.asked.length;
    await speech.render(order({ sentences: before.with(1, 'Câu thứ hai đã sửa.') }));
    expect(google.asked.slice(asked).map(({ input }) => input?.text)).toEqual(['Câu thứ hai đã sửa.']);
  }, 60_000);

  test('given up is not made, and can be asked for again', async () => {
    const stop = new AbortController();
    const sentences = ['Bản tin này bị thôi giữa chừng.'];
    const given = order({
      sentences,
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === 'encoding') stop.abort();
      },
    });
    await expect(speech.render(given)).rejects.toMatchObject({ code: 'speech.aborted' });
    expect((await speech.render(order({ sentences }))).seconds).toBeGreaterThan(5);
  }, 60_000);

  test('asked for by twenty at once is made once', async () => {
    const sentences = ['Hai mươi người cùng hỏi một lúc.'];
    const all = await Promise.all(Array.from({ length: 20 }, () => speech.render(order({ sentences }))));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(google.asked.filter(({ input }) => input?.text === sentences[0])).toHaveLength(1);
  }, 60_000);

  test('for an emergency, or with its body twice, is another one', async () => {
    const [once, twice, urgent] = [
      await speech.render(order()),
      await speech.render(order({ delivery: delivery('outdoor', 2) })),
      await speech.render(order({ delivery: delivery('alarm') })),
    ];
    expect(new Set([once.id, twice.id, urgent.id]).size).toBe(3);
    expect(twice.seconds).toBeGreaterThan(once.seconds + 5);
    expect(urgent.opusSha256).not.toBe(once.opusSha256);
  }, 60_000);

  test('of another commune is its own, though the words are the same', async () => {
    const [ours, theirs] = [await speech.render(order()), await speech.render(order({ communeId: newId() }))];
    expect(theirs.id).not.toBe(ours.id);
    await expect(speech.recording(communeId, theirs.id)).rejects.toMatchObject({
      kind: 'missing',
      code: 'speech.recording-missing',
    });
  }, 60_000);

  test('is made anew when its files are gone', async () => {
    const first = await speech.render(order());
    const found = await audio.find(first.opusSha256);
    await rm(found?.path ?? '');
    await speech.render(order());
    expect(await audio.verify(first.opusSha256)).toBe(true);
  }, 60_000);

  test('of words and a lone mark says the words', async () => {
    const recording = await speech.render(order({ sentences: ['Chú ý.', '…', 'Xin cảm ơn.'] }));
    expect(recording.isFallback).toBe(false);
  }, 60_000);

  test('of nothing to say is refused, naming the field', async () => {
    await expect(speech.render(order({ sentences: [' ', '…'] }))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'speech.nothing-to-say',
      fields: [{ path: 'text' }],
    });
  });
});

describe('when the chosen voice cannot speak', () => {
  test('the embedded one does, says so, and the chosen one is asked again after a rest', async () => {
    const sentences = ['Đường truyền bị đứt từ chiều nay.'];
    google.fail({ kind: 'code', code: 8 });
    const spare = await speech.render(order({ sentences }));
    expect(spare).toMatchObject({ isFallback: true, voiceId: expect.stringMatching(/^espeak-ng\//) });
    expect(await speech.voiceInUse(communeId)).toMatchObject({ engine: 'espeak-ng', isFallback: true });

    const asked = google.asked.length;
    expect((await speech.render(order({ sentences }))).id).toBe(spare.id);
    expect(google.asked).toHaveLength(asked);

    clock.advance(301_000);
    expect(await speech.voiceInUse(communeId)).toMatchObject({ engine: 'google-cloud', isFallback: false });
    const proper = await speech.render(order({ sentences }));
    expect(proper).toMatchObject({ isFallback: false });
    expect(proper.id).not.toBe(spare.id);
  }, 60_000);

  test('one that fails in mid-announcement leaves no recording of two voices', async () => {
    const sentences = [
      'Câu thứ nhất.',
      'Câu thứ hai.',
      'Câu thứ ba.',
      'Câu thứ tư.',
      'Câu thứ năm.',
      'Câu thứ sáu.',
    ];
    const before = google.asked.length;
    await speech.render(order({ sentences: [sentences[0] ?? ''] }));
    google.fail({ kind: 'code', code: 13 }, 10);
    const recording = await speech.render(order({ sentences }));
    expect(recording.isFallback).toBe(true);
    expect(google.asked.length).toBeGreaterThan(before + 1);
  }, 60_000);

  test('a preview is spoken by the next voice too', async () => {
    // Both are asked for at once, and either may come first.
    google.fail({ kind: 'code', code: 16 }, 2);
    const sounds = [];
    for await (const sound of speech.preview(communeId, ['Xin chào.', 'Tạm biệt.'])) sounds.push(sound);
    expect(sounds.map(({ sampleRate }) => sampleRate)).toEqual([22_050, 22_050]);
  }, 60_000);

  test('who gives up is let go, and the voice is not blamed', async () => {
    google.fail({ kind: 'hang' });
    const caller = new AbortController();
    const work = speech.render(order({ sentences: ['Chờ mãi không thấy.'], signal: caller.signal }));
    caller.abort();
    await expect(work).rejects.toMatchObject({ code: 'speech.aborted' });
    expect(await speech.voiceInUse(communeId)).toMatchObject({ isFallback: false });
  }, 60_000);
});
