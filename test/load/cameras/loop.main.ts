/**
 * Loaded into the service before itself (`--import`): how late its event loop comes to what is due. A line a second into
 * `loop-PID.jsonl` of the directory that LOOP_DIRECTORY names.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Measured } from './raw.ts';

const path = join(process.env.LOOP_DIRECTORY ?? '.', `loop-${String(process.pid)}.jsonl`);
/** What the histogram holds is the time between two looks, this among it (ms). */
const resolution = 10;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();
setInterval(() => {
  const percentiles = [...delay.percentiles].map(
    ([percent, ns]) => [percent, Math.max(0, Math.round(ns / 1e4) / 100 - resolution)] as const,
  );
  const line: Measured = { kind: 'loop', at: Date.now(), count: delay.count, percentiles };
  appendFileSync(path, `${JSON.stringify(line)}\n`);
  delay.reset();
}, 1_000).unref();
