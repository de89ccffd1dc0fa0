import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ownMistakesIn } from '../stage/own-mistakes.ts';

test('a log tells the service’s own mistakes from what was done to it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-log-'));
  const line = (level: number, room: string, msg: string): string => JSON.stringify({ level, room, msg });
  const upkeep = 'The upkeep is not done yet: operator does not exist: timestamp < interval (SQLSTATE 42883)';
  const log = [
    line(30, 'Main', 'Ready'),
    line(40, 'CameraEvents', upkeep),
    'TypeError: x is not a function',
    line(40, 'Boxes', 'A receipts for 1 was not taken: The database cannot be reached'),
    line(50, 'Http', "GET /api/today: unexpected (1): Cannot read properties of undefined (reading 'id')"),
    line(40, 'CameraEvents', upkeep),
    '{"level":40,"room":"Http","msg":"cut o',
  ];
  const path = join(directory, 'service.log');
  await writeFile(path, log.join('\n'));
  expect(await ownMistakesIn(path)).toEqual([
    `CameraEvents: ${upkeep} (2 times)`,
    "Http: GET /api/today: unexpected (1): Cannot read properties of undefined (reading 'id')",
  ]);
  expect(await ownMistakesIn(join(directory, 'none.log'))).toEqual([]);
  await rm(directory, { recursive: true, force: true });
});
