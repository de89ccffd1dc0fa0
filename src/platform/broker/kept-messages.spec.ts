import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { keptMessages } from './kept-messages.ts';

let aedes: Aedes;
const server = createServer();
let client: MqttClient;

beforeAll(async () => {
  aedes = await Aedes.createBroker({ persistence: keptMessages() });
  server.on('connection', aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = await connectAsync(`mqtt://127.0.0.1:${port}`);
});

afterAll(async () => {
  await client.endAsync(true);
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  server.close();
});

/** What is kept for these filters, sorted; the last message of all says that nothing more comes. */
async function keptFor(...filters: string[]): Promise<string[]> {
  const heard: string[] = [];
  const isOver = new Promise<void>((resolve) => {
    client.on('message', (topic, bytes) => {
      if (topic === 'over') resolve();
      else heard.push(`${topic} ${bytes.toString()}`);
    });
  });
  await client.subscribeAsync([...filters, 'over'], { qos: 1 });
  await client.publishAsync('over', '', { qos: 1 });
  await isOver;
  client.removeAllListeners('message');
  await client.unsubscribeAsync([...filters, 'over']);
  return heard.sort();
}

test('what is kept comes by its topic and by a wildcard: the last of each, and none that was taken back', async () => {
  const keep = (topic: string, text: string) => client.publishAsync(topic, text, { qos: 1, retain: true });
  await keep('p/1', 'old');
  await keep('p/1', 'new');
  await keep('p/2', 'two');
  await keep('p/3', 'three');
  await keep('p/3', '');
  await client.publishAsync('p/4', 'not kept', { qos: 1 });
  expect(await keptFor('p/1')).toEqual(['p/1 new']);
  expect(await keptFor('p/2', 'p/1', 'p/3', 'p/4')).toEqual(['p/1 new', 'p/2 two']);
  expect(await keptFor('p/+')).toEqual(['p/1 new', 'p/2 two']);
  expect(await keptFor('p')).toEqual([]);
});
