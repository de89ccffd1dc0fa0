import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, jest, test } from '@jest/globals';
import { readPrivateKey } from '../../devices/protocol/envelope.ts';
import { topics } from '../../devices/protocol/topics.ts';
import type { EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import { jsonLine, until } from '../stage/program.ts';
import type { Mutation } from '../stage/build.ts';
import { forgeries } from './forgeries.ts';
import type { Known } from './forgeries.ts';
import { drawer, seed } from './seed.ts';
import { Town } from './town.ts';

jest.setTimeout(600_000);

const secret = 'burglar-in-this-test-only';
const topicOf = (town: Attacked): string => topics.order(town.known.commune);

interface Attacked {
  readonly town: Town;
  readonly broker: mqtt.MqttClient;
  readonly known: Known;
  readonly logPath: string;
}

/** A pole that plays, and somebody in the broker who may say anything and has stolen the service's signing key. */
async function attack(name: string, mutations: readonly Mutation[] = []): Promise<Attacked> {
  const town = await Town.found(name, 1, mutations, { LOA_DEMONSTRATION_BROKER_SECRET: secret });
  const { data, ports } = town.service;
  const [file = ''] = await readdir(join(data, 'keys'));
  const kept = JSON.parse(await readFile(join(data, 'keys', file), 'utf8')) as {
    communeId: string;
    online: { keyId: string; privateKey: string };
    certificate: string;
  };
  const broker = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, {
    clientId: 'demonstration',
    username: 'demonstration',
    password: secret,
  });
  const overheard = new Promise<string>((resolve) =>
    broker.once('message', (_topic, payload) => resolve(payload.toString())),
  );
  await broker.subscribeAsync(topics.order(kept.communeId), { qos: 1 });
  await town.people.editor.caller.post('/api/stop', { target: { kind: 'commune' } });
  const [pole] = town.poles;
  if (pole === undefined) throw new Error('No pole');
  const known: Known = {
    commune: kept.communeId,
    pole: pole.id,
    stolen: {
      keyId: kept.online.keyId,
      privateKey: readPrivateKey(kept.online.privateKey),
      certificate: kept.certificate,
    },
    overheard: await overheard,
  };
  return { town, broker, known, logPath: pole.logPath };
}

/** How often the pole refused an order, by reason, in its own log. */
async function refusals(logPath: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const line of (await readFile(logPath, 'utf8')).split('\n')) {
    const { reason, what } = (jsonLine(line) ?? {}) as { reason?: string; what?: string };
    if (what === 'order' && reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

async function send(attacked: Attacked, times: number, from: number): Promise<Map<string, number>> {
  const draw = drawer(seed);
  const sent = new Map<string, number>();
  for (let index = from; index < from + times; index += 1) {
    const forgery = forgeries[index % forgeries.length];
    if (forgery === undefined) throw new Error('No forgery');
    await attacked.broker.publishAsync(topicOf(attacked), forgery.make(attacked.known, draw), { qos: 1 });
    sent.set(forgery.reason, (sent.get(forgery.reason) ?? 0) + 1);
  }
  return sent;
}

describe('forged orders through the real broker', () => {
  test('540 of 18 classes: none is played, each is refused for its reason, and what is genuine plays in between', async () => {
    process.stdout.write(`forgeries: LOA_SEED=${seed}\n`);
    const attacked = await attack('forgeries');
    const { town, logPath } = attacked;
    let isGood = false;
    try {
      const { editor } = town.people;
      const draft = await editor.caller.post<{ id: string; confirmation: string }>(
        '/api/emergencies/drafts',
        {
          title: 'Thử',
          text: 'Nước lên.',
          target: { kind: 'commune' },
        },
      );
      const expected = new Map<string, number>();
      let genuine = 0;
      for (let part = 0; part < 3; part += 1) {
        for (const [reason, count] of await send(attacked, 180, part * 180))
          expected.set(reason, (expected.get(reason) ?? 0) + count);
        if (part === 2) break;
        const before = (await town.poles[0]?.soundings())?.length ?? 0;
        const again =
          part === 0
            ? draft
            : await editor.caller.post<typeof draft>('/api/emergencies/drafts', {
                title: 'Thử',
                text: 'Nước lên.',
                target: { kind: 'commune' },
              });
        const raised = await editor.caller.post<EmergencyView>('/api/emergencies', {
          draftId: again.id,
          confirmation: again.confirmation,
          target: { kind: 'commune' },
          minutes: 5,
        });
        await until('the genuine one to sound', async () => (await town.poles[0]?.soundings())?.[before], {
          timeoutMs: 30_000,
        });
        genuine += 1;
        await editor.caller.post(`/api/emergencies/${raised.id}/cancel`);
        await until(
          'it to fall silent',
          async () =>
            (await town.poles[0]?.soundings())?.every(({ complete }) => complete) === true ? true : undefined,
          { timeoutMs: 30_000 },
        );
      }
      const total = [...expected.values()].reduce((sum, each) => sum + each, 0);
      const refused = await until(
        'all refusals',
        async () => {
          const found = await refusals(logPath);
          return [...found.values()].reduce((sum, each) => sum + each, 0) >= total ? found : undefined;
        },
        { timeoutMs: 30_000, everyMs: 250 },
      ).catch(() => refusals(logPath));
      const sounds = (await town.poles[0]?.soundings())?.length;
      const figures = { suite: 'forgeries', seed, sent: total, classes: forgeries.length, genuine, sounds };
      process.stdout.write(`${JSON.stringify({ ...figures, refused: Object.fromEntries(refused) })}\n`);
      expect(Object.fromEntries(refused)).toEqual(Object.fromEntries(expected));
      expect(figures).toMatchObject({ sent: 540, genuine: 2, sounds: 2 });
      isGood = true;
    } finally {
      await attacked.broker.endAsync(true);
      await town.leave(isGood);
    }
  });

  test.each<[string, Mutation]>([
    [
      'signatures are not looked at',
      { file: 'devices/protocol/envelope.js', from: 'if (!verify(', to: 'if (false && !verify(' },
    ],
    [
      'the time is not looked at',
      { file: 'devices/loudspeaker/inbox.js', from: 'message.expiresAt < now', to: 'false' },
    ],
  ])('turns red where %s', async (_, mutation) => {
    const attacked = await attack('forgeries-mutant', [mutation]);
    try {
      const expected = await send(attacked, forgeries.length, 0);
      await until(
        'the last to be refused',
        async () => ((await refusals(attacked.logPath)).get('unreadable') ?? 0) >= 2 || undefined,
        { timeoutMs: 30_000 },
      );
      expect(Object.fromEntries(await refusals(attacked.logPath))).not.toEqual(Object.fromEntries(expected));
    } finally {
      await attacked.broker.endAsync(true);
      await attacked.town.leave(true);
    }
  });
});
