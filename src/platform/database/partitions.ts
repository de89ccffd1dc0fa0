import { Logger } from '@nestjs/common';
import { messageOf } from '../../base/error.ts';
import type { Database } from './database.ts';

const dayMs = 86_400_000;
const retryMs = 60_000;
/** So many months of partitions stand ready that a service whose upkeep fails has a quarter to be noticed. */
const aheadMs = 100 * dayMs;

/**
 * Keeps the monthly partitions of airings, notices and camera events ahead of time: now, and daily.
 * @returns stops it, after the run in hand
 */
export function keepPartitions(database: Database, now: () => number): () => Promise<void> {
  const log = new Logger('Partitions');
  let timer: NodeJS.Timeout | undefined;
  const upkeep = async (): Promise<number> => {
    try {
      await database.everywhere((em) =>
        em.query('SELECT ensure_partitions($1)', [new Date(now() + aheadMs)]),
      );
      return dayMs;
    } catch (error) {
      log.error(`Partitions were not made; trying again in a minute: ${messageOf(error)}`);
      return retryMs;
    }
  };
  let running = Promise.resolve();
  const run = () => {
    running = upkeep().then((pauseMs) => {
      timer = setTimeout(run, pauseMs);
      timer.unref();
    });
  };
  run();
  return async () => {
    await running;
    clearTimeout(timer);
  };
}
