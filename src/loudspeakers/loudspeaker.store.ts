import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Loudspeaker } from './loudspeaker.ts';

/** A refused message, as the pole told it. */
export interface RefusalRow {
  id: string;
  loudspeakerId: string;
  boxId: string;
  at: Date;
  receivedAt: Date;
  what: string;
  reason: string;
  detail: string;
  sha256: string;
}

@Injectable()
export class LoudspeakerStore {
  async all(em: EntityManager, communeId: string): Promise<Loudspeaker[]> {
    return em.find(Loudspeaker, { where: { communeId, retiredAt: IsNull() }, order: { number: 'ASC' } });
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<Loudspeaker> {
    const found = await em.findOneBy(Loudspeaker, { communeId, id });
    if (found === null) throw new Failure('missing', 'loudspeakers.missing', 'No such loudspeaker');
    return found;
  }

  async has(em: EntityManager, communeId: string, id: string): Promise<boolean> {
    return em.existsBy(Loudspeaker, { communeId, id });
  }

  async isFree(em: EntityManager, communeId: string, number: number): Promise<boolean> {
    return !(await em.existsBy(Loudspeaker, { communeId, number }));
  }

  /** The lowest number that was never painted on a pole here. Locks the commune's poles against a second adder. */
  async nextNumber(em: EntityManager, communeId: string): Promise<number> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('loudspeakers.number:' || $1, 0))`, [
      communeId,
    ]);
    const [row] = await em.query<{ next: number }[]>(
      `SELECT coalesce(max(number), 0) + 1 AS next FROM loudspeakers WHERE commune_id = $1`,
      [communeId],
    );
    return row?.next ?? 1;
  }

  async add(em: EntityManager, loudspeaker: Loudspeaker): Promise<void> {
    await em.insert(Loudspeaker, loudspeaker);
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (loudspeaker: Loudspeaker) => void,
  ): Promise<Loudspeaker> {
    const found = await em.findOne(Loudspeaker, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) throw new Failure('missing', 'loudspeakers.missing', 'No such loudspeaker');
    work(found);
    await em.save(found);
    return found;
  }

  async addRefusals(em: EntityManager, communeId: string, refusals: readonly RefusalRow[]): Promise<void> {
    if (refusals.length === 0) return;
    await em.query(
      `INSERT INTO refusals (commune_id, id, loudspeaker_id, box_id, at, received_at, what, reason, detail, sha256)
       SELECT $1, r.id, r."loudspeakerId", r."boxId", r.at, r."receivedAt", r.what, r.reason, r.detail, r.sha256
       FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, "loudspeakerId" uuid, "boxId" uuid, at timestamptz,
         "receivedAt" timestamptz, what text, reason text, detail text, sha256 text)`,
      [communeId, JSON.stringify(refusals)],
    );
  }

  /** The newest first. @param loudspeakerId null for the whole commune */
  async refusals(
    em: EntityManager,
    communeId: string,
    loudspeakerId: string | null,
    since: Date,
    limit: number,
  ): Promise<RefusalRow[]> {
    return em.query<RefusalRow[]>(
      `SELECT id, loudspeaker_id AS "loudspeakerId", box_id AS "boxId", at, received_at AS "receivedAt",
              what, reason, detail, sha256
       FROM refusals
       WHERE commune_id = $1 AND ($2::uuid IS NULL OR loudspeaker_id = $2) AND id >= uuid_floor($3)
       ORDER BY id DESC LIMIT $4`,
      [communeId, loudspeakerId, since, limit],
    );
  }
}
