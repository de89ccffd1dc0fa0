import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Global, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestOfPerson } from '../access/right.decorator.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { CommuneStore } from '../accounts/commune.store.ts';
import { Clock, SystemClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { ActorNames } from '../journal/actor-names.ts';
import { JournalService } from '../journal/journal.service.ts';
import { JournalStore } from '../journal/journal.store.ts';
import { Witness } from '../journal/witness.file.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { ProblemFilter } from '../platform/http/problem.filter.ts';
import { requestFailure } from '../platform/http/request-faults.ts';
import { soundOfWav } from './pcm.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import { LexiconStore } from '../lexicon/lexicon.store.ts';
import { ReadingController } from '../lexicon/reading.controller.ts';
import { SpeechModule } from './speech.module.ts';

let directory: string;

async function started(environment: Record<string, string> = {}): Promise<NestFastifyApplication> {
  const config = loadConfig({ ...environment, LOA_DATA_DIRECTORY: directory });
  // Down all the time: reading and listening go on without it, by the shipped lexicon.
  const database = new Database({
    url: 'postgres://nobody@127.0.0.1:9/none',
    tables: [],
    poolSize: 2,
    statementTimeoutSeconds: 1,
    connectTimeoutSeconds: 1,
  });
  const clock = new SystemClock();
  const events = new Events();
  const journal = new JournalService(database, new JournalStore(), new Witness(directory), clock);
  const communes = new CommuneService(new CommuneStore(database), journal, events, clock, config);
  const shared = [
    { provide: Config, useValue: config },
    { provide: Clock, useValue: clock },
    { provide: Events, useValue: events },
    { provide: Database, useValue: database },
    { provide: ActorNames, useValue: { names: () => Promise.resolve(new Map()) } },
    { provide: CommuneService, useValue: communes },
    { provide: Disk, useValue: new Disk(directory) },
  ];

  @Global()
  @Module({ providers: [...shared, { provide: APP_FILTER, useClass: ProblemFilter }], exports: shared })
  class Ground {}

  @Module({
    imports: [Ground, SpeechModule],
    controllers: [ReadingController],
    providers: [LexiconStore, CommuneReading],
  })
  class Whole {}

  const app = await NestFactory.create<NestFastifyApplication>(Whole, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: requestFailure }));
  const person = {
    id: newId(),
    communeId: newId(),
    displayName: 'Người soạn',
    roles: ['editor' as const],
    villageIds: [],
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _, done) => {
      (request as RequestOfPerson).person = person;
      done();
    });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-speech-module-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the room of speech', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await started();
  }, 60_000);
  afterAll(() => app.close());

  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });

  test('tells how a text will be said, with what was expanded', async () => {
    const answer = await post('/api/speech/reading', { text: 'UBND xã họp lúc 7h30.' });
    expect(answer.statusCode).toBe(200);
    const reading = answer.json<{ spoken: string; sentences: string[]; spans: { written: string }[] }>();
    expect(reading.spoken.toLowerCase()).toContain('ủy ban nhân dân');
    expect(reading.spoken).toContain('bảy giờ');
    expect(reading.spans.map(({ written }) => written)).toContain('UBND');
  });

  test('lets a person hear a text while writing', async () => {
    const answer = await post('/api/speech/preview', { text: 'Kính thưa bà con. Bảy giờ sáng mai.' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('audio/wav');
    const { pcm, sampleRate } = soundOfWav(answer.rawPayload);
    expect(pcm.length / sampleRate).toBeGreaterThan(2);
  });

  test.each([
    ['/api/speech/reading', { text: 'a'.repeat(20_001) }, 400],
    ['/api/speech/reading', { words: 'x' }, 400],
    ['/api/speech/preview', { text: ' ' }, 400],
  ])('refuses at %s what cannot be read', async (url, body, status) => {
    expect((await post(url, body)).statusCode).toBe(status);
  });

  test('names the voice in use and its limits', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/speech/voice' });
    expect(answer.json()).toMatchObject({
      engine: 'espeak-ng',
      isLocal: true,
      isFallback: false,
      limits: ['robotic'],
    });
  });
});

describe('starting the room of speech', () => {
  test('stops with a clear reason when the configured ffmpeg cannot be used', async () => {
    await expect(started({ LOA_SPEECH_FFMPEG_PATH: '/nowhere/ffmpeg' })).rejects.toMatchObject({
      code: 'speech.encoder-unusable',
      message: expect.stringContaining('/nowhere/ffmpeg'),
    });
  }, 60_000);

  test('takes Google’s voice when it has credentials, with the embedded one behind it', async () => {
    const app = await started({ LOA_SPEECH_GOOGLE_CREDENTIALS_FILE: '/secrets/google.json' });
    try {
      const answer = await app.inject({ method: 'GET', url: '/api/speech/voice' });
      expect(answer.json()).toMatchObject({ engine: 'google-cloud', isLocal: false });
    } finally {
      await app.close();
    }
  }, 60_000);
});
