import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { programBeside } from '../../src/base/program.ts';
import { StandInService } from '../link/service.testing.ts';
import { airingId } from '../protocol/airing-id.ts';
import { newKeyPair, readPrivateKey, seal } from '../protocol/envelope.ts';
import type { AudioRef, Order, Programme, Receipt } from '../protocol/pole-messages.ts';
import { certify } from '../protocol/trust.ts';
import { topics } from '../protocol/topics.ts';
import type { WavNote } from './wav-note.ts';

const require = createRequire(import.meta.url);
const { path: ffmpeg } = require('@ffmpeg-installer/ffmpeg') as { path: string };

let sounds = '';
/** Tones of these lengths, in seconds, as Opus. */
const tones = new Map<number, Buffer>();
let service: StandInService;
let directory = '';
let agent: ChildProcess | null = null;

beforeAll(async () => {
  sounds = await mkdtemp(join(tmpdir(), 'tones-'));
  for (const seconds of [2, 6]) {
    const path = join(sounds, `${seconds}.opus`);
    const tone = `sine=frequency=${400 + seconds * 100}:duration=${seconds}`;
    execFileSync(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', tone, '-c:a', 'libopus', '-b:a', '32k', path]);
    tones.set(seconds, await readFile(path));
  }
});
afterAll(() => rm(sounds, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pole-'));
  service = await StandInService.start();
});
afterEach(async () => {
  if (agent?.exitCode === null && agent.signalCode === null) {
    const closed = once(agent, 'close');
    agent.kill('SIGKILL');
    await closed;
  }
  agent = null;
  await service.stop();
  // The sink of a killed agent may still be writing its last note.
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

const wavs = (): string => join(directory, 'wavs');

async function startAgent(...more: string[]): Promise<Record<string, unknown>> {
  const { file, execArgv } = programBeside(import.meta.url, './loudspeaker.main');
  const words = [
    '--data',
    join(directory, 'data'),
    '--enrol',
    service.link,
    '--sink',
    `wav:${wavs()}`,
    ...more,
  ];
  const child = spawn(process.execPath, [...execArgv, file, ...words], {
    stdio: ['ignore', 'pipe', process.env['SHOW_LOG'] === undefined ? 'ignore' : 'inherit'],
  });
  agent = child;
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const facts = JSON.parse(line) as Record<string, unknown>;
  expect(facts).toMatchObject({ event: 'running', pole: service.asset });
  return facts;
}

async function kill(signal: NodeJS.Signals): Promise<number | null> {
  if (agent === null) return null;
  const closed = once(agent, 'close');
  agent.kill(signal);
  const [code] = (await closed) as [number | null];
  return code;
}

const tone = (seconds: number): AudioRef => service.addAudio(tones.get(seconds) ?? Buffer.alloc(0), seconds);

/** From a programme on its way to its first item, which the pole holds already. */
const leadMs = 2_000;

let lastNumber = 0;
const nextNumber = (): number => (lastNumber = Math.max(lastNumber + 1, Date.now()));

function programmeOf(items: Programme['items'], more: Partial<Programme> = {}): Programme {
  const now = Date.now();
  return {
    v: 1,
    commune: service.commune,
    pole: service.asset,
    number: nextNumber(),
    issuedAt: now,
    untilAt: now + 7 * 86_400_000,
    volume: { regular: 100, priority: 100, emergency: 100 },
    offsetMs: 0,
    items,
    emergencies: [],
    orderNumber: 0,
    silencedAt: 0,
    revokedKeys: [],
    prepared: [],
    ...more,
  };
}

function itemOf(startAt: number, audio: AudioRef, startByMs = 60_000): Programme['items'][number] {
  const broadcast = v7();
  const airing = airingId(broadcast, String(startAt), 0, service.asset);
  return {
    ...{ airing, broadcast, priority: 'regular', startAt, startBy: startAt + startByMs, audio },
    ...{ cutsAt: null, endBy: startAt + startByMs + 60_000, afterCut: 'drop', after: null },
  };
}

function headOfOrder() {
  const now = Date.now();
  return {
    v: 1 as const,
    commune: service.commune,
    id: v7(),
    number: nextNumber(),
    issuedAt: now,
    expiresAt: now + 30_000,
    poles: null,
  };
}

type EmergencyOrder = Extract<Order, { kind: 'emergency' }>;

function emergencyOrder(audio: AudioRef, more: Partial<EmergencyOrder> = {}): EmergencyOrder {
  const startAt = Date.now();
  const emergency = { id: v7(), audio, startAt, endAt: startAt + 60_000, everySeconds: 30 };
  return { ...headOfOrder(), kind: 'emergency', emergency, ...more };
}

const of = (airing: string, state: Receipt['state']) => (receipt: Receipt) =>
  receipt.kind === 'airing' && receipt.airing === airing && receipt.state === state;
const held = (number: number) => (receipt: Receipt) =>
  receipt.state === 'held' && receipt.number === number && receipt.ready === receipt.of;

/** When something began and stopped to be heard, by the sink's own clock: silence is below -50 dB. */
async function heardIn(note: WavNote): Promise<{ from: number; to: number }> {
  const bytes = await readFile(join(wavs(), note.file));
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) >> 1);
  const loud = (sample: number): boolean => Math.abs(sample) > 100;
  const at = (index: number): number => note.startedAt + (index * 1_000) / note.sampleRate;
  return { from: at(samples.findIndex(loud)), to: at(samples.findLastIndex(loud)) };
}

/** Waits until the pole has these, decoded: what is scheduled next need not be fetched first, however slow the machine is. */
async function holds(...prepared: AudioRef[]): Promise<void> {
  const programme = programmeOf([], { prepared });
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
}

async function notes(): Promise<WavNote[]> {
  const names = (await readdir(wavs())).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(wavs(), name), 'utf8')) as WavNote),
  );
}

test('an item plays whole, at its instant on the clock of the sink, and is told once', async () => {
  await startAgent();
  const audio = tone(2);
  await holds(audio);
  const item = itemOf(Date.now() + leadMs, audio);
  const programme = programmeOf([item]);
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
  const played = await service.untilReceipt(of(item.airing, 'played'));
  if (played.state !== 'played') throw new Error('unreachable');
  expect(Math.abs(played.startedAt - item.startAt)).toBeLessThanOrEqual(5);
  expect(played.seconds).toBeCloseTo(2, 1);
  expect(await kill('SIGTERM')).toBe(0);
  const [note] = await notes();
  if (note === undefined) throw new Error('nothing was heard');
  const { from, to } = await heardIn(note);
  process.stderr.write(`start error ${(from - item.startAt).toFixed(1)} ms\n`);
  expect(Math.abs(from - item.startAt)).toBeLessThan(50);
  expect(to - from).toBeGreaterThan(1_950);
  expect(note.underruns).toEqual([]);
  expect(service.receipts.filter(of(item.airing, 'played'))).toHaveLength(1);
}, 90_000);

test('what it could not fetch is missed for want of its sound, and what it holds plays', async () => {
  await startAgent();
  const here = tone(2);
  const first = programmeOf([], { prepared: [here] });
  await service.publishProgramme(first);
  await service.untilReceipt(held(first.number));
  // One is refused, of the other each line is cut before its first byte.
  const refused = { ...here, sha256: 'ab'.repeat(32) };
  service.cutAudioAfterBytes = 0;
  const cut = tone(6);
  const dueAt = Date.now() + 4_000;
  const [never, neverWhole] = [itemOf(dueAt, refused, 2_000), itemOf(dueAt, cut, 2_000)];
  const plays = itemOf(dueAt + 3_000, here);
  await service.publishProgramme(programmeOf([never, neverWhole, plays], { prepared: [here] }));
  for (const { airing } of [never, neverWhole])
    expect(await service.untilReceipt(of(airing, 'missed'))).toMatchObject({ reason: 'no-audio' });
  await service.untilReceipt(of(plays.airing, 'played'));
  expect(new Set(service.fetched.map(({ sha256 }) => sha256))).toEqual(
    new Set([here, refused, cut].map(({ sha256 }) => sha256)),
  );
  expect(await kill('SIGTERM')).toBe(0);
  expect(await notes()).toHaveLength(1);
}, 90_000);

test('an emergency cuts what plays, is silenced by a stop, and never comes back', async () => {
  await startAgent();
  const [alarm, long] = [tone(2), tone(6)];
  await holds(alarm, long);
  const item = itemOf(Date.now() + leadMs, long);
  const programme = programmeOf([item], { prepared: [alarm] });
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
  await service.untilReceipt(of(item.airing, 'started'));
  const order = emergencyOrder(alarm);
  const airing = airingId(order.emergency.id, order.emergency.startAt, 0, service.asset);
  const orderedAt = Date.now();
  await service.publishOrder(order);
  const started = await service.untilReceipt(of(airing, 'started'));
  if (started.state !== 'started') throw new Error('unreachable');
  process.stderr.write(`emergency heard after ${started.startedAt - orderedAt} ms\n`);
  // The budget of 150 ms begins at the arrival, on a quiet machine; here are two fsyncs under a whole suite's load. What
  // waited for the end of the other one would be seconds late.
  expect(started.startedAt - orderedAt).toBeLessThan(1_000);
  const cut = await service.untilReceipt(of(item.airing, 'cut'));
  expect(cut).toMatchObject({ state: 'cut' });
  const now = Date.now();
  await service.publishOrder({ ...headOfOrder(), kind: 'stop', silencedAt: now });
  await service.untilReceipt(of(airing, 'stopped'));
  const again = itemOf(Date.now() + leadMs, alarm);
  await service.publishProgramme(programmeOf([item, again], { silencedAt: now }));
  await service.untilReceipt(of(again.airing, 'played'));
  expect(service.receipts.filter(of(item.airing, 'started'))).toHaveLength(1);
}, 90_000);

test('a priority item that an emergency cut goes on where it was when the emergency is cancelled, through a restart', async () => {
  await startAgent();
  const [alarm, long] = [tone(2), tone(6)];
  await holds(alarm, long);
  const item = {
    ...itemOf(Date.now() + leadMs, long),
    ...{ priority: 'priority' as const, afterCut: 'resume' as const },
  };
  const programme = programmeOf([item], { prepared: [alarm] });
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
  await service.untilReceipt(of(item.airing, 'started'));
  const order = emergencyOrder(alarm);
  await service.publishOrder(order);
  const paused = await service.untilReceipt(of(item.airing, 'paused'));
  await service.untilReceipt(
    (each) => each.kind === 'airing' && each.broadcast === order.emergency.id && each.state === 'played',
  );
  // Where it was lies on the disk: a box that dies meanwhile still knows.
  await kill('SIGKILL');
  await startAgent();
  await service.publishOrder({ ...headOfOrder(), kind: 'cancel', emergency: order.emergency.id });
  const resumed = await service.untilReceipt(of(item.airing, 'resumed'));
  const played = await service.untilReceipt(of(item.airing, 'played'));
  if (paused.state !== 'paused' || resumed.state !== 'resumed' || played.state !== 'played')
    throw new Error('unreachable');
  expect(resumed.fromSeconds).toBe(paused.seconds);
  expect(played.startedAt).toBe(paused.startedAt);
  expect(played.seconds).toBeCloseTo(6, 1);
  expect(service.receipts.filter(of(item.airing, 'started'))).toHaveLength(1);
}, 90_000);

test('what is forged, replayed, expired, retained or meant for another is refused, each with its reason', async () => {
  const alarm = tone(2);
  const orders = topics.order(service.commune);
  // A broker marks as retained only what it hands to a new subscriber.
  await service.publish(orders, service.seal('order', emergencyOrder(alarm)), true);
  await startAgent();
  await service.untilReceipt((each) => each.state === 'refused' && each.reason === 'retained-order');
  const programme = programmeOf([], { prepared: [alarm] });
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));

  const refusals = new Map<string, string>();
  const refused = async (reason: string, envelope: string): Promise<void> => {
    await service.publish(orders, envelope);
    const receipt = await service.untilReceipt((each) => each.state === 'refused' && each.reason === reason);
    if (receipt.state === 'refused') refusals.set(reason, receipt.what);
  };
  const stranger = newKeyPair();
  const strangerKey = { keyId: stranger.keyId, privateKey: readPrivateKey(stranger.privateKey) };
  const ownRoot = certify(newKeyPair(), newKeyPair(), {
    commune: service.commune,
    notBeforeAt: 0,
    notAfterAt: Date.now() + 1e9,
  });
  await refused('unknown-key', seal('order', emergencyOrder(alarm), strangerKey));
  await refused('bad-certificate', seal('order', emergencyOrder(alarm), ownRoot));
  await refused(
    'bad-signature',
    service.seal('order', emergencyOrder(alarm)).replace(/"payload":"(.)/, '"payload":"f'),
  );
  await refused('expired', service.seal('order', emergencyOrder(alarm, { expiresAt: Date.now() - 1 })));
  await refused(
    'from-the-future',
    service.seal('order', emergencyOrder(alarm, { issuedAt: Date.now() + 60_000 })),
  );
  await refused('wrong-commune', service.seal('order', emergencyOrder(alarm, { commune: v7() })));
  await refused('wrong-type', service.seal('programme', programmeOf([])));
  await refused('unreadable', 'không phải phong bì');
  const genuine: Order = { ...headOfOrder(), kind: 'cancel', emergency: v7() };
  const bytes = service.seal('order', genuine);
  await service.publish(orders, bytes);
  await refused('replayed', bytes);
  await service.publish(
    topics.programme(service.commune, service.asset),
    service.seal('programme', programmeOf([], { pole: v7() })),
  );
  await service.untilReceipt((each) => each.state === 'refused' && each.reason === 'wrong-target');
  expect([...refusals.values()].every((what) => what === 'order')).toBe(true);
  expect(service.receipts.some((receipt) => receipt.state === 'started')).toBe(false);
}, 90_000);

test('kill -9 in the middle: interrupted after the restart, and never again from the start', async () => {
  await startAgent();
  const long = tone(6);
  await holds(long);
  const item = itemOf(Date.now() + leadMs, long);
  const programme = programmeOf([item]);
  await service.publishProgramme(programme);
  await service.untilReceipt(of(item.airing, 'started'));
  await once(service.events, 'heard');
  await kill('SIGKILL');
  await startAgent();
  const receipt = await service.untilReceipt(of(item.airing, 'interrupted'));
  expect(receipt).toMatchObject({ state: 'interrupted' });
  const marker = itemOf(Date.now() + leadMs, tone(2));
  const second = programmeOf([item, marker]);
  service.audio.clear();
  tone(2);
  await service.publishProgramme(second);
  await service.untilReceipt(of(marker.airing, 'played'));
  // What was not noted as arrived when it was killed is told once more, by its number.
  const started = service.receipts.filter(of(item.airing, 'started')).map(({ seq }) => seq);
  expect(new Set(started).size).toBe(1);
  expect(service.receipts.filter(of(item.airing, 'played'))).toHaveLength(0);
}, 90_000);

test('without a broker it plays on, and what it did is told once when there is one again', async () => {
  await startAgent();
  const audio = tone(2);
  await holds(audio);
  const item = itemOf(Date.now() + 5_000, audio);
  const programme = programmeOf([item]);
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
  await service.stopBroker();
  expect(Date.now()).toBeLessThan(item.startAt);
  const outside = async (): Promise<WavNote> => {
    for (;;) {
      const note = (await notes().catch(() => [])).find((each) => each.complete);
      if (note !== undefined) return note;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const { from } = await heardIn(await outside());
  expect(Math.abs(from - item.startAt)).toBeLessThan(50);
  await service.startBroker();
  await service.untilReceipt(of(item.airing, 'played'), 40);
  for (const state of ['started', 'played'] as const) {
    expect(service.receipts.filter(of(item.airing, state))).toHaveLength(1);
  }
}, 90_000);
