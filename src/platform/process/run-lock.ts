import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { Ports } from '../addresses.ts';
import { writeFileAtomically } from '../files/atomic.file.ts';

/**
 * Sees to it that one data directory has one service. A lock left by a service that was killed is taken over: its
 * process number alone would not do, for it may be another program's by now.
 */
export class RunLock {
  private readonly portsPath: string;

  private constructor(
    directory: string,
    private readonly path: string,
  ) {
    this.portsPath = join(directory, 'ports.json');
  }

  /** @throws Failure `platform.already-running` */
  static async take(runDirectory: string): Promise<RunLock> {
    await mkdir(runDirectory, { recursive: true, mode: 0o700 });
    const path = join(runDirectory, 'service.lock');
    const held = /^(\d+) (\S+)$/.exec((await readFile(path, 'utf8').catch(() => '')).trim());
    const [pid, start] = [Number(held?.[1]), held?.[2]];
    if (held !== null && pid !== process.pid && startOf(pid) === start)
      throw new Failure(
        'conflict',
        'platform.already-running',
        `Another service (process ${pid}) works in this data directory: stop it, or set LOA_DATA_DIRECTORY`,
      );
    const lock = new RunLock(runDirectory, path);
    // Those of a service that was killed: nobody must take it for this one.
    await rm(lock.portsPath, { force: true });
    await writeFileAtomically(path, `${process.pid} ${startOf(process.pid) ?? '-'}\n`, 0o600);
    return lock;
  }

  /** Tells by `ports.json` that the service is ready, and where. */
  async announce(ports: Ports): Promise<void> {
    const ready = { ...ports, pid: process.pid, readyAt: new Date().toISOString() };
    await writeFileAtomically(this.portsPath, `${JSON.stringify(ready)}\n`);
  }

  async release(): Promise<void> {
    await rm(this.portsPath, { force: true });
    await rm(this.path, { force: true });
  }
}

/** Something that differs between two processes which had the same number one after the other; undefined if none. */
function startOf(pid: number): string | undefined {
  try {
    // Linux: field 22, the start in clock ticks since boot. The name in field 2 may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended and was not yet collected by its parent holds nothing.
    return fields[0] === 'Z' ? undefined : `${fields[19] ?? ''}@${bootId()}`;
  } catch {
    // No /proc on this system, or no such process.
  }
  if (process.platform === 'linux') return undefined;
  try {
    process.kill(pid, 0);
    return '-';
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
}
