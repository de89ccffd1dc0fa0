import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '../platform/http/problem.filter.ts';
import { AudioController } from './audio.controller.ts';
import { AudioStore } from './audio.store.ts';

const OPUS = Buffer.concat([
  Buffer.from('OggS'),
  Buffer.from(Array.from({ length: 996 }, (_, at) => at % 251)),
]);
const MP3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(97, 7)]);
let directory: string;
let app: NestFastifyApplication;
let opus: string;
let mp3: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-audio-route-'));
  const store = new AudioStore(directory);
  await store.open();
  opus = (await store.put(OPUS)).sha256;
  mp3 = (await store.put(MP3)).sha256;

  @Module({
    controllers: [AudioController],
    providers: [
      { provide: AudioStore, useValue: store },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  })
  class TheRoute {}
  app = await NestFactory.create<NestFastifyApplication>(TheRoute, new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (sha256: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url: `/audio/${sha256}`, headers });

describe('GET /audio/{sha256}', () => {
  test('gives the whole file, which may be kept for ever', async () => {
    const answer = await get(opus);
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(OPUS)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/ogg; codecs=opus',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${opus}"`,
    });
    expect((await get(mp3)).headers['content-type']).toBe('audio/mpeg');
  });

  test.each([
    ['bytes=100-199', 206, 'bytes 100-199/1000', [100, 200]],
    ['bytes=990-', 206, 'bytes 990-999/1000', [990, 1000]],
    ['bytes=-10', 206, 'bytes 990-999/1000', [990, 1000]],
    ['bytes=0-0', 206, 'bytes 0-0/1000', [0, 1]],
    ['bytes=1000-', 416, 'bytes */1000', [0, 0]],
    ['bytes=0-1,4-5', 200, undefined, [0, 1000]],
  ])('answers %s with %d', async (range, status, contentRange, [start, end]) => {
    const answer = await get(opus, { range });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-range']).toBe(contentRange);
    expect(answer.rawPayload.equals(OPUS.subarray(start, end))).toBe(true);
  });

  test('gives the whole when the range was meant for another file', async () => {
    const answer = await get(opus, { range: 'bytes=0-9', 'if-range': '"other"' });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload).toHaveLength(1000);
  });

  test('sends nothing that is known already', async () => {
    const answer = await get(opus, { 'if-none-match': `"${opus}"` });
    expect(answer.statusCode).toBe(304);
    expect(answer.rawPayload).toHaveLength(0);
  });

  test('answers HEAD with the length and no body', async () => {
    const answer = await app.inject({ method: 'HEAD', url: `/audio/${opus}` });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-length']).toBe('1000');
    expect(answer.rawPayload).toHaveLength(0);
  });

  test.each([
    ['f'.repeat(64), 404, 'speech.audio-missing'],
    ['F'.repeat(64), 400, 'speech.audio-name'],
    ['abc', 400, 'speech.audio-name'],
    ['..%2f..%2fetc%2fpasswd', 400, 'speech.audio-name'],
  ])('tells %s as %d with a problem', async (name, status, code) => {
    const answer = await get(name);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });
});
