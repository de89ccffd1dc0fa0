import { readFile } from 'node:fs/promises';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { AudioRef } from '../../devices/protocol/pole-messages.ts';
import { topics } from '../../devices/protocol/topics.ts';
import type { EmergencyDraftView, EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole } from '../stage/pole.ts';
import { jsonLine, until } from '../stage/program.ts';
import { forgeries } from './forgeries.ts';
import type { Known } from './forgeries.ts';
import { Town } from './town.ts';
import type { TownOptions } from './town.ts';

/** Of the client `demonstration`, whom the service lets into its broker with every right. */
export const burglarSecret = 'burglar-in-this-test-only';
/** Messages under way at once: the broker takes them as fast as the poles read. */
const atOnce = 20;

export type Counts = Map<string, number>;

export function add(counts: Counts, key: string, more = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}

export function sum(counts: Counts): number {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}

/** A town, and somebody in its broker who may say anything and has stolen the service's signing key. */
export class Attack {
  private constructor(
    readonly town: Town,
    private client: MqttClient,
    readonly known: Known,
    private readonly prepared: EmergencyDraftView,
  ) {}

  static async begin(
    name: string,
    poleCount: number,
    options: Omit<TownOptions, 'env'> = {},
  ): Promise<Attack> {
    const env = { LOA_DEMONSTRATION_BROKER_SECRET: burglarSecret };
    const town = await Town.found(name, poleCount, { ...options, env });
    const prepared = await prepare(town);
    const { commune, signing } = await town.identity();
    // The broker learns of who may enter a moment after the service does.
    const client = await until('the broker', () => enter(town.service.ports.mqtt).catch(() => undefined), {
      timeoutMs: 30_000,
    });
    await client.subscribeAsync(topics.order(commune), { qos: 1 });
    const overheard = nextOf(client);
    await town.people.editor.caller.post('/api/stop', { target: { kind: 'commune' } });
    const known: Known = {
      commune,
      pole: town.poles[0]?.id ?? '',
      stolen: signing,
      audio: await audioOf(town, prepared),
      overheard: (await overheard).toString(),
    };
    return new Attack(town, client, known, prepared);
  }

  /** Whatever is said under this filter from now on. @returns what was heard so far, growing */
  async listen(filter: string): Promise<{ topic: string; bytes: Buffer }[]> {
    const heard: { topic: string; bytes: Buffer }[] = [];
    const isIt = (topic: string): boolean =>
      new RegExp(`^${filter.replaceAll('+', '[^/]+').replace('#', '.*')}$`).test(topic);
    this.client.on('message', (topic, bytes) => {
      if (isIt(topic)) heard.push({ topic, bytes });
    });
    await this.client.subscribeAsync(filter, { qos: 1 });
    return heard;
  }

  async say(topic: string, payloads: Iterable<string | Buffer>): Promise<number> {
    let said = 0;
    const left = payloads[Symbol.iterator]();
    const speak = async (): Promise<void> => {
      for (let next = left.next(); next.done !== true; next = left.next()) {
        await this.client.publishAsync(topic, next.value, { qos: 1 });
        said += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, speak));
    return said;
  }

  /** So many forged orders, of every class in turn. @returns how many of them should be refused, by reason */
  async forge(times: number, from: number, draw: () => number): Promise<Counts> {
    const { known } = this;
    const expected: Counts = new Map();
    function* made(): Iterable<string> {
      for (let index = from; index < from + times; index += 1) {
        const forgery = forgeries[index % forgeries.length];
        if (forgery === undefined) throw new Error('No forgery');
        add(expected, forgery.reason);
        yield forgery.make(known, draw);
      }
    }
    await this.say(topics.order(known.commune), made());
    return expected;
  }

  /** A genuine emergency: sounds on each pole once, and is cancelled. */
  async genuine(): Promise<void> {
    const { town } = this;
    const before = await Promise.all(town.poles.map(async (pole) => (await pole.soundings()).length));
    const raised = await this.raise();
    await Promise.all(
      town.poles.map((pole, index) =>
        until(
          `the genuine one to sound on ${pole.name}`,
          async () => (await pole.soundings())[before[index] ?? 0],
          {
            timeoutMs: 60_000,
          },
        ),
      ),
    );
    await town.people.editor.caller.post(`/api/emergencies/${raised.id}/cancel`);
    await Promise.all(town.poles.map((pole) => silent(pole)));
  }

  raise(): Promise<EmergencyView> {
    return raise(this.town, this.prepared);
  }

  /** How many messages the broker has kept on a topic, for whoever asks next. */
  async keptOn(topic: string): Promise<number> {
    const kept: string[] = [];
    const note = (on: string, _bytes: Buffer, packet: { retain: boolean }): void => {
      if (packet.retain) kept.push(on);
    };
    this.client.on('message', note);
    await this.client.unsubscribeAsync(topic);
    await this.client.subscribeAsync(topic, { qos: 1 });
    // Kept messages come before the answer to what is asked next.
    await this.client.subscribeAsync('ll/1/nobody', { qos: 1 });
    this.client.off('message', note);
    return kept.length;
  }

  async soundings(): Promise<number> {
    return (await Promise.all(this.town.poles.map((pole) => pole.soundings()))).flat().length;
  }

  /** Into the broker again, after it was killed. */
  async reenter(): Promise<void> {
    this.client.end(true);
    this.client = await until(
      'the broker to be back',
      () => enter(this.town.service.ports.mqtt).catch(() => undefined),
      { timeoutMs: 30_000 },
    );
  }

  async leave(isGood: boolean): Promise<void> {
    this.client.end(true);
    await this.town.leave(isGood);
  }
}

/** @throws where the broker turns one away, also without a word */
export async function enter(port: number): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: 'demonstration',
    username: 'demonstration',
    password: burglarSecret,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
  });
  client.setMaxListeners(0);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error('turned away')));
  });
  return client;
}

function nextOf(client: MqttClient): Promise<Buffer> {
  return new Promise((resolve) => client.once('message', (_topic, payload) => resolve(payload)));
}

export async function silent(pole: Pole): Promise<void> {
  await until(
    `${pole.name} to fall silent`,
    async () => ((await pole.soundings()).every(({ complete }) => complete) ? true : undefined),
    { timeoutMs: 60_000 },
  );
}

/** Raises the prepared emergency. */
export function raise(town: Town, prepared: EmergencyDraftView): Promise<EmergencyView> {
  return town.people.editor.caller.post<EmergencyView>('/api/emergencies', {
    draftId: prepared.id,
    confirmation: prepared.confirmation,
    target: { kind: 'commune' },
    everySeconds: 600,
    minutes: 5,
  });
}

/** An emergency approved ahead: its sound lies on every pole. */
export async function prepare(town: Town): Promise<EmergencyDraftView> {
  const { editor, approver } = town.people;
  const { id } = await town.approve('Nước lên', 'Nước đang lên nhanh.', 'emergency');
  await approver.caller.post(`/api/announcements/${id}/prepared`, { prepared: true });
  const draft = await until(
    'the prepared emergency',
    async () => {
      const drafts = await editor.caller.get<EmergencyDraftView[]>('/api/emergencies/prepared');
      return drafts.find((each) => each.id === id);
    },
    { timeoutMs: 30_000 },
  );
  await town.allReady();
  return draft;
}

async function audioOf(town: Town, { opusUrl, seconds }: EmergencyDraftView): Promise<AudioRef> {
  const answer = await fetch(town.service.url + opusUrl);
  const bytes = (await answer.arrayBuffer()).byteLength;
  return { sha256: opusUrl.slice(-64), bytes, seconds };
}

/** What a pole refused, by reason, in its own log. */
export async function refusedBy(pole: Pole, what: 'order' | 'programme' = 'order'): Promise<Counts> {
  const counts: Counts = new Map();
  for (const line of (await readFile(pole.logPath, 'utf8')).split('\n')) {
    const read = (jsonLine(line) ?? {}) as { msg?: string; reason?: string; what?: string };
    if (read.msg === 'refused' && read.what === what && read.reason !== undefined) add(counts, read.reason);
  }
  return counts;
}

/** What a pole refused, by reason, as it reported to the service: floods are reported in numbers. */
export async function reportedBy(
  town: Town,
  pole: Pole,
  what: 'order' | 'programme' = 'order',
): Promise<Counts> {
  return lookInto(town.service, async (client) => {
    const { rows } = await client.query<{ reason: string; count: number }>(
      `SELECT reason, sum(coalesce(substring(detail FROM '^and (\\d+) more like it$')::int, 1))::int AS count
       FROM refusals WHERE loudspeaker_id = $1 AND what = $2 GROUP BY reason`,
      [pole.id, what],
    );
    return new Map(rows.map(({ reason, count }) => [reason, count]));
  });
}

/** Resolves with what was reported once it is as much as expected; after a while with what there is. */
export async function reportedInTime(
  town: Town,
  pole: Pole,
  expected: number,
  what: 'order' | 'programme' = 'order',
): Promise<Counts> {
  return until(
    'all refusals to be reported',
    async () => {
      const counts = await reportedBy(town, pole, what);
      return sum(counts) >= expected ? counts : undefined;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  ).catch(() => reportedBy(town, pole, what));
}
