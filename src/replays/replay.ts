import { longestReplayMs } from '../../devices/protocol/replay-messages.ts';
import type { CameraClip, ReplayFault } from '../../devices/protocol/replay-messages.ts';
import { Failure } from '../base/failure.ts';

/** `interrupted`: the service ended meanwhile; `connector`: its connector fell silent; `broken`: pieces were missing. */
export const ownFaults = ['interrupted', 'connector', 'broken', 'full'] as const;
export type Fault = ReplayFault | (typeof ownFaults)[number];

/** What was asked for, by true time (ms). */
export interface Span {
  readonly fromAt: number;
  readonly untilAt: number;
}

/** A part of a recording that somebody asked for (*đoạn ghi*), and what came. Instants are ms since 1970. */
export interface Replay extends Span {
  readonly id: string;
  readonly eventId: string;
  readonly cameraId: string;
  readonly pointId: string;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly state: 'running' | 'kept' | 'failed';
  readonly fault: Fault | null;
  readonly clip: Clip | null;
}

/** What was received, as its connector told it. */
export type Clip = NonNullable<CameraClip['done']>;

export const longestSeconds = longestReplayMs / 1_000;
/** An event's time is sure to this at best; more of it is not searched. */
const mostUncertainMs = 30_000;
/** Recorders write what they have just seen a little later. */
const settleMs = 2_000;

/**
 * What to ask for: so long before and after an event, wider by what its time is unsure by.
 * @throws Failure `replays.too-long`, `replays.not-yet`
 */
export function spanAround(
  event: { readonly occurredAt: number; readonly uncertaintyMs: number },
  asked: { readonly beforeSeconds: number; readonly afterSeconds: number },
  now: number,
): Span {
  if (asked.beforeSeconds + asked.afterSeconds > longestSeconds)
    throw new Failure('invalid', 'replays.too-long', 'At most five minutes at a time', {
      details: { mostSeconds: longestSeconds },
    });
  const unsureMs = Math.min(event.uncertaintyMs, mostUncertainMs);
  const fromAt = Math.floor(event.occurredAt - asked.beforeSeconds * 1_000 - unsureMs);
  const untilAt = Math.min(
    Math.ceil(event.occurredAt + asked.afterSeconds * 1_000 + unsureMs),
    fromAt + longestReplayMs,
    now - settleMs,
  );
  if (untilAt - fromAt < 1_000)
    throw new Failure('conflict', 'replays.not-yet', 'This has not been recorded yet');
  return { fromAt, untilAt };
}

/** How many pictures a second its film shows, so that it lasts as long as what it shows. */
export function filmRate({ frames, firstAt, lastAt }: Pick<Clip, 'frames' | 'firstAt' | 'lastAt'>): number {
  const seconds = (lastAt - firstAt) / 1_000;
  if (frames < 2 || seconds <= 0) return 1;
  return Math.min(60, Math.max(0.1, (frames - 1) / seconds));
}
