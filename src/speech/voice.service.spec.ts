import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeGoogle } from '../../test/fixtures/google-voice/fake-google.ts';
import { writePiperModel } from '../../test/fixtures/speech/piper-model.ts';
import type { Person } from '../access/rights.ts';
import { HandClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { JournalStore } from '../journal/journal.store.ts';
import { Witness } from '../journal/witness.file.ts';
import { openTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { GoogleDoor } from './voice.google.ts';
import { VoiceService, type VoiceSettings } from './voice.service.ts';
import { VoiceStore } from './voice.store.ts';

let directory: string;
let held: TestDatabase;
let google: FakeGoogle;
let journal: JournalService;
const clock = new HandClock('2026-11-20T05:00:00Z');
const events = new Events();
const made: VoiceService[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-voices-'));
  held = await openTestDatabase();
  google = await FakeGoogle.start();
  journal = new JournalService(
    held.database,
    new JournalStore(),
    new Witness(join(directory, 'journal')),
    clock,
  );
  await writePiperModel(join(directory, 'voices', 'vi_VN-tone'));
  const spoilt = await writePiperModel(join(directory, 'voices', 'vi_VN-spoilt'));
  await rm(join(spoilt, 'tokens.txt'));
}, 60_000);
afterEach(() => google.heal());
afterAll(async () => {
  await Promise.all(made.map((voices) => voices.close()));
  await google.close();
  await journal.beforeApplicationShutdown();
  await held.close();
  await rm(directory, { recursive: true, force: true });
});

async function voicesWith(settings: Partial<VoiceSettings> = {}): Promise<VoiceService> {
  const door = new GoogleDoor({
    endpoint: `127.0.0.1:${google.grpcPort}`,
    client: { sslCreds: grpc.credentials.createInsecure() },
    attemptDeadlineMs: 1_000,
    deadlineMs: 3_000,
  });
  const voices = new VoiceService(
    {
      voice: 'auto',
      emergencyVoice: '',
      espeakVoice: 'vi',
      voicesDirectory: join(directory, 'voices'),
      googleVoice: 'vi-VN-Neural2-A',
      google: door,
      budget: { perDay: 100, perMonth: 250 },
      timeZone: 'Asia/Ho_Chi_Minh',
      ...settings,
    },
    new VoiceStore(held.database),
    held.database,
    journal,
    events,
    clock,
  );
  made.push(voices);
  await voices.look();
  return voices;
}

async function person(): Promise<Person> {
  const communeId = newId();
  await held.database.inCommune(communeId, (em) =>
    em.query(`INSERT INTO communes (id, name, root_public_key, created_at) VALUES ($1, 'Xã', '', now())`, [
      communeId,
    ]),
  );
  return { id: newId(), communeId, roles: ['administrator'], displayName: 'Chị Hoa', villageIds: [] };
}

const keysIn = async (voices: VoiceService, communeId: string, profile: 'routine' | 'emergency') =>
  (await voices.cast(communeId, profile)).inOrder.map(({ key }) => key);

describe('who speaks for a commune', () => {
  test('is what the settings say: Google, then the neural voice, then the one that is always there', async () => {
    const { communeId } = await person();
    const voices = await voicesWith();
    expect(await keysIn(voices, communeId, 'routine')).toEqual([
      'google:vi-VN-Neural2-A',
      'sherpa:vi_VN-tone',
      'espeak:vi',
    ]);
    const local = await voicesWith({ google: null });
    expect(await keysIn(local, communeId, 'routine')).toEqual(['sherpa:vi_VN-tone', 'espeak:vi']);
  });

  test('may be another one in an emergency, and there the second is the one that is quick', async () => {
    const { communeId } = await person();
    const voices = await voicesWith({ emergencyVoice: 'google:vi-VN-Neural2-D' });
    expect(await keysIn(voices, communeId, 'emergency')).toEqual(['google:vi-VN-Neural2-D', 'espeak:vi']);
    expect((await keysIn(voices, communeId, 'routine'))[0]).toBe('google:vi-VN-Neural2-A');
  });

  test('is what was chosen, in that commune alone; the choice is told and stands in the journal', async () => {
    const [by, other] = [await person(), await person()];
    const voices = await voicesWith();
    const told = new Promise((resolve) => void events.on('voices.changed', resolve));
    await voices.choose(by, 'routine', 'sherpa:vi_VN-tone');
    await voices.choose(by, 'emergency', 'google:vi-VN-Neural2-D');
    expect(await told).toEqual({ communeId: by.communeId });
    expect((await keysIn(voices, by.communeId, 'routine'))[0]).toBe('sherpa:vi_VN-tone');
    expect((await keysIn(voices, by.communeId, 'emergency'))[0]).toBe('google:vi-VN-Neural2-D');
    expect((await keysIn(voices, other.communeId, 'routine'))[0]).toBe('google:vi-VN-Neural2-A');
    const lines = await held.database.inCommune(by.communeId, (em) =>
      em.query<{ facts: object }[]>(
        `SELECT facts FROM journal WHERE action = 'speech.voice-chosen' ORDER BY number`,
      ),
    );
    expect(lines.map(({ facts }) => facts)).toEqual([
      { profile: 'routine', voice: 'sherpa:vi_VN-tone' },
      { profile: 'emergency', voice: 'google:vi-VN-Neural2-D' },
    ]);
    await voices.choose(by, 'routine', null);
    expect((await keysIn(voices, by.communeId, 'routine'))[0]).toBe('google:vi-VN-Neural2-A');
  });

  test('is refused where there is no such voice', async () => {
    const voices = await voicesWith();
    await expect(voices.choose(await person(), 'routine', 'sherpa:vi_VN-spoilt')).rejects.toMatchObject({
      kind: 'invalid',
      code: 'speech.voice-unknown',
    });
  });

  test('falls back, and says so, when the chosen one is gone altogether', async () => {
    const { communeId } = await person();
    const voices = await voicesWith({ voice: 'sherpa:removed', google: null });
    const line = await voices.cast(communeId, 'routine');
    expect(line.inOrder.map((voice) => [voice.key, line.isFallback(voice)])).toEqual([
      ['sherpa:vi_VN-tone', true],
      ['espeak:vi', true],
    ]);
  });
});

describe('the voices on offer', () => {
  test('are Google’s own list, with genders, the neural ones that are fit, and why the others are not', async () => {
    const { voices, models, googleFault } = await (await voicesWith()).offered();
    expect(voices.map(({ key, gender }) => [key, gender])).toEqual(
      expect.arrayContaining([
        ['google:vi-VN-Neural2-A', 'female'],
        ['google:vi-VN-Neural2-D', 'male'],
        ['sherpa:vi_VN-tone', null],
        ['espeak:vi-vn-x-south', null],
      ]),
    );
    expect(models).toEqual([
      { name: 'vi_VN-spoilt', code: 'speech.model-file-missing', about: 'tokens.txt' },
    ]);
    expect(googleFault).toBeNull();
  });

  test('are asked of Google once an hour, and the last list stands when it does not answer', async () => {
    const voices = await voicesWith();
    const before = google.listed;
    await voices.offered();
    await voices.offered();
    expect(google.listed - before).toBe(1);
    clock.advance(3_600_001);
    google.failToList({ kind: 'hang' });
    const { voices: still, googleFault } = await voices.offered();
    expect(still.map(({ key }) => key)).toContain('google:vi-VN-Neural2-D');
    expect(googleFault).toBe('speech.voice-timeout');
  });
});

describe('the budget', () => {
  const say = async (
    voices: VoiceService,
    communeId: string,
    letters: number,
    profile: 'routine' | 'emergency',
  ) => {
    const [voice] = (await voices.cast(communeId, profile)).inOrder;
    return voice.synthesise('a'.repeat(letters), { rate: 1 });
  };

  test('is counted for each commune, to the day and the month of Viet Nam, and ends paid speech', async () => {
    const [ours, theirs] = [await person(), await person()];
    const voices = await voicesWith();
    await say(voices, ours.communeId, 60, 'routine');
    await expect(say(voices, ours.communeId, 41, 'routine')).rejects.toMatchObject({
      code: 'speech.voice-budget',
    });
    await say(voices, ours.communeId, 40, 'routine');
    const line = await voices.cast(ours.communeId, 'routine');
    expect([line.inOrder[0].key, line.isFallback(line.inOrder[0])]).toEqual(['sherpa:vi_VN-tone', true]);
    expect(await voices.usage(ours.communeId)).toEqual({ today: 100, month: 100 });
    expect(await voices.usage(theirs.communeId)).toEqual({ today: 0, month: 0 });

    const again = await voicesWith();
    expect(await again.usage(ours.communeId)).toEqual({ today: 100, month: 100 });
    // 2026-11-20 ends in Viet Nam at 17:00 UTC.
    clock.set('2026-11-20T17:00:01Z');
    expect(await voices.usage(ours.communeId)).toEqual({ today: 0, month: 100 });
    await say(voices, ours.communeId, 100, 'routine');
    clock.set('2026-11-30T17:00:01Z');
    expect(await voices.usage(ours.communeId)).toEqual({ today: 0, month: 0 });
  });

  test('counts an emergency and never refuses it', async () => {
    const { communeId } = await person();
    const voices = await voicesWith();
    await say(voices, communeId, 300, 'emergency');
    expect(await voices.usage(communeId)).toMatchObject({ today: 300 });
  });

  test('gives back what Google refused', async () => {
    const { communeId } = await person();
    const voices = await voicesWith();
    google.allow(50);
    await expect(say(voices, communeId, 60, 'routine')).rejects.toMatchObject({ code: 'speech.voice-quota' });
    expect(await voices.usage(communeId)).toMatchObject({ today: 0 });
  });

  test('cannot be overdrawn by two at once', async () => {
    const { communeId } = await person();
    const voices = await voicesWith();
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => say(voices, communeId, 30, 'routine')),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await voices.usage(communeId)).toMatchObject({ today: 90 });
  });
});
