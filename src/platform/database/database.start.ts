import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { EntitySchema } from 'typeorm';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import type { Config } from '../config/config.ts';
import { Database } from './database.ts';
import { migrate } from './migrations.ts';
import { keepPartitions } from './partitions.ts';
import { EmbeddedPostgres } from './postgres.embedded.ts';

/** A database that is only slow (it recovers after a power cut) is waited for; then stop and emergency must go first. */
const patienceMs = 15_000;
const firstPauseMs = 500;
const longestPauseMs = 5_000;

/**
 * Starts the built-in database, or looks for the one at `database.url`, and brings its tables up to date. Where that
 * does not succeed and `needsDatabase` is false, the database is handed out as one that is down, and tried again until
 * it is there.
 * @param from.stops gets what is to be done at the end, the last first
 * @throws Failure as EmbeddedPostgres.start and migrate; an operator's mistake (a newer schema, wrong roles) always
 */
export async function startDatabase(
  settings: Config['values']['database'],
  from: {
    readonly tables: EntitySchema[];
    readonly directory: string;
    readonly clock: Clock;
    readonly needsDatabase: boolean;
    readonly stops: (() => void | Promise<void>)[];
  },
): Promise<Database> {
  const log = new Logger('Database');
  const { stops } = from;
  const stopping = new AbortController();
  const { url, ownerUrl, ...options } = settings;
  const postgres = url === '' ? new EmbeddedPostgres(from.directory) : undefined;
  if (postgres !== undefined) {
    stops.push(() => postgres.stop());
    postgres.on('down', (reason) => log.error(`The database is down: ${reason}`));
    postgres.on('up', () => log.log('The database is back'));
  }
  const database = new Database({ ...options, tables: from.tables });
  stops.push(() => database.close());
  stops.push(() => stopping.abort());

  let isRunning = postgres === undefined;
  const bringUp = async (): Promise<void> => {
    if (postgres !== undefined && !isRunning) {
      await postgres.start();
      isRunning = true;
      log.log(
        postgres.adopted ? 'Took over the database of a service that was killed' : 'Started the database',
      );
    }
    const at =
      postgres === undefined ? { url, ownerUrl } : { url: postgres.appUrl, ownerUrl: postgres.ownerUrl };
    const ran = await migrate(at.ownerUrl, at.url);
    if (ran.length > 0) log.log(`Migrated: ${ran.join(', ')}`);
    if (stopping.signal.aborted) return;
    database.use(at.url);
    stops.push(keepPartitions(database, () => from.clock.now()));
  };

  const first = bringUp();
  if (from.needsDatabase) await first;
  else if (!(await isThereSoon(first))) void keepTrying(first, bringUp, stopping.signal, log);
  return database;
}

async function isThereSoon(first: Promise<void>): Promise<boolean> {
  const waited = new AbortController();
  const slow = sleep(patienceMs, false, { signal: waited.signal }).catch(() => false);
  try {
    return await Promise.race([first.then(() => true), slow]);
  } catch (error) {
    if (isMistake(error)) throw error;
    return false;
  } finally {
    waited.abort();
  }
}

/** Until it is there, or the service ends. Never throws. */
async function keepTrying(
  first: Promise<void>,
  bringUp: () => Promise<void>,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  log.error('The database is not there: only stop and prepared emergencies work until it is');
  const isOver = (): boolean => signal.aborted;
  let attempt = first;
  let said = '';
  for (let pauseMs = firstPauseMs; !isOver(); pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      await attempt;
      log.log('The database is there: the service is whole');
      return;
    } catch (error) {
      // Once, not every five seconds of a night.
      const message = messageOf(error);
      if (message !== said && !isOver()) log.error(`The database does not come up: ${message}`);
      said = message;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    attempt = isOver() ? Promise.resolve() : bringUp();
  }
}

/** Somebody put the wrong program on the wrong database, or set it up wrongly: they want to be told, at once. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof Failure &&
    (error.code.startsWith('platform.migration-') || error.code === 'platform.database-roles')
  );
}
