import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { EntityManager } from 'typeorm';

/** A statement that each connection parses and plans once. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

export function prepare(text: string): Prepared {
  return { name: `loa_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text };
}

/**
 * Asks with a prepared statement: for what is asked many times a second. Planning a statement on partitioned tables
 * costs more than a few rows do (measured: 6 ms of the database's CPU for the statements of three camera notices).
 *
 * In a transaction where `keepPlans` was called the plan is one for all values: so bound what may lie in any partition
 * by a range of identifiers, which then leaves partitions out when it is run.
 */
export async function queryPrepared<T>(
  em: EntityManager,
  { name, text }: Prepared,
  values: readonly unknown[],
): Promise<T[]> {
  if (em.queryRunner === undefined) throw new Error('prepared statements belong into a transaction');
  const client = (await em.queryRunner.connect()) as ClientBase;
  const { rows } = await client.query({ name, text, values: [...values] });
  return rows as T[];
}

/** Part of a select list: until the transaction ends, prepared statements are not planned again for their values. */
export const keepPlans = `set_config('plan_cache_mode', 'force_generic_plan', true)`;
