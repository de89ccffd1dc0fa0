import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DurableLog } from '../link/durable-log.ts';
import type { Due } from '../protocol/decide.ts';
import { isTask, order } from '../protocol/pole-messages.ts';
import type { Order, TaskOrder } from '../protocol/pole-messages.ts';
import { isSkipped } from './skipped-time.ts';
import type { Span } from './skipped-time.ts';

const ended = z.object({ k: z.literal('ended'), airing: z.string(), at: z.number(), receipt: z.unknown() });
const record = z.discriminatedUnion('k', [
  /** Made at the enrolment: whatever this box plays is written behind this line. */
  z.object({ k: z.literal('made') }),
  z.object({ k: z.literal('since'), at: z.number(), lost: z.boolean() }),
  z.object({ k: z.literal('floors'), programme: z.number(), order: z.number() }),
  z.object({ k: z.literal('programme'), number: z.number(), sha256: z.string() }),
  z.object({ k: z.literal('order'), order }),
  z.object({ k: z.literal('answered'), order: z.string() }),
  z.object({
    k: z.literal('began'),
    airing: z.string(),
    broadcast: z.string(),
    nominalAt: z.number(),
    /** Of this part: an airing that was cut and goes on begins again, further in its sound. */
    at: z.number(),
    fromMs: z.number().default(0),
  }),
  z.object({
    k: z.literal('paused'),
    airing: z.string(),
    at: z.number(),
    seconds: z.number(),
    nextFromMs: z.number(),
  }),
  z.object({ k: z.literal('not-begun'), airing: z.string() }),
  z.object({ k: z.literal('so-far'), airing: z.string(), seconds: z.number() }),
  ended,
  z.object({ k: z.literal('told'), airing: z.string() }),
  z.object({
    k: z.literal('jumped'),
    due: z.object({
      ...{ airing: z.string(), broadcast: z.string() },
      ...{ nominalAt: z.number(), startBy: z.number() },
    }),
  }),
  /** All of them. */
  z.object({
    k: z.literal('skipped'),
    spans: z.array(z.object({ fromAt: z.number(), untilAt: z.number() })),
  }),
]);
type Entry = z.infer<typeof record>;

/** A stretch of an airing's sound that is over. */
export interface PastPart {
  readonly at: number;
  readonly endedAt: number;
  readonly fromMs: number;
  readonly seconds: number;
}

export interface Begun {
  readonly broadcast: string;
  readonly nominalAt: number;
  /** Parts that a higher class cut. */
  readonly past: PastPart[];
  /** What sounds, or sounded when the box died; null while it waits to go on. */
  part: { at: number; readonly fromMs: number; seconds: number } | null;
  /** Where the next part begins. */
  nextFromMs: number;
}

/** What may be missed because the trusted clock was set over it, and is not told yet. */
export type Jumped = Pick<Due, 'airing' | 'broadcast' | 'nominalAt' | 'startBy'>;

/** When an airing's first sample went out. */
export function beganAt({ past, part }: Begun): number {
  return past[0]?.at ?? part?.at ?? 0;
}

/** All that went out of it. */
export function secondsOf({ past, part }: Begun): number {
  return past.reduce((sum, { seconds }) => sum + seconds, part?.seconds ?? 0);
}

/** Longer than anything that a programme or an order can still name. */
const forgetAfterMs = 9 * 86_400_000;
const rewriteBytes = 512 * 1024;

/**
 * What this box must never forget, or it would play twice or be fooled with what it heard before: numbers, orders,
 * and airings begun and ended. `memory.log` in the data directory. Where the file is gone from an enrolled box,
 * `lost` says so, and nothing plays until the service has told the floors.
 */
export class ReplayMemory {
  programmeNumber = 0;
  programmeSha256 = '';
  programmeFloor = 0;
  orderFloor = 0;
  /** From when on this memory is complete (true time); null until the first welcome. */
  sinceAt: number | null = null;
  /** An earlier memory of this box is gone. */
  lost = true;
  readonly begun = new Map<string, Begun>();
  readonly ended = new Set<string>();
  /** Where the trusted clock was set forward: see skipped-time.ts. */
  skipped: readonly Span[] = [];
  /** Kept here, since the next programme names no more what is over by the time that was told. */
  readonly jumped = new Map<string, Jumped>();
  /** Ended, but maybe not told: the receipts. */
  readonly untold = new Map<string, unknown>();
  private readonly orders = new Map<string, Order>();
  private readonly answeredTasks = new Set<string>();
  private readonly endedAt = new Map<string, number>();
  private log!: DurableLog;
  private rewriting = false;

  private constructor() {}

  /** @param enrolledNow the box has just been enrolled: nothing can have been lost */
  static async open(directory: string, enrolledNow: boolean): Promise<ReplayMemory> {
    const memory = new ReplayMemory();
    const path = join(directory, 'memory.log');
    const there = await access(path).then(
      () => true,
      () => false,
    );
    memory.log = await DurableLog.open(path, (found) => memory.read(record.parse(found)));
    if (enrolledNow && !there) await memory.write({ k: 'made' });
    return memory;
  }

  /** Nothing plays before this is true. */
  get ready(): boolean {
    return this.sinceAt !== null;
  }

  /**
   * The service's floors, from a proved welcome. The floor for orders is taken only by a memory that has none: a
   * memory that is whole knows the orders themselves, and one that is under way must not be refused.
   */
  async welcome(now: number, floors: { programmeFloor: number; orderFloor: number }): Promise<void> {
    const order = this.ready ? this.orderFloor : floors.orderFloor;
    const programme = Math.max(this.programmeFloor, floors.programmeFloor);
    const work: Promise<void>[] = [];
    if (order !== this.orderFloor || programme !== this.programmeFloor || !this.ready) {
      work.push(this.write({ k: 'floors', programme, order }));
    }
    if (!this.ready) work.push(this.write({ k: 'since', at: Math.floor(now), lost: this.lost }));
    await Promise.all(work);
  }

  /** Durable when it resolves; counts at once. */
  keepProgramme(number: number, sha256: string): Promise<void> {
    return this.write({ k: 'programme', number, sha256 });
  }

  knowsOrder(id: string): boolean {
    return this.orders.has(id);
  }

  keepOrder(accepted: Order): Promise<void> {
    return this.write({ k: 'order', order: accepted });
  }

  /** Accepted orders. The decision leaves out those that the programme speaks for. */
  get acceptedOrders(): Order[] {
    return [...this.orders.values()];
  }

  /** Accepted, and nothing was told of what became of them. */
  unansweredTasks(): TaskOrder[] {
    return this.acceptedOrders.filter(isTask).filter(({ id }) => !this.answeredTasks.has(id));
  }

  /** What became of a task lies in the outbox. */
  answered(id: string): Promise<void> {
    return this.write({ k: 'answered', order: id });
  }

  /** To be awaited before the first sample. */
  begin(due: Due, at: number, fromMs: number): Promise<void> {
    const { airing, broadcast, nominalAt } = due;
    return this.write({ k: 'began', airing, broadcast, nominalAt, at, fromMs });
  }

  /** A higher class cut it, and it may go on at this place in its sound. */
  pause(airing: string, at: number, seconds: number, nextFromMs: number): Promise<void> {
    return this.write({ k: 'paused', airing, at, seconds, nextFromMs });
  }

  /** It was to begin or to go on, and no sample of that went out. */
  unbegin(airing: string): Promise<void> {
    return this.write({ k: 'not-begun', airing });
  }

  soFar(airing: string, seconds: number): Promise<void> {
    return this.write({ k: 'so-far', airing, seconds });
  }

  /** The end, with the receipt that tells it: kept until `told`, should the box die in between. */
  end(airing: string, at: number, receipt: unknown): Promise<void> {
    return this.write({ k: 'ended', airing, at: Math.floor(at), receipt });
  }

  told(airing: string): Promise<void> {
    return this.write({ k: 'told', airing });
  }

  /** Instead of those that were known. */
  skip(spans: readonly Span[]): Promise<void> {
    return this.write({ k: 'skipped', spans: [...spans] });
  }

  jump({ airing, broadcast, nominalAt, startBy }: Jumped): Promise<void> {
    return this.write({ k: 'jumped', due: { airing, broadcast, nominalAt, startBy } });
  }

  /** Sounded when an earlier life of this process died: interrupted. What waited to go on still does. */
  unfinished(): [string, Begun][] {
    return [...this.begun].filter(([airing, { part }]) => part !== null && !this.ended.has(airing));
  }

  /** Lets go of what nothing can name any more, and keeps the file short. */
  async forget(now: number): Promise<void> {
    // A clock that is weeks ahead by mistake makes nothing old: it is set back, and what was played is due again.
    const lately = Math.min(now, Math.max(0, ...this.endedAt.values()));
    for (const [airing, at] of this.endedAt) {
      if (at > lately - forgetAfterMs || this.untold.has(airing)) continue;
      this.endedAt.delete(airing);
      this.ended.delete(airing);
      this.begun.delete(airing);
    }
    for (const [id, each] of this.orders) {
      const over =
        each.kind === 'emergency' ? Math.max(each.expiresAt, each.emergency.endAt) : each.expiresAt;
      if (over >= lately - forgetAfterMs) continue;
      this.orders.delete(id);
      this.answeredTasks.delete(id);
    }
    if (this.log.bytes < rewriteBytes || this.rewriting) return;
    this.rewriting = true;
    try {
      await this.log.rewrite(() => this.entries());
    } finally {
      this.rewriting = false;
    }
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private write(entry: Entry): Promise<void> {
    this.read(entry);
    return this.log.append(entry);
  }

  private read(entry: Entry): void {
    switch (entry.k) {
      case 'made':
        this.lost = false;
        break;
      case 'since':
        this.sinceAt = entry.at;
        this.lost = entry.lost;
        break;
      case 'floors':
        this.programmeFloor = entry.programme;
        this.orderFloor = entry.order;
        break;
      case 'programme':
        if (entry.number < this.programmeNumber) break;
        this.programmeNumber = entry.number;
        this.programmeSha256 = entry.sha256;
        break;
      case 'order':
        this.orders.set(entry.order.id, entry.order);
        break;
      case 'answered':
        this.answeredTasks.add(entry.order);
        break;
      case 'jumped':
        this.jumped.set(entry.due.airing, entry.due);
        break;
      case 'began': {
        const { airing, broadcast, nominalAt, at, fromMs } = entry;
        const past = this.begun.get(airing)?.past ?? [];
        const part = { at, fromMs, seconds: 0 };
        this.begun.set(airing, { broadcast, nominalAt, past, part, nextFromMs: fromMs });
        break;
      }
      case 'paused': {
        const begun = this.begun.get(entry.airing);
        if (begun?.part == null) break;
        const { at, fromMs } = begun.part;
        begun.past.push({ at, endedAt: entry.at, fromMs, seconds: entry.seconds });
        begun.part = null;
        begun.nextFromMs = entry.nextFromMs;
        break;
      }
      case 'not-begun': {
        const begun = this.begun.get(entry.airing);
        if (begun !== undefined && begun.past.length > 0) begun.part = null;
        else this.begun.delete(entry.airing);
        break;
      }
      case 'so-far': {
        const part = this.begun.get(entry.airing)?.part;
        if (part != null) part.seconds = entry.seconds;
        break;
      }
      case 'ended':
        this.jumped.delete(entry.airing);
        this.ended.add(entry.airing);
        this.endedAt.set(entry.airing, entry.at);
        if (entry.receipt !== null) this.untold.set(entry.airing, entry.receipt);
        break;
      case 'told':
        this.untold.delete(entry.airing);
        break;
      case 'skipped':
        this.skipped = entry.spans;
        // What lies ahead once more is due as it was.
        for (const due of this.jumped.values())
          if (!isSkipped(due, entry.spans)) this.jumped.delete(due.airing);
    }
  }

  /** The state as entries that lead to it again. */
  private entries(): Entry[] {
    const entries: Entry[] = this.lost ? [] : [{ k: 'made' }];
    if (this.sinceAt !== null) entries.push({ k: 'since', at: this.sinceAt, lost: this.lost });
    entries.push({ k: 'floors', programme: this.programmeFloor, order: this.orderFloor });
    entries.push({ k: 'programme', number: this.programmeNumber, sha256: this.programmeSha256 });
    for (const each of this.orders.values()) entries.push({ k: 'order', order: each });
    for (const id of this.answeredTasks) entries.push({ k: 'answered', order: id });
    for (const [airing, { broadcast, nominalAt, past, part, nextFromMs }] of this.begun) {
      past.forEach(({ at, endedAt, fromMs, seconds }, index) => {
        const next = past[index + 1]?.fromMs ?? nextFromMs;
        entries.push({ k: 'began', airing, broadcast, nominalAt, at, fromMs });
        entries.push({ k: 'paused', airing, at: endedAt, seconds, nextFromMs: next });
      });
      if (part === null) continue;
      entries.push({ k: 'began', airing, broadcast, nominalAt, at: part.at, fromMs: part.fromMs });
      entries.push({ k: 'so-far', airing, seconds: part.seconds });
    }
    for (const [airing, at] of this.endedAt) {
      entries.push({ k: 'ended', airing, at, receipt: this.untold.get(airing) ?? null });
    }
    if (this.skipped.length > 0) entries.push({ k: 'skipped', spans: [...this.skipped] });
    for (const due of this.jumped.values()) entries.push({ k: 'jumped', due });
    return entries;
  }
}
