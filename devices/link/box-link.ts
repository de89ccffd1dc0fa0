import { randomBytes } from 'node:crypto';
import { MqttClient } from 'mqtt';
import type { IClientOptions } from 'mqtt';
import { openEnvelope, Refusal, seal, sealJson } from '../protocol/envelope.ts';
import { committed, welcome } from '../protocol/box-messages.ts';
import type { Committed, Hello, Welcome } from '../protocol/box-messages.ts';
import type { CameraFrame } from '../protocol/camera-messages.ts';
import type { CameraClip } from '../protocol/replay-messages.ts';
import type { EnrolAnswer } from '../protocol/enrolment-messages.ts';
import { joinFrame } from '../protocol/frame.ts';
import { boxRights, readTopic, topics } from '../protocol/topics.ts';
import { openFromService } from '../protocol/trust.ts';
import { askBack } from './enrolment.ts';
import type { Identity } from './identity.ts';
import { takeMembership } from './membership.ts';
import type { Outbox } from './outbox.ts';
import { lineTo, refusePlain } from './broker-line.ts';
import { isForTheBox } from './down-message.ts';
import type { DownMessage } from './down-message.ts';
import { stateTopics } from './state-mail.ts';
import type { StateMail } from './state-mail.ts';
import { monotonicNow } from './trusted-clock.ts';
import type { TrustedClock } from './trusted-clock.ts';
import { UnderWay } from './under-way.ts';

export interface Arrival {
  readonly bytes: Buffer;
  /** The broker kept it for us: an order must never be kept. */
  readonly retained: boolean;
  /** The broker says that it may have handed this over before. */
  readonly duplicate: boolean;
}

export interface BoxLinkOptions {
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly clock: TrustedClock;
  /** Name and version, for the hello. */
  readonly software: string;
  /** The newest programme or camera list held; 0 for none. */
  readonly programmeNumber: () => number;
  readonly arrived: (message: DownMessage, arrival: Arrival) => void;
  /** The clock knows the time already; the floors are the box's to keep. */
  readonly welcomed?: (message: Welcome) => void;
  /** These entries have just left the outbox; the snapshots are the connector's to forget. */
  readonly committed?: (message: Committed) => void;
  readonly refused?: (what: 'welcome' | 'committed' | 'membership', refusal: Refusal, bytes: Buffer) => void;
  /** Connected and disconnected, and why. */
  readonly changed?: (connected: boolean, reason: string) => void;
  readonly helloEverySeconds?: number;
}

/** Return codes of a CONNACK (MQTT 3.1.1): wrong name or password, not authorised. */
const turnedAway: readonly unknown[] = [4, 5];
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
/** Where the machine is there and the broker is not (yet): a refused connection costs nobody anything. */
const longestRefusedMs = 5_000;
/** Nobody hears three milliseconds between two poles. */
const tolerableDriftMs = 3;

/** The MQTT link of one box, whatever kind: connects, asks the time, hands over its outbox. */
export class BoxLink {
  private readonly enrolment: EnrolAnswer;
  private readonly entriesMessage: 'receipts' | 'notices';
  private client: MqttClient | null = null;
  private stopped = false;
  /** When the way to the broker last did anything: a packet, an attempt, a close (monotonic ms). Watchdogs ask. */
  turnedMs = monotonicNow();
  private failures = 0;
  private reason = '';
  private wasRefused = false;
  private wasTurnedAway = false;
  /** When each nonce that was not answered yet went out (monotonic ms). */
  private readonly asked = new Map<string, number>();
  private readonly answered: string[] = [];
  private hellosHere = 0;
  /** Messages sent (monotonic ms) and which of their entries are not committed yet. */
  private readonly underWay: UnderWay;
  private readonly timers = new Map<'retry' | 'hello' | 'resend' | 'pump', NodeJS.Timeout>();
  private readonly stopListening: () => void;

  /** @throws where the box is not enrolled, or the broker would be spoken to in the clear beyond this machine */
  constructor(private readonly options: BoxLinkOptions) {
    const { enrolment } = options.identity;
    if (enrolment === null) throw new Error('not enrolled');
    this.enrolment = enrolment;
    this.underWay = new UnderWay(options.outbox);
    this.entriesMessage = options.identity.keys.kind === 'loudspeaker' ? 'receipts' : 'notices';
    refusePlain(new URL(enrolment.mqtt));
    this.stopListening = options.outbox.onAppended(() => this.pumpSoon());
  }

  get connected(): boolean {
    return this.client?.connected === true;
  }

  start(): void {
    const { box, mqttSecret } = this.enrolment;
    const options: IClientOptions = {
      clientId: box,
      username: box,
      password: mqttSecret,
      clean: false,
      keepalive: 30,
      // Else a box that talks never notices that nobody hears it.
      reschedulePings: false,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 15_000,
      resubscribe: false,
      queueQoSZero: false,
    };
    const client = new MqttClient(
      lineTo(this.enrolment, this.options.clock, (message) => (this.reason = message)),
      options,
    );
    this.client = client;
    client.on('connect', () => void this.greet(client));
    client.on('message', (topic, bytes, packet) =>
      this.receive(topic, { bytes, retained: packet.retain, duplicate: packet.dup }),
    );
    client.on('packetreceive', () => (this.turnedMs = monotonicNow()));
    client.on('error', (error) => {
      this.reason = error.message;
      this.wasRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
      this.wasTurnedAway = turnedAway.includes((error as { code?: unknown }).code);
    });
    client.on('close', () => this.retry(client));
  }

  /** Says goodbye to the broker. What was not committed stays in the outbox. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    for (const timer of this.timers.values()) clearTimeout(timer);
    const client = this.client;
    if (client === null) return;
    const polite = client.connected;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => {
        client.stream.destroy();
        resolve();
      }, 1_000);
      client.end(!polite, () => {
        clearTimeout(patience);
        resolve();
      });
    });
  }

  /** The newest counts: where the link is down it is not sent at all. */
  send<K extends keyof StateMail>(type: K, message: StateMail[K]): void {
    const { commune, asset } = this.enrolment;
    const [topic, qos] = stateTopics[type];
    this.publish(topic(commune, asset), seal(type, message, this.options.identity.signingKey()), qos);
  }

  /**
   * A picture that a notice names; the notice's signature covers its hash. Resolves when the broker has it, which is
   * not yet when the service has it: `committed` says that.
   * @throws where the link is down
   */
  async sendSnapshot(sha256: string, bytes: Buffer): Promise<void> {
    const { commune, asset } = this.enrolment;
    await this.deliver(topics.snapshot(commune, asset, sha256), bytes);
  }

  /**
   * One answer of a watched camera. Resolves when the broker has it: whoever sends the next one only then sends as fast
   * as the line carries. @throws where the link is down
   */
  async sendFrame(message: CameraFrame, picture: Uint8Array): Promise<void> {
    const { commune, asset } = this.enrolment;
    const envelope = seal('camera-frame', message, this.options.identity.signingKey());
    await this.deliver(topics.cameraFrame(commune, asset), joinFrame(envelope, picture));
  }

  /** One piece of a recording. Resolves when the broker has it. @throws where the link is down */
  async sendClip(message: CameraClip, piece: Uint8Array): Promise<void> {
    const { commune, asset } = this.enrolment;
    const envelope = seal('camera-clip', message, this.options.identity.signingKey());
    await this.deliver(topics.cameraClip(commune, asset), joinFrame(envelope, piece));
  }

  private async deliver(topic: string, bytes: Buffer): Promise<void> {
    if (this.client?.connected !== true) throw new Error('the link is down');
    await this.client.publishAsync(topic, bytes, { qos: 1 });
  }

  private retry(client: MqttClient): void {
    this.turnedMs = monotonicNow();
    this.underWay.forget();
    this.asked.clear();
    clearTimeout(this.timers.get('hello'));
    clearTimeout(this.timers.get('resend'));
    if (this.stopped) return;
    this.options.changed?.(false, this.reason);
    const longest = Math.min(
      this.wasRefused ? longestRefusedMs : longestRetryMs,
      firstRetryMs * 2 ** this.failures,
    );
    this.reason = '';
    this.wasRefused = false;
    this.failures += 1;
    const isStranger = this.wasTurnedAway;
    this.wasTurnedAway = false;
    // Full jitter: after a storm a thousand boxes come back spread out, not in step.
    this.later('retry', longest * (0.25 + 0.75 * Math.random()), () => {
      this.turnedMs = monotonicNow();
      if (isStranger) void this.comeBack(client);
      else client.reconnect();
    });
  }

  /** The server does not know this box: perhaps it is another one, that a lost server's recovery sheet made. */
  private async comeBack(client: MqttClient): Promise<void> {
    await askBack(this.options.identity.enrolment ?? this.enrolment, () => this.options.clock.now());
    if (!this.stopped) client.reconnect();
  }

  private async greet(client: MqttClient): Promise<void> {
    this.hellosHere = 0;
    const { commune, asset } = this.enrolment;
    const { subscribe } = boxRights(this.options.identity.keys.kind, commune, asset);
    try {
      await client.subscribeAsync(subscribe, { qos: 1 });
    } catch (error) {
      this.reason = `subscribing: ${(error as Error).message}`;
      client.stream.destroy();
      return;
    }
    this.failures = 0;
    this.options.changed?.(true, '');
    this.hello(1);
  }

  /** Says hello now instead of when it would be due: its answer tells the time. Later, where there is no link. */
  askTime(): void {
    if (this.connected) this.hello(1);
  }

  /** Asks until it is answered, then again every ten minutes. */
  private hello(attempt: number): void {
    const { commune, asset, box } = this.enrolment;
    const nonce = randomBytes(32).toString('hex');
    const message: Hello = {
      v: 1,
      commune,
      asset,
      box,
      kind: this.options.identity.keys.kind,
      nonce,
      programmeNumber: this.options.programmeNumber(),
      software: this.options.software,
    };
    const bytes = seal('hello', message, this.options.identity.signingKey());
    this.asked.set(nonce, monotonicNow());
    for (const old of this.asked.keys()) if (this.asked.size > 8) this.asked.delete(old);
    this.publish(topics.hello(commune, asset), bytes, 0);
    const againMs = Math.min(60_000, 2_000 * 2 ** (attempt - 1)) * (0.75 + 0.5 * Math.random());
    this.later('hello', againMs, () => this.hello(attempt + 1));
  }

  private receive(topic: string, arrival: Arrival): void {
    const { commune, asset } = this.enrolment;
    const message = topic === topics.order(commune) ? 'order' : messageFor(topic, asset);
    if (isForTheBox(message)) this.options.arrived(message, arrival);
    else if (message === 'welcome') this.judge('welcome', arrival, () => this.takeWelcome(arrival));
    else if (message === 'committed') this.judge('committed', arrival, () => this.takeCommitted(arrival));
    else if (message === 'membership')
      this.judge('membership', arrival, () => takeMembership(this.options.identity, arrival.bytes));
  }

  private judge(what: 'welcome' | 'committed' | 'membership', arrival: Arrival, take: () => void): void {
    try {
      take();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.options.refused?.(what, error, arrival.bytes);
    }
  }

  /** @throws Refusal */
  private takeWelcome({ bytes }: Arrival): void {
    const receivedAtMs = monotonicNow();
    const { pinned } = this.options.identity;
    const parsed = welcome.safeParse(openFromService('welcome', bytes, pinned, this.options.clock.now()));
    if (!parsed.success) throw new Refusal('bad-shape', parsed.error.issues[0]?.path.join('.') ?? '');
    const message = parsed.data;
    this.refuseForeign(message, bytes);
    const sentAtMs = this.asked.get(message.nonce);
    if (sentAtMs === undefined) {
      // Two replicas of the service may both answer one hello.
      if (this.answered.includes(message.nonce)) return;
      throw new Refusal('replayed', 'not the nonce that was asked with');
    }
    this.asked.delete(message.nonce);
    this.answered.push(message.nonce);
    if (this.answered.length > 16) this.answered.shift();
    this.options.clock.learn(sentAtMs, receivedAtMs, message.serverAt);
    // Where the disk is full it counts until the restart all the same; the next programme carries it again.
    this.options.identity.revoke(message.revokedKeys).catch(() => undefined);
    this.options.welcomed?.(message);
    this.scheduleHello();
    this.pumpSoon();
  }

  /**
   * A few quick ones where the way was long: the shortest of them tells the time best. Then as soon as the drift of this
   * box's own crystal could be heard, four times a minute at first and rarely once its rate is known. On a busy line it
   * goes on trying, since neighbouring poles that differ by 50 ms are heard as two.
   */
  private scheduleHello(): void {
    this.hellosHere += 1;
    const uncertaintyMs = this.options.clock.state()?.uncertaintyMs ?? Infinity;
    const soon = uncertaintyMs > 3 && this.hellosHere < 4;
    const patientMs = (this.options.helloEverySeconds ?? 600) * 1_000;
    const steadyMs = uncertaintyMs > 10 ? 15_000 : this.options.clock.steadyForMs(tolerableDriftMs);
    const everyMs = Math.min(steadyMs, patientMs);
    this.later('hello', (soon ? 1_000 : everyMs) * (0.9 + 0.2 * Math.random()), () => this.hello(1));
  }

  /** @throws Refusal */
  private takeCommitted({ bytes }: Arrival): void {
    const now = this.options.clock.now();
    const parsed = committed.safeParse(
      openFromService('committed', bytes, this.options.identity.pinned, now),
    );
    if (!parsed.success) throw new Refusal('bad-shape', parsed.error.issues[0]?.path.join('.') ?? '');
    const message = parsed.data;
    this.refuseForeign(message, bytes);
    if (message.box !== this.enrolment.box) throw new Refusal('wrong-target', 'another box');
    this.underWay.answered(message.seqs);
    const told = (): void => {
      this.options.committed?.(message);
      this.pumpSoon();
    };
    // Where the note of it cannot be written they are sent once more after a restart: the service knows them.
    this.options.outbox.commit(message.seqs).then(told, told);
    // What comes next need not wait for that note.
    this.pumpWhenDue();
  }

  private refuseForeign(message: { commune: string; asset: string }, bytes: Buffer): void {
    const isOfCommune = message.commune === this.enrolment.commune;
    if (isOfCommune && message.asset === this.enrolment.asset) return;
    const { keyId } = openEnvelope('nonce' in message ? 'welcome' : 'committed', bytes);
    throw new Refusal(isOfCommune ? 'wrong-target' : 'wrong-commune', '', keyId);
  }

  private pumpSoon(): void {
    if (!this.timers.has('pump')) this.pumpWhenDue();
  }

  private pumpWhenDue(): void {
    this.later('pump', this.underWay.dueInMs(monotonicNow()), () => this.pump());
  }

  private pump(): void {
    // Without trusted time an answer could not be judged.
    if (!this.connected || !this.options.clock.known) return;
    const now = monotonicNow();
    const { commune, asset, box } = this.enrolment;
    const key = this.options.identity.signingKey();
    for (;;) {
      const entries = this.underWay.next(now);
      if (entries.length === 0) break;
      const head = JSON.stringify({ v: 1, commune, asset, box }).slice(0, -1);
      const json = `${head},"entries":[${entries.join()}]}`;
      const envelope = sealJson(this.entriesMessage, json, key);
      this.publish(topics[this.entriesMessage](commune, asset), envelope, 1);
    }
    if (!this.underWay.isEmpty) this.later('resend', 1_000, () => this.pump());
  }

  private publish(topic: string, bytes: string, qos: 0 | 1): void {
    if (this.client?.connected !== true) return;
    // Whether it arrived is told by the service's own answer, not by the broker's.
    this.client.publish(topic, bytes, { qos }, () => undefined);
  }

  private later(name: 'retry' | 'hello' | 'resend' | 'pump', ms: number, work: () => void): void {
    clearTimeout(this.timers.get(name));
    if (this.stopped) return;
    const run = (): void => {
      this.timers.delete(name);
      work();
    };
    this.timers.set(name, setTimeout(run, ms));
  }
}

/** Null for what is not addressed to this asset: the broker is not trusted. */
function messageFor(topic: string, asset: string): string | null {
  const parts = readTopic(topic);
  return parts?.asset === asset ? parts.message : null;
}
