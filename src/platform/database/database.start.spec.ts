import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, NetConnectOpts, Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../../base/clock.ts';
import { Config } from '../config/config.ts';
import { loadConfig } from '../config/config.file.ts';
import type { Database } from './database.ts';
import { startDatabase } from './database.start.ts';
import { openTestDatabase } from './database.testing.ts';
import type { TestDatabase } from './database.testing.ts';

/** Said by the service, for the operator. */
const said: string[] = [];
let held: TestDatabase;
let port: number;

beforeAll(async () => {
  Logger.overrideLogger({
    ...{ log: (text: string) => said.push(text), warn: (text: string) => said.push(text) },
    error: (text: string) => said.push(text),
  });
  held = await openTestDatabase();
  // Somebody else's server, which is off: nobody listens here.
  const closed = await listen(0);
  ({ port } = closed.address() as AddressInfo);
  closed.close();
}, 60_000);

afterAll(async () => {
  await held.close();
});

/** @param to a real server, to which whoever connects is led */
async function listen(at: number, to?: NetConnectOpts): Promise<Server> {
  const server = createServer((socket) => {
    if (to === undefined) return;
    const there = connect(to);
    for (const [one, other] of [
      [socket, there],
      [there, socket],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The built-in database listens at a socket in its directory, or where there is none at a port. */
function place(): NetConnectOpts {
  const { searchParams, hostname, port: own } = new URL(held.postgres.appUrl);
  const host = searchParams.get('host');
  if (host === null) return { host: hostname, port: Number(own) };
  return { path: join(host, `.s.PGSQL.${searchParams.get('port') ?? ''}`) };
}

const far = (url: string): string => {
  const { username, password, pathname } = new URL(url);
  return `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
};

async function start(needsDatabase: boolean): Promise<{ database: Database; stop: () => Promise<void> }> {
  const { appUrl, ownerUrl } = held.postgres;
  const stops: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  const { database } = new Config(loadConfig({}).values).values;
  const settings = { ...database, url: far(appUrl), ownerUrl: far(ownerUrl) };
  try {
    const from = { tables: [], directory: '/nowhere', clock: new SystemClock(), needsDatabase, stops };
    return { database: await startDatabase(settings, from), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

describe('a database of somebody else (DATABASE_URL) that does not answer', () => {
  test('ends a first start at once, saying where it was looked for, and no password', async () => {
    const { password } = new URL(far(held.postgres.ownerUrl));
    expect(password).not.toBe('');
    const failure: unknown = await start(true).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', code: 'platform.database-down' });
    const { message } = failure as Error;
    expect(message).toMatch(
      new RegExp(`^The database at 127.0.0.1:${port} cannot be reached: .*ECONNREFUSED`),
    );
    expect(message).not.toContain(password);
  });

  test('keeps no commune’s service from starting: it is down, said once, and there by itself', async () => {
    said.length = 0;
    const { database, stop } = await start(false);
    const asked = (): Promise<unknown> => database.everywhere((em) => em.query('SELECT 1 AS one'));
    await expect(asked()).rejects.toMatchObject({ code: 'platform.database-down' });
    expect(said[0]).toMatch(/only stop and prepared emergencies work/);
    const server = await listen(port, place());
    try {
      let found: unknown;
      while (found === undefined) {
        found = await asked().catch(() => undefined);
        if (found === undefined) await sleep(100);
      }
      expect(found).toEqual([{ one: 1 }]);
      const times = said.filter((text) => text.includes('cannot be reached')).length;
      expect(times).toBeLessThanOrEqual(1);
    } finally {
      await stop();
      server.close();
    }
  }, 60_000);
});
