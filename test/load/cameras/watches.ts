import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { childOf, memoryOf } from '../../stage/processes.ts';
import { built } from '../../stage/program.ts';
import type { Service } from '../../stage/service.ts';
import type { Measured, RawData } from './raw.ts';

const memoryEveryMs = 2_000;
const loadEveryMs = 15_000;

/** What makes a service tell of its event loop. @param directory where it writes */
export function loopWatched(directory: string): Record<string, string> {
  const file = pathToFileURL(join(built, 'test/load/cameras/loop.main.js'));
  return { NODE_OPTIONS: `--import=${file.href}`, LOOP_DIRECTORY: directory };
}

/** Until `signal`: resident memory (MB) of the service, its connector and its broker, and how busy the machine is. */
export async function watch(service: Service, raw: RawData, signal: AbortSignal): Promise<void> {
  const megabytes = (pid: number | undefined): number => (pid === undefined ? 0 : memoryOf(pid) / 1_048_576);
  const { pid } = service.ports;
  for (let loadAt = 0; !signal.aborted;) {
    const at = Date.now();
    raw.add({
      ...{ kind: 'memory', at, service: megabytes(pid) },
      connector: megabytes(childOf(pid, 'connector.main')),
      broker: megabytes(childOf(pid, 'broker.main')),
    });
    if (at - loadAt >= loadEveryMs) {
      loadAt = at;
      raw.add({ kind: 'load', at, minute: loadavg()[0] ?? 0 });
    }
    await pause(memoryEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The seconds of the service's event loop from an instant on (ms since 1970). */
export function keepLoop(service: Service, directory: string, fromAt: number, raw: RawData): void {
  const text = readFileSync(join(directory, `loop-${service.ports.pid}.jsonl`), 'utf8');
  for (const line of text.split('\n').filter((one) => one.endsWith('}'))) {
    const second = JSON.parse(line) as Extract<Measured, { kind: 'loop' }>;
    if (second.at >= fromAt) raw.add(second);
  }
}

/** The delays (ms) that such seconds tell of, each as often as it happened. */
export function loopDelays(seconds: readonly Extract<Measured, { kind: 'loop' }>[]): number[] {
  return seconds.flatMap(({ count, percentiles }) => {
    let told = 0;
    return percentiles.flatMap(([percent, ms]) => {
      const upTo = Math.round((percent / 100) * count);
      const these = new Array<number>(Math.max(0, upTo - told)).fill(ms);
      told = Math.max(told, upTo);
      return these;
    });
  });
}
