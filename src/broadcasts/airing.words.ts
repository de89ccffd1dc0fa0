import { claimOf, isAwaited } from './airing.ts';
import type { AiringRow } from './airing.store.ts';
import type { AiringView } from './broadcast.view.ts';

/** An airing as a screen sees it. @param now ms; decides whether its report is awaited */
export function airingView(row: AiringRow, now: number): AiringView {
  return {
    id: row.id,
    broadcastId: row.broadcastId,
    loudspeakerId: row.loudspeakerId,
    title: row.title,
    language: row.language,
    priority: row.priority,
    nominalAt: row.nominalAt.toISOString(),
    plannedSeconds: row.plannedSeconds,
    state: claimOf(row),
    awaitingReport: isAwaited({ ...row, lastStartedAt: row.parts.at(-1)?.startedAt ?? null }, now),
    reason: row.reason,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    actualSeconds: row.actualSeconds,
    toldAt: row.toldAt?.toISOString() ?? null,
    reportedAt: row.reportedAt?.toISOString() ?? null,
    parts: row.parts.map(({ startedAt, endedAt, seconds }) => ({
      startedAt: new Date(startedAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
      seconds,
    })),
  };
}
