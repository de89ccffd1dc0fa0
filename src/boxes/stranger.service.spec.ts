import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { connect } from 'mqtt';
import { newId } from '../base/identifier.ts';
import { openTestStation } from './boxes.testing.ts';
import type { TestStation } from './boxes.testing.ts';
import type { StrangerView } from './stranger.view.ts';

let station: TestStation;
let communeId = '';
let neighbourId = '';

beforeAll(async () => {
  station = await openTestStation();
  communeId = await station.addCommune('Khánh Thượng');
  neighbourId = await station.addCommune('Ba Vì');
  await station.link.onApplicationBootstrap();
}, 60_000);

afterAll(async () => {
  await station.close();
});

/** Knocks at the real broker; resolves when it was turned away and the screens were told. */
async function knock(clientId: string, password = 'guessed'): Promise<void> {
  const told = new Promise<void>((resolve) => {
    const stop = station.events.on('strangers.changed', () => {
      stop();
      resolve();
    });
  });
  const client = connect(`mqtt://127.0.0.1:${station.brokerProcess.plainPort}`, {
    ...{ clientId, username: clientId, password, protocolVersion: 4, reconnectPeriod: 0 },
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => reject(new Error('it was let in')));
    client.on('error', () => resolve());
  });
  await client.endAsync(true);
  await told;
}

const named = (name: string, of = communeId): StrangerView | undefined =>
  station.strangers.of(of).strangers.find((each) => each.name === name);

describe('strangers', () => {
  test('that knock at the broker are listed with where they knock from, and screens are told', async () => {
    await knock('ke-la');
    await knock('ke-la');
    expect(named('ke-la')).toMatchObject({
      ...{ reason: 'unknown-client', address: '127.0.0.1', tries: 2, asset: null },
    });
    expect(named('ke-la', neighbourId)).toBeDefined();
    expect(station.strangers.of(communeId).watched).toBe(true);
  });

  test('that were replaced are told as the former box of their pole, and to their commune only', async () => {
    const assetId = newId();
    const former = await station.enrolBox(communeId, 'loudspeaker', assetId);
    const fresh = await station.enrolBox(communeId, 'loudspeaker', assetId);
    await knock(former.box, former.identity.enrolment?.mqttSecret);
    expect(named(former.box)).toMatchObject({
      reason: 'replaced',
      asset: { id: assetId, kind: 'loudspeaker' },
    });
    await knock(fresh.box, 'guessed');
    expect(named(fresh.box)).toMatchObject({ reason: 'wrong-secret', asset: { id: assetId } });
    expect([named(former.box, neighbourId), named(fresh.box, neighbourId)]).toEqual([undefined, undefined]);
    await Promise.all([former.outbox.close(), fresh.outbox.close()]);
  });

  test('that try codes are listed by what they say they are, never with the code', () => {
    const code = randomBytes(10).toString('hex').toUpperCase();
    station.strangers.noteCode(code, 'Raspberry Pi 4', '192.168.1.77');
    expect(named('Raspberry Pi 4')).toMatchObject({ reason: 'enrolment-code', address: '192.168.1.77' });
    expect(JSON.stringify(station.strangers.of(communeId))).not.toContain(code);
  });
});
