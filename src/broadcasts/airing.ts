import type { Receipt } from '../../devices/protocol/pole-messages.ts';
import type { AiringClaim, AiringState } from './broadcast.view.ts';

/** What a broadcast says in one language. */
export function soundKey({ broadcastId, language }: { broadcastId: string; language: string }): string {
  return `${broadcastId}/${language}`;
}

/** States that wait for the pole's word. */
export const openStates = ['planned', 'started', 'paused'] as const;

/** A stretch of an airing's sound, as the pole tells it. Open where it still sounds. */
export interface AiringPart {
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly seconds: number | null;
}

/** What the pole's receipts say about one airing, so far. */
export interface Report {
  readonly state: AiringState;
  readonly reason: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly seconds: number | null;
  readonly parts: readonly AiringPart[];
}

/** A pole that has said nothing for so long after it should have is waited for (ms). */
const slackMs = 5_000;

/** What tells whether a pole's next word is overdue. */
export interface Expected {
  readonly state: AiringState;
  readonly nominalAt: Date;
  readonly plannedSeconds: number;
  /** Of the part that sounded last (ms); null where none has. */
  readonly lastStartedAt: number | null;
}

/** Whether the next word of its pole should be here by `now` (ms): it may have gone out or not, nobody knows. */
export function isAwaited(
  { state, nominalAt, plannedSeconds, lastStartedAt }: Expected,
  now: number,
): boolean {
  const due = nominalAt.getTime();
  if (state === 'planned') return now > due + slackMs;
  if (state !== 'started' && state !== 'paused') return false;
  const soundsFrom = state === 'started' ? (lastStartedAt ?? due) : due;
  return now > soundsFrom + plannedSeconds * 1_000 + slackMs;
}

/** A desk drives horns that say nothing: that it played says only what left it. */
export function claimOf({ state, isFromDesk }: { state: AiringState; isFromDesk: boolean }): AiringClaim {
  return state === 'played' && isFromDesk ? 'left-desk' : state;
}

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;

/** What of the ledger's line a receipt is entered into. */
export interface Before {
  readonly state: AiringState;
  readonly parts: readonly AiringPart[];
}

/**
 * The ledger's line after this receipt; null where it changes nothing. A final word of the pole stands for ever:
 * receipts may arrive twice, late or out of order, never to change it. `cancelled` and `unreported` were the service's
 * own words, so the pole's win over them: a pole that was cut off may well have played what was cancelled here, and the
 * books must say so.
 */
export function enter(before: Before, receipt: AiringReceipt): Report | null {
  const isOpen = ['planned', 'unreported', 'cancelled', 'started', 'paused'].includes(before.state);
  if (!isOpen) return null;
  const none = { reason: null, startedAt: null, endedAt: null, seconds: null };
  switch (receipt.state) {
    case 'missed':
      return { ...none, state: 'missed', reason: receipt.reason, parts: [] };
    case 'started':
    case 'resumed': {
      const { startedAt } = receipt;
      if (before.parts.some((part) => part.startedAt === startedAt)) return null;
      return running([...before.parts, { startedAt, endedAt: null, seconds: null }]);
    }
    case 'paused': {
      const { startedAt, endedAt, seconds } = receipt;
      return running([
        ...before.parts.filter((part) => part.startedAt !== startedAt),
        { startedAt, endedAt, seconds },
      ]);
    }
    default: {
      const { state, startedAt, endedAt, seconds } = receipt;
      return { state, reason: null, startedAt, endedAt, seconds, parts: closed(before.parts, receipt) };
    }
  }
}

/** Its state is that of the last part, in whatever order they were told. */
function running(unordered: readonly AiringPart[]): Report {
  const parts = [...unordered].sort((a, b) => a.startedAt - b.startedAt);
  const last = parts.at(-1);
  return {
    state: last?.endedAt == null ? 'started' : 'paused',
    reason: null,
    startedAt: parts[0]?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
    seconds: parts.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
    parts,
  };
}

/** The final receipt counts all parts together: what the known ones do not explain was the last one's. */
function closed(
  parts: readonly AiringPart[],
  end: { readonly startedAt: number; readonly endedAt: number; readonly seconds: number },
): readonly AiringPart[] {
  const past = parts.filter(({ endedAt }) => endedAt !== null);
  const open = parts.find(({ endedAt }) => endedAt === null);
  const told = past.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const rest = Math.round(Math.max(0, end.seconds - told) * 1_000) / 1_000;
  if (open === undefined && past.length > 0 && rest === 0) return past;
  return [...past, { startedAt: open?.startedAt ?? end.startedAt, endedAt: end.endedAt, seconds: rest }];
}
