import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { programBeside } from '../../src/base/program.ts';
import { drawer, seed } from '../../test/faults/seed.ts';
import { Outbox } from './outbox.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outbox-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const seqsOf = (outbox: Outbox): number[] => outbox.pending(10_000).map((each) => each.seq);

describe('the outbox', () => {
  test('keeps what was appended, in order, over a restart', async () => {
    const first = await Outbox.open(directory);
    await Promise.all(['một', 'hai', 'ba'].map((word) => first.append({ word })));
    await first.commit([2]);
    await first.close();
    const second = await Outbox.open(directory);
    expect(second.pending(10)).toEqual([
      { seq: 1, entry: { word: 'một' } },
      { seq: 3, entry: { word: 'ba' } },
    ]);
    expect(second.damagedLines).toBe(0);
    await second.close();
  });

  test('never gives a number again, even when everything was committed and compacted', async () => {
    const first = await Outbox.open(directory);
    const filler = 'x'.repeat(400_000);
    let last = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      last = await first.append({ filler });
      await first.commit([last]);
    }
    await first.close();
    expect((await readFile(join(directory, 'outbox.log'))).length).toBeLessThan(9_000_000);
    const second = await Outbox.open(directory);
    expect(second.size).toBe(0);
    expect(await second.append({})).toBe(last + 1);
    await second.close();
  });

  test('notes a commit with what is appended next: lost before that, the entry is only sent once more', async () => {
    const outbox = await Outbox.open(directory);
    await outbox.append({ word: 'một' });
    await outbox.commit([1]);
    expect(outbox.size).toBe(0);
    const cutBefore = await Outbox.open(directory);
    expect(seqsOf(cutBefore)).toEqual([1]);
    await cutBefore.close();
    await outbox.append({ word: 'hai' });
    const cutAfter = await Outbox.open(directory);
    expect(seqsOf(cutAfter)).toEqual([2]);
    await cutAfter.close();
    await outbox.close();
  });

  test('entries that stay live survive the compaction around them', async () => {
    const outbox = await Outbox.open(directory);
    const kept = await outbox.append({ stays: true });
    for (let turn = 0; turn < 30; turn += 1) {
      await outbox.commit([await outbox.append({ filler: 'x'.repeat(400_000) })]);
    }
    expect(outbox.pending(5)).toEqual([{ seq: kept, entry: { stays: true } }]);
    await outbox.close();
    const again = await Outbox.open(directory);
    expect(again.pending(5)).toEqual([{ seq: kept, entry: { stays: true } }]);
    await again.close();
  });

  test('a half line, a damaged line and rubbish at the end are left out, and what follows is whole', async () => {
    const first = await Outbox.open(directory);
    for (const word of ['a', 'b', 'c']) await first.append({ word });
    await first.close();
    const path = join(directory, 'outbox.log');
    const bytes = await readFile(path);
    const end = bytes.indexOf(0);
    const text = bytes.subarray(0, end).toString().replace('"b"', '"B"');
    const half = text.slice(0, 30);
    await writeFile(path, text + half);
    const second = await Outbox.open(directory);
    expect(seqsOf(second)).toEqual([1, 3]);
    expect(second.damagedLines).toBe(2);
    await second.append({ word: 'd' });
    await second.close();
    await appendFile(path, half);
    const third = await Outbox.open(directory);
    expect(seqsOf(third)).toEqual([1, 3, 4]);
    await third.close();
  });

  test('tells its listeners, and hands out in bytes as well as in numbers', async () => {
    const outbox = await Outbox.open(directory);
    let told = 0;
    const stop = outbox.onAppended(() => (told += 1));
    for (let turn = 0; turn < 4; turn += 1) await outbox.append({ filler: 'x'.repeat(1_000) });
    stop();
    await outbox.append({});
    expect(told).toBe(4);
    expect(outbox.pending(10, 2_500).map((each) => each.seq)).toEqual([1, 2]);
    expect(outbox.pending(10, 10).map((each) => each.seq)).toEqual([1]);
    expect(outbox.pending(2, 10_000, new Set([1, 3])).map((each) => each.seq)).toEqual([2, 4]);
    await outbox.close();
  });

  test('hands out as JSON what it was given, with its number; what is damaged is left out for good', async () => {
    const outbox = await Outbox.open(directory);
    const words = ['một', '', '"}]', '\u0000\\', 'năm'];
    for (const word of words) await outbox.append(word === '' ? {} : { word, more: [{ word }] });
    await outbox.commit([3]);
    const path = join(directory, 'outbox.log');
    const bytes = await readFile(path);
    bytes.write('z', bytes.indexOf('năm'));
    await writeFile(path, bytes);
    const found = outbox.pendingJson(10, 10_000, new Set());
    expect(found.map(({ json }) => JSON.parse(json) as unknown)).toEqual([
      { seq: 1, word: 'một', more: [{ word: 'một' }] },
      { seq: 2 },
      { seq: 4, word: '\u0000\\', more: [{ word: '\u0000\\' }] },
    ]);
    expect(found.map(({ seq }) => seq)).toEqual([1, 2, 4]);
    expect(outbox.size).toBe(3);
    await outbox.close();
  });

  test('kill -9 at twelve instants: everything acknowledged is there, no number twice', async () => {
    process.stdout.write(`outbox: LOA_SEED=${seed}\n`);
    const random = drawer(seed);
    const { file, execArgv } = programBeside(import.meta.url, './outbox.crowd.main');
    const acknowledged = new Set<number>();
    const committing = new Set<number>();
    for (let turn = 0; turn < 12; turn += 1) {
      const child = spawn(process.execPath, [...execArgv, file, directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const killAfter = Math.floor(random() * 120);
      let seen = 0;
      const closed = once(child, 'close');
      for await (const line of createInterface(child.stdout)) {
        const numbers = line.slice(1).split(',').filter(Boolean).map(Number);
        if (line.startsWith('-')) for (const seq of numbers) committing.add(seq);
        else {
          for (const seq of numbers) {
            expect(acknowledged.has(seq)).toBe(false);
            acknowledged.add(seq);
          }
        }
        seen += 1;
        if (seen === killAfter + 1) child.kill('SIGKILL');
      }
      await closed;
      const outbox = await Outbox.open(directory);
      const there = new Set(seqsOf(outbox));
      const lost = [...acknowledged].filter((seq) => !there.has(seq) && !committing.has(seq));
      expect(lost).toEqual([]);
      await outbox.close();
    }
    expect(acknowledged.size).toBeGreaterThan(100);
  }, 60_000);
});
