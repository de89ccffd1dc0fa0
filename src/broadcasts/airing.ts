import type { Receipt } from '../../devices/protocol/messages.ts';
import type { AiringState } from './broadcast.view.ts';

/** States that wait for the pole's word. */
export const openStates = ['planned', 'started'] as const;

/** What one receipt says about one airing. */
export interface Report {
  readonly state: AiringState;
  readonly reason: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly seconds: number | null;
}

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;

export function reportOf(receipt: AiringReceipt): Report {
  switch (receipt.state) {
    case 'started':
      return { state: 'started', reason: null, startedAt: receipt.startedAt, endedAt: null, seconds: null };
    case 'missed':
      return { state: 'missed', reason: receipt.reason, startedAt: null, endedAt: null, seconds: null };
    default:
      return {
        state: receipt.state,
        reason: null,
        startedAt: receipt.startedAt,
        endedAt: receipt.endedAt,
        seconds: receipt.seconds,
      };
  }
}

/**
 * Whether a report changes what the ledger says. A final word of the pole stands for ever: receipts may arrive twice
 * or late, never to change it. `cancelled` and `unreported` were the service's own words, so the pole's win over them:
 * a pole that was cut off may well have played what was cancelled here, and the books must say so.
 */
export function isNews(before: AiringState, report: Report): boolean {
  switch (before) {
    case 'planned':
    case 'unreported':
    case 'cancelled':
      return true;
    case 'started':
      return report.state !== 'started';
    default:
      return false;
  }
}
