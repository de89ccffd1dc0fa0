import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Receipt, Receipts } from '../../devices/protocol/pole-messages.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { Gather } from '../base/gather.ts';
import { newId } from '../base/identifier.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { refusalView } from '../loudspeakers/loudspeaker.service.ts';
import type { RefusalView } from '../loudspeakers/loudspeaker.view.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { UnorderedSoundStore } from '../loudspeakers/unordered-sound.store.ts';
import { Database } from '../platform/database/database.ts';
import { enter } from './airing.ts';
import { AiringStore } from './airing.store.ts';
import type { AiringRow, Due, Entered, NewAiring } from './airing.store.ts';
import { airingView } from './airing.words.ts';
import type { AiringView } from './broadcast.view.ts';
import { EmergencyStore } from './emergency.store.ts';
import type { EmergencyRow } from './emergency.store.ts';
import { OrderService } from './order.service.ts';
import { ProgrammeStore } from './programme.store.ts';
import { TaskService } from './task.service.ts';

declare module '../base/events.ts' {
  interface News {
    'airing.changed': { communeId: string; airing: AiringView };
  }
}

/** One message of one box, waiting for its transaction. */
interface Mail {
  readonly from: From;
  readonly entries: readonly Receipt[];
}

/** A receipt that was never seen before, and whose it is. */
interface Fresh<R extends Receipt = Receipt> {
  readonly from: From;
  readonly receipt: R;
}

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;

/** What is told once a batch is committed. */
interface Told {
  readonly airings: readonly AiringView[];
  readonly refusals: readonly RefusalView[];
  readonly held: readonly { assetId: string; number: number; heldNumber: number }[];
}

/** In one transaction. A thousand poles report within the same second that they speak; a pole that was away, a week. */
const receiptsAtOnce = 500;

/**
 * Takes the poles' receipts into the ledger: each once, all of a message in one transaction, and only after its commit
 * is the pole told that it may forget them. Until then they lie on the pole's disk. What many poles say at once is
 * entered together: a handful of statements, however many they are.
 */
@Injectable()
export class ReceiptService {
  private readonly log = new Logger('Receipts');
  private readonly gathered = new Map<string, Gather<Mail>>();

  constructor(
    private readonly boxes: BoxLink,
    private readonly link: PoleLink,
    private readonly database: Database,
    private readonly airings: AiringStore,
    private readonly emergencies: EmergencyStore,
    private readonly programmes: ProgrammeStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly unordered: UnorderedSoundStore,
    private readonly orders: OrderService,
    private readonly tasks: TaskService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Resolves when they are committed and the box was told so. */
  async take(from: From, { entries }: Receipts): Promise<void> {
    const { communeId, assetId, boxId } = from;
    await this.gatherOf(communeId).put({ from, entries });
    await this.boxes.commit(
      communeId,
      assetId,
      boxId,
      entries.map(({ seq }) => seq),
    );
  }

  private gatherOf(communeId: string): Gather<Mail> {
    const known = this.gathered.get(communeId);
    if (known !== undefined) return known;
    const gather = new Gather<Mail>(
      (mails) => this.together(communeId, mails),
      receiptsAtOnce,
      ({ entries }) => entries.length,
      mayBeOnes,
    );
    this.gathered.set(communeId, gather);
    return gather;
  }

  private async together(communeId: string, mails: readonly Mail[]): Promise<void> {
    // Poles answer an order faster than it is booked: what they say of it must find it in the books.
    await this.orders.book();
    const told = await this.database.inCommune(communeId, async (em) => {
      const fresh = await this.keep(em, communeId, mails);
      for (const { from, receipt } of fresh)
        if (receipt.kind === 'task' || receipt.kind === 'log') await this.tasks.enter(em, from, receipt);
      await this.enterUnordered(em, communeId, fresh);
      return {
        airings: await this.enterAirings(em, communeId, fresh),
        refusals: await this.enterRefusals(em, communeId, fresh),
        held: await this.enterProgrammes(em, communeId, fresh),
      } satisfies Told;
    });
    for (const airing of told.airings) this.events.tell('airing.changed', { communeId, airing });
    for (const refusal of told.refusals) this.events.tell('refusal.arrived', { communeId, refusal });
    for (const { assetId, ...held } of told.held) this.link.noteProgramme(communeId, assetId, held);
  }

  /** Stores the receipts that were never seen. @returns them, each pole's in its own order */
  private async keep(em: EntityManager, communeId: string, mails: readonly Mail[]): Promise<Fresh[]> {
    const all = mails.flatMap(({ from, entries }) => entries.map((receipt) => ({ from, receipt })));
    const added = await em.query<{ box: string; seq: string }[]>(
      `INSERT INTO receipts (commune_id, box_id, seq, received_at, body)
       SELECT $1, r.box, (r.body->>'seq')::bigint, $2, r.body
       FROM jsonb_to_recordset($3::jsonb) AS r(box uuid, body jsonb)
       ON CONFLICT DO NOTHING RETURNING box_id AS box, seq`,
      [
        communeId,
        this.clock.date(),
        JSON.stringify(all.map(({ from, receipt }) => ({ box: from.boxId, body: withoutText(receipt) }))),
      ],
    );
    const fresh = new Set(added.map(({ box, seq }) => `${box} ${seq}`));
    return all
      .filter(({ from, receipt }) => fresh.has(`${from.boxId} ${receipt.seq}`))
      .sort((a, b) => a.receipt.seq - b.receipt.seq);
  }

  private async enterAirings(
    em: EntityManager,
    communeId: string,
    fresh: readonly Fresh[],
  ): Promise<AiringView[]> {
    const now = this.clock.now();
    const spoken = fresh.filter(isOfAiring);
    const lines = await this.linesOf(em, communeId, spoken);
    const entered = new Map<string, Entered>();
    for (const { from, receipt } of spoken) {
      const airing = lines.get(receipt.airing);
      if (airing === undefined) continue;
      const { boxId } = from;
      const earlier = entered.get(airing.id)?.report;
      const report = enter(earlier ?? airing, receipt);
      if (report === null) continue;
      const startedAt = report.startedAt ?? earlier?.startedAt ?? null;
      entered.set(airing.id, { airing, boxId, report: { ...report, startedAt }, toldAt: receipt.at, now });
    }
    const after = await this.airings.report(em, communeId, [...entered.values()]);
    return after.map((row) => airingView(row, now));
  }

  /** The ledger's lines of these, each by its own pole; later repeats of emergencies enter the books here. */
  private async linesOf(
    em: EntityManager,
    communeId: string,
    spoken: readonly Fresh<AiringReceipt>[],
  ): Promise<Map<string, AiringRow>> {
    const due = spoken.map(({ receipt }) => ({ id: receipt.airing, dueAt: receipt.nominalAt }));
    const lines = await this.airings.lock(em, communeId, due);
    const unplanned = spoken.filter(({ receipt }) => !lines.has(receipt.airing));
    const repeats = await this.planRepeats(em, communeId, unplanned);
    for (const [id, row] of await this.airings.lock(em, communeId, repeats)) lines.set(id, row);
    for (const { from, receipt } of spoken) {
      const pole = lines.get(receipt.airing)?.loudspeakerId;
      if (pole === undefined || pole === from.assetId) continue;
      this.log.warn(`Pole ${from.assetId} reported an airing of another pole: ${receipt.airing}`);
      lines.delete(receipt.airing);
    }
    return lines;
  }

  private async planRepeats(
    em: EntityManager,
    communeId: string,
    unplanned: readonly Fresh<AiringReceipt>[],
  ): Promise<Due[]> {
    const emergencies = new Map<string, EmergencyRow | null>();
    for (const { receipt } of unplanned)
      if (!emergencies.has(receipt.broadcast))
        emergencies.set(receipt.broadcast, await this.emergencies.one(em, communeId, receipt.broadcast));
    const planned = new Map<string, NewAiring>();
    for (const { from, receipt } of unplanned) {
      const emergency = emergencies.get(receipt.broadcast) ?? null;
      if (emergency === null)
        this.log.warn(`Pole ${from.assetId} reported an airing that was never planned: ${receipt.airing}`);
      else planned.set(receipt.airing, repeatOf(emergency, receipt, from.assetId));
    }
    await this.airings.plan(em, communeId, [...planned.values()], this.clock.date());
    return [...planned.values()].map(({ id, nominalAt }) => ({ id, dueAt: nominalAt }));
  }

  private async enterRefusals(
    em: EntityManager,
    communeId: string,
    fresh: readonly Fresh[],
  ): Promise<RefusalView[]> {
    const receivedAt = this.clock.date();
    const rows = fresh.flatMap(({ from, receipt }) => {
      if (receipt.kind !== 'refusal') return [];
      const { what, reason, detail, sha256 } = receipt;
      const whose = { loudspeakerId: from.assetId, boxId: from.boxId };
      const id = newId(receivedAt.getTime());
      return [{ id, ...whose, at: new Date(receipt.at), receivedAt, what, reason, detail, sha256 }];
    });
    await this.loudspeakers.addRefusals(em, communeId, rows);
    return rows.map(refusalView);
  }

  private async enterUnordered(em: EntityManager, communeId: string, fresh: readonly Fresh[]): Promise<void> {
    const receivedAt = this.clock.date();
    const felt = fresh.filter(({ receipt }) => receipt.kind === 'sound');
    const rows = felt.map(({ from, receipt }) => ({
      ...{ loudspeakerId: from.assetId, at: new Date(receipt.at), receivedAt },
    }));
    await this.unordered.add(em, communeId, rows);
  }

  private async enterProgrammes(
    em: EntityManager,
    communeId: string,
    fresh: readonly Fresh[],
  ): Promise<Told['held']> {
    const newest = new Map<string, Extract<Receipt, { kind: 'programme' }>>();
    for (const { from, receipt } of fresh)
      if (receipt.kind === 'programme') newest.set(from.assetId, receipt);
    const numbers = await this.programmes.held(em, communeId, newest, this.clock.date());
    return [...newest].flatMap(([assetId, receipt]) => {
      const number = numbers.get(assetId);
      return number === undefined ? [] : [{ assetId, number, heldNumber: receipt.number }];
    });
  }
}

/** A database that is away is away for every message; what else fails, or takes too long, may be the fault of one. */
function mayBeOnes(error: unknown): boolean {
  const isUnavailable = error instanceof Failure && error.kind === 'unavailable';
  return !isUnavailable || error.code === 'platform.database-slow';
}

function isOfAiring(fresh: Fresh): fresh is Fresh<AiringReceipt> {
  return fresh.receipt.kind === 'airing';
}

/** The line of an emergency's later repeat, which only its pole knows to have come. */
function repeatOf(emergency: EmergencyRow, receipt: AiringReceipt, loudspeakerId: string): NewAiring {
  const everyMs = emergency.everySeconds * 1_000;
  const startAt = emergency.startAt.getTime();
  const repeat = Math.max(0, Math.floor((receipt.nominalAt - startAt) / everyMs));
  const nominalAt = startAt + repeat * everyMs;
  return {
    id: receipt.airing,
    nominalAt,
    broadcastId: emergency.id,
    loudspeakerId,
    repeat,
    priority: 'emergency',
    title: emergency.title,
    language: emergency.language,
    startBy: nominalAt + everyMs,
    plannedSeconds: emergency.seconds,
  };
}

/** A log is kept for some days, in a place of its own; its receipt for good. */
function withoutText(receipt: Receipt): Receipt {
  return receipt.kind === 'log' ? { ...receipt, text: '' } : receipt;
}
