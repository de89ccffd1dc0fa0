import { Injectable, Logger } from '@nestjs/common';
import { seal } from '../../devices/protocol/envelope.ts';
import { airingId } from '../../devices/protocol/airing-id.ts';
import { isTask } from '../../devices/protocol/pole-messages.ts';
import type { Order, TaskKind } from '../../devices/protocol/pole-messages.ts';
import type { Person } from '../access/rights.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { vietnamese } from '../villages/language.ts';
import { AiringStore } from './airing.store.ts';
import type { EmergencyPart } from './emergency-parts.ts';
import { EmergencyStore } from './emergency.store.ts';
import { OrderSpool } from './order.spool.ts';
import type { SpooledOrder } from './order.spool.ts';
import { SafetySnapshot } from './safety.snapshot.ts';
import type { Safety } from './safety.snapshot.ts';

declare module '../base/events.ts' {
  interface News {
    /** Orders were sent and are in the books: programmes are compiled anew, so that a pole that missed one is healed. */
    'orders.booked': { communeId: string; emergencyIds: readonly string[] };
  }
}

/** How long before an emergency's first sound, so that all poles that hear of it in time begin together (ms). */
const leadMs = 400;
/**
 * A stop reaches this far ahead of its own instant: a pole whose clock runs before ours says "began" at an instant that
 * is still to come here, and must fall silent all the same (ms).
 */
export const stopMarginMs = 1_000;
/** A stop that arrives later is in the programme already (ms). */
const stopLifeMs = 600_000;

/** A task that the pole does not get by then is not done: whoever ordered it has gone (ms). */
export const taskLifeMs = 60_000;

/** A reading that nobody confirmed: in an emergency it warns, goes on the air, and is journalled. */
export type OpenDoubt = NonNullable<SpooledOrder['emergency']>['doubts'][number];

/** `endAt` in ms since 1970. */
export type EmergencyInForce = Safety['inForce'][number];

export type EmergencyOrder = Extract<Order, { kind: 'emergency' }>;

export interface EmergencyToRaise {
  /** Raised as one: in each language, for those who hear it. */
  readonly parts: readonly EmergencyPart[];
  /** No less than what all languages take, one after another, and some silence. */
  readonly everySeconds: number;
  readonly minutes: number;
  readonly title: string;
  readonly text: string;
  readonly announcementId: string | null;
  readonly doubts: readonly OpenDoubt[];
  readonly reason: string;
}

type OrderBody =
  | Pick<Extract<Order, { kind: 'emergency' }>, 'kind' | 'emergency'>
  | Pick<Extract<Order, { kind: 'cancel' }>, 'kind' | 'emergency'>
  | Pick<Extract<Order, { kind: 'stop' }>, 'kind' | 'silencedAt'>
  | { readonly kind: TaskKind };

const journalled: Record<Order['kind'], string> = {
  emergency: 'emergencies.raised',
  cancel: 'emergencies.cancelled',
  stop: 'broadcasts.stopped',
  'test-tone': 'loudspeakers.test-tone',
  restart: 'loudspeakers.restart',
  'send-logs': 'loudspeakers.send-logs',
};

/**
 * The fast path: emergency, cancellation, stop. Signed with the key on this machine, written to disk, published, and
 * only then booked, so that it needs neither the database nor a free disk block beyond one small file.
 */
@Injectable()
export class OrderService {
  private readonly log = new Logger('Orders');
  private readonly lastNumbers = new Map<string, number>();
  /** What the last stop of each commune reaches to. */
  private readonly stoppedUntil = new Map<string, number>();
  /** Emergencies that may still be in force. */
  private readonly raised = new Map<string, EmergencyInForce & { readonly communeId: string }>();
  /** Those that were ended before their time, and until when one of them may still be known as in force (ms). */
  private readonly cancelled = new Map<string, number>();
  /** Orders that the broker has not taken yet. */
  private readonly unsent = new Map<string, SpooledOrder>();
  /** Sent and not in the books yet: booked strictly in that order, since a programme speaks for all up to one. */
  private readonly unbooked = new Map<string, SpooledOrder>();
  private booking: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: CommuneKeys,
    private readonly link: PoleLink,
    private readonly spool: OrderSpool,
    private readonly safety: SafetySnapshot,
    private readonly database: Database,
    private readonly store: EmergencyStore,
    private readonly airings: AiringStore,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  private get longestMs(): number {
    return this.config.values.emergencies.maximumMinutes * 60_000;
  }

  /** The highest order number issued, as far as this service knows. */
  async lastNumber(communeId: string): Promise<number> {
    return Math.max(
      this.lastNumbers.get(communeId) ?? 0,
      (await this.safety.of(communeId))?.lastOrderNumber ?? 0,
    );
  }

  /** @returns the order of each part, the first one's emergency being that which the others are told as one with */
  async raise(by: Person, emergency: EmergencyToRaise): Promise<EmergencyOrder[]> {
    const now = this.clock.now();
    // What comes after a stop is not stopped by it. One that reaches further was given before the clock was set back.
    const stoppedUntil = Math.min(this.stoppedUntil.get(by.communeId) ?? 0, now + stopMarginMs);
    const firstAt = Math.max(now + leadMs, stoppedUntil + 1);
    const endAt = firstAt + emergency.minutes * 60_000;
    const { parts, everySeconds, title, text, announcementId, reason } = emergency;
    const doubts = [...emergency.doubts];
    const issued: EmergencyOrder[] = [];
    for (const { language, audio, poles, delayMs } of parts) {
      const order = await this.issue(
        by,
        {
          kind: 'emergency',
          emergency: { id: newId(), audio, startAt: firstAt + delayMs, endAt, everySeconds },
        },
        {
          poles,
          expiresAt: endAt,
          reason,
          emergency: {
            ...{ title, text, announcementId, doubts, language },
            together: issued[0]?.emergency.id ?? null,
          },
        },
      );
      issued.push(order as EmergencyOrder);
    }
    return issued;
  }

  /**
   * All that were raised as one with this one, it included, by what is known without the database: raised since this
   * service started, found on disk, or in force when programmes were last compiled.
   */
  async raisedWith(communeId: string, emergencyId: string): Promise<string[]> {
    const known = await this.known(communeId);
    const found = known.get(emergencyId);
    if (found === undefined) return [];
    const first = found.together ?? found.id;
    return [...known.values()].flatMap(({ id, together }) => ((together ?? id) === first ? [id] : []));
  }

  /** What is in force by what is known without the database. */
  async inForce(communeId: string): Promise<Omit<EmergencyInForce, 'together'>[]> {
    const now = this.clock.now();
    const inForce = [...(await this.known(communeId)).values()].filter(
      ({ id, endAt }) => endAt > now && !this.cancelled.has(id),
    );
    // What was raised as one is told, and cancelled, as one.
    const first = new Map(
      inForce.map(({ id, together, title, endAt }) => [together ?? id, { title, endAt }]),
    );
    return [...first].map(([id, { title, endAt }]) => ({ id, title, endAt }));
  }

  private async known(communeId: string): Promise<Map<string, EmergencyInForce>> {
    const kept = (await this.safety.of(communeId))?.inForce ?? [];
    const own = [...this.raised.values()].filter((each) => each.communeId === communeId);
    return new Map([...kept, ...own].map((each) => [each.id, each]));
  }

  /** Ends an emergency on every pole. */
  async cancel(by: Person, emergencyId: string): Promise<Order> {
    return this.issue(
      by,
      { kind: 'cancel', emergency: emergencyId },
      // As long as any emergency may last: a pole that was cut off with one hears of its end when it comes back.
      { poles: null, expiresAt: this.clock.now() + this.longestMs, reason: '', emergency: null },
    );
  }

  /** Silences whatever sounds or was due until now. @param poles null for every pole of the commune */
  async stop(by: Person, poles: readonly string[] | null): Promise<Order> {
    const now = this.clock.now();
    const silencedAt = now + stopMarginMs;
    this.stoppedUntil.set(by.communeId, silencedAt);
    return this.issue(
      by,
      { kind: 'stop', silencedAt },
      { poles, expiresAt: now + stopLifeMs, reason: '', emergency: null },
    );
  }

  /** What a technician lets one pole do, once and soon. */
  async task(by: Person, poleId: string, kind: TaskKind): Promise<Order> {
    const expiresAt = this.clock.now() + taskLifeMs;
    return this.issue(by, { kind }, { poles: [poleId], expiresAt, reason: '', emergency: null });
  }

  private async issue(
    by: Person,
    body: OrderBody,
    more: Pick<SpooledOrder, 'reason' | 'emergency'> & { poles: readonly string[] | null; expiresAt: number },
  ): Promise<Order> {
    const now = this.clock.now();
    const communeId = by.communeId;
    const number = Math.max((await this.lastNumber(communeId)) + 1, now);
    this.lastNumbers.set(communeId, number);
    const order: Order = {
      v: 1,
      commune: communeId,
      id: newId(now),
      number,
      issuedAt: now,
      expiresAt: more.expiresAt,
      poles: more.poles === null ? null : [...more.poles],
      ...body,
    };
    const envelope = seal('order', order, this.keys.signingKey(communeId));
    const entry: SpooledOrder = {
      order,
      envelope,
      by: by.id,
      reason: more.reason,
      emergency: more.emergency,
    };
    // A full disk must not silence an emergency: it is said and logged, and the order goes out all the same.
    await this.spool
      .put(entry)
      .catch((error: unknown) => this.log.error(`Order ${order.id} is not on disk: ${messageOf(error)}`));
    this.unbooked.set(order.id, entry);
    this.noteRaised(entry);
    void this.publish(entry);
    void this.book();
    return order;
  }

  private noteRaised({ order, emergency }: SpooledOrder): void {
    const now = this.clock.now();
    for (const [id, { endAt }] of this.raised) if (endAt <= now) this.raised.delete(id);
    for (const [id, endAt] of this.cancelled) if (endAt <= now) this.cancelled.delete(id);
    // The order to cancel lives as long as any emergency may last.
    if (order.kind === 'cancel') this.cancelled.set(order.emergency, order.expiresAt);
    if (order.kind !== 'emergency') return;
    const { id, endAt } = order.emergency;
    const { title = '', together = null } = emergency ?? {};
    this.raised.set(id, { communeId: order.commune, id, endAt, title, together });
  }

  /** Sends again what the broker did not take and what still counts. Called when the broker is back. */
  async publishWaiting(): Promise<void> {
    const waiting = [...this.unsent.values()].sort((a, b) => a.order.number - b.order.number);
    for (const entry of waiting) await this.publish(entry);
  }

  private async publish(entry: SpooledOrder): Promise<void> {
    const { order, envelope } = entry;
    this.unsent.set(order.id, entry);
    if (order.expiresAt > this.clock.now()) {
      try {
        const [pole] = order.poles ?? [];
        if (isTask(order) && pole !== undefined) {
          await this.link.publishPoleOrder(order.commune, pole, envelope);
        } else await this.link.publishOrder(order.commune, envelope);
      } catch (error) {
        this.log.warn(`Order ${order.id} waits for the broker: ${messageOf(error)}`);
        return;
      }
    }
    this.unsent.delete(order.id);
  }

  /** Takes up what an earlier life of this service left on disk. Once, at start. */
  async takeUp(): Promise<void> {
    const { entries, unreadable } = await this.spool.all();
    for (const name of unreadable) this.log.error(`An order on disk cannot be read: ${name}`);
    for (const entry of entries) {
      const { order } = entry;
      // Written down and perhaps never sent: a second copy is refused by the poles that had the first.
      this.unsent.set(order.id, entry);
      this.unbooked.set(order.id, entry);
      this.noteRaised(entry);
      this.lastNumbers.set(order.commune, Math.max(this.lastNumbers.get(order.commune) ?? 0, order.number));
    }
  }

  /** Books what was sent, in order; what fails now (the database is down) is tried again. Never throws. */
  async book(): Promise<void> {
    if (this.unbooked.size === 0) return;
    const mine = this.booking.then(async () => {
      const inOrder = [...this.unbooked.values()].sort((a, b) => a.order.number - b.order.number);
      for (const entry of inOrder) {
        await this.bookOne(entry);
        this.unbooked.delete(entry.order.id);
      }
    });
    this.booking = mine.catch((error: unknown) =>
      this.log.warn(`Orders stay on disk for now: ${messageOf(error)}`),
    );
    await this.booking;
  }

  private async bookOne(entry: SpooledOrder): Promise<void> {
    const { order } = entry;
    const communeId = order.commune;
    const everywhere = (await this.safety.of(communeId))?.poles.map(({ id }) => id) ?? [];
    await this.database.inCommune(communeId, async (em) => {
      if (!(await this.store.book(em, entry, everywhere))) return;
      if (order.kind === 'emergency') {
        // The first repeat is planned for each pole; later ones enter the books with the poles' own word.
        const { id, startAt, endAt, everySeconds, audio } = order.emergency;
        const firsts = (order.poles ?? everywhere).map((pole) => ({
          id: airingId(id, startAt, 0, pole),
          nominalAt: startAt,
          broadcastId: id,
          loudspeakerId: pole,
          repeat: 0,
          priority: 'emergency' as const,
          title: entry.emergency?.title ?? '',
          language: entry.emergency?.language ?? vietnamese,
          startBy: Math.min(startAt + everySeconds * 1_000, endAt),
          plannedSeconds: audio.seconds,
        }));
        await this.airings.plan(em, communeId, firsts, new Date(order.issuedAt));
      }
      const doubts = entry.emergency?.doubts ?? [];
      const line = {
        actorId: entry.by,
        action: journalled[order.kind],
        ...subjectOf(order),
        facts: {
          ...{ orderId: order.id, number: order.number, poles: order.poles, reason: entry.reason },
          ...(doubts.length === 0 ? {} : { doubts: doubts.map(({ code }) => code) }),
        },
        words: doubts.map(({ written, said }) => `${written} → ${said}`).join('\n'),
      };
      await this.journal.writeLate(em, communeId, line, { at: new Date(order.issuedAt), spoolId: order.id });
    });
    await this.spool.drop(entry);
    // No programme says anything of a task.
    if (isTask(order)) return;
    const emergencyIds =
      order.kind === 'emergency' ? [order.emergency.id] : order.kind === 'cancel' ? [order.emergency] : [];
    this.events.tell('orders.booked', { communeId, emergencyIds });
  }
}

function subjectOf(order: Order): { subjectType: string; subjectId: string } {
  switch (order.kind) {
    case 'emergency':
      return { subjectType: 'emergency', subjectId: order.emergency.id };
    case 'cancel':
      return { subjectType: 'emergency', subjectId: order.emergency };
    case 'stop':
      return { subjectType: 'commune', subjectId: order.commune };
    default:
      return { subjectType: 'loudspeaker', subjectId: order.poles?.[0] ?? order.commune };
  }
}
