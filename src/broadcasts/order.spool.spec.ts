import { expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { OrderSpool } from './order.spool.ts';
import type { SpooledOrder } from './order.spool.ts';

function stop(number: number): SpooledOrder {
  const order = {
    ...{
      v: 1 as const,
      commune: v7(),
      id: v7(),
      number,
      issuedAt: number,
      expiresAt: number + 1,
      poles: null,
    },
    ...{ kind: 'stop' as const, silencedAt: number },
  };
  return { order, envelope: 'signed', by: v7(), reason: '', emergency: null };
}

test('orders lie on disk until they are dropped, in the order of their numbers; what cannot be read is named', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-spool-'));
  try {
    const spool = new OrderSpool(join(directory, 'orders'));
    expect(await spool.all()).toEqual({ entries: [], unreadable: [] });
    const [late, early] = [stop(10_000), stop(9_999)];
    await spool.put(late);
    await spool.put(early);
    await writeFile(join(directory, 'orders', '0000000000009000-broken.json'), '{"order":');
    expect(await new OrderSpool(join(directory, 'orders')).all()).toEqual({
      entries: [early, late],
      unreadable: ['0000000000009000-broken.json'],
    });
    await spool.drop(early);
    expect((await spool.all()).entries).toEqual([late]);
    expect(await readdir(join(directory, 'orders'))).toHaveLength(2);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
