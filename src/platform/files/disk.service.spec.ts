import { describe, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { isLinux, where } from '../process/machine.testing.ts';
import { Disk } from './disk.service.ts';

describe('the disk', () => {
  test('has room for small work here, and none for work that is larger than it', async () => {
    const disk = new Disk(tmpdir());
    const freeBytes = await disk.freeBytes();
    expect(freeBytes).toBeGreaterThan(0);
    await disk.demandRoom(0);
    await expect(disk.demandRoom(freeBytes)).rejects.toMatchObject({
      code: 'platform.disk-full',
      kind: 'unavailable',
    });
  });

  const onLinux = where(isLinux, 'Linux', test);
  onLinux('refuses new work on a file system without a free byte', async () => {
    await expect(new Disk('/proc').demandRoom()).rejects.toMatchObject({ details: { freeBytes: 0 } });
  });
});
