import type { AiringView, HearingView } from '../../../src/broadcasts/broadcast.view.ts';

/** The last word of a village on what was due there at that time; null where nobody has said anything. */
export function lastHeard(
  hearings: readonly HearingView[],
  airing: Pick<AiringView, 'broadcastId' | 'nominalAt'>,
  villageId: string | undefined,
): HearingView | null {
  return (
    hearings.findLast(
      (each) =>
        each.broadcastId === airing.broadcastId &&
        each.nominalAt === airing.nominalAt &&
        each.villageId === villageId,
    ) ?? null
  );
}
