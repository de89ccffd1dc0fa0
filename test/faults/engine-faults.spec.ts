import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { mutant, type Mutation } from '../stage/build.ts';
import { built } from '../stage/program.ts';
import { faults, type EngineFigures } from './engine-faults.ts';
import { seed } from './seed.ts';

jest.setTimeout(600_000);

const run = promisify(execFile);

async function figures(count: number, dist: string): Promise<EngineFigures> {
  const program = join(dist, 'test', 'faults', 'engine-faults.main.js');
  const { stdout } = await run(process.execPath, [program, String(count), String(seed)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 10_000_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as EngineFigures;
}

describe('engines that hang, end, return silence or are ten times slower', () => {
  test('100 of them: no emergency is dropped, the other voice has spoken within 3 s, silence never passes', async () => {
    process.stdout.write(`engine-faults: LOA_SEED=${seed}\n`);
    const told = await figures(100, built);
    process.stdout.write(`${JSON.stringify({ suite: 'engine-faults', ...told })}\n`);
    expect(told).toMatchObject({ faults: 100, emergenciesDropped: 0, routineDropped: 0, silencePassed: 0 });
    expect(told.emergencies).toBeGreaterThan(30);
    // The service waits 2.5 s for a voice that hangs; what the other one takes for the words is the machine's.
    expect(told.fallbackMaxMs).toBeLessThanOrEqual(Math.max(3_000, 2_500 + 5 * told.fallbackP50Ms));
  });

  test.each<[string, Mutation, (told: EngineFigures) => boolean]>([
    [
      'the gate against silence is gone',
      { file: 'src/speech/audible.js', from: 'if (!isSilent &&', to: 'if (true || !isSilent &&' },
      ({ silencePassed }) => silencePassed > 0,
    ],
    [
      'an emergency waits as long as its voice likes',
      {
        file: 'src/speech/speech.service.js',
        from: 'setTimeout(() => patience.abort()',
        to: 'setTimeout(() => undefined',
      },
      ({ fallbackMaxMs }) => fallbackMaxMs > 3_000,
    ],
  ])('turns red where %s', async (_, mutation, isRed) => {
    const directory = await mkdtemp(join(tmpdir(), 'loa-engines-mutant-'));
    try {
      const told = await figures(2 * faults.length, await mutant(directory, [mutation]));
      expect(isRed(told)).toBe(true);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
