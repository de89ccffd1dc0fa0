import { spawn } from 'node:child_process';

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
