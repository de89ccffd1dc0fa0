export interface EventFilter {
  readonly before?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly kind?: string | undefined;
  readonly unseen: boolean;
  /** Within which it may have happened, its uncertainty included. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly limit: number;
}

const dayMs = 86_400_000;
/**
 * What is not late was received within ten minutes of when it happened, and that is known to five: within this time
 * (ms) after `until` lies all of it that may have happened before. As the index `camera_events_late` has it.
 */
const soonMs = 900_000;
const isLateSql = `(received_at - occurred_at > interval '10 minutes' OR uncertainty_ms > 300000)`;

/** The question for a page of events, the newest first, by receipt; it goes on `before` the last one of the page before. */
export function searchOf(
  communeId: string,
  filter: EventFilter,
  columns: string,
): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [communeId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = ['commune_id = $1'];
  /** The same once more, in words that lead to no index: see below. */
  const whereLate = ['commune_id = $1'];
  const both = (condition: string): void => {
    where.push(condition);
    whereLate.push(condition);
  };
  const equal = (column: string, value: string): void => {
    const bound = bind(value);
    where.push(`${column} = ${bound}`);
    whereLate.push(`${column} IS NOT DISTINCT FROM ${bound}`);
  };
  if (filter.before !== undefined) both(`id < ${bind(filter.before)}::uuid`);
  if (filter.cameraId !== undefined) equal('camera_id', filter.cameraId);
  if (filter.kind !== undefined) equal('kind', filter.kind);
  if (filter.unseen) both('seen_at IS NULL');
  // A day around, so that partitions are left out by the identifier and late receipts still found.
  if (filter.from !== undefined) {
    both(`id >= uuid_floor(${bind(new Date(filter.from.getTime() - dayMs))})`);
    both(
      `coalesce(ended_at, last_notice_at, occurred_at) + uncertainty_ms * interval '1 millisecond' >= ${bind(filter.from)}`,
    );
  }
  if (filter.until !== undefined)
    both(`occurred_at - uncertainty_ms * interval '1 millisecond' < ${bind(filter.until)}`);
  const limit = bind(filter.limit);
  const select = (conditions: readonly string[]): string =>
    `SELECT ${columns} FROM camera_events WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${limit}`;
  if (filter.until === undefined) return { text: select(where), values };
  // The day after is not gone through for the few that came late: they have an index of their own, which must not lose
  // against that of a busy camera (20,000 events of ten million).
  const soon = `uuid_floor(${bind(new Date(filter.until.getTime() + soonMs))})`;
  const last = `uuid_floor(${bind(new Date(filter.until.getTime() + dayMs))})`;
  const text = `(${select([...where, `id < ${soon}`])})
    UNION ALL (${select([...whereLate, `id >= ${soon}`, `id < ${last}`, isLateSql])})
    ORDER BY id DESC LIMIT ${limit}`;
  return { text, values };
}
