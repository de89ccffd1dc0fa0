import type { AiringClaim, AiringView, OccurrenceView } from '../../../src/broadcasts/broadcast.view.ts';

const order: readonly (AiringClaim | 'awaiting')[] = [
  'started',
  'paused',
  'played',
  'left-desk',
  'awaiting',
  'planned',
  'stopped',
  'cut',
  'interrupted',
  'missed',
  'unreported',
  'cancelled',
];

/** A pole tells within so long, where it can (ms); as `airingView` in the service has it. */
const tellsWithinMs = 5_000;

/**
 * What sounds first, then what went well, then what did not; states of nobody are left out. Planned and past waits for the
 * poles' word, as each of its airings does by itself.
 * @param now the service's time
 */
export function statesInOrder(
  { states, at, seconds }: Pick<OccurrenceView, 'states' | 'at' | 'seconds'>,
  now: number,
): [AiringClaim | 'awaiting', number][] {
  const late = now - Date.parse(at) - tellsWithinMs;
  const isOver = late > seconds * 1_000;
  const counts = { ...states, awaiting: 0 };
  for (const state of ['planned', 'started', 'paused'] as const) {
    if (state === 'planned' ? late <= 0 : !isOver) continue;
    counts.awaiting += counts[state] ?? 0;
    counts[state] = 0;
  }
  return order.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count > 0 ? [[state, count] as [AiringClaim | 'awaiting', number]] : [];
  });
}

/** A planned airing whose time has passed waits for the pole's word. */
export const shownState = (airing: Pick<AiringView, 'state' | 'awaitingReport'>): AiringClaim | 'awaiting' =>
  airing.awaitingReport ? 'awaiting' : airing.state;
