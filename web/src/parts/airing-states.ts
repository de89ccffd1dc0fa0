import type { AiringClaim, AiringView, OccurrenceView } from '../../../src/broadcasts/broadcast.view.ts';

const order: readonly (AiringClaim | 'awaiting')[] = [
  'started',
  'paused',
  'played',
  'left-desk',
  'planned',
  'awaiting',
  'stopped',
  'cut',
  'interrupted',
  'missed',
  'unreported',
  'cancelled',
];

/** What sounds first, then what went well, then what did not; states of nobody are left out. */
export function statesInOrder(states: OccurrenceView['states']): [AiringClaim | 'awaiting', number][] {
  return order.flatMap((state) => {
    const count = states[state] ?? 0;
    return count > 0 ? [[state, count] as [AiringClaim | 'awaiting', number]] : [];
  });
}

/** A planned airing whose time has passed waits for the pole's word. */
export const shownState = (airing: Pick<AiringView, 'state' | 'awaitingReport'>): AiringClaim | 'awaiting' =>
  airing.awaitingReport ? 'awaiting' : airing.state;
