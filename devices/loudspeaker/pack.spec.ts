import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { programBeside } from '../../src/base/program.ts';
import { TestPole } from './pole.testing.ts';

const require = createRequire(import.meta.url);
const { path: ffmpeg } = require('@ffmpeg-installer/ffmpeg') as { path: string };

let pole: TestPole;
beforeEach(async () => {
  pole = await TestPole.set();
});
afterEach(() => pole.clear());

test('what is packed for a pole runs from a clean directory: it enrols, plays, and is small', async () => {
  const { file, execArgv } = programBeside(import.meta.url, './pack.main');
  const packed = execFileSync(process.execPath, [...execArgv, file, pole.directory], { encoding: 'utf8' });
  execFileSync('tar', ['-xzf', packed.trim().split('\n').at(-1) ?? '', '-C', pole.directory]);
  const unpacked = join(pole.directory, 'loa-lang-loudspeaker');
  pole.program = { file: join(unpacked, 'loudspeaker.main.js'), execArgv: ['--max-old-space-size=96'] };
  await pole.start(['--enrol', pole.service.link, '--ffmpeg', ffmpeg]);
  const item = pole.item(Date.now() + 4_000, pole.tone(2));
  await pole.service.publishProgramme(pole.programme([item]));
  await pole.untilAiring(item.airing, 'played');
  expect(await pole.sounds('wavs', 1)).toHaveLength(1);
  const memory = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pole.agent?.pid ?? 0}/status`, 'utf8'));
  const megabytes = Number(memory?.[1]) / 1_024;
  process.stderr.write(`resident after an airing: ${megabytes.toFixed(0)} MB\n`);
  expect(megabytes).toBeLessThan(120);
  expect(readFileSync(join(unpacked, 'licenses.md'), 'utf8')).toContain('mqtt');
}, 60_000);
