import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'mqtt';
import { BoxLink as Device } from '../../devices/link/box-link.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import { readEnrolmentLink } from '../../devices/protocol/enrolment-link.ts';
import { keyIdOf, newKeyPair, readPrivateKey, seal } from '../../devices/protocol/envelope.ts';
import type { Hello, Welcome } from '../../devices/protocol/box-messages.ts';
import type { Notice, Notices } from '../../devices/protocol/camera-messages.ts';
import type { Status } from '../../devices/protocol/pole-messages.ts';
import { topics } from '../../devices/protocol/topics.ts';
import { newId } from '../base/identifier.ts';
import type { UpKind, UpMail } from './box-mail.ts';
import { openTestStation } from './boxes.testing.ts';
import type { TestStation } from './boxes.testing.ts';

let station: TestStation;
let communeId = '';

beforeAll(async () => {
  station = await openTestStation();
  communeId = await station.addCommune('Khánh Thượng');
  await station.link.onApplicationBootstrap();
}, 60_000);

afterAll(async () => {
  await station.close();
});

function next<K extends UpKind>(kind: K, assetId: string): Promise<UpMail[K]> {
  return new Promise((resolve) => {
    station.link.on(kind, (from, message) => {
      if (from.assetId === assetId) resolve(message);
    });
  });
}

async function waitFor(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 2_000) throw new Error(`never: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function statusOf(assetId: string, box: string, count: number): Status {
  return {
    ...{ v: 1, commune: communeId, asset: assetId, box, count, at: Date.now(), state: 'idle', airing: null },
    ...{ programmeNumber: 0, programmeUntilAt: 0, audioReady: 0, audioNeeded: 0, clock: null, outbox: 0 },
    ...{ amplifier: null, power: 'on', freeBytes: null, startedAt: 0 },
  };
}

/** Of half a megabyte, its number in every entry: 24 of them are more than may wait of one box. */
function largeNotices(assetId: string, box: string, number: number): Notices {
  const raw = Buffer.alloc(74_000);
  const entry: Notice = {
    ...{ seq: number + 1, id: newId(), camera: newId(), receivedAt: Date.now(), cameraTimeText: null },
    ...{
      clockOffsetMs: null,
      uncertaintyMs: 0,
      occurredAt: Date.now(),
      topic: 'Device',
      operation: 'Changed',
    },
    ...{ kind: 'motion', phase: 'instant', source: [], data: [], snapshot: null },
    raw: raw.toString('base64'),
    rawSha256: createHash('sha256').update(raw).digest('hex'),
  };
  return { v: 1, commune: communeId, asset: assetId, box, entries: Array.from({ length: 5 }, () => entry) };
}

describe('enrolment', () => {
  test('a code works once, and its link names this service and the commune', async () => {
    const assetId = newId();
    const made = await station.enrolments.makeCode(communeId, {
      kind: 'loudspeaker',
      assetId,
      assetName: 'Cụm 1',
      madeBy: null,
    });
    expect(made.code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
    expect(made.qrSvg).toContain('<svg');
    expect(readEnrolmentLink(made.link)).toEqual({
      https: 'https://127.0.0.1:7743',
      code: made.code,
      authority: station.authority.fingerprint(),
      root: keyIdOf(station.keys.rootPublicKey(communeId)),
    });
    const request = {
      code: made.code.toLowerCase(),
      kind: 'loudspeaker' as const,
      publicKey: newKeyPair().publicKey,
      sealingKey: null,
      hardware: 'pi',
    };
    await expect(
      station.enrolments.enrol({ ...request, kind: 'connector', sealingKey: null }),
    ).rejects.toMatchObject({ code: 'boxes.code-refused' });
    const answer = await station.enrolments.enrol(request);
    expect(answer).toMatchObject({ commune: communeId, communeName: 'Khánh Thượng', assetName: 'Cụm 1' });
    await expect(station.enrolments.enrol(request)).rejects.toMatchObject({ code: 'boxes.code-refused' });
  });

  test('a key that is none is refused and leaves the code unused', async () => {
    const { code } = await station.enrolments.makeCode(communeId, {
      kind: 'connector',
      assetId: newId(),
      assetName: 'Trụ sở',
      madeBy: null,
    });
    const request = { code, kind: 'connector' as const, publicKey: 'AAAA', sealingKey: 'AAAA', hardware: '' };
    await expect(station.enrolments.enrol(request)).rejects.toMatchObject({
      code: 'boxes.bad-key',
      fields: [{ path: 'publicKey' }, { path: 'sealingKey' }],
    });
    const sealingKey = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString('base64');
    await expect(
      station.enrolments.enrol({ ...request, publicKey: newKeyPair().publicKey, sealingKey }),
    ).resolves.toMatchObject({ commune: communeId });
  });

  test('a newer code makes the older one worthless', async () => {
    const forPole = { kind: 'loudspeaker' as const, assetId: newId(), assetName: '', madeBy: null };
    const first = await station.enrolments.makeCode(communeId, forPole);
    await station.enrolments.makeCode(communeId, forPole);
    const request = {
      code: first.code,
      kind: 'loudspeaker' as const,
      publicKey: newKeyPair().publicKey,
      sealingKey: null,
      hardware: '',
    };
    await expect(station.enrolments.enrol(request)).rejects.toMatchObject({ code: 'boxes.code-refused' });
  });

  test('a new box at a pole puts the former one off the broker', async () => {
    const assetId = newId();
    const former = await station.enrolBox(communeId, 'loudspeaker', assetId);
    const answer = former.identity.enrolment;
    const client = connect(`mqtt://127.0.0.1:${station.brokerProcess.plainPort}`, {
      clientId: former.box,
      username: former.box,
      password: answer?.mqttSecret ?? '',
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    await new Promise((resolve, reject) => {
      client.once('connect', resolve);
      client.once('error', reject);
    });
    const thrownOut = new Promise<void>((resolve) => client.once('close', () => resolve()));
    const fresh = await station.enrolBox(communeId, 'loudspeaker', assetId);
    await thrownOut;
    expect(fresh.box).not.toBe(former.box);
    const boxes = await station.database.inCommune(communeId, (em) =>
      station.store.ofAsset(em, communeId, assetId),
    );
    expect(boxes.map((box) => [box.id, box.replacedAt === null])).toEqual([
      [fresh.box, true],
      [former.box, false],
    ]);
    expect(await station.journal.check(communeId)).toMatchObject({ fault: null });
    await former.outbox.close();
    await fresh.outbox.close();
  });
});

describe('the line to a box', () => {
  test('a hello is answered with the time and the floors; its receipts are committed and leave the outbox', async () => {
    const assetId = newId();
    const { identity, outbox, box } = await station.enrolBox(communeId, 'loudspeaker', assetId);
    station.link.floorsOf = (commune, asset) =>
      Promise.resolve({
        programmeFloor: commune === communeId && asset === assetId ? 42 : 0,
        orderFloor: 7,
      });
    const clock = new TrustedClock();
    const welcomed = new Promise<Welcome>((resolve) => {
      const device = new Device({
        identity,
        outbox,
        clock,
        software: 'spec',
        programmeNumber: () => 0,
        arrived: () => undefined,
        welcomed: resolve,
      });
      devices.push(device);
      device.start();
    });
    const hello: Promise<Hello> = next('hello', assetId);
    expect(await welcomed).toMatchObject({ programmeFloor: 42, orderFloor: 7, asset: assetId });
    expect(await hello).toMatchObject({ box, kind: 'loudspeaker', software: 'spec' });
    // As right as it says that it is, however long the answer was on its way; both sides tell whole milliseconds.
    const wrongByMs = Math.abs((clock.now() ?? 0) - Date.now());
    expect(wrongByMs).toBeLessThanOrEqual((clock.state()?.uncertaintyMs ?? 0) + 2);
    expect(station.link.presenceOf(assetId).link).toBe('online');

    station.link.on('receipts', async (from, message) => {
      const seqs = message.entries.map(({ seq }) => seq);
      await station.link.commit(from.communeId, from.assetId, from.boxId, seqs);
    });
    const heard = next('receipts', assetId);
    await outbox.append({
      ...{ at: Date.now(), kind: 'refusal', state: 'refused', what: 'order', reason: 'expired', detail: '' },
      sha256: createHash('sha256').update('x').digest('hex'),
    });
    expect(await heard).toMatchObject({ box, entries: [{ kind: 'refusal', seq: 1 }] });
    await waitFor(() => outbox.size === 0);

    const left = new Promise<string>((resolve) => {
      station.link.onPresence((_commune, asset, _kind, { link }) => {
        if (asset === assetId) resolve(link);
      });
    });
    await devices.pop()?.stop();
    expect(await left).toBe('offline');
    await outbox.close();
  });

  test('what is not proved is counted and handed to nobody', async () => {
    const assetId = newId();
    const { identity, outbox, box } = await station.enrolBox(communeId, 'loudspeaker', assetId);
    const key = identity.signingKey();
    const stranger = newKeyPair();
    const heard: number[] = [];
    station.link.on('status', (from, status) => {
      if (from.assetId === assetId) heard.push(status.count);
    });
    const topic = topics.status(communeId, assetId);
    const say = (bytes: string | Uint8Array, to = topic): Promise<void> =>
      station.wire.publish(to, Buffer.from(bytes));
    const before = new Map(station.link.refused());
    const genuine = seal('status', statusOf(assetId, box, 1), key);

    await say('garbage');
    await say(
      seal('status', statusOf(assetId, box, 2), {
        ...stranger,
        privateKey: readPrivateKey(stranger.privateKey),
      }),
    );
    await say(
      seal('status', statusOf(assetId, box, 3), {
        keyId: key.keyId,
        privateKey: readPrivateKey(stranger.privateKey),
      }),
    );
    await say(seal('hello', statusOf(assetId, box, 4), key));
    await say(seal('status', { ...statusOf(assetId, box, 5), more: true }, key));
    await say(seal('status', { ...statusOf(assetId, box, 6), asset: newId() }, key));
    await say(seal('status', statusOf(assetId, newId(), 7), key));
    await say(genuine, topics.status(communeId, newId()));
    await say(genuine, topics.status('-'.repeat(36), assetId));
    await say(Buffer.from('not the picture'), topics.snapshot(communeId, assetId, 'a'.repeat(64)));
    await say(seal('status', statusOf(assetId, box, 99), key));
    await waitFor(() => heard.length > 0);
    await station.link.idle();

    expect(heard).toEqual([99]);
    const counted = Object.fromEntries(
      [...station.link.refused()].map(([reason, count]) => [reason, count - (before.get(reason) ?? 0)]),
    );
    expect(counted).toMatchObject({
      unreadable: 2,
      'unknown-key': 2,
      'bad-signature': 1,
      'wrong-type': 2,
      'bad-shape': 1,
      'wrong-target': 2,
    });
    await outbox.close();
  });

  test('messages of one box are dealt with in their order, and one that fails keeps none from the next', async () => {
    const assetId = newId();
    const { identity, outbox, box } = await station.enrolBox(communeId, 'loudspeaker', assetId);
    const done: number[] = [];
    station.link.on('status', async (from, { count }) => {
      if (from.assetId !== assetId) return;
      await new Promise((resolve) => setTimeout(resolve, count % 2 === 0 ? 15 : 0));
      if (count === 3) throw new Error('this one cannot be dealt with');
      done.push(count);
    });
    for (let count = 0; count < 8; count += 1)
      await station.wire.publish(
        topics.status(communeId, assetId),
        Buffer.from(seal('status', statusOf(assetId, box, count), identity.signingKey())),
      );
    await waitFor(() => done.includes(7));
    expect(done).toEqual([0, 1, 2, 4, 5, 6, 7]);
    await outbox.close();
  });

  test('what came of a box while its notices were dealt with is handed on as one', async () => {
    const assetId = newId();
    const { identity, outbox, box } = await station.enrolBox(communeId, 'connector', assetId);
    const topic = topics.notices(communeId, assetId);
    let arrived = 0;
    station.wire.subscribe(topic, () => void (arrived += 1));
    const dealtWith: number[][] = [];
    station.link.on('notices', async (from, { entries }) => {
      if (from.assetId !== assetId) return;
      dealtWith.push([...new Set(entries.map(({ seq }) => seq - 1))]);
      if (dealtWith.length === 1) await waitFor(() => arrived === 8);
    });
    for (let sent = 0; sent < 8; sent += 1) {
      const message = largeNotices(assetId, box, sent);
      await station.wire.publish(topic, Buffer.from(seal('notices', message, identity.signingKey())));
      if (sent === 0) await waitFor(() => dealtWith.length === 1);
    }
    await waitFor(() => dealtWith.flat().length === 8);

    expect(dealtWith).toEqual([[0], [1, 2, 3, 4, 5, 6, 7]]);
    await outbox.close();
  });

  test('a box that always has eight large messages under way never waits too much', async () => {
    const assetId = newId();
    const { identity, outbox, box } = await station.enrolBox(communeId, 'connector', assetId);
    const topic = topics.notices(communeId, assetId);
    let arrived = 0;
    station.wire.subscribe(topic, () => void (arrived += 1));
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      for (const until = Math.min(sent + count, 48); sent < until;) {
        const message = largeNotices(assetId, box, sent);
        sent += 1;
        await station.wire.publish(topic, Buffer.from(seal('notices', message, identity.signingKey())));
      }
      await waitFor(() => arrived === sent);
    };
    const overloads = (): number => station.link.refused().get('overload') ?? 0;
    const before = overloads();
    const dealtWith: number[] = [];
    let most = 0;
    station.link.on('notices', async (from, { entries }) => {
      if (from.assetId !== assetId) return;
      const seqs = new Set(entries.map(({ seq }) => seq - 1));
      dealtWith.push(...seqs);
      most = Math.max(most, seqs.size);
      // As a connector does: what was answered makes room for as much.
      await send(seqs.size);
    });
    await send(8);
    await waitFor(() => dealtWith.length === 48 || overloads() > before);
    await station.link.idle();

    expect(dealtWith).toEqual(Array.from({ length: 48 }, (_, seq) => seq));
    expect(most).toBeGreaterThan(1);
    await outbox.close();
  }, 60_000);
});

const devices: Device[] = [];
