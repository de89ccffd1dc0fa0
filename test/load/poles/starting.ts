import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { AiringView } from '../../../src/broadcasts/broadcast.view.ts';
import { proveAll } from '../../demo/prove-all.ts';
import { Town } from '../../faults/town.ts';
import { turnClock, turnedEnvironment } from '../../stage/clock-turner.ts';
import { scheduleAt } from '../../stage/village.ts';
import { pause } from '../../faults/seed.ts';
import type { RawData } from './raw.ts';

/**
 * Agents whose clocks are wrong, each in its own way: off by up to 2 s and 200 ppm too fast or too slow. When their
 * sounds really begin is found by correlation in what their sinks wrote down, which have true clocks.
 */
export async function starting(
  raw: RawData,
  sizes: { clocks: number; starts: number; settleSeconds: number },
  draw: () => number,
): Promise<void> {
  const clocks = Array.from({ length: sizes.clocks }, (_, index) => ({
    offsetMs: Math.round((draw() - 0.5) * 4_000),
    ppm: index % 2 === 0 ? 200 : -200,
  }));
  const town = await Town.found('bench-starting', sizes.clocks, {
    poleEnv: (index, directory) => {
      mkdirSync(join(directory, 'clocks'), { recursive: true });
      const path = join(directory, 'clocks', `${index}.json`);
      turnClock(path, clocks[index] ?? { offsetMs: 0, ppm: 0 });
      return turnedEnvironment(path);
    },
  });
  let isGood = false;
  try {
    const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
    const stepMs = Math.ceil((spoken.recording?.seconds ?? 0) + 4) * 1_000;
    await town.allReady();
    const firstAt = Math.ceil((Date.now() + sizes.settleSeconds * 1_000) / 1_000) * 1_000;
    for (let index = 0; index < sizes.starts; index += 1)
      await scheduleAt(town.people.editor.caller, spoken.id, firstAt + index * stepMs, { kind: 'commune' });
    await pause(Math.max(0, firstAt + sizes.starts * stepMs - Date.now()));
    await town.settledLedger(120_000);
    const range = [firstAt - 60_000, Date.now()].map((at) => new Date(at).toISOString());
    const airings = await town.people.administrator.caller.get<AiringView[]>(
      `/api/airings?from=${range[0]}&until=${range[1]}`,
    );
    for (const { airing, startErrorMs, coverage } of await proveAll(
      town.service,
      town.poles,
      airings,
      town.people.editor.caller,
    ))
      raw.add({
        kind: 'start',
        broadcast: airing.broadcastId,
        pole: airing.loudspeakerId,
        errorMs: startErrorMs,
        coverage,
      });
    isGood = true;
  } finally {
    await town.leave(isGood);
  }
}
