import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { newKeyPair, readPrivateKey, seal } from '../../../devices/protocol/envelope.ts';
import type { Receipt } from '../../../devices/protocol/pole-messages.ts';
import { topics } from '../../../devices/protocol/topics.ts';
import { add, Attack, reportedBy, reportedInTime, sum } from '../../faults/attack.ts';
import type { Counts } from '../../faults/attack.ts';
import type { Town } from '../../faults/town.ts';
import type { Pole } from '../../stage/pole.ts';
import { scheduleAt } from '../../stage/village.ts';
import type { RawData } from './raw.ts';

type What = 'order' | 'programme';

/** Forged and replayed commands at two real agents through the real broker, with genuine ones in between. */
export async function forging(
  raw: RawData,
  sizes: { forged: number; replayed: number },
  draw: () => number,
): Promise<void> {
  const attack = await Attack.begin('bench-forging', 2);
  let isGood = false;
  try {
    const { town, known } = attack;
    const orders = await attack.listen(topics.order(known.commune));
    const programmes = await attack.listen(topics.programme(known.commune, known.pole));
    await forged(raw, attack, sizes.forged, draw);
    await changes(attack, 20);
    await replayed(raw, attack, sizes.replayed, { orders, programmes });
    await falseReceipts(raw, attack, 500);
    for (const pole of town.poles) if (!pole.isRunning) throw new Error(`${pole.name} has ended`);
    isGood = true;
  } finally {
    await attack.leave(isGood);
  }
}

async function forged(raw: RawData, attack: Attack, times: number, draw: () => number): Promise<void> {
  const expected: Counts = new Map();
  const parts = 10;
  for (let part = 0; part < parts; part += 1) {
    const [from, to] = [part, part + 1].map((edge) => Math.round((times * edge) / parts));
    for (const [reason, count] of await attack.forge((to ?? 0) - (from ?? 0), from ?? 0, draw))
      add(expected, reason, count);
    await attack.genuine();
  }
  const { poles } = attack.town;
  for (const pole of poles) {
    const refused = await reportedInTime(attack.town, pole, sum(expected));
    for (const [reason, sent] of expected)
      raw.add({
        kind: 'refused',
        what: 'forged',
        how: 'online',
        pole: pole.id,
        reason,
        sent,
        refused: refused.get(reason) ?? 0,
      });
  }
  raw.add({ kind: 'heard', what: 'forged', genuine: parts * poles.length, heard: await attack.soundings() });
}

/** Makes the service say things that are worth recording: each is an order, and a programme that carries it. */
async function changes(attack: Attack, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1)
    await attack.town.people.editor.caller.post('/api/stop', { target: { kind: 'commune' } });
  await attack.town.allReady();
}

interface Recorded {
  readonly topic: string;
  readonly bytes: Buffer;
}

async function replayed(
  raw: RawData,
  attack: Attack,
  times: number,
  recorded: { orders: readonly Recorded[]; programmes: readonly Recorded[] },
): Promise<void> {
  const { town, known } = attack;
  const [pole, neighbour] = town.poles;
  if (pole === undefined || neighbour === undefined) throw new Error('Two poles are needed');
  const before = await attack.soundings();
  let genuine = 0;
  const orders = recorded.orders.map(({ bytes }) => bytes);
  // The newest one is the pole's own, and no replay.
  const programmes = recorded.programmes.slice(0, -1).map(({ bytes }) => bytes);
  const play = async (
    how: string,
    share: number,
    what: What,
    to: readonly Pole[],
    from: readonly Buffer[],
  ): Promise<void> => {
    const count = Math.round(times * share);
    const reason = what === 'programme' && to[0] === neighbour ? 'wrong-target' : 'replayed';
    const refusedBefore = await Promise.all(to.map(async (each) => sum(await reportedBy(town, each, what))));
    const topic =
      what === 'order' ? topics.order(known.commune) : topics.programme(known.commune, to[0]?.id ?? '');
    await attack.say(topic, again(from, count));
    for (const [index, each] of to.entries()) {
      const earlier = refusedBefore[index] ?? 0;
      const refused = sum(await reportedInTime(town, each, earlier + count, what)) - earlier;
      raw.add({ kind: 'refused', what: 'replayed', how, pole: each.id, reason, sent: count, refused });
    }
    await attack.genuine();
    genuine += town.poles.length;
  };

  await play('at once', 0.3, 'order', town.poles, orders);
  await play('an older programme', 0.1, 'programme', [pole], programmes);
  await play('to another pole', 0.1, 'programme', [neighbour], programmes);
  await reboot(town);
  await play('after a reboot', 0.2, 'order', town.poles, orders);
  await reboot(town, async (each) => rm(join(each.box, 'memory.log')));
  await play('replay memory wiped', 0.2, 'order', town.poles, orders);
  const broker = town.brokerPid;
  if (broker === undefined) throw new Error('No broker');
  const killedAt = Date.now();
  process.kill(broker, 'SIGKILL');
  await attack.reenter();
  await town.allReady(killedAt);
  await play('after a restart of the broker', 0.1, 'order', town.poles, orders);
  raw.add({ kind: 'heard', what: 'replayed', genuine, heard: (await attack.soundings()) - before });
}

function* again(from: readonly Buffer[], count: number): Iterable<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const bytes = from[index % from.length];
    if (bytes === undefined) throw new Error('Nothing was overheard');
    yield bytes;
  }
}

async function reboot(town: Town, meanwhile?: (pole: Pole) => Promise<void>): Promise<void> {
  for (const pole of town.poles) {
    await pole.stop();
    await meanwhile?.(pole);
  }
  const startedAt = Date.now();
  for (const pole of town.poles) await pole.start();
  await town.allReady(startedAt);
}

/** The broker says that something was played which is not even due, in every way but with the box's own key. */
async function falseReceipts(raw: RawData, attack: Attack, times: number): Promise<void> {
  const { town, known } = attack;
  const own = await attack.listen(topics.receipts(known.commune, known.pole));
  const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
  await scheduleAt(town.people.editor.caller, spoken.id, Date.now() + 3_600_000, { kind: 'commune' });
  await town.allReady();
  const planned = (await town.ledger()).filter(
    ({ state, nominalAt }) => state === 'planned' && nominalAt > Date.now(),
  );
  const stranger = newKeyPair();
  const keys = [{ keyId: stranger.keyId, privateKey: readPrivateKey(stranger.privateKey) }, known.stolen];
  function* lies(): Iterable<string | Buffer> {
    for (let index = 0; index < times; index += 1) {
      const line = planned[index % planned.length];
      const key = keys[index % keys.length];
      if (line === undefined || key === undefined) throw new Error('Nothing is planned');
      const startedAt = Date.now();
      const entry: Receipt = {
        ...{
          seq: 1_000_000 + index,
          at: startedAt,
          kind: 'airing',
          airing: line.id,
          broadcast: line.broadcastId,
        },
        ...{ nominalAt: line.nominalAt, state: 'played', startedAt, endedAt: startedAt + 2_000, seconds: 2 },
      };
      const { commune } = known;
      yield seal('receipts', { v: 1, commune, asset: line.loudspeakerId, box: v7(), entries: [entry] }, key);
      // What the box itself once said, said once more.
      const heard = own[index % Math.max(1, own.length)];
      if (heard !== undefined) yield heard.bytes;
    }
  }
  const sent = await attack.say(topics.receipts(known.commune, known.pole), lies());
  // Said by the box itself behind all of them: what it sets off comes after them.
  await town.people.editor.caller.post('/api/stop', {
    target: { kind: 'loudspeakers', loudspeakerIds: [known.pole] },
  });
  await attack.genuine();
  const after = new Map((await town.ledger()).map(({ id, state }) => [id, state]));
  const believed = planned.filter(({ id }) => after.get(id) !== 'planned').length;
  raw.add({ kind: 'false-receipts', sent, believed });
}
