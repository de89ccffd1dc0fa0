import type { ViewFinding } from './comparison.ts';

export const lights = ['day', 'night'] as const;
export type Light = (typeof lights)[number];

const minuteMs = 60_000;
const dayMinutes = 1_440;
/** Viet Nam: UTC+7 without summer time. */
const utcOffsetMinutes = 420;

export function minuteOfDay(at: number): number {
  return (Math.floor(at / minuteMs) + utcOffsetMinutes) % dayMinutes;
}

/** By the clock on the wall: the sun of the tropics keeps to it within half an hour. */
export function lightOf(at: number): Light {
  const minute = minuteOfDay(at);
  return minute >= 6 * 60 && minute < 18 * 60 ? 'day' : 'night';
}

/**
 * The minutes of the day at which one camera's stills are taken: those of its references, so that like light is compared
 * with like; without any, some hour of the day of its own, so that a commune's cameras are not all asked at once.
 */
export function stillMinutes(
  cameraId: string,
  references: readonly { readonly takenAt: number }[],
): number[] {
  const own = Number.parseInt(cameraId.slice(-6), 16);
  if (references.length === 0) return [8 * 60 + (own % (8 * 60))];
  return references.map(({ takenAt }) => (minuteOfDay(takenAt) + (own % 15)) % dayMinutes);
}

/** What is known of one camera when the next check is thought about. */
export interface Round {
  readonly cameraId: string;
  /** When it was last asked for, answered or not; null: never. */
  readonly orderedAt: number | null;
  readonly checkedAt: number | null;
  readonly stillAt: number | null;
  readonly references: readonly { readonly takenAt: number }[];
  /** Something is wrong with its view, or seems to be: stills go on until it is well. */
  readonly isSuspect: boolean;
}

/** An order that was not answered by then is given again. */
const patienceMs = 10 * minuteMs;

/** Whether a camera is to be checked now, and whether with a still. */
export function due(round: Round, now: number, everyMs: number): 'check' | 'still' | null {
  if (round.orderedAt !== null && now - round.orderedAt < Math.min(patienceMs, everyMs)) return null;
  const slots = stillMinutes(round.cameraId, round.references).map(
    (minute) => now - ((minuteOfDay(now) - minute + dayMinutes) % dayMinutes) * minuteMs - (now % minuteMs),
  );
  const { stillAt, checkedAt } = round;
  const isHourOver = checkedAt === null || now - checkedAt >= everyMs;
  const isOwed = stillAt === null || slots.some((slot) => slot > stillAt);
  // A camera that gave none when it was due is asked again with the next round, not every few minutes.
  if (isOwed && (isHourOver || slots.some((slot) => slot > checkedAt))) return 'still';
  if (!isHourOver) return null;
  return round.isSuspect ? 'still' : 'check';
}

export interface JudgedStill {
  readonly finding: ViewFinding | null;
  readonly takenAt: number;
}

/**
 * What a still changes. One alone opens nothing, since a lorry may have stood before the lens: `confirm` asks for another
 * one soon. One that is well closes what was open.
 */
export function follow(
  open: string | null,
  before: JudgedStill | null,
  now: JudgedStill,
  confirmMs: number,
): 'open' | 'close' | 'confirm' | null {
  if (now.finding === null) return open === null ? null : 'close';
  if (open === now.finding) return null;
  const isConfirmed = before?.finding === now.finding && now.takenAt - before.takenAt >= confirmMs;
  return isConfirmed ? 'open' : 'confirm';
}
