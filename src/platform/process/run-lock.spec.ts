import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programBeside } from '../../base/program.ts';
import { RunLock } from './run-lock.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-lock-'));
});
afterEach(async () => rm(directory, { recursive: true }));

describe('the lock of a data directory', () => {
  test('is refused while another service lives, and taken over when that was killed', async () => {
    const { file, execArgv } = programBeside(import.meta.url, './run-lock.holder.testing');
    const holder = spawn(process.execPath, [...execArgv, file, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: holder.stdout }), 'line');
    await expect(RunLock.take(directory)).rejects.toMatchObject({ code: 'platform.already-running' });
    expect(await readFile(join(directory, 'ports.json'), 'utf8')).toContain(`"pid":${holder.pid ?? 0}`);
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    const lock = await RunLock.take(directory);
    await expect(readFile(join(directory, 'ports.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    await lock.release();
  });

  test('is not held by a process that only has the same number', async () => {
    await writeFile(join(directory, 'service.lock'), '1 12345@00000000\n');
    await (await RunLock.take(directory)).release();
  });
});
