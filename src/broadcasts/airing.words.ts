import { claimOf } from './airing.ts';
import type { AiringRow } from './airing.store.ts';
import type { AiringView } from './broadcast.view.ts';

/** An airing as a screen sees it. @param now ms; decides whether its report is awaited */
export function airingView(row: AiringRow, now: number): AiringView {
  const due = row.nominalAt.getTime();
  const isOver = now > due + row.plannedSeconds * 1_000 + 5_000;
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
    awaitingReport:
      (row.state === 'planned' && now > due + 5_000) ||
      ((row.state === 'started' || row.state === 'paused') && isOver),
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
