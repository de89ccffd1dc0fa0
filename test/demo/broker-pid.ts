import { readdir, readFile } from 'node:fs/promises';

/** The broker's process: the child of the service that runs `broker.main`. Linux only, as the demonstration is. */
export async function brokerPidOf(servicePid: number): Promise<number | null> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const [status, command] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ]);
    if (status.includes(`\nPPid:\t${servicePid}\n`) && command.includes('broker.main')) return Number(pid);
  }
  return null;
}
