import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeDurably } from './durable-file.ts';
import { Identity } from './identity.ts';

test('a box that starts throws away what a power cut left half-written, and nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-drafts-'));
  try {
    const audio = join(directory, 'audio');
    await mkdir(audio);
    const half = [join(audio, 'a.draft'), join(directory, 'keys.json.01234567.draft')];
    for (const path of [...half, join(audio, 'a.part')]) {
      await writeFile(path, 'half');
      await utimes(path, 1, 1);
    }
    await writeFile(join(audio, 'b.draft'), 'of now');
    await writeDurably(join(audio, 'a'), 'whole');
    await Identity.open(directory, 'loudspeaker');
    expect((await readdir(audio)).sort()).toEqual(['a', 'a.part', 'b.draft']);
    expect((await readdir(directory)).sort()).toEqual(['audio', 'keys.json']);
  } finally {
    await rm(directory, { recursive: true });
  }
});
