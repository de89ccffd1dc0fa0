import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { v7 } from 'uuid';
import { newKeyPair, seal } from '../../devices/protocol/envelope.ts';
import type { Order } from '../../devices/protocol/pole-messages.ts';
import { topics } from '../../devices/protocol/topics.ts';
import { certify } from '../../devices/protocol/trust.ts';

/** Somebody who has taken over the broker: reads everything, sends anything, and has every key but the commune's. */
export class Burglar {
  /** Genuine orders overheard, as sent. */
  readonly overheard: Buffer[] = [];

  private constructor(
    private readonly client: MqttClient,
    private readonly commune: string,
  ) {}

  static async enter(port: number, secret: string, commune: string): Promise<Burglar> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: 'demonstration',
      username: 'demonstration',
      password: secret,
      reconnectPeriod: 500,
    });
    const burglar = new Burglar(client, commune);
    client.on('message', (_topic, payload) => burglar.overheard.push(payload));
    await client.subscribeAsync(topics.order(commune), { qos: 1 });
    return burglar;
  }

  /** An emergency for the whole commune, well-formed and signed, but with a root of the burglar's own. */
  async forge(): Promise<void> {
    const now = Date.now();
    const root = newKeyPair();
    const terms = { commune: this.commune, notBeforeAt: now - 60_000, notAfterAt: now + 86_400_000 };
    const order: Order = {
      v: 1,
      commune: this.commune,
      id: v7(),
      number: now,
      issuedAt: now,
      expiresAt: now + 600_000,
      poles: null,
      kind: 'emergency',
      emergency: {
        id: v7(),
        audio: { sha256: 'f'.repeat(64), bytes: 100_000, seconds: 20 },
        startAt: now,
        endAt: now + 600_000,
        everySeconds: 60,
      },
    };
    await this.client.publishAsync(
      topics.order(this.commune),
      seal('order', order, certify(newKeyPair(), root, terms)),
      {
        qos: 1,
      },
    );
  }

  /** A genuine order, exactly as it was overheard. */
  async replay(): Promise<void> {
    const old = this.overheard[0];
    if (old === undefined) throw new Error('No genuine order was overheard');
    await this.client.publishAsync(topics.order(this.commune), old, { qos: 1 });
  }

  async leave(): Promise<void> {
    await this.client.endAsync(true);
  }
}
