import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { PictureMaker } from './picture-anew.process.ts';

const grey = { as: 'grey', pixelsMaximum: 10_000, width: 2, height: 1 } as const;
const white = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
  .jpeg()
  .toBuffer();
const seen = Buffer.from([255, 255]);
let maker: PictureMaker;

afterEach(() => void kill('SIGKILL'));

function kill(signal: NodeJS.Signals): number {
  const { pid } = maker;
  if (pid !== undefined) process.kill(pid, signal);
  return pid ?? 0;
}

test('a picture whose reader dies is read by another one, and so are those that wait', async () => {
  maker = new PictureMaker({ deadlineMs: 30_000, idleMs: 60_000 });
  const all = [1, 2, 3].map(() => maker.make(white, grey));
  // The first is asked for in the next turn.
  await Promise.resolve();
  const died = kill('SIGKILL');
  expect(await Promise.all(all)).toEqual([seen, seen, seen]);
  expect(died).not.toBe(0);
  expect(maker.pid).not.toBe(died);
  await expect(maker.make(Buffer.from('no picture'), grey)).rejects.toThrow('unsupported image format');
  const again = maker.pid;
  kill('SIGKILL');
  expect(await maker.make(white, grey)).toEqual(seen);
  expect(maker.pid).not.toBe(again);
});

test('one that hangs is ended after its time, and the next picture is read', async () => {
  const patience = { deadlineMs: 60_000, idleMs: 60_000 };
  maker = new PictureMaker(patience);
  expect(await maker.make(white, grey)).toEqual(seen);
  const hung = kill('SIGSTOP');
  patience.deadlineMs = 50;
  await expect(maker.make(white, grey)).rejects.toThrow('not read within 50 ms');
  patience.deadlineMs = 60_000;
  expect(await maker.make(white, grey)).toEqual(seen);
  expect(maker.pid).not.toBe(hung);
});

test('a reader for whom there is nothing to do goes, and knows nothing of the service while it is there', async () => {
  maker = new PictureMaker({ deadlineMs: 30_000, idleMs: 1 });
  process.env.LOA_TEST_SECRET = 'not for decoders';
  const reading = maker.make(white, grey);
  await Promise.resolve();
  const pid = maker.pid ?? 0;
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  expect(environment).toContain('MALLOC_ARENA_MAX=1');
  expect(environment).not.toContain('not for decoders');
  await reading;
  while (maker.pid !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
});
