import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { childOf, memoryOf } from '../../stage/processes.ts';
import { built } from '../../stage/program.ts';
import type { Service } from '../../stage/service.ts';
import type { Measured, RawData } from './raw.ts';

const beatMs = 500;
/** Nobody's programs come that late on a machine that lets them run at all. */
const stallMs = 2_000;
const memoryEveryMs = 2_000;
const loadEveryMs = 15_000;

/** What makes a service tell of its event loop. @param directory where it writes */
export function loopWatched(directory: string): Record<string, string> {
  const file = pathToFileURL(join(built, 'test/load/cameras/loop.main.js'));
  return { NODE_OPTIONS: `--import=${file.href}`, LOOP_DIRECTORY: directory };
}

/**
 * When the machine let none of these programs run (work that goes first, a machine put to sleep): no camera can be held
 * then, and that time is taken off.
 */
export class Stalls {
  private readonly found: { readonly fromAt: number; readonly toAt: number }[] = [];

  constructor(raw: RawData, signal: AbortSignal) {
    let beatAt = Date.now();
    const timer = setInterval(() => {
      const now = Date.now();
      if (now - beatAt > stallMs) {
        this.found.push({ fromAt: beatAt, toAt: now });
        raw.add({ kind: 'stall', at: beatAt, ms: now - beatAt });
      }
      beatAt = now;
    }, beatMs);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** How much of it (ms) lay between two instants. */
  between(fromAt: number, toAt: number): number {
    const overlaps = this.found.map((one) => Math.min(one.toAt, toAt) - Math.max(one.fromAt, fromAt));
    return overlaps.reduce((sum, ms) => sum + Math.max(0, ms), 0);
  }
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
