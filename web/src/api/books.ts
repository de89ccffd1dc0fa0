import { queryOptions } from '@tanstack/react-query';
import type { AiringView } from './broadcasts.ts';
import type { AiringsFilter } from './broadcasts.ts';
import { get, withQuery } from './door.ts';

/** So many lines the service gives at once: an answer of that length may be cut off. */
const mostLines = 5_000;
const minuteMs = 60_000;

/** Every airing of a period, however many: what comes back full is asked again in halves. */
async function whole(filter: AiringsFilter): Promise<AiringView[]> {
  const lines = await get<AiringView[]>(withQuery('/airings', { ...filter }));
  const [from, until] = [Date.parse(filter.from), Date.parse(filter.until)];
  if (lines.length < mostLines || until - from <= minuteMs) return lines;
  const middle = new Date(Math.round((from + until) / 2)).toISOString();
  return [...(await whole({ ...filter, until: middle })), ...(await whole({ ...filter, from: middle }))];
}

export const book = (filter: AiringsFilter | null) =>
  queryOptions({
    queryKey: ['airings', 'book', filter],
    queryFn: () => (filter === null ? [] : whole(filter)),
    enabled: filter !== null,
  });
