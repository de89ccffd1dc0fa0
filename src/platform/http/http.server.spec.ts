import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, HttpException, Module, Post, Query } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Agent, fetch as undiciFetch } from 'undici';
import { z } from 'zod';
import { SystemClock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { loadConfig } from '../config/config.file.ts';
import { PinoLogger } from '../logging/logger.ts';
import { Authority } from '../tls/authority.ts';
import type { HttpServer } from './http.server.ts';
import { DeviceDoor, startHttp } from './http.server.ts';
import { ProblemFilter } from './problem.filter.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

const bodySchema = z.strictObject({
  name: z.string().min(1).max(10),
  village: z.strictObject({ horns: z.int().min(1) }),
});
const querySchema = z.object({ limit: z.coerce.number().int().max(100).default(50) });

@Controller('api/try')
class TryController {
  @Post()
  take(@Body({ schema: bodySchema }) body: z.infer<typeof bodySchema>): unknown {
    return body;
  }

  @Get('page')
  page(@Query({ schema: querySchema }) query: z.infer<typeof querySchema>): unknown {
    return query;
  }

  @Get('failure')
  failure(): never {
    throw new Failure('too-many', 'accounts.locked', 'Wait', { details: { retryAfterSeconds: 30 } });
  }

  @Get('unexpected')
  unexpected(): never {
    throw new Error('password=hunter2 at line 7');
  }

  @Get('full')
  full(): never {
    throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  }

  @Get('nest')
  nest(): never {
    throw new HttpException('Not that way', 406);
  }
}

@Module({ controllers: [TryController], providers: [{ provide: APP_FILTER, useClass: ProblemFilter }] })
class TryModule {}

let server: HttpServer;
let deviceDoor: DeviceDoor;
let directory = '';
let authority: Authority;
let base = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-http-'));
  authority = await Authority.open(directory, ['localhost', '127.0.0.1'], new SystemClock());
  const config = loadConfig({
    LOA_HTTP_PORT: '0',
    LOA_DEVICE_HTTP_PORT: '0',
    LOA_DEVICE_HTTP_HOST: '127.0.0.1',
  });
  const logger = new PinoLogger({ level: 'fatal', pretty: false });
  deviceDoor = await DeviceDoor.open(config, authority.identity);
  server = await startHttp({ module: TryModule }, config, deviceDoor, logger);
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server.stop();
  await deviceDoor.close();
  await rm(directory, { recursive: true });
});

async function problem(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${base}${path}`, init);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const body = (await response.json()) as Record<string, unknown>;
  expect(body.status).toBe(response.status);
  expect(body.type).toBe(`urn:loa:problem:${String(body.code)}`);
  return body;
}

function post(body: string, type = 'application/json'): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': type } };
}

describe('the doors', () => {
  test('name every field of a request that is wrong', async () => {
    const body = await problem(
      '/api/try',
      post(JSON.stringify({ name: '', village: { horns: 0, extra: 1 }, more: 2 })),
    );
    expect(body).toMatchObject({ status: 400, code: 'request.invalid' });
    const fields = body.fields as { path: string; code: string }[];
    expect(fields.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'more unknown',
      'name too-small',
      'village.extra unknown',
      'village.horns too-small',
    ]);
    const missing = await problem('/api/try', post('{}'));
    expect(missing.fields).toMatchObject([
      { path: 'name', code: 'missing' },
      { path: 'village', code: 'missing' },
    ]);
  });

  test('hand on what the schema made of it', async () => {
    expect(await (await fetch(`${base}/api/try/page?limit=20`)).json()).toEqual({ limit: 20 });
    expect(await (await fetch(`${base}/api/try/page`)).json()).toEqual({ limit: 50 });
    expect(await problem('/api/try/page?limit=1000')).toMatchObject({ fields: [{ path: 'limit' }] });
  });

  test('refuse what is no JSON, no known content type, too large, or nowhere', async () => {
    expect(await problem('/api/try', post('{"name": '))).toMatchObject({
      status: 400,
      code: 'request.invalid',
    });
    expect(await problem('/api/try', post('<a/>', 'text/xml'))).toMatchObject({
      status: 415,
      code: 'request.wrong-content-type',
    });
    expect(await problem('/api/try', post(JSON.stringify({ name: 'x'.repeat(1_100_000) })))).toMatchObject({
      status: 413,
      code: 'request.too-large',
    });
    expect(await problem('/api/nowhere')).toMatchObject({ status: 404, code: 'request.no-such-address' });
    expect(await problem('/api/nowhere', post('{}'))).toMatchObject({ status: 404 });
    expect(await problem('/audio/nowhere')).toMatchObject({ status: 404 });
    expect(await problem('/api/%')).toMatchObject({ status: 400 });
  });

  test('answer an upload of a gigabyte before it is sent', async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const upload = request(`${base}/api/try`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(2 ** 30) },
      });
      upload.once('response', resolve).once('error', reject);
      upload.write('{"name": "');
    });
    expect(response.statusCode).toBe(413);
    response.destroy();
  });

  test('say a failure with its code, and when to come back', async () => {
    const response = await fetch(`${base}/api/try/failure`);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(await response.json()).toMatchObject({ status: 429, code: 'accounts.locked' });
    expect(await problem('/api/try/full')).toMatchObject({ status: 503, code: 'platform.disk-full' });
    expect(await problem('/api/try/nest')).toMatchObject({ status: 406, code: 'request.not-acceptable' });
  });

  test('tell nothing of an unexpected error but where the log has it', async () => {
    const body = await problem('/api/try/unexpected');
    expect(body).toMatchObject({ status: 500, code: 'platform.unexpected' });
    expect(body.instance).toMatch(/^urn:uuid:/);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  test("refuse another site's change on both doors", async () => {
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' };
    expect(await problem('/api/try', { method: 'POST', body: '{}', headers })).toMatchObject({
      status: 403,
      code: 'access.other-site',
    });
  });

  test('are the same behind TLS, for who trusts the authority', async () => {
    const url = `https://127.0.0.1:${deviceDoor.port}/api/try/page`;
    const trusting = new Agent({ connect: { ca: authority.identity.ca } });
    expect(await (await undiciFetch(url, { dispatcher: trusting })).json()).toEqual({ limit: 50 });
    await trusting.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('let one address ask only so often, and say when to come back', async () => {
    const config = loadConfig({
      LOA_HTTP_PORT: '0',
      LOA_DEVICE_HTTP_PORT: '0',
      LOA_DEVICE_HTTP_HOST: '127.0.0.1',
      LOA_HTTP_REQUESTS_PER_MINUTE: '2',
    });
    const door = await DeviceDoor.open(config, authority.identity);
    const strict = await startHttp(
      { module: TryModule },
      config,
      door,
      new PinoLogger({ level: 'fatal', pretty: false }),
    );
    try {
      const ask = () => fetch(`http://127.0.0.1:${strict.port}/api/try/page`);
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
      const third = await ask();
      expect(third.status).toBe(429);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await third.json()).toMatchObject({ code: 'request.too-many', status: 429 });
    } finally {
      await strict.stop();
      await door.close();
    }
  });

  test('describe themselves', async () => {
    const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as {
      paths: Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: unknown }> } }>
      >;
    };
    expect(document.paths['/api/try']?.post?.requestBody?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      required: ['name', 'village'],
    });
    expect((await fetch(`${base}/api/docs`)).status).toBe(200);
  });
});
