import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LogTail } from './log-tail.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('what an earlier life said goes before what was said since, secrets struck out', async () => {
  const first = new LogTail();
  first.write('one\n');
  await first.open(directory);
  first.write('two hush\n');
  await first.settled();
  const second = new LogTail();
  second.write('three\n');
  await second.open(directory);
  expect(second.last(['hush'])).toBe('one\ntwo ***\nthree\n');
});

test('however much is said, the tail is whole lines of bounded length, and so are the files', async () => {
  const tail = new LogTail();
  await tail.open(directory);
  for (let round = 0; round < 60; round += 1) {
    for (let line = 0; line < 100; line += 1) tail.write(`${round} ${line} ${'x'.repeat(100)}\n`);
    await tail.settled();
  }
  const text = tail.last([]);
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(65_000);
  expect(text).toMatch(/^\d+ \d+ x{100}\n/);
  expect(text.endsWith(`59 99 ${'x'.repeat(100)}\n`)).toBe(true);
  const sizes = await Promise.all((await readdir(directory)).map((name) => stat(join(directory, name))));
  expect(sizes.length).toBe(2);
  for (const { size } of sizes) expect(size).toBeLessThan(131_072 + 65_536 + 1_000);
});
