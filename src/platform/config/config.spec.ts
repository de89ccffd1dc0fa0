import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';
import { z } from 'zod';
import { ConfigError, configSchema, leafPaths, variableOf } from './config.ts';
import type { ConfigTree } from './config.ts';
import { defaultConfigPath, loadConfig, productRoot } from './config.file.ts';

function faultsOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

async function withOverlay<T>(text: string, work: (environment: Record<string, string>) => T): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'loa-config-'));
  try {
    const path = join(directory, 'overlay.yaml');
    await writeFile(path, text);
    return work({ LOA_CONFIG: path });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function schemaPaths(schema: z.ZodObject, prefix = ''): string[] {
  return Object.entries(schema.shape).flatMap(([key, inner]) =>
    inner instanceof z.ZodObject ? schemaPaths(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

/** Paths of the settings in a YAML map, with the comment that stands right above each. */
function commentedPaths(map: YAMLMap, prefix = ''): { path: string; comment: string }[] {
  return map.items.flatMap((pair, index) => {
    if (!isScalar(pair.key)) throw new Error('A key that is no word');
    const path = `${prefix}${String(pair.key.value)}`;
    if (isMap(pair.value)) return commentedPaths(pair.value, `${path}.`);
    // The comment above the first key of a map belongs to the map.
    const comment = pair.key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
    return [{ path, comment }];
  });
}

describe('config/default.yaml', () => {
  const text = readFileSync(defaultConfigPath(), 'utf8');
  const document = parseDocument(text);

  test('has every setting of the schema, and no other', () => {
    expect(leafPaths(document.toJS() as ConfigTree).sort()).toEqual(schemaPaths(configSchema).sort());
  });

  test('explains each setting in a comment of its own', () => {
    if (!isMap(document.contents)) throw new Error('No map');
    const bare = commentedPaths(document.contents).filter(({ comment }) => comment.trim().length < 10);
    expect(bare).toEqual([]);
  });

  test('is a valid configuration without anything else', () => {
    expect(faultsOf({})).toEqual([]);
    expect(loadConfig({}).values.programmes.daysAhead).toBe(7);
  });

  test('gives each setting a variable of its own', () => {
    const variables = schemaPaths(configSchema).map(variableOf);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toContain('LOA_DEVICE_HTTP_PORT');
  });

  test('and the production example is valid too', () => {
    const path = join(productRoot(), 'config', 'production.example.yaml');
    expect(faultsOf({ LOA_CONFIG: path })).toEqual([]);
  });
});

describe('the configuration', () => {
  test('takes an overlay over the defaults and a variable over both', async () => {
    await withOverlay('http:\n  port: 8000\n  host: 127.0.0.2\n', (environment) => {
      const { http, deviceHttp } = loadConfig({ ...environment, LOA_HTTP_PORT: '9000' }).values;
      expect(http).toMatchObject({ host: '127.0.0.2', port: 9000 });
      expect(deviceHttp.port).toBe(7743);
    });
  });

  test('reads lists and truth values from variables, and leaves words words', () => {
    const { values } = loadConfig({
      LOA_CAMERAS_ALLOWED_RANGES: '[10.1.0.0/16]',
      LOA_CONNECTOR_START: 'false',
      LOA_BROKER_PASSWORD: '12345',
    });
    expect(values.cameras.allowedRanges).toEqual(['10.1.0.0/16']);
    expect(values.connector.start).toBe(false);
    expect(values.broker.password).toBe('12345');
  });

  test('tells all faults at once, each with its place and what was expected', async () => {
    const faults = await withOverlay(
      'http:\n  prot: 1\n  port: 70000\ntimeZone: Asia/Saigone\nspeech:\n  voice: siri\nprogrammes:\n  daysAhead: 2.5\n',
      (environment) => faultsOf({ ...environment, LOA_HTP_PORT: '1', LOA_LOG_PRETTY: 'perhaps' }),
    );
    expect(faults.sort()).toEqual([
      'LOA_HTP_PORT: no such setting; did you mean LOA_HTTP_PORT?',
      'http.port: expected at most 65535',
      'http.prot: no such setting; did you mean http.port?',
      'log.pretty: expected boolean',
      'programmes.daysAhead: expected a whole number',
      'speech.voice: expected auto, espeak, google, sherpa, or a voice such as google:vi-VN-Neural2-A',
      'timeZone: expected an IANA time zone such as Asia/Ho_Chi_Minh',
    ]);
  });

  test('never repeats what it found, for it may be a secret', () => {
    const secret = 'hunter2-hunter2';
    const faults = faultsOf({
      LOA_DATABASE_URL: `mysql://root:${secret}@db/loa`,
      LOA_BROKER_URL: secret,
      LOA_HTTP_PORT: secret,
    });
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain(secret);
  });

  test('refuses half of a database, the owner as the service, and an open link to a broker elsewhere', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://a:b@h/loa' })[0]).toMatch(/^database.ownerUrl: /);
    const same = { LOA_DATABASE_URL: 'postgres://a:b@h/loa', LOA_DATABASE_OWNER_URL: 'postgres://a:b@h/loa' };
    expect(faultsOf(same)[0]).toMatch(/^database.url: must be another role/);
    expect(faultsOf({ LOA_BROKER_URL: 'mqtt://broker.example:1883' })[0]).toMatch(/^broker.url: mqtts/);
    expect(faultsOf({ LOA_BROKER_URL: 'mqtt://127.0.0.1:1883' })).toEqual([]);
  });

  test('names a file that is missing, and one that is not YAML', async () => {
    expect(faultsOf({ LOA_CONFIG: '/nowhere/at.yaml' })[0]).toMatch(/^\/nowhere\/at.yaml: cannot be read/);
    const broken = await withOverlay('http: [', faultsOf);
    expect(broken[0]).toContain('overlay.yaml');
  });
});
