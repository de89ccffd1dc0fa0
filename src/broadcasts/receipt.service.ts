import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Receipt, Receipts } from '../../devices/protocol/messages.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { refusalView } from '../loudspeakers/loudspeaker.service.ts';
import type { RefusalView } from '../loudspeakers/loudspeaker.view.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { Database } from '../platform/database/database.ts';
import { enter } from './airing.ts';
import { vietnamese } from '../villages/language.ts';
import { AiringStore } from './airing.store.ts';
import type { AiringRow } from './airing.store.ts';
import { airingView } from './airing.words.ts';
import type { AiringView } from './broadcast.view.ts';
import { EmergencyStore } from './emergency.store.ts';
import { OrderService } from './order.service.ts';
import { ProgrammeStore } from './programme.store.ts';

declare module '../base/events.ts' {
  interface News {
    'airing.changed': { communeId: string; airing: AiringView };
  }
}

/** What is told once a batch is committed. */
interface Told {
  readonly airings: AiringView[];
  readonly refusals: RefusalView[];
  held: { number: number; heldNumber: number } | null;
}

type AiringReceipt = Extract<Receipt, { kind: 'airing' }>;

/**
 * Takes the poles' receipts into the ledger: each once, all of a message in one transaction, and only after its commit
 * is the pole told that it may forget them. Until then they lie on the pole's disk.
 */
@Injectable()
export class ReceiptService {
  private readonly log = new Logger('Receipts');

  constructor(
    private readonly boxes: BoxLink,
    private readonly link: PoleLink,
    private readonly database: Database,
    private readonly airings: AiringStore,
    private readonly emergencies: EmergencyStore,
    private readonly programmes: ProgrammeStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly orders: OrderService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async take(from: From, message: Receipts): Promise<void> {
    const { communeId, assetId, boxId } = from;
    // Poles answer an order faster than it is booked: what they say of it must find it in the books.
    await this.orders.book();
    const told: Told = { airings: [], refusals: [], held: null };
    await this.database.inCommune(communeId, async (em) => {
      const fresh = await this.keep(em, from, message.entries);
      for (const receipt of fresh) await this.enter(em, from, receipt, told);
    });
    await this.boxes.commit(
      communeId,
      assetId,
      boxId,
      message.entries.map(({ seq }) => seq),
    );
    for (const airing of told.airings) this.events.tell('airing.changed', { communeId, airing });
    for (const refusal of told.refusals) this.events.tell('refusal.arrived', { communeId, refusal });
    if (told.held !== null) this.link.noteProgramme(communeId, assetId, told.held);
  }

  /** Stores the receipts that were never seen. @returns them, in the pole's order */
  private async keep(em: EntityManager, from: From, entries: readonly Receipt[]): Promise<Receipt[]> {
    const added = await em.query<{ seq: string }[]>(
      `INSERT INTO receipts (commune_id, box_id, seq, received_at, body)
       SELECT $1, $2, (r->>'seq')::bigint, $3, r FROM jsonb_array_elements($4::jsonb) AS r
       ON CONFLICT DO NOTHING RETURNING seq`,
      [from.communeId, from.boxId, this.clock.date(), JSON.stringify(entries)],
    );
    const seqs = new Set(added.map(({ seq }) => Number(seq)));
    return entries.filter(({ seq }) => seqs.has(seq)).sort((a, b) => a.seq - b.seq);
  }

  private async enter(em: EntityManager, from: From, receipt: Receipt, told: Told): Promise<void> {
    const { communeId, assetId, boxId } = from;
    const now = this.clock.date();
    switch (receipt.kind) {
      case 'airing': {
        const before = await this.airingOf(em, from, receipt);
        if (before === null) return;
        const report = enter(before, receipt);
        if (report === null) return;
        const when = { toldAt: receipt.at, now };
        const after = await this.airings.report(em, communeId, before, boxId, report, when);
        told.airings.push(airingView(after, now.getTime()));
        return;
      }
      case 'refusal': {
        const row = {
          id: newId(now.getTime()),
          loudspeakerId: assetId,
          boxId,
          at: new Date(receipt.at),
          receivedAt: now,
          what: receipt.what,
          reason: receipt.reason,
          detail: receipt.detail,
          sha256: receipt.sha256,
        };
        await this.loudspeakers.addRefusal(em, communeId, row);
        told.refusals.push(refusalView(row));
        return;
      }
      case 'programme': {
        const number = await this.programmes.held(em, communeId, assetId, receipt, now);
        if (number !== null) told.held = { number, heldNumber: receipt.number };
      }
    }
  }

  /** The ledger's line; a later repeat of an emergency enters the books here. */
  private async airingOf(em: EntityManager, from: From, receipt: AiringReceipt): Promise<AiringRow | null> {
    const { communeId, assetId } = from;
    const found = await this.airings.lock(em, communeId, receipt.nominalAt, receipt.airing);
    if (found !== null) {
      if (found.loudspeakerId === assetId) return found;
      this.log.warn(`Pole ${assetId} reported an airing of another pole: ${receipt.airing}`);
      return null;
    }
    const emergency = await this.emergencies.one(em, communeId, receipt.broadcast);
    if (emergency === null) {
      this.log.warn(`Pole ${assetId} reported an airing that was never planned: ${receipt.airing}`);
      return null;
    }
    const everyMs = emergency.everySeconds * 1_000;
    const startAt = emergency.startAt.getTime();
    const repeat = Math.max(0, Math.floor((receipt.nominalAt - startAt) / everyMs));
    const nominalAt = startAt + repeat * everyMs;
    await this.airings.plan(
      em,
      communeId,
      [
        {
          id: receipt.airing,
          nominalAt,
          broadcastId: emergency.id,
          loudspeakerId: assetId,
          repeat,
          priority: 'emergency',
          title: emergency.title,
          language: vietnamese,
          startBy: nominalAt + everyMs,
          plannedSeconds: emergency.seconds,
        },
      ],
      this.clock.date(),
    );
    return this.airings.lock(em, communeId, nominalAt, receipt.airing);
  }
}
