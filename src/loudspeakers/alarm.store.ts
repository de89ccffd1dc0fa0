import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RefusalReason } from '../../devices/protocol/envelope.ts';
import type { AlarmKind, Condition } from './alarm.ts';
import type { Refused } from './refused.ts';

export interface AlarmRow {
  id: string;
  kind: AlarmKind;
  subject: string;
  count: number;
  /** Whom it is about, where that is many poles. */
  poles: string[];
  raisedAt: Date;
  clearedAt: Date | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  note: string;
}

const columns = `id, kind, subject, count, poles, raised_at AS "raisedAt", cleared_at AS "clearedAt",
  acknowledged_at AS "acknowledgedAt", acknowledged_by AS "acknowledgedBy", note`;

const olderThanHeld = 'older-than-held' satisfies RefusalReason;

@Injectable()
export class AlarmStore {
  async open(em: EntityManager, communeId: string): Promise<AlarmRow[]> {
    return em.query<AlarmRow[]>(
      `SELECT ${columns} FROM alarms WHERE commune_id = $1 AND cleared_at IS NULL`,
      [communeId],
    );
  }

  /** What is open first, then the newest; at most 200. */
  async newest(em: EntityManager, communeId: string): Promise<AlarmRow[]> {
    return em.query<AlarmRow[]>(
      `SELECT ${columns} FROM alarms WHERE commune_id = $1
       ORDER BY (cleared_at IS NOT NULL), raised_at DESC, id LIMIT 200`,
      [communeId],
    );
  }

  /** Another replica may have raised it meanwhile: then it stands already. */
  async raise(
    em: EntityManager,
    communeId: string,
    id: string,
    condition: Condition,
    at: Date,
  ): Promise<void> {
    await em.query(
      `INSERT INTO alarms (commune_id, id, kind, subject, count, poles, raised_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [communeId, id, condition.kind, condition.subject, condition.count, condition.poles ?? [], at],
    );
  }

  /** Another replica may have added the same: each pole counts once. */
  async join(em: EntityManager, communeId: string, id: string, poles: readonly string[]): Promise<void> {
    await em.query(
      `UPDATE alarms SET (poles, count) =
         (SELECT array_agg(DISTINCT pole), count(DISTINCT pole) FROM unnest(poles || $3::uuid[]) AS pole)
       WHERE commune_id = $1 AND id = $2 AND cleared_at IS NULL`,
      [communeId, id, poles],
    );
  }

  async renew(em: EntityManager, communeId: string, id: string, count: number): Promise<void> {
    await em.query(`UPDATE alarms SET count = $3 WHERE commune_id = $1 AND id = $2 AND cleared_at IS NULL`, [
      communeId,
      id,
      count,
    ]);
  }

  async clear(em: EntityManager, communeId: string, ids: readonly string[], at: Date): Promise<void> {
    await em.query(
      `UPDATE alarms SET cleared_at = $3 WHERE commune_id = $1 AND id = ANY($2::uuid[]) AND cleared_at IS NULL`,
      [communeId, ids, at],
    );
  }

  /** @returns whether there is such an alarm that nobody had acknowledged */
  async acknowledge(
    em: EntityManager,
    communeId: string,
    id: string,
    by: { personId: string; at: Date; note: string },
  ): Promise<boolean> {
    const [, count] = await em.query<[unknown[], number]>(
      `UPDATE alarms SET acknowledged_at = $3, acknowledged_by = $4, note = $5
       WHERE commune_id = $1 AND id = $2 AND acknowledged_at IS NULL`,
      [communeId, id, by.at, by.personId, by.note],
    );
    return count > 0;
  }

  /** Poles whose box refused a word of its place since an instant because it holds a later one, and was told none since. */
  async aheadOfTheirPlace(em: EntityManager, communeId: string, since: Date): Promise<ReadonlySet<string>> {
    const rows = await em.query<{ id: string }[]>(
      `SELECT DISTINCT r.loudspeaker_id AS id FROM refusals r
       WHERE r.commune_id = $1 AND r.id >= uuid_floor($2) AND r.reason = '${olderThanHeld}'
         AND EXISTS (SELECT FROM boxes b WHERE b.commune_id = r.commune_id AND b.id = r.box_id AND b.replaced_at IS NULL
                       AND (b.membership_at IS NULL OR b.membership_at < r.received_at))`,
      [communeId, since],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** What each pole refused since an instant, of what nobody of ours should have said. */
  async refused(em: EntityManager, communeId: string, since: Date): Promise<Refused[]> {
    return em.query<Refused[]>(
      `SELECT loudspeaker_id AS "poleId", what, reason, count(*)::int AS count FROM refusals
       WHERE commune_id = $1 AND id >= uuid_floor($2) AND reason <> '${olderThanHeld}'
       GROUP BY loudspeaker_id, what, reason`,
      [communeId, since],
    );
  }
}
