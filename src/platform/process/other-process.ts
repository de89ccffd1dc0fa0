import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { codeOf } from '../../base/error.ts';

/** Whether a process has this number, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The words of a process's command line; none where it is gone or cannot be read. */
export function commandOf(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // No separator between words: a data directory with a space in its path is then not taken over.
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
      .stdout.trim()
      .split(' ');
  } catch {
    return [];
  }
}

/** Signals a process; one that is gone meanwhile is no fault. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}
