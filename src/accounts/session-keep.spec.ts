import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { HandClock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import { Config } from '../platform/config/config.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';
import { SessionCache } from './session-cache.ts';
import { SessionKeep } from './session-keep.service.ts';

const hourMs = 3_600_000;
const clock = new HandClock('2026-12-01T01:00:00Z');
const person: Person = {
  id: newId(),
  communeId: newId(),
  displayName: 'Nguyễn Thị Lan',
  roles: ['editor'],
  villageIds: [],
};
let directory: string;
let config: Config;

beforeEach(async () => {
  Logger.overrideLogger(false);
  directory = await mkdtemp(join(tmpdir(), 'loa-sessions-'));
  config = new Config({ ...loadConfig({}).values, dataDirectory: directory });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A life of the service: what it knows of sessions, and how it ends. */
async function life(): Promise<{ cache: SessionCache; end: () => Promise<void> }> {
  const cache = new SessionCache();
  const keep = new SessionKeep(cache, clock, config);
  await keep.onModuleInit();
  return { cache, end: () => keep.onApplicationShutdown() };
}

const seen = (more: Partial<Person> = {}) => ({
  person: { ...person, ...more },
  readAt: clock.now(),
  isUse: true,
  expiresAt: clock.now() + 8 * hourMs,
});

describe('Sessions kept on disk', () => {
  test('are known to the next life of the service, with the rights they had', async () => {
    const hash = hashOfToken(newSecretToken());
    const first = await life();
    first.cache.put(hash, seen({ actsFor: [newId()], mustChangePassword: true }));
    const before = first.cache.lastKnown(hash, clock.now());
    await first.end();
    const second = await life();
    expect(second.cache.lastKnown(hash, clock.now())).toEqual(before);
    await second.end();
  });

  test('let nobody in after their end, nor longer than memory would', async () => {
    const hash = hashOfToken(newSecretToken());
    const first = await life();
    first.cache.put(hash, { ...seen(), expiresAt: clock.now() + 20 * hourMs });
    const short = hashOfToken(newSecretToken());
    first.cache.put(short, seen());
    await first.end();
    clock.advance(9 * hourMs);
    const second = await life();
    expect(second.cache.lastKnown(short, clock.now())).toBeNull();
    expect(second.cache.lastKnown(hash, clock.now())).not.toBeNull();
    clock.advance(4 * hourMs);
    expect(second.cache.lastKnown(hash, clock.now())).toBeNull();
    await second.end();
  });

  test('are gone when they were ended, or when the rights of their person changed', async () => {
    const [ended, changed] = [hashOfToken(newSecretToken()), hashOfToken(newSecretToken())];
    const first = await life();
    first.cache.put(ended, seen());
    const other = { ...seen(), person: { ...person, id: newId() } };
    first.cache.put(changed, other);
    first.cache.forget([ended]);
    first.cache.forgetPerson(other.person.id);
    await first.end();
    const second = await life();
    expect(second.cache.entries()).toEqual([]);
    await second.end();
  });

  test('that cannot be read are nobody, and the service starts', async () => {
    const first = await life();
    first.cache.put(hashOfToken(newSecretToken()), seen());
    await first.end();
    await writeFile(join(directory, 'safety', 'sessions.json'), '{"v":1,"sessions":[{"tokenHash":"');
    const second = await life();
    expect(second.cache.entries()).toEqual([]);
    await second.end();
  });
});
