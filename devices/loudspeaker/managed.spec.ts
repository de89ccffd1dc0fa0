import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { StandInService } from '../link/service.testing.ts';
import { newKeyPair, readPrivateKey, seal } from '../protocol/envelope.ts';
import type {
  AudioRef,
  Order,
  PoleSettings,
  Programme,
  Receipt,
  Status,
  TaskKind,
} from '../protocol/pole-messages.ts';
import { topics } from '../protocol/topics.ts';
import { localMinute } from '../protocol/volume.ts';
import { TestPole } from './pole.testing.ts';
import { restartExitCode } from './tasks.ts';
import type { WavNote } from './wav-note.ts';

let pole: TestPole;
let service: StandInService;
let audio: AudioRef;

beforeEach(async () => {
  pole = await TestPole.set();
  ({ service } = pole);
  audio = pole.tone(2);
});
afterEach(() => pole.clear());

/** @returns the port of its page */
const start = async (...more: string[]): Promise<unknown> => {
  const running = await pole.start(['--enrol', service.link, ...more]);
  expect(running).toMatchObject({ event: 'running', pole: service.asset });
  return running['localPort'];
};
const programmeOf = (items: Programme['items'], settings?: PoleSettings): Programme => ({
  ...pole.programme(items),
  ...(settings === undefined ? {} : { settings }),
  prepared: [audio],
});
const itemOf = (startAt: number): Programme['items'][number] => pole.item(startAt, audio);

let lastNumber = 0;
const nextNumber = (): number => (lastNumber = Math.max(lastNumber + 1, Date.now()));

function headOfOrder() {
  const now = Date.now();
  const head = { v: 1 as const, commune: service.commune, id: v7(), number: nextNumber() };
  return { ...head, issuedAt: now, expiresAt: now + 60_000, poles: [service.asset] };
}

/** @returns what the box answered */
async function task(kind: TaskKind): Promise<Receipt> {
  const order: Order = { ...headOfOrder(), kind };
  await service.publish(topics.poleOrder(service.commune, service.asset), service.seal('order', order));
  return service.untilReceipt((each) => each.kind === 'task' && each.order === order.id);
}

const held = (number: number) => (receipt: Receipt) =>
  receipt.state === 'held' && receipt.number === number && receipt.ready === receipt.of;
const ended = (broadcast: string) => (receipt: Receipt) =>
  receipt.kind === 'airing' && receipt.broadcast === broadcast && receipt.state === 'played';
const untilStatus = (wanted: (status: Status) => boolean): Promise<Status> =>
  service.until(({ message, body }) =>
    message === 'status' && wanted(body as Status) ? (body as Status) : undefined,
  );

/** How loud each stretch of sound was that lasted for a second or more, in dB below full scale. */
async function loudness(): Promise<number[]> {
  const wavs = join(pole.directory, 'wavs');
  const names = (await readdir(wavs)).filter((name) => name.endsWith('.json')).sort();
  const found: number[] = [];
  for (const name of names) {
    const { file, sampleRate } = JSON.parse(await readFile(join(wavs, name), 'utf8')) as WavNote;
    const bytes = await readFile(join(wavs, file));
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) >> 1);
    const step = sampleRate / 20;
    let stretch: number[] = [];
    for (let at = 0; at < samples.length + step; at += step) {
      const part = samples.subarray(at, at + step);
      const square = part.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / step;
      if (square > 1e-5) stretch.push(square);
      else {
        const middle = stretch.slice(2, -2);
        if (middle.length >= 16) found.push(10 * Math.log10(middle.reduce((a, b) => a + b) / middle.length));
        stretch = [];
      }
    }
  }
  return found;
}

test('quiet at night by as many dB as its settings say, loud for an emergency, quiet again; read back with its version', async () => {
  await start('--modem', 'simulated');
  const now = localMinute(Date.now(), 420);
  const night = {
    ...{ fromMinute: (now + 1_380) % 1_440, untilMinute: (now + 60) % 1_440 },
    volume: { regular: 25, priority: 40, emergency: 10 },
  };
  const settings = { version: 7, utcOffsetMinutes: 420, emergencyFloor: 80, hours: [night] };
  const byDay = itemOf(Date.now() + 4_000);
  const first = programmeOf([byDay]);
  await service.publishProgramme(first);
  await service.untilReceipt(held(first.number));
  await service.untilReceipt(ended(byDay.broadcast));

  // Forged settings change nothing: the status after them still says 100 %.
  const stranger = newKeyPair();
  const key = { keyId: stranger.keyId, privateKey: readPrivateKey(stranger.privateKey) };
  const topic = topics.programme(service.commune, service.asset);
  await service.publish(topic, seal('programme', programmeOf([], settings), key));
  await service.untilReceipt((each) => each.state === 'refused' && each.what === 'programme');
  const refusedAt = Date.now();
  const still = await untilStatus(({ at }) => at > refusedAt);
  expect(still.pole?.settings).toMatchObject({ version: 0, volumeNow: { regular: 100, emergency: 100 } });

  const atNight = itemOf(Date.now() + 1_500);
  const second = programmeOf([byDay, atNight], settings);
  await service.publishProgramme(second);
  const sounding = await untilStatus((status) => status.pole?.settings.sounding === 25);
  expect(sounding.pole?.settings).toEqual({
    ...{ version: 7, sounding: 25, volumeNow: { regular: 25, priority: 40, emergency: 80 } },
  });
  expect(sounding.pole?.modem).toMatchObject({ carrier: 'Viettel', technology: 'lte', signalPercent: 72 });
  await service.untilReceipt(ended(atNight.broadcast));

  const startAt = Date.now();
  const emergency = { id: v7(), audio, startAt, endAt: startAt + 60_000, everySeconds: 30 };
  await service.publishOrder({ ...headOfOrder(), kind: 'emergency', emergency });
  await service.untilReceipt(ended(emergency.id));
  await service.publishOrder({ ...headOfOrder(), kind: 'cancel', emergency: emergency.id });

  // A service that was restored from a backup knows older settings: the pole stays as it was told, and says so.
  const older = programmeOf([], { ...settings, version: 6, hours: [] });
  await service.publishProgramme(older);
  await service.untilReceipt(held(older.number));
  const ahead = await untilStatus(({ programmeNumber }) => programmeNumber === older.number);
  expect(ahead.pole?.settings).toMatchObject({ version: 7, volumeNow: { regular: 25, emergency: 80 } });
  // Whole, so that a person can take it into the books; where nothing is older it is not said.
  expect(ahead.pole?.settings.kept).toEqual({ volume: second.volume, emergencyFloor: 80, hours: [night] });
  expect(sounding.pole?.settings).not.toHaveProperty('kept');

  // They survive a power cut as they were sealed: no link, and as quiet as before.
  const after = itemOf(Date.now() + 8_000);
  const kept = programmeOf([after], { ...settings, version: 6, hours: [] });
  await service.publishProgramme(kept);
  await service.untilReceipt(held(kept.number));
  await pole.end('SIGKILL');
  await service.stopBroker();
  const port = await start('--trust-host-clock', '--local-port', '0');
  for (;;) {
    const page = (await (await fetch(`http://127.0.0.1:${String(port)}/status`)).json()) as {
      connected: boolean;
      last: readonly { airing?: string; state: string }[];
    };
    expect(page.connected).toBe(false);
    if (page.last.some(({ airing, state }) => airing === after.airing && state === 'played')) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await service.startBroker();
  await service.untilReceipt(ended(after.broadcast));
  await pole.end('SIGTERM');

  const [day = 0, night1 = 0, alarm = 0, night2 = 0] = await loudness();
  const db = (percent: number): number => 20 * Math.log10(percent / 100);
  process.stderr.write(`dB: ${[day, night1, alarm, night2].map((each) => each.toFixed(2)).join(' ')}\n`);
  expect(night1 - day).toBeCloseTo(db(25), 0);
  expect(alarm - day).toBeCloseTo(db(80), 0);
  expect(night2 - day).toBeCloseTo(db(25), 0);
}, 120_000);

test('a tone, the log and a restart: each once, each answered, none while something sounds or an emergency is in force', async () => {
  await start();
  const programme = programmeOf([]);
  await service.publishProgramme(programme);
  await service.untilReceipt(held(programme.number));
  expect(await task('test-tone')).toMatchObject({ state: 'done' });
  expect(await task('send-logs')).toMatchObject({ state: 'done' });
  const log = await service.untilReceipt((each) => each.kind === 'log');
  expect(log.kind === 'log' && log.text).toContain('a task');
  expect(log.kind === 'log' && log.text).not.toContain('"secret"');

  // Forged, given twice, or meant for another pole.
  const own = topics.poleOrder(service.commune, service.asset);
  const restart: Order = { ...headOfOrder(), kind: 'restart' };
  const stranger = newKeyPair();
  const key = { keyId: stranger.keyId, privateKey: readPrivateKey(stranger.privateKey) };
  await service.publish(own, seal('order', restart, key));
  await service.untilReceipt((each) => each.state === 'refused' && each.reason === 'unknown-key');
  const elsewhere: Order = { ...headOfOrder(), kind: 'restart', poles: [v7()] };
  await service.publish(own, service.seal('order', elsewhere));
  const unheardOf = { ...headOfOrder(), kind: 'fly' };
  await service.publish(own, service.seal('order', unheardOf));
  await service.untilReceipt((each) => each.state === 'refused' && each.reason === 'bad-shape');

  const startAt = Date.now();
  const emergency = { id: v7(), audio, startAt, endAt: startAt + 60_000, everySeconds: 10 };
  await service.publishOrder({ ...headOfOrder(), kind: 'emergency', emergency });
  await service.untilReceipt((each) => each.kind === 'airing' && each.broadcast === emergency.id);
  expect(await task('test-tone')).toMatchObject({ state: 'not-done', reason: 'emergency' });
  expect(await task('restart')).toMatchObject({ state: 'not-done', reason: 'emergency' });
  await service.publishOrder({ ...headOfOrder(), kind: 'cancel', emergency: emergency.id });
  await service.untilReceipt(
    (each) => each.kind === 'airing' && each.broadcast === emergency.id && each.state !== 'started',
  );

  const bytes = service.seal('order', restart);
  await service.publish(own, bytes);
  expect(await pole.end(null)).toBe(restartExitCode);
  expect(service.receipts.filter((each) => each.kind === 'task' && each.order === restart.id)).toEqual([]);
  await start();
  await service.untilReceipt(
    (each) => each.kind === 'task' && each.order === restart.id && each.state === 'done',
  );
  await service.publish(own, bytes);
  await service.untilReceipt((each) => each.state === 'refused' && each.reason === 'replayed');
  expect(await pole.end('SIGTERM')).toBe(0);
  const tones = await loudness();
  process.stderr.write(
    `tone: ${tones[0]?.toFixed(1) ?? ''} dB, emergency: ${tones[1]?.toFixed(1) ?? ''} dB\n`,
  );
  expect(tones[0]).toBeLessThan(-20);
}, 90_000);
