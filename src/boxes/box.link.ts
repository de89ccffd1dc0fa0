import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { validate } from 'uuid';
import { Refusal, seal } from '../../devices/protocol/envelope.ts';
import type { Notices } from '../../devices/protocol/camera-messages.ts';
import { readTopic, topics, upFilters } from '../../devices/protocol/topics.ts';
import type { TopicParts } from '../../devices/protocol/topics.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Broker } from '../platform/broker/broker.ts';
import { Config } from '../platform/config/config.ts';
import type { Box, BoxKind } from './box.ts';
import { BoxService } from './box.service.ts';
import { isUpKind, openFromBox } from './box-mail.ts';
import type { DownKind, DownMail, From, UpKind, UpMail } from './box-mail.ts';
import { BrokerCredentialsService } from './broker-credentials.service.ts';
import { Lanes } from './lanes.ts';
import { PresenceBook } from './presence.ts';
import type { Link, Presence } from './presence.ts';
import { RefusalCount } from './refusal-count.ts';
import type { NotTaken } from './refusal-count.ts';

export type { From } from './box-mail.ts';

type Handler<K extends UpKind> = (from: From, message: UpMail[K]) => void | Promise<void>;
type PresenceListener = (communeId: string, assetId: string, kind: BoxKind, presence: Presence) => void;
export interface Floors {
  readonly programmeFloor: number;
  readonly orderFloor: number;
}

/** Messages of one box that may wait, in bytes. Boxes send again what was not committed. */
const waitingBytesPerBox = 16_000_000;
/**
 * A thousand poles say hello within the same second. Each takes a database connection, of which there are ten: all at
 * once, they and people wait until they are told that the database is down.
 */
const boxesAtOnce = 6;
/** Their handlers put the messages of many boxes into one transaction: they must have them at once. */
const gathered: ReadonlySet<UpKind> = new Set<UpKind>(['receipts']);
/**
 * A box that has much to tell sends several messages on end; they cost one transaction when they are handed on as one,
 * of no more notices than this where it has more messages than one.
 */
const joinedAtOnce = 800;
const sweepMs = 5_000;
/** Numbers in one `committed`, by its shape in devices/protocol. */
const committedAtOnce = 500;
const snapshotsAtOnce = 50;

/**
 * The line to every box. Upwards: nothing is handed on before its signature, shape, commune, place and box are proved;
 * the broker is not trusted. Messages of one box come in order, boxes beside each other. Downwards: signed with the
 * commune's online key.
 */
@Injectable()
export class BoxLink implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What the replay memory of a box must not fall below; told in every welcome. Set by the room that numbers. */
  floorsOf: (communeId: string, assetId: string) => Promise<Floors> = () =>
    Promise.resolve({ programmeFloor: 0, orderFloor: 0 });

  private readonly log = new Logger('Boxes');
  /** By box: its messages of notices that wait for their turn. */
  private readonly joined = new Map<string, Notices[]>();
  private readonly handlers: { [K in UpKind]: Handler<K>[] } = {
    hello: [],
    receipts: [],
    status: [],
    notices: [],
    'camera-status': [],
    'camera-passport': [],
    'camera-moved': [],
    'camera-findings': [],
    'camera-frame': [],
    'camera-turned': [],
    'camera-checked': [],
    'camera-clip': [],
    snapshot: [],
  };
  private readonly presenceListeners = new Set<PresenceListener>();
  private readonly lastLink = new Map<string, Link>();
  private readonly book = new PresenceBook();
  private readonly refusals = new RefusalCount();
  private readonly lanes = new Lanes(
    waitingBytesPerBox,
    (lane, error) => this.log.error(`A message of ${lane} was not dealt with: ${messageOf(error)}`),
    boxesAtOnce,
  );
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly broker: Broker,
    private readonly wire: BrokerLink,
    private readonly boxes: BoxService,
    private readonly credentials: BrokerCredentialsService,
    private readonly keys: CommuneKeys,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** After every room has said what it wants to hear. */
  async onApplicationBootstrap(): Promise<void> {
    this.broker.on('connected', (id) => {
      const box = this.boxes.byId(id);
      if (box === null) return;
      this.book.connected(box.assetId, this.clock.now());
      this.tellIfChanged(box);
    });
    this.broker.on('disconnected', (id) => {
      const box = this.boxes.byId(id);
      if (box === null) return;
      this.book.left(box.assetId, this.clock.now());
      this.tellIfChanged(box);
    });
    this.broker.on('down', () => this.book.brokerLost());
    this.events.on('box.enrolled', (news) => this.start(news.assetId));
    this.events.on('box.retired', (news) => this.start(news.assetId, news));
    this.sweeper = setInterval(() => this.sweep(), sweepMs);
    this.sweeper.unref();
    await this.boxes.recall();
    await this.credentials.refresh();
    for (const filter of Object.values(upFilters))
      this.wire.subscribe(filter, (topic, bytes) => this.receive(topic, bytes));
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    await this.lanes.idle();
  }

  /** Handlers of one kind are called one after the other; one that throws keeps none from the others. */
  on<K extends UpKind>(kind: K, handler: Handler<K>): void {
    this.handlers[kind].push(handler);
  }

  /** Told whenever a box's link changes: by a message, by the broker's word, or by silence. */
  onPresence(listener: PresenceListener): () => void {
    this.presenceListeners.add(listener);
    return () => this.presenceListeners.delete(listener);
  }

  presenceOf(assetId: string): Presence {
    return this.book.presence(assetId, this.boxes.known(assetId) !== null, this.clock.now());
  }

  /** What was not taken since the start, by reason. */
  refused(): ReadonlyMap<NotTaken, number> {
    return this.refusals.totals();
  }

  /** Signs and sends. Resolves when the broker has it, which says nothing of the box. @throws Failure broker-down */
  async send<K extends DownKind>(
    type: K,
    communeId: string,
    assetId: string,
    message: DownMail[K],
    options: { retain?: boolean } = {},
  ): Promise<void> {
    const envelope = seal(type, message, this.keys.signingKey(communeId));
    await this.sendRaw(topicOf(type, communeId, assetId), envelope, options);
  }

  /** Sends bytes that are signed already. @throws Failure `platform.broker-down` */
  async sendRaw(
    topic: string,
    bytes: Uint8Array | string,
    options: { retain?: boolean } = {},
  ): Promise<void> {
    await this.wire.publish(topic, Buffer.from(bytes), { qos: 1, retain: options.retain ?? false });
  }

  /** These lie in the database: the box may forget them. A word that gets lost costs one more round, nothing else. */
  async commit(
    communeId: string,
    assetId: string,
    boxId: string,
    seqs: readonly number[],
    snapshots: readonly string[] = [],
  ): Promise<void> {
    const rounds = Math.max(
      Math.ceil(seqs.length / committedAtOnce),
      Math.ceil(snapshots.length / snapshotsAtOnce),
    );
    for (let round = 0; round < rounds; round += 1) {
      await this.send('committed', communeId, assetId, {
        v: 1,
        commune: communeId,
        asset: assetId,
        box: boxId,
        seqs: seqs.slice(round * committedAtOnce, (round + 1) * committedAtOnce),
        snapshots: snapshots.slice(round * snapshotsAtOnce, (round + 1) * snapshotsAtOnce),
      });
    }
  }

  /** Resolves when everything received so far was dealt with. */
  async idle(): Promise<void> {
    await this.lanes.idle();
  }

  private async receive(topic: string, bytes: Uint8Array): Promise<void> {
    const parts = readTopic(topic);
    if (parts === null || !isUpKind(parts.message)) return;
    try {
      const kind = parts.message;
      const isJoined: boolean = kind === 'notices';
      const { box, message } = await this.believe(kind, parts, bytes);
      const from: From = { communeId: box.communeId, assetId: box.assetId, boxId: box.id, kind: box.kind };
      // Only a status says that a box is alive now: every other message may be an old one that the broker kept.
      if (kind === 'status') {
        const { at, count } = message as UpMail['status'];
        const sign = { box: box.id, at, count };
        if (!this.book.takes(box.assetId, sign, this.clock.now()))
          throw new Refusal('replayed', 'not of now');
        this.book.heard(box.assetId, this.clock.now());
        this.tellIfChanged(box);
      }
      // The time in a welcome is worth the more the sooner it goes out: it waits behind no other message. What a
      // hello sets off does wait for it, since a box without trusted time refuses everything else.
      const welcomed =
        kind === 'hello' ? this.welcome(from, (message as UpMail['hello']).nonce) : Promise.resolve();
      const work = async (): Promise<void> => {
        await welcomed;
        if (isJoined) await this.handOnJoined(from, message as Notices, parts);
        else await this.handOn(kind, from, message, parts);
      };
      if (isJoined) this.join(from, message as Notices);
      const taken = this.lanes.put(box.assetId, bytes.length, work, { gathers: gathered.has(kind) });
      if (taken) return;
      if (isJoined) this.joined.get(from.boxId)?.pop();
      this.noteNotTaken(parts, 'overload', 'too many messages of this box wait');
    } catch (error) {
      this.noteFault(parts, error);
    }
  }

  /** @throws Refusal; Failure where the database must be asked and is away */
  private async believe<K extends UpKind>(
    kind: K,
    topic: TopicParts,
    bytes: Uint8Array,
  ): Promise<{ box: Box; message: UpMail[K] }> {
    if (!validate(topic.commune) || !validate(topic.asset)) throw new Refusal('unreadable', 'the topic');
    const snapshotMaximumBytes = this.config.values.cameras.snapshotMaximumBytes;
    const box = await this.boxes.find(topic.commune, topic.asset);
    if (box === null) throw new Refusal('unknown-key', 'no box stands there');
    try {
      return { box, message: openFromBox(kind, topic, bytes, box, snapshotMaximumBytes) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'unknown-key') throw error;
      const fresh = await this.boxes.recheck(topic.commune, topic.asset);
      if (fresh === null || fresh.id === box.id) throw error;
      return { box: fresh, message: openFromBox(kind, topic, bytes, fresh, snapshotMaximumBytes) };
    }
  }

  private join(from: From, message: Notices): void {
    const waiting = this.joined.get(from.boxId);
    if (waiting === undefined) this.joined.set(from.boxId, [message]);
    else waiting.push(message);
  }

  /**
   * This message of a box's notices and those that wait behind it, as one; nothing at its turn when it went with one
   * before it, so that what a lane is said to hold is what waits in it. Where all of it fails, the fault may be one
   * message's: each is then tried alone.
   */
  private async handOnJoined(from: From, message: Notices, topic: TopicParts): Promise<void> {
    const waiting = this.joined.get(from.boxId) ?? [];
    if (waiting[0] !== message) return;
    let notices = 0;
    const batch = waiting.filter(
      (one, index) => (notices += one.entries.length) <= joinedAtOnce || index === 0,
    );
    waiting.splice(0, batch.length);
    if (waiting.length === 0) this.joined.delete(from.boxId);
    const entries = batch.flatMap((one) => one.entries);
    const fault = await this.handOn('notices', from, { ...message, entries }, topic);
    if (batch.length === 1 || !fault || isUnavailable(fault.error)) return;
    for (const one of batch) await this.handOn('notices', from, one, topic);
  }

  private async handOn<K extends UpKind>(
    kind: K,
    from: From,
    message: UpMail[K],
    topic: TopicParts,
  ): Promise<{ readonly error: unknown } | null> {
    let fault = null;
    for (const handler of this.handlers[kind]) {
      try {
        await handler(from, message);
      } catch (error) {
        this.noteFault(topic, error);
        fault = { error };
      }
    }
    return fault;
  }

  /** Never throws: a box that got no answer asks again. */
  private async welcome(from: From, nonce: string): Promise<void> {
    const { communeId, assetId } = from;
    try {
      const floors = await this.floorsOf(communeId, assetId);
      const key = this.keys.signingKey(communeId);
      const revokedKeys = this.keys.revoked(communeId);
      const head = { v: 1, commune: communeId, asset: assetId, nonce, ...floors } as const;
      // As late as can be: what lies between this and the box's reading of it is its uncertainty.
      const envelope = seal('welcome', { ...head, revokedKeys, serverAt: this.clock.now() }, key);
      await this.sendRaw(topics.welcome(communeId, assetId), envelope);
    } catch (error) {
      this.log.warn(`The hello of ${assetId} was not answered: ${messageOf(error)}`);
    }
  }

  /** An hour without the database must not be a line for every message: they all come again. */
  private noteFault(topic: TopicParts, error: unknown): void {
    if (error instanceof Refusal) this.noteNotTaken(topic, error.reason, error.message);
    else if (isUnavailable(error)) this.noteNotTaken(topic, 'unavailable', error.message);
    else
      this.log.error(
        `A ${topic.message} for ${topic.asset} was not dealt with: ${messageOf(error)}`,
        error instanceof Error ? error.stack : undefined,
      );
  }

  private noteNotTaken(topic: TopicParts, reason: NotTaken, words: string): void {
    const silent = this.refusals.note(topic.asset, reason, this.clock.now());
    if (silent === null) return;
    const more = silent > 0 ? ` (and ${silent} like it)` : '';
    this.log.warn(`A ${topic.message} for ${topic.asset} was not taken: ${words}${more}`);
  }

  private start(assetId: string, retired?: { communeId: string; kind: BoxKind }): void {
    this.book.forget(assetId);
    this.lastLink.delete(assetId);
    const box = this.boxes.known(assetId);
    if (box !== null) this.tellIfChanged(box);
    else if (retired !== undefined) this.tell(retired.communeId, assetId, retired.kind);
  }

  private sweep(): void {
    for (const box of this.boxes.all()) this.tellIfChanged(box);
  }

  private tellIfChanged(box: Box): void {
    const { link } = this.presenceOf(box.assetId);
    if (this.lastLink.get(box.assetId) === link) return;
    this.lastLink.set(box.assetId, link);
    this.tell(box.communeId, box.assetId, box.kind);
  }

  private tell(communeId: string, assetId: string, kind: BoxKind): void {
    const presence = this.presenceOf(assetId);
    for (const listener of this.presenceListeners) listener(communeId, assetId, kind, presence);
  }
}

function isUnavailable(error: unknown): error is Failure {
  return error instanceof Failure && error.kind === 'unavailable';
}

function topicOf(type: DownKind, communeId: string, assetId: string): string {
  switch (type) {
    case 'programme':
      return topics.programme(communeId, assetId);
    case 'order':
      return topics.order(communeId);
    case 'welcome':
      return topics.welcome(communeId, assetId);
    case 'committed':
      return topics.committed(communeId, assetId);
    case 'membership':
      return topics.membership(communeId, assetId);
    case 'camera-list':
      return topics.cameraList(communeId, assetId);
    case 'camera-search':
      return topics.cameraSearch(communeId, assetId);
    case 'camera-view':
      return topics.cameraView(communeId, assetId);
    case 'camera-turn':
      return topics.cameraTurn(communeId, assetId);
    case 'camera-check':
      return topics.cameraCheck(communeId, assetId);
    case 'camera-replay':
      return topics.cameraReplay(communeId, assetId);
  }
}
