import { Logger } from '@nestjs/common';
import { messageOf } from '../../base/error.ts';
import type { Database } from './database.ts';

const dayMs = 86_400_000;
/** So many months of partitions stand ready that a service whose upkeep fails has a quarter to be noticed. */
const aheadMs = 100 * dayMs;

/**
 * Keeps the monthly partitions of airings, notices and camera events ahead of time: now, and daily.
 * @returns stops it
 */
export function keepPartitions(database: Database, now: () => number): () => void {
  const log = new Logger('Partitions');
  const upkeep = async () => {
    try {
      await database.everywhere((em) =>
        em.query('SELECT ensure_partitions($1)', [new Date(now() + aheadMs)]),
      );
    } catch (error) {
      log.error(`Partitions were not made; trying again tomorrow: ${messageOf(error)}`);
    }
  };
  void upkeep();
  const timer = setInterval(() => void upkeep(), dayMs);
  timer.unref();
  return () => clearInterval(timer);
}
