import { useEffect, useState } from 'react';

/**
 * The service's clock, not the browser's: an old phone may be minutes off, and a progress bar would show nonsense.
 * `aheadMs` is the service's clock minus ours. `Date` headers tell whole seconds (taken as their middle); a page that
 * carries the exact instant corrects finer.
 */
let aheadMs = 0;
let uncertaintyMs = Number.POSITIVE_INFINITY;

function learn(serverAt: number, sentAt: number, grainMs: number): void {
  const receivedAt = Date.now();
  const halfTrip = (receivedAt - sentAt) / 2;
  const mine = halfTrip + grainMs / 2;
  const next = serverAt + grainMs / 2 - (sentAt + halfTrip);
  // A better measurement replaces the old one, and so does one that contradicts it (either clock was set).
  if (mine > uncertaintyMs && Math.abs(next - aheadMs) <= mine + uncertaintyMs) return;
  aheadMs = next;
  uncertaintyMs = mine;
}

/** @param header the answer's `Date`; null where there was none */
export function learnServerTime(header: string | null, sentAt: number): void {
  const at = header === null ? Number.NaN : Date.parse(header);
  if (!Number.isNaN(at)) learn(at, sentAt, 1_000);
}

/** @param at an exact instant told in an answer that was asked for at `sentAt` (browser's clock, ms) */
export function learnExactTime(at: string, sentAt: number): void {
  learn(Date.parse(at), sentAt, 0);
}

/** Milliseconds since 1970 by the service's clock. */
export const serverNow = (): number => Date.now() + aheadMs;

/** The service's time, told again every `everyMs`; `null` stands still. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
