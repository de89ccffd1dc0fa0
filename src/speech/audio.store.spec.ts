import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { drawer, seed } from '../../test/faults/seed.ts';
import { programBeside } from '../base/program.ts';
import { AudioStore, explainDiskError } from './audio.store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-audio-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function filesIn(root: string): Promise<{ name: string; content: Buffer }[]> {
  const found: { name: string; content: Buffer }[] = [];
  for (const shard of await readdir(root)) {
    if (shard === 'tmp') continue;
    for (const name of await readdir(join(root, shard))) {
      found.push({ name, content: await readFile(join(root, shard, name)) });
    }
  }
  return found;
}

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('the audio store', () => {
  test('keeps a file under its hash', async () => {
    const store = new AudioStore(directory);
    await store.open();
    const content = Buffer.from('sound');
    const { sha256, bytes } = await store.put(content);
    expect(sha256).toBe(hashOf(content));
    expect(bytes).toBe(5);
    const found = await store.find(sha256);
    expect(found?.path).toBe(join(directory, sha256.slice(0, 2), sha256));
    expect(await readFile(found?.path ?? '')).toEqual(content);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  test('knows nothing of a name that is not a hash, however it is dressed', async () => {
    const store = new AudioStore(directory);
    await store.open();
    await writeFile(join(directory, 'secret'), 'x');
    for (const name of ['../secret', '..%2fsecret', 'secret', '', 'A'.repeat(64), `${'a'.repeat(63)}/`]) {
      expect(await store.find(name)).toBeUndefined();
    }
  });

  test('sees that the disk has spoilt a file, and mends it when it comes again', async () => {
    const store = new AudioStore(directory);
    await store.open();
    const { sha256 } = await store.put(Buffer.from('sound'));
    await writeFile(join(directory, sha256.slice(0, 2), sha256), 'sounf');
    expect(await store.verify(sha256)).toBe(false);
    await store.put(Buffer.from('sound'));
    expect(await store.verify(sha256)).toBe(true);
  });

  test('leaves alone what another process of this machine is writing', async () => {
    const store = new AudioStore(directory);
    await store.open();
    const alive = join(directory, 'tmp', `${(await import('node:os')).hostname()}.1.${crypto.randomUUID()}`);
    await mkdir(alive);
    expect(await store.open()).toBe(0);
    expect(await readdir(join(directory, 'tmp'))).toHaveLength(1);
  });

  test('tells a full disk in the words of the house', () => {
    const told = explainDiskError(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    expect(told).toMatchObject({ kind: 'unavailable', code: 'platform.disk-full' });
    const other = Object.assign(new Error('odd'), { code: 'EIO' });
    expect(explainDiskError(other)).toBe(other);
  });

  test('shows no half file, and has lost none it promised, after its writer was killed at any instant', async () => {
    process.stdout.write(`audio.store: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const program = programBeside(import.meta.url, '../../test/fixtures/speech/audio-writer.main');
    let seen = 0;
    for (let round = 0; round < 6; round += 1) {
      const writer = fork(program.file, [directory], { execArgv: program.execArgv, env: {} });
      const promised: string[] = [];
      writer.on('message', (sha256: string) => promised.push(sha256));
      await once(writer, 'message');
      setTimeout(() => writer.kill('SIGKILL'), draw() * 40);
      await once(writer, 'exit');

      const files = await filesIn(directory);
      for (const { name, content } of files) expect(hashOf(content)).toBe(name);
      const names = new Set(files.map(({ name }) => name));
      expect(promised.filter((name) => !names.has(name))).toEqual([]);
      seen += promised.length;
    }
    expect(seen).toBeGreaterThan(5);
    const store = new AudioStore(directory);
    await store.open();
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  }, 60_000);
});
