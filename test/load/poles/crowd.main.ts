/**
 * Many poles in one process, as far as the broker and the service can tell: each has its own line, hears its own topics
 * and signs its own receipts. They hold no audio and make no sound; one in a hundred proves what it hears.
 *
 *   crowd.main FILE      FILE is a `CrowdPlan`
 *
 * Prints JSON lines: `connected` once all are, and after each wave of messages `wave` with how many bytes they had, and
 * when the first and the last of them came (ms since 1970, with a fraction).
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { airingId } from '../../../devices/protocol/airing-id.ts';
import { readPrivateKey, seal } from '../../../devices/protocol/envelope.ts';
import type { SigningKey } from '../../../devices/protocol/envelope.ts';
import type { Order, Receipt } from '../../../devices/protocol/pole-messages.ts';
import { boxRights, topics } from '../../../devices/protocol/topics.ts';
import { openFromService } from '../../../devices/protocol/trust.ts';

export interface CrowdPlan {
  readonly url: string;
  readonly commune: string;
  readonly rootPublicKey: string;
  /** One in so many proves the signatures of what it hears; the others read it all the same. */
  readonly provesOneIn: number;
  readonly boxes: readonly {
    readonly box: string;
    readonly asset: string;
    readonly secret: string;
    readonly keyId: string;
    readonly publicKey: string;
    readonly privateKey: string;
  }[];
}

const connectsAtOnce = 20;
/** The broker lets 500 a second in; there are two of us. */
const connectsEveryMs = 100;
/** No message for so long: the wave is over. */
const quietMs = 400;

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CrowdPlan;
const pinned = { commune: plan.commune, rootPublicKey: plan.rootPublicKey, revokedKeys: new Set<string>() };
const clockBase = Date.now() - performance.now();
const now = (): number => clockBase + performance.now();

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const waves = new Map<string, { count: number; bytes: number; firstAt: number; lastAt: number }>();

function note(what: 'programme' | 'order', bytes: number): void {
  const at = now();
  const wave = waves.get(what);
  if (wave !== undefined) {
    wave.count += 1;
    wave.bytes += bytes;
    wave.lastAt = at;
    return;
  }
  waves.set(what, { count: 1, bytes, firstAt: at, lastAt: at });
  setTimeout(() => endWave(what), quietMs);
}

function endWave(what: 'programme' | 'order'): void {
  const wave = waves.get(what);
  if (wave === undefined) return;
  const restMs = wave.lastAt + quietMs - now();
  if (restMs > 1) {
    setTimeout(() => endWave(what), restMs);
    return;
  }
  waves.delete(what);
  say({ event: 'wave', what, ...wave });
}

function connect(each: CrowdPlan['boxes'][number], index: number): Promise<MqttClient> {
  const client = mqtt.connect(plan.url, {
    clientId: each.box,
    username: each.box,
    password: each.secret,
    protocolVersion: 4,
    keepalive: 300,
    reconnectPeriod: 1_000 + (index % 50) * 100,
    resubscribe: true,
    // Whose certificate it is does not matter here; what it costs does.
    rejectUnauthorized: false,
  });
  const proves = index % plan.provesOneIn === 0;
  const key: SigningKey = { keyId: each.keyId, privateKey: readPrivateKey(each.privateKey) };
  let seq = Math.floor(now());
  client.on('error', () => undefined);
  client.on('message', (topic, bytes) => {
    if (topic === topics.programme(plan.commune, each.asset)) {
      if (proves) openFromService('programme', bytes, pinned, now());
      note('programme', bytes.length);
    } else if (topic === topics.order(plan.commune)) {
      if (proves) openFromService('order', bytes, pinned, now());
      note('order', bytes.length);
      const message = read(bytes);
      if (message.kind !== 'emergency') return;
      const { id, startAt } = message.emergency;
      const at = Math.floor(now());
      const entry: Receipt = {
        ...{
          seq: (seq += 1),
          at,
          kind: 'airing',
          airing: airingId(id, startAt, 0, each.asset),
          broadcast: id,
        },
        ...{ nominalAt: startAt, state: 'started', startedAt: at },
      };
      const { commune } = plan;
      const { asset, box } = each;
      client.publish(
        topics.receipts(commune, asset),
        seal('receipts', { v: 1, commune, asset, box, entries: [entry] }, key),
        {
          qos: 1,
        },
      );
    }
  });
  return new Promise((resolve) => {
    client.once('connect', () => {
      void client
        .subscribeAsync(boxRights('loudspeaker', plan.commune, each.asset).subscribe, { qos: 1 })
        .then(() => resolve(client));
    });
  });
}

function read(bytes: Buffer): Order {
  const { payload } = JSON.parse(bytes.toString()) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as Order;
}

for (let from = 0; from < plan.boxes.length; from += connectsAtOnce) {
  const some = plan.boxes.slice(from, from + connectsAtOnce);
  await Promise.all([...some.map((each, index) => connect(each, from + index)), pause(connectsEveryMs)]);
}
say({ event: 'connected', count: plan.boxes.length });
