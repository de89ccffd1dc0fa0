import { claimOf, isAwaited, soundKey } from './airing.ts';
import type { AiringCount } from './airing.store.ts';
import type { OccurrenceView } from './broadcast.view.ts';
import { localTimeOf } from './schedule.ts';

/** Nothing sounds longer; what may still sound or wait was due within this (ms). */
export const longestMs = 2 * 3_600_000;

/** A line for each broadcast in one language at one minute, by its time, as it stands at `now` (ms). */
export function occurrencesOf(
  counts: readonly AiringCount[],
  timeZone: string,
  now: number,
): OccurrenceView[] {
  const lines = new Map<string, OccurrenceView>();
  for (const count of counts) {
    const localTime = localTimeOf(count.nominalAt.getTime(), timeZone).slice(0, 16);
    const key = `${soundKey(count)}/${count.repeat}/${localTime}`;
    const line = lines.get(key) ?? {
      broadcastId: count.broadcastId,
      title: count.title,
      language: count.language,
      priority: count.priority,
      localTime,
      at: count.nominalAt.toISOString(),
      seconds: count.plannedSeconds,
      poles: 0,
      states: {},
    };
    const claim = isAwaited(count, now) ? 'awaiting' : claimOf(count);
    line.poles += count.count;
    line.states[claim] = (line.states[claim] ?? 0) + count.count;
    lines.set(key, line);
  }
  return [...lines.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** From where on lines are read for what a day shows at `now`; both in ms. */
export function readFrom(dayFrom: number, now: number): number {
  return Math.min(dayFrom, now - longestMs);
}

/** A line belongs to the day in which it was due, and besides to the next one while it still sounds past midnight. */
export function shownOn(dayFrom: number, lines: readonly OccurrenceView[]): OccurrenceView[] {
  return lines.filter(
    ({ at, states }) => Date.parse(at) >= dayFrom || (states.started ?? 0) > 0 || (states.paused ?? 0) > 0,
  );
}
