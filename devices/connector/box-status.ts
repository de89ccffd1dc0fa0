import type { Status } from '../protocol/pole-messages.ts';

/** A connector's status: what only a pole has is told as nothing. */
export function boxStatus(
  head: Pick<Status, 'v' | 'commune' | 'asset' | 'box' | 'at'>,
  told: Pick<Status, 'count' | 'clock' | 'outbox' | 'programmeNumber' | 'startedAt'>,
): Status {
  return {
    ...{ ...head, ...told },
    ...{ state: 'idle', airing: null, programmeUntilAt: 0, audioReady: 0, audioNeeded: 0 },
    ...{ amplifier: null, power: 'on', freeBytes: null },
  };
}
