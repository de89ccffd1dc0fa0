import type { ClockOffset } from './clock-offset.ts';

export interface Occurrence {
  /** Best estimate of the true instant, milliseconds since 1970. */
  readonly occurredAt: number;
  readonly uncertaintyMs: number;
}

/** A message is pulled within seconds of what it tells; an estimate further back than this is a wrong clock or zone. */
const OLDEST_MS = 10 * 60_000;
/** Reading errors of the clock, and cameras that stamp a message after sending it. */
const NEWEST_MS = 5_000;
const ZONES_MS = [0, 7 * 3_600_000];
/** Whole seconds are cut, not rounded: on average the truth lies half a second later. */
const HALF_A_SECOND_MS = 500;

/**
 * When something happened, from the camera's own words. Instants without a zone are sent by some makers, as UTC or as
 * Viet Nam time: the reading that fits the moment of receipt is taken. Where nothing fits (1970, a clock that jumped
 * since it was measured), the receipt is the estimate, with the long poll's length as uncertainty.
 */
export function occurredAt(
  timeText: string | null,
  clock: ClockOffset | undefined,
  receivedAtMs: number,
): Occurrence {
  const unknown = { occurredAt: receivedAtMs, uncertaintyMs: 60_000 };
  if (timeText === null) return unknown;
  const cutMs = timeText.includes('.') ? 0 : HALF_A_SECOND_MS;
  for (const cameraMs of cameraInstants(timeText)) {
    const estimate = Math.round(cameraMs + cutMs - (clock?.offsetMs ?? 0));
    if (estimate > receivedAtMs + NEWEST_MS || estimate < receivedAtMs - OLDEST_MS) continue;
    return {
      occurredAt: Math.min(estimate, receivedAtMs),
      uncertaintyMs: (clock?.uncertaintyMs ?? 30_000) + cutMs,
    };
  }
  return unknown;
}

/** All the instants that a camera's time text can mean, the likeliest first; none when it cannot be read. */
export function cameraInstants(text: string): number[] {
  const found =
    /^\s*(\d{4})-(\d\d?)-(\d\d?)[T ](\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?\s*$/i.exec(
      text,
    );
  if (found === null) return [];
  const [, year, month, day, hour, minute, second, fraction = '0', zone] = found;
  const asUtc =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
    Math.floor(Number(`0.${fraction}`) * 1_000);
  if (!Number.isFinite(asUtc)) return [];
  if (zone === undefined) return ZONES_MS.map((ms) => asUtc - ms);
  if (zone.toUpperCase() === 'Z') return [asUtc];
  const digits = zone.replace(':', '');
  const ms = (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * 60_000;
  return [asUtc - (digits.startsWith('-') ? -ms : ms)];
}
