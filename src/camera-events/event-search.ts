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
/** What may end, its uncertainty included, more than a day after its receipt. As the index `camera_events_long` has it. */
const isLongSql = `(coalesce(ended_at, last_notice_at) - received_at > interval '23 hours' OR uncertainty_ms > 3600000)`;

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
  const whereFew = ['commune_id = $1'];
  const both = (condition: string): void => {
    where.push(condition);
    whereFew.push(condition);
  };
  const equal = (column: string, value: string): void => {
    const bound = bind(value);
    where.push(`${column} = ${bound}`);
    whereFew.push(`${column} IS NOT DISTINCT FROM ${bound}`);
  };
  if (filter.before !== undefined) both(`id < ${bind(filter.before)}::uuid`);
  if (filter.cameraId !== undefined) equal('camera_id', filter.cameraId);
  if (filter.kind !== undefined) equal('kind', filter.kind);
  if (filter.unseen) both('seen_at IS NULL');
  if (filter.until !== undefined)
    both(`occurred_at - uncertainty_ms * interval '1 millisecond' < ${bind(filter.until)}`);
  if (filter.from !== undefined)
    both(
      `(state = 'open' OR coalesce(ended_at, last_notice_at) + uncertainty_ms * interval '1 millisecond' >= ${bind(filter.from)})`,
    );
  // The days around are not gone through for the few that came late or lasted long: they have indexes of their own,
  // which must not lose against that of a busy camera (20,000 events of ten million).
  const few: string[][] = [];
  if (filter.from !== undefined) {
    const dayBefore = `uuid_floor(${bind(new Date(filter.from.getTime() - dayMs))})`;
    where.push(`id >= ${dayBefore}`);
    few.push([...whereFew, `id < ${dayBefore}`, `state = 'open'`]);
    few.push([...whereFew, `id < ${dayBefore}`, `state <> 'open'`, isLongSql]);
  }
  if (filter.until !== undefined) {
    const soon = `uuid_floor(${bind(new Date(filter.until.getTime() + soonMs))})`;
    const last = `uuid_floor(${bind(new Date(filter.until.getTime() + dayMs))})`;
    where.push(`id < ${soon}`);
    few.push([...whereFew, `id >= ${soon}`, `id < ${last}`, isLateSql]);
  }
  const limit = bind(filter.limit);
  const [first = '', ...others] = [where, ...few].map(
    (conditions) =>
      `SELECT ${columns} FROM camera_events WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${limit}`,
  );
  if (others.length === 0) return { text: first, values };
  const all = [first, ...others].map((one) => `(${one})`).join(' UNION ALL ');
  return { text: `${all} ORDER BY id DESC LIMIT ${limit}`, values };
}
