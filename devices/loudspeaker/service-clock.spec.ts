import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { StandInService } from '../link/service.testing.ts';
import { airingId } from '../protocol/airing-id.ts';
import type { AudioRef, Order, Programme } from '../protocol/pole-messages.ts';
import { TestPole } from './pole.testing.ts';

/** Within the life of the certificate of the service. */
const set = 1_800_000;

let pole: TestPole;
let service: StandInService;
let audio: AudioRef;

beforeEach(async () => {
  pole = await TestPole.set();
  ({ service } = pole);
  audio = pole.tone(6);
  await pole.start(['--enrol', service.link]);
  await pole.hold(audio);
});
afterEach(() => pole.clear());

let lastNumber = 0;

/** The head of an order, by the service's clock as it is set now. */
function head() {
  const issuedAt = Date.now() + service.clockErrorMs;
  lastNumber = Math.max(lastNumber + 1, issuedAt);
  const who = { v: 1 as const, commune: service.commune, id: v7(), poles: null };
  return { ...who, number: lastNumber, issuedAt, expiresAt: issuedAt + 60_000 };
}

/** A programme, by the service's clock as it is set now. */
function programmeOf(items: Programme['items']): Programme {
  const programme = pole.programme(items);
  return { ...programme, issuedAt: programme.issuedAt + service.clockErrorMs, prepared: [audio] };
}

/** @returns an item that sounds on the pole */
async function sounding(): Promise<Programme['items'][number]> {
  const item = pole.item(Date.now() + 2_000, audio);
  await service.publishProgramme(programmeOf([item]));
  await pole.untilAiring(item.airing, 'started');
  return item;
}

/** Whatever comes after this comes to a box that follows the service's clock. */
async function followed(): Promise<void> {
  const order: Order = { ...head(), kind: 'cancel', emergency: v7() };
  const asks = () => service.heard.filter(({ message }) => message === 'hello').length;
  const before = asks();
  await service.publishOrder(order);
  while (asks() === before) await once(service.events, 'heard');
}

/** A connection asks for the time. */
async function greetedAnew(): Promise<void> {
  await service.stopBroker();
  const greeted = once(service.events, 'heard');
  await service.startBroker();
  await greeted;
}

test('an emergency of a service whose clock was set: the box asks for the time, and says it', async () => {
  service.clockErrorMs = set;
  const startAt = Date.now() + set + 2_000;
  const emergency = { id: v7(), audio, startAt, endAt: startAt + 600_000, everySeconds: 60 };
  await service.publishOrder({ ...head(), kind: 'emergency', emergency });
  await pole.untilAiring(airingId(emergency.id, startAt, 0, service.asset), 'played');
  expect(service.receipts.filter(({ state }) => state === 'refused')).toEqual([]);
}, 60_000);

test.each([
  ['to 1970, as by an empty battery', -Date.now()],
  ['two hours ahead', 7_200_000],
])(
  'a service whose clock is set beyond the term of its key (%s) is not followed, and its poles play on',
  async (_where, error) => {
    const item = pole.item(Date.now() + 6_000, audio);
    await service.publishProgramme(programmeOf([item]));
    service.clockErrorMs = error;
    await greetedAnew();
    const refusal = await service.untilReceipt(({ state }) => state === 'refused');
    expect(refusal).toMatchObject({ what: 'welcome', reason: 'clock-beyond-key' });
    service.clockErrorMs = 0;
    await greetedAnew();
    const played = await pole.untilAiring(item.airing, 'played');
    expect(Math.abs((played as { startedAt: number }).startedAt - item.startAt)).toBeLessThan(1_000);
  },
  60_000,
);

test('what sounds while the clock of the service is half an hour ahead, and is left out as over, is heard to its end', async () => {
  const item = await sounding();
  service.clockErrorMs = set;
  await followed();
  const programme = programmeOf([]);
  await service.publishProgramme(programme);
  await service.untilReceipt((each) => each.state === 'held' && each.number === programme.number);
  const receipt = await service.untilReceipt(
    (each) => each.kind === 'airing' && each.airing === item.airing && each.state !== 'started',
  );
  expect(receipt).toMatchObject({ state: 'played' });
}, 60_000);

test('what somebody takes back while it sounds falls silent', async () => {
  const item = await sounding();
  await service.publishProgramme(programmeOf([]));
  await pole.untilAiring(item.airing, 'stopped');
}, 60_000);

test('what the clock of the service was set over is not missed: set right in time, it plays at its instant', async () => {
  const item = pole.item(Date.now() + 20_000, audio);
  await service.publishProgramme(programmeOf([item]));
  service.clockErrorMs = set;
  await followed();
  // By that clock it is long over, and the box looks at it again for this.
  const programme = programmeOf([item]);
  await service.publishProgramme(programme);
  await service.untilReceipt((each) => each.state === 'held' && each.number === programme.number);
  service.clockErrorMs = 0;
  await greetedAnew();
  const receipt = await service.untilReceipt(
    (each) => each.kind === 'airing' && each.airing === item.airing && each.state !== 'started',
  );
  expect(receipt).toMatchObject({ state: 'played' });
  expect(Math.abs((receipt as { startedAt: number }).startedAt - item.startAt)).toBeLessThan(1_000);
}, 60_000);

test('an emergency after the clock was set back sounds at once, whatever was stopped by the clock before', async () => {
  service.clockErrorMs = set;
  await followed();
  const stop = head();
  await service.publishOrder({ ...stop, kind: 'stop', silencedAt: stop.issuedAt + 1_000 });
  service.clockErrorMs = 0;
  const startAt = Date.now() + 2_000;
  const emergency = { id: v7(), audio, startAt, endAt: startAt + 600_000, everySeconds: 600 };
  // By the box's clock it is over: it asks for the time before it refuses.
  await service.publishOrder({ ...head(), kind: 'emergency', emergency, expiresAt: emergency.endAt });
  const played = await pole.untilAiring(airingId(emergency.id, startAt, 0, service.asset), 'played');
  expect(Math.abs((played as { startedAt: number }).startedAt - startAt)).toBeLessThan(1_000);
  expect(service.receipts.filter(({ state }) => state === 'refused')).toEqual([]);
}, 60_000);

test('an old order has the time asked once in ten seconds, however often it is sent', async () => {
  const asks = () => service.heard.filter(({ message }) => message === 'hello').length;
  const before = asks();
  const old = () =>
    service.publishOrder({ ...head(), expiresAt: Date.now() - 1, kind: 'cancel', emergency: v7() });
  for (let sent = 0; sent < 20; sent += 1) await old();
  const refusals = () =>
    service.receipts.filter((each) => each.kind === 'refusal' && each.reason === 'expired');
  while (refusals().length < 20) await once(service.events, 'heard');
  expect(asks() - before).toBe(1);
}, 60_000);

test('a stop silences what began by the clock before it was set back', async () => {
  const item = await sounding();
  service.clockErrorMs = -set;
  await greetedAnew();
  const order = head();
  await service.publishOrder({ ...order, kind: 'stop', silencedAt: order.issuedAt + 1_000 });
  await pole.untilAiring(item.airing, 'stopped');
}, 60_000);
