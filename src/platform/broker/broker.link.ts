import { Socket } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { writeToStream } from 'mqtt-packet';
import { messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import { filterMatches } from './rights.ts';

// Else a buffer is made for each of 65,536 numbers at the first packet: 12 MB and a quarter of a second, of which a packet
// needs two. Making them as they are needed takes the same time.
writeToStream.cacheNumbers = false;

export interface BrokerAddress {
  /** `mqtt://127.0.0.1:1883` or `mqtts://host:8883`. */
  readonly url: string;
  /** User name, and client identifier. */
  readonly username: string;
  readonly password: string;
  /** PEM of the authority of an `mqtts:` broker; '' for the system's. */
  readonly ca: string;
}

export type MessageHandler = (topic: string, bytes: Uint8Array) => void | Promise<void>;

/** Half of what a person waits at an emergency's button before they press again. */
const publishTimeoutMs = 3_000;
const reconnectMs = 200;

/** The service's one line to the broker. Bytes in and out; what they mean is the business of `devices/protocol`. */
@Injectable()
export class BrokerLink {
  private readonly log = new Logger('Broker');
  private readonly handlers: { filter: string; handler: MessageHandler }[] = [];
  private readonly connectedListeners = new Set<() => void | Promise<void>>();
  /** What the broker has not taken yet, told where the line breaks: a listener each would cost as many steps each. */
  private readonly untaken = new Set<(why: string) => void>();
  private client: MqttClient | undefined;

  get isConnected(): boolean {
    return this.client?.connected === true;
  }

  /** Begins to connect, and to reconnect for ever. Returns at once. */
  open(address: BrokerAddress): void {
    const client = connect(address.url, {
      clientId: address.username,
      username: address.username,
      password: address.password,
      protocolVersion: 4,
      clean: true,
      // Half a minute is how long a silent death of the line may go unnoticed.
      keepalive: 20,
      reconnectPeriod: reconnectMs,
      connectTimeout: 5_000,
      resubscribe: false,
      queueQoSZero: false,
      ...(address.ca === '' ? {} : { ca: address.ca }),
    });
    this.client = client;
    client.on('connect', () => {
      // What the service says right after an acknowledgement would wait 40 ms for the broker's (Nagle's algorithm).
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      void this.greet();
    });
    client.on('message', (topic, payload) => this.receive(topic, payload));
    client.on('error', (error) => this.log.warn(`The line to the broker: ${error.message}`));
    client.on('close', () => {
      this.log.debug('The line to the broker is down');
      for (const giveUp of [...this.untaken]) giveUp('The line to the broker broke');
    });
  }

  /**
   * Sends bytes. With QoS 1 (the default) it resolves when the broker has taken them: no word of any box having them.
   * Never queued: what could not be sent now is refused, and is not sent later behind the caller's back.
   * @throws Failure `platform.broker-down`
   */
  async publish(
    topic: string,
    bytes: Uint8Array,
    options: { retain?: boolean; qos?: 0 | 1 } = {},
  ): Promise<void> {
    const { client } = this;
    if (client?.connected !== true) throw brokerDown('The broker is not connected');
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.untaken.delete(giveUp);
      };
      const giveUp = (why: string) => {
        settle();
        // Else the library would send it at the next connection.
        if (messageId !== undefined) client.removeOutgoingMessage(messageId);
        reject(brokerDown(why));
      };
      const timer = setTimeout(() => giveUp('The broker did not take a message in time'), publishTimeoutMs);
      this.untaken.add(giveUp);
      const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const { qos = 1, retain = false } = options;
      let messageId: number | undefined;
      client.publish(topic, payload, { qos, retain }, (error) => {
        settle();
        if (error) reject(brokerDown(messageOf(error)));
        else resolve();
      });
      if (qos === 1) messageId = client.getLastMessageId();
    });
  }

  /** Hears a filter from now on, across reconnections. A handler that throws is logged and harms no other. */
  subscribe(filter: string, handler: MessageHandler): void {
    this.handlers.push({ filter, handler });
    if (this.isConnected) this.client?.subscribe(filter, { qos: 1 });
  }

  /**
   * Called at each connection, when all filters are heard again; at once if it is connected already. The broker has
   * forgotten what was retained if it was restarted: here it is published again.
   * @returns forgets the listener
   */
  onConnected(listener: () => void | Promise<void>): () => void {
    this.connectedListeners.add(listener);
    if (this.isConnected) void this.call(listener);
    return () => this.connectedListeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.client?.endAsync(true).catch(() => undefined);
  }

  private async greet(): Promise<void> {
    try {
      const filters = [...new Set(this.handlers.map(({ filter }) => filter))];
      if (filters.length > 0) await this.client?.subscribeAsync(filters, { qos: 1 });
      this.log.log('Connected to the broker');
      for (const listener of this.connectedListeners) void this.call(listener);
    } catch (error) {
      // The line broke again; the next connection greets.
      this.log.debug(`Greeting the broker: ${messageOf(error)}`);
    }
  }

  private receive(topic: string, payload: Uint8Array): void {
    for (const { filter, handler } of this.handlers)
      if (filterMatches(filter, topic)) void this.call(() => handler(topic, payload));
  }

  private async call(work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error(
        `A listener of the broker failed: ${messageOf(error)}`,
        error instanceof Error ? error.stack : '',
      );
    }
  }
}

function brokerDown(message: string): Failure {
  return new Failure('unavailable', 'platform.broker-down', message);
}
