import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { FakeGoogle } from '../../test/fixtures/google-voice/fake-google.ts';
import { openAccountsRoom } from '../accounts/accounts.testing.ts';
import type { AccountsRoom } from '../accounts/accounts.testing.ts';
import { newId } from '../base/identifier.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import { LexiconStore } from '../lexicon/lexicon.store.ts';
import { AudioStore } from '../speech/audio.store.ts';
import { FfmpegEncoder } from '../speech/encoder.ffmpeg.ts';
import { findFfmpeg } from '../speech/program.ffmpeg.ts';
import { loadLexicon } from '../speech/reading/lexicon.file.ts';
import { Recorder } from '../speech/recorder.service.ts';
import { RecordingStore } from '../speech/recording.store.ts';
import { Rests } from '../speech/rests.ts';
import { SentenceStore } from '../speech/sentence.store.ts';
import { SpeechService } from '../speech/speech.service.ts';
import { EspeakVoice } from '../speech/voice.espeak.ts';
import { GoogleVoice } from '../speech/voice.google.ts';
import { Voices } from '../speech/voice.ts';
import { Announcement } from './announcement.ts';
import { AnnouncementRenderer } from './announcement.renderer.ts';
import { AnnouncementStore } from './announcement.store.ts';

const store = new AnnouncementStore();
let room: AccountsRoom;
let directory: string;
let google: FakeGoogle;
let voices: Voices;
let recordings: RecordingStore;
let speech: SpeechService;
let renderer: AnnouncementRenderer;
let communeId: string;

beforeAll(async () => {
  room = await openAccountsRoom();
  directory = await mkdtemp(join(tmpdir(), 'loa-renderer-'));
  const { clock, events, communes } = room;
  const { database } = room.held;
  await room.setUps.setUp(
    {
      ...{ token: await room.token.get(), communeName: 'Ea Tul', province: '', displayName: 'Người Soạn' },
      ...{ loginName: 'soan', password: 'Mat-khau-2026' },
    },
    { address: '127.0.0.1', deviceToken: undefined },
  );
  [communeId = ''] = await communes.ids();
  google = await FakeGoogle.start();
  voices = new Voices([
    new GoogleVoice({
      voiceName: 'vi-VN-Neural2-A',
      endpoint: `127.0.0.1:${google.grpcPort}`,
      client: { sslCreds: grpc.credentials.createInsecure() },
    }),
    new EspeakVoice({ voice: 'vi' }),
  ]);
  const audio = new AudioStore(join(directory, 'audio'));
  const sentences = new SentenceStore({ directory: join(directory, 'sentences') });
  await Promise.all([audio.open(), sentences.open()]);
  const encoder = new FfmpegEncoder((await findFfmpeg('')).path);
  const disk = { demandRoom: () => Promise.resolve() };
  const recorder = new Recorder(sentences, audio, () => Promise.resolve(encoder), clock, disk);
  const casting = { rests: new Rests(clock), cast: () => Promise.resolve(voices) };
  recordings = new RecordingStore(database);
  speech = new SpeechService(casting, recorder, recordings, audio, events, clock);
  const shipped = loadLexicon('config/lexicon/vi.tsv');
  const readings = new CommuneReading(shipped, new LexiconStore(), database, communes, clock, events);
  renderer = new AnnouncementRenderer(database, store, speech, readings, communes, events, clock);
  renderer.onApplicationBootstrap();
}, 60_000);
afterEach(() => {
  google.heal();
  room.clock.advance(3_600_000);
});
afterAll(async () => {
  renderer.onApplicationShutdown();
  speech.close();
  await Promise.all(voices.inOrder.map((voice) => voice.close()));
  await google.close();
  await room.close();
  await rm(directory, { recursive: true, force: true });
});

const one = (id: string): Promise<Announcement> =>
  room.held.database.inCommune(communeId, (em) => store.one(em, communeId, id));
const change = (id: string, work: (announcement: Announcement) => void): Promise<Announcement> =>
  room.held.database.inCommune(communeId, (em) => store.change(em, communeId, id, work));

/** Resolves when its sound is being made, or when nothing is being made of it any more. */
const told = (id: string, what: 'begun' | 'settled'): Promise<void> =>
  new Promise((resolve) => {
    const stop = room.events.on('announcement.changed', (news) => {
      if (news.id !== id || (news.rendering === null) !== (what === 'settled')) return;
      stop();
      resolve();
    });
  });

async function recordedIn(text: string): Promise<string> {
  const id = newId();
  const now = room.clock.date();
  const announcement = Announcement.write(
    { communeId, id, authorId: newId(), now },
    {
      ...{ title: text, summary: '', text, priority: 'regular', villageIds: [], picks: {} },
      ...{ form: null, renderProfile: 'outdoor', saidTimes: 1 },
    },
    { spoken: text, openDoubts: 0 },
  );
  announcement.askForRecording(now);
  await room.held.database.inCommune(communeId, (em) => store.add(em, announcement));
  const done = told(id, 'settled');
  renderer.begin(announcement);
  await done;
  return id;
}

async function isInFallback(id: string): Promise<boolean> {
  return (await recordings.get(communeId, (await one(id)).currentRecordingId ?? '')).isFallback;
}

test('what the fallback voice spoke is spoken anew when the chosen voice is back, until it is put forward', async () => {
  google.fail({ kind: 'code', code: 16 }, 20);
  const draft = await recordedIn('Mai họp thôn lúc bảy giờ.');
  const submitted = await recordedIn('Mai tiêm phòng cho trẻ em.');
  const approved = await recordedIn('Mai cắt điện cả ngày.');
  for (const id of [draft, submitted, approved]) expect(await isInFallback(id)).toBe(true);
  for (const id of [submitted, approved])
    await change(id, (found) => found.submit(newId(), room.clock.date()));
  const approver = { id: newId(), actsFor: null, mayApproveOwn: false };
  await change(approved, (found) => {
    found.approve(approver, [found.currentRecordingId ?? ''], '', room.clock.date());
  });
  const before = new Map([submitted, approved].map((id) => [id, one(id)]));

  // Its rest is over and it answers: whoever asked it first tells everybody.
  google.heal();
  room.clock.advance(3_600_000);
  const done = told(draft, 'settled');
  expect(await speech.probe(voices.inOrder[0])).toBe(true);
  await done;

  expect(await isInFallback(draft)).toBe(false);
  expect(await one(draft)).toMatchObject({ state: 'draft', revision: 1 });
  for (const [id, was] of before) {
    const { recordingId, state } = await was;
    expect(await one(id)).toMatchObject({ recordingId, state });
    expect(await isInFallback(id)).toBe(true);
  }
}, 60_000);

test('what is put forward while it is spoken anew keeps the sound that its author heard', async () => {
  google.fail({ kind: 'code', code: 16 }, 20);
  const id = await recordedIn('Chiều nay tưới nước ruộng trên.');
  const { recordingId } = await one(id);
  google.heal();
  room.clock.advance(3_600_000);
  const done = told(id, 'settled');
  const begun = told(id, 'begun');
  await speech.probe(voices.inOrder[0]);
  await begun;
  await change(id, (found) => found.submit(newId(), room.clock.date()));
  await done;
  expect(await one(id)).toMatchObject({ recordingId, state: 'submitted' });
}, 60_000);
