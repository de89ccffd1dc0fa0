import type { CameraChecked } from '../../devices/protocol/camera-messages.ts';

/** What its device said that it keeps of a camera, and when it said so. Instants are true ones, ms since 1970. */
export type Kept = NonNullable<CameraChecked['recording']> & { readonly at: number };

/**
 * What is wrong with a recording: `empty`: there is none; `stopped`: nothing new came to it; `short`: what it should
 * still have is gone; `young`: it does not reach back far enough, and could not, as it has not been watched for so long.
 */
export const keptFaults = ['empty', 'stopped', 'short', 'young'] as const;
export type KeptFault = (typeof keptFaults)[number];

const dayMs = 86_400_000;
/** Recorders that record by motion pause for hours; a day without any is a disk that died. */
const pauseMs = dayMs;
/** Files are deleted by the hour, and disks by the gigabyte. */
const slackMs = dayMs;

/** How well a device's clock is known: a recording of five days is not four since its clock was heard 100 ms late. */
const clockMs = 60_000;

/** How many days are kept, whole ones; null where nobody knows. */
export function daysKept({ at, fromAt }: Pick<Kept, 'at' | 'fromAt'>): number | null {
  return fromAt === null ? null : Math.max(0, Math.floor((at + clockMs - fromAt) / dayMs));
}

/** @param needed what is to be kept: so many days, of a camera that is known since then (ms) */
export function faultOf(
  kept: Kept,
  needed: { readonly days: number; readonly since: number },
): KeptFault | null {
  const { at, fromAt, untilAt } = kept;
  if (kept.result !== 'ok') return null;
  if (fromAt === null) return kept.count === 0 ? 'empty' : null;
  if (untilAt !== null && at - untilAt > pauseMs) return 'stopped';
  const owedFrom = at - needed.days * dayMs;
  if (fromAt <= owedFrom + slackMs) return null;
  return fromAt > needed.since + slackMs ? 'short' : 'young';
}
