import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { drawer, seed } from '../faults/seed.ts';
import { killing } from '../load/poles/killing.ts';
import { RawData, readRaw } from '../load/poles/raw.ts';

test('kill -9 of service, broker and boxes at 20 instants: no airing is lost, none plays twice, and no box that died is believed alive', async () => {
  process.stdout.write(`kills: LOA_SEED=${seed}\n`);
  const scratch = await mkdtemp(join(tmpdir(), 'kills-'));
  const raw = new RawData(join(scratch, 'raw.jsonl'));
  await killing(raw, { kills: 20, airings: 8, poles: 4, ghosts: 'once-back' }, drawer(seed));
  const measured = readRaw(raw.path);
  expect(measured('kill')).toHaveLength(20);
  expect(measured('airing')).toHaveLength(8);
  expect(measured('reckoning')).toMatchObject([{ lost: 0, doubled: 0, faults: [] }]);
  expect(measured('ghosts')).toMatchObject([{ dead: 2, online: 0, alive: 2, aliveOnline: 2 }]);
  await rm(scratch, { recursive: true });
}, 600_000);
