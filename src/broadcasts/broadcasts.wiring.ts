import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { ClockWatch } from '../base/clock-watch.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Database } from '../platform/database/database.ts';
import { AiringStore } from './airing.store.ts';
import { CollisionService } from './collision.service.ts';
import { EmergencyService } from './emergency.service.ts';
import { OrderService } from './order.service.ts';
import { ProgrammeService } from './programme.service.ts';
import { ReceiptService } from './receipt.service.ts';
import { TaskService } from './task.service.ts';

/** Compiled anew this often whatever happened, so that the days ahead never run out (ms). */
const upkeepMs = 600_000;
/** How long after an order the programmes that carry it are compiled (ms). */
const afterOrderMs = 2_000;
/** How soon orders are booked again while the database is away (ms). */
const bookMs = 2_000;
/** How soon it is noticed that this machine's clock was set (ms). */
const clockMs = 2_000;
/** How soon the journal says that nobody decided a collision (ms). */
const undecidedMs = 60_000;
/** A pole may be cut off for days (floods of October 2025: three). After this nobody waits for its word any more (ms). */
const giveUpMs = 7 * 86_400_000;

/** What happens when: news from below, the broker's comings and goings, and the clock. */
@Injectable()
export class BroadcastsWiring implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Broadcasts');
  private readonly timers: NodeJS.Timeout[] = [];
  /** Communes whose programmes are compiled in a moment. */
  private readonly soon = new Map<string, NodeJS.Timeout>();
  private wasClockSet = false;
  private notedUntil = 0;
  private isUnpublished = false;

  constructor(
    private readonly boxes: BoxLink,
    private readonly communes: CommuneService,
    private readonly wire: BrokerLink,
    private readonly database: Database,
    private readonly programmes: ProgrammeService,
    private readonly orders: OrderService,
    private readonly receipts: ReceiptService,
    private readonly emergencies: EmergencyService,
    private readonly airings: AiringStore,
    private readonly collisions: CollisionService,
    private readonly tasks: TaskService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly clockWatch: ClockWatch,
  ) {}

  onModuleInit(): void {
    this.boxes.on('receipts', (from, message) => this.receipts.take(from, message));
    this.boxes.on('hello', (from, hello) => {
      if (from.kind !== 'loudspeaker') return;
      const number = this.programmes.numberOf(from.assetId);
      if (number === null || hello.programmeNumber < number) this.refresh(from.communeId, [from.assetId]);
      else if (hello.programmeNumber > number)
        this.told(this.programmes.outrun(from.communeId, from.assetId, hello.programmeNumber));
    });
    this.boxes.floorsOf = async (communeId, assetId) => ({
      programmeFloor: this.programmes.numberOf(assetId) ?? 0,
      orderFloor: await this.orders.lastNumber(communeId),
    });
    this.events.on('loudspeakers.changed', ({ communeId }) => this.refresh(communeId));
    this.events.on('announcement.decided', ({ communeId }) => this.refresh(communeId));
    this.events.on('broadcasts.reordered', ({ communeId }) => {
      this.refresh(communeId);
      this.events.tell('broadcasts.changed', { communeId });
    });
    this.events.on('villages.changed', ({ communeId }) => this.refresh(communeId));
    this.events.on('commune.changed', ({ communeId }) => this.refresh(communeId));
    this.events.on('orders.booked', async ({ communeId, emergencyIds }) => {
      this.refreshSoon(communeId);
      for (const id of emergencyIds) {
        const emergency = await this.emergencies.view(communeId, id);
        if (emergency !== null) this.events.tell('emergency.changed', { communeId, emergency });
      }
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.orders.takeUp();
    await this.orders.book();
    this.wire.onConnected(async () => {
      this.isUnpublished = true;
      await this.orders.publishWaiting();
      await this.publishAll();
    });
    this.every(upkeepMs, () => this.upkeep());
    this.every(bookMs, async () => {
      await this.orders.book();
      await this.publishAll();
    });
    this.every(clockMs, () => this.heedClock());
    this.every(undecidedMs, () => this.noteUndecided());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const timer of this.soon.values()) clearTimeout(timer);
  }

  /** A broker that comes up knows no programme; with the database down as well, this waits for both. */
  private async publishAll(): Promise<void> {
    if (!this.isUnpublished || !this.wire.isConnected) return;
    this.isUnpublished = false;
    try {
      await this.everywhere((communeId) => this.programmes.refresh(communeId, 'all'));
    } catch (error) {
      this.isUnpublished = true;
      this.log.warn(`Programmes not published yet: ${messageOf(error)}`);
    }
  }

  /**
   * A service that was an hour ahead when it compiled (its machine had lost power, and had no network yet to ask for the
   * time) left out what is due within the hour: it must not stay silent until the next upkeep.
   */
  private async heedClock(): Promise<void> {
    const stepMs = this.clockWatch.look();
    if (stepMs !== 0) {
      this.wasClockSet = true;
      this.log.warn(
        `This machine's clock was set by ${Math.round(stepMs / 1_000)} s: programmes are compiled anew`,
      );
    }
    if (!this.wasClockSet) return;
    await this.everywhere((communeId) => this.programmes.refresh(communeId));
    this.wasClockSet = false;
  }

  private async upkeep(): Promise<void> {
    await this.everywhere(async (communeId) => {
      await this.programmes.refresh(communeId);
      const dueBefore = new Date(this.clock.now() - giveUpMs);
      await this.database.inCommune(communeId, (em) => this.airings.giveUp(em, communeId, dueBefore));
      await this.tasks.forget(communeId);
    });
  }

  /** Also what began while this service was away, as long as its upkeep would have been. */
  private async noteUndecided(): Promise<void> {
    const now = this.clock.now();
    const from = this.notedUntil === 0 ? now - upkeepMs : this.notedUntil;
    await this.everywhere((communeId) => this.collisions.noteUndecided(communeId, from, now));
    this.notedUntil = now;
  }

  private refresh(communeId: string, poles?: readonly string[]): void {
    this.told(this.programmes.refresh(communeId, poles));
  }

  /**
   * Whoever is there has the order already; the programmes only heal those that missed it. Compiling a thousand of them
   * takes a second of this process, in which a thousand poles report that they speak: their word goes first.
   */
  private refreshSoon(communeId: string): void {
    if (this.soon.has(communeId)) return;
    const timer = setTimeout(() => {
      this.soon.delete(communeId);
      this.refresh(communeId);
    }, afterOrderMs);
    this.soon.set(communeId, timer.unref());
  }

  private told(work: Promise<void>): void {
    work.catch((error: unknown) => this.log.warn(`Programmes not compiled: ${messageOf(error)}`));
  }

  private async everywhere(work: (communeId: string) => Promise<void>): Promise<void> {
    for (const communeId of await this.communes.ids()) await work(communeId);
  }

  private every(ms: number, work: () => Promise<void>): void {
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      work()
        .catch((error: unknown) => this.log.warn(messageOf(error)))
        .finally(() => (isBusy = false));
    }, ms);
    this.timers.push(timer.unref());
  }
}
