import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { Status } from '../protocol/pole-messages.ts';
import { topics } from '../protocol/topics.ts';
import { TestPole } from './pole.testing.ts';

let pole: TestPole;
beforeEach(async () => {
  pole = await TestPole.set();
});
afterEach(() => pole.clear());

const status = (wanted: (status: Status) => boolean): Promise<Status> =>
  pole.service.until((heard) => {
    const body = heard.body as Status;
    return heard.message === 'status' && wanted(body) ? body : undefined;
  }, 30);
const lay = (input: string, on: boolean): Promise<void> => writeFile(join(pole.wires, input), on ? '1' : '0');

test('the amplifier is on from its lead before the first sample until the end, also at SIGTERM', async () => {
  await pole.start(['--enrol', pole.service.link, '--relay-lead-ms', '600']);
  const [short, long] = [pole.tone(2), pole.tone(6)];
  await pole.hold(short, long);
  const now = Date.now();
  const [first, second] = [pole.item(now + 2_000, short), pole.item(now + 6_000, long)];
  await pole.service.publishProgramme(pole.programme([first, second]));
  const played = await pole.untilAiring(first.airing, 'played');
  if (played.state !== 'played') throw new Error('unreachable');
  const [on, off] = await pole.switched('relay');
  expect(on).toMatchObject({ on: true });
  expect(off).toMatchObject({ on: false });
  const leadMs = played.startedAt - (on?.at ?? 0);
  expect(leadMs).toBeGreaterThan(500);
  expect(leadMs).toBeLessThan(1_500);
  expect(off?.at ?? 0).toBeGreaterThanOrEqual(played.endedAt - 20);
  expect((off?.at ?? 0) - played.endedAt).toBeLessThan(500);
  await pole.untilAiring(second.airing, 'started');
  await pole.end('SIGTERM');
  expect((await pole.switched('relay')).map((each) => each.on)).toEqual([true, false, true, false]);
}, 90_000);

test('what the amplifier swallowed is not called played; sound without an order is told', async () => {
  await pole.start(['--enrol', pole.service.link]);
  await lay('sense', false);
  const audio = pole.tone(2);
  await pole.hold(audio);
  const item = pole.item(Date.now() + 2_000, audio);
  await pole.service.publishProgramme(pole.programme([item]));
  expect(await pole.untilAiring(item.airing, 'missed')).toMatchObject({ reason: 'amplifier-silent' });
  await status(({ amplifier }) => amplifier === 'silent');
  expect(pole.service.receipts.some(({ state }) => state === 'played')).toBe(false);
  await lay('sense', true);
  await status(({ amplifier }) => amplifier === 'unordered');
}, 90_000);

test('sound that nobody ordered while no link is up is told when it is back, with the time it was felt', async () => {
  await pole.start(['--enrol', pole.service.link, '--trust-host-clock']);
  await status(({ amplifier }) => amplifier === 'right');
  await pole.service.stopBroker();
  const before = Date.now();
  await lay('sense', true);
  const outbox = join(pole.directory, 'data', 'outbox.log');
  const isKept = async (): Promise<boolean> => (await readFile(outbox, 'utf8')).includes('"unordered"');
  while (!(await isKept())) await new Promise((resolve) => setTimeout(resolve, 100));
  const feltBy = Date.now();
  await lay('sense', false);
  // Also over a power cut.
  await pole.end('SIGKILL');
  await pole.start(['--trust-host-clock']);
  await pole.service.startBroker();
  const told = await pole.service.untilReceipt((each) => each.kind === 'sound');
  expect(told.at).toBeGreaterThanOrEqual(before);
  expect(told.at).toBeLessThanOrEqual(feltBy);
  expect(pole.service.receipts.filter(({ kind }) => kind === 'sound')).toHaveLength(1);
}, 90_000);

test('a test tone that waits for its amplifier is taken back by a stop: the relay goes off, nothing sounds', async () => {
  await pole.start(['--enrol', pole.service.link, '--relay-lead-ms', '20000']);
  const programme = pole.programme([]);
  await pole.service.publishProgramme(programme);
  await pole.service.untilReceipt((each) => each.state === 'held');
  const { commune, asset } = pole.service;
  const head = (number: number) => {
    const now = Date.now();
    const whose = { v: 1 as const, commune, id: v7(), number: programme.number + number, issuedAt: now };
    return { ...whose, expiresAt: now + 60_000, poles: [asset] };
  };
  const tone = { ...head(1), kind: 'test-tone' as const };
  await pole.service.publish(topics.poleOrder(commune, asset), pole.service.seal('order', tone));
  while ((await pole.switched('relay')).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await pole.service.publishOrder({ ...head(2), kind: 'stop', silencedAt: Date.now() });
  expect(await pole.service.untilReceipt((each) => each.kind === 'task')).toMatchObject({ reason: 'cut' });
  expect((await pole.switched('relay')).map(({ on }) => on)).toEqual([true, false]);
  await pole.end('SIGTERM');
  expect(await pole.sounds('wavs')).toEqual([]);
}, 90_000);

test('mains gone in the middle: silence, an interrupted airing and last words; nothing begins until they are back', async () => {
  await pole.start(['--enrol', pole.service.link]);
  const [long, short] = [pole.tone(6), pole.tone(2)];
  await pole.hold(long, short);
  const now = Date.now();
  const [first, second] = [pole.item(now + 2_000, long), pole.item(now + 4_000, short)];
  await pole.service.publishProgramme(pole.programme([first, second]));
  await pole.untilAiring(first.airing, 'started');
  await lay('mains', false);
  const cutAt = Date.now();
  await status(({ power }) => power === 'failing');
  await pole.untilAiring(first.airing, 'interrupted');
  expect(Date.now() - cutAt).toBeLessThan(2_000);
  expect((await pole.switched('relay')).at(-1)).toMatchObject({ on: false });
  await lay('mains', true);
  const started = await pole.untilAiring(second.airing, 'started');
  // Mains that flicker are not back yet.
  if (started.state === 'started') expect(started.startedAt - cutAt).toBeGreaterThan(2_900);
}, 90_000);

test('a box without an enrolment shows it, and takes the link from a file', async () => {
  expect(await pole.start()).toMatchObject({ event: 'not-enrolled' });
  const { agent } = pole;
  if (agent?.stdout == null) throw new Error('unreachable');
  const running = new Promise<string>((resolve) =>
    agent.stdout?.on('data', (bytes) => resolve(String(bytes))),
  );
  await writeFile(join(pole.directory, 'data', 'enrol.txt'), `${pole.service.link}\n`);
  expect(JSON.parse(await running)).toMatchObject({ event: 'running', pole: pole.service.asset });
  // On and off once is a box that started; that it blinks tells that it goes on blinking.
  while ((await pole.switched('led')).length <= 2) await new Promise((resolve) => setTimeout(resolve, 100));
}, 90_000);

test('the watchdog is fed while all comes round, and not where the disk never answers the decision', async () => {
  const fed = join(pole.directory, 'fed');
  const tool = join(pole.directory, 'systemd-notify');
  await writeFile(tool, `#!/bin/sh\necho "$*" >> ${fed}\n`, { mode: 0o755 });
  await pole.start(['--enrol', pole.service.link], {
    ...{ PATH: `${pole.directory}:${process.env['PATH'] ?? ''}` },
    ...{ NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000' },
  });
  const meals = async (): Promise<number> => (await readFile(fed, 'utf8')).split('\n').length - 1;
  const audio = pole.tone(2);
  const item = pole.item(Date.now() + 9_000, audio);
  const programme = pole.programme([item]);
  await pole.service.publishProgramme(programme);
  await pole.service.untilReceipt((each) => each.state === 'held' && each.ready === 1);
  const before = await meals();
  expect(before).toBeGreaterThan(0);
  expect(await readFile(fed, 'utf8')).toContain('--ready WATCHDOG=1');
  // A pipe that nobody writes to: reading it ends as little as reading a dying card.
  const sound = (await readdir(join(pole.directory, 'data', 'audio'))).find((name) => name.endsWith('.pcm'));
  const path = join(pole.directory, 'data', 'audio', sound ?? '');
  await rm(path);
  execFileSync('mkfifo', [path]);
  while (Date.now() < item.startAt - 2_000) await new Promise((resolve) => setTimeout(resolve, 200));
  const then = await meals();
  expect(then).toBeGreaterThan(before);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await meals()).toBeLessThanOrEqual(then + 1);
}, 90_000);
