import { spawn } from 'node:child_process';

/** Instants and lengths in ms of the monotonic counter. */
export interface Rounds {
  readonly nowMs: number;
  /** When the decision last came round, and when it was last asked to; null: not yet. */
  readonly decidedMs: number;
  readonly askedMs: number | null;
  /** For how long the mixer has not come round though it has something to do. */
  readonly mixerStuckMs: number;
  /** When the way to the broker last did anything. */
  readonly linkTurnedMs: number;
}

/** The mixer comes round every 20 ms while it sounds; the broker answers a ping every half minute, or is tried again. */
const mixerStuckMs = 5_000;
const linkStuckMs = 150_000;

/** What does not come round any more, or null. */
export function whatStands({ nowMs, decidedMs, askedMs, ...rounds }: Rounds): string | null {
  if (askedMs !== null && decidedMs <= askedMs) return 'the decision';
  if (rounds.mixerStuckMs > mixerStuckMs) return 'the mixer';
  return nowMs - rounds.linkTurnedMs > linkStuckMs ? 'the link' : null;
}

/**
 * Tells systemd that all goes round, twice in its WatchdogSec, and not when something stands still: then systemd ends
 * the box and starts it anew. Node has no datagram sockets of the file system, so `systemd-notify` speaks for it
 * (NotifyAccess=all in the unit). Nothing is done where no watchdog waits (no NOTIFY_SOCKET and WATCHDOG_USEC).
 * @param stuck what stands still, or null
 */
export function watchOver(stuck: () => string | null, told: (what: string) => void): void {
  const everyMs = Number(process.env['WATCHDOG_USEC'] ?? 0) / 2_000;
  if (process.env['NOTIFY_SOCKET'] === undefined || !(everyMs > 0)) return;
  const notify = (...words: string[]): void => {
    const child = spawn('systemd-notify', words, { stdio: 'ignore' });
    child.once('error', (error) => told(error.message));
  };
  notify('--ready', 'WATCHDOG=1');
  setInterval(() => {
    const what = stuck();
    if (what === null) notify('WATCHDOG=1');
    else told(what);
  }, everyMs).unref();
}
