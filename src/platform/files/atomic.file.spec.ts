import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sweepBegunFiles, writeFileAtomically } from './atomic.file.ts';

test('what a killed process had begun to write goes; what this one writes, and what is somebody else’s, stays', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-begun-'));
  try {
    const [deep, apart] = [join(directory, 'a', 'b'), join(directory, 'postgres')];
    await Promise.all([deep, apart].map((each) => mkdir(each, { recursive: true })));
    const begun = 'picture.0123456789ab.new';
    const old = [join(deep, begun), join(directory, begun), join(apart, begun), join(deep, 'picture.new')];
    for (const path of old) {
      await writeFile(path, 'half');
      await utimes(path, 1, 1);
    }
    await writeFile(join(deep, 'other.0123456789ab.new'), 'of now');
    await writeFileAtomically(join(deep, 'picture'), 'whole');
    expect(await sweepBegunFiles(directory, [apart])).toBe(2);
    expect((await readdir(deep)).sort()).toEqual(['other.0123456789ab.new', 'picture', 'picture.new']);
    expect(await readdir(apart)).toEqual([begun]);
    expect(await readdir(directory)).toEqual(['a', 'postgres']);
  } finally {
    await rm(directory, { recursive: true });
  }
});
