import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { vietnamese } from '../villages/language.ts';
import type { SpooledOrder } from './order.spool.ts';

export interface EmergencyRow {
  id: string;
  title: string;
  text: string;
  opusSha256: string;
  opusBytes: number;
  seconds: number;
  poles: string[] | null;
  everySeconds: number;
  startAt: Date;
  endAt: Date;
  raisedBy: string | null;
  cancelledAt: Date | null;
  language: string;
  /** As in the order spool. */
  together: string | null;
}

const columns = `id, title, text, opus_sha256 AS "opusSha256", opus_bytes AS "opusBytes", seconds, poles,
  every_seconds AS "everySeconds", start_at AS "startAt", end_at AS "endAt", raised_by AS "raisedBy",
  cancelled_at AS "cancelledAt", language, together`;

/** What orders leave behind: the orders themselves, emergencies and silences. */
@Injectable()
export class EmergencyStore {
  async inForce(em: EntityManager, communeId: string, now: Date): Promise<EmergencyRow[]> {
    return em.query<EmergencyRow[]>(
      `SELECT ${columns} FROM emergencies
       WHERE commune_id = $1 AND cancelled_at IS NULL AND end_at > $2 ORDER BY start_at`,
      [communeId, now],
    );
  }

  /** In force or not, the newest first. */
  async newest(em: EntityManager, communeId: string, limit: number): Promise<EmergencyRow[]> {
    return em.query<EmergencyRow[]>(
      `SELECT ${columns} FROM emergencies WHERE commune_id = $1 ORDER BY start_at DESC LIMIT $2`,
      [communeId, limit],
    );
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<EmergencyRow | null> {
    const [row] = await em.query<EmergencyRow[]>(
      `SELECT ${columns} FROM emergencies WHERE commune_id = $1 AND id = $2`,
      [communeId, id],
    );
    return row ?? null;
  }

  /** It and all that were raised as one with it, the first one first. */
  async together(em: EntityManager, communeId: string, id: string): Promise<EmergencyRow[]> {
    return em.query<EmergencyRow[]>(
      `SELECT ${columns} FROM emergencies WHERE commune_id = $1 AND coalesce(together, id) =
         (SELECT coalesce(together, id) FROM emergencies WHERE commune_id = $1 AND id = $2)
       ORDER BY together NULLS FIRST, start_at, id`,
      [communeId, id],
    );
  }

  /** Poles that began to speak any of these, which were raised as one. */
  async began(em: EntityManager, communeId: string, parts: readonly EmergencyRow[]): Promise<number> {
    const startAt = Math.min(...parts.map((part) => part.startAt.getTime()));
    const endAt = Math.max(...parts.map((part) => part.endAt.getTime()));
    const [row] = await em.query<{ began: number }[]>(
      `SELECT count(DISTINCT loudspeaker_id)::int AS began FROM airings
       WHERE commune_id = $1 AND broadcast_id = ANY($2) AND started_at IS NOT NULL
         AND nominal_at >= $3::timestamptz - interval '1 minute' AND nominal_at <= $4::timestamptz + interval '1 minute'`,
      [communeId, parts.map(({ id }) => id), new Date(startAt), new Date(endAt)],
    );
    return row?.began ?? 0;
  }

  /** When each pole was last stopped. */
  async silences(em: EntityManager, communeId: string): Promise<Map<string, number>> {
    const rows = await em.query<{ id: string; at: Date }[]>(
      `SELECT loudspeaker_id AS id, silenced_at AS at FROM silences WHERE commune_id = $1`,
      [communeId],
    );
    return new Map(rows.map(({ id, at }) => [id, at.getTime()]));
  }

  /**
   * No stop reaches further: one that was given before the clock was set back would silence what it never meant.
   * @param at ms
   */
  async endStopsBy(em: EntityManager, communeId: string, at: number): Promise<void> {
    await em.query(`UPDATE silences SET silenced_at = $2 WHERE commune_id = $1 AND silenced_at > $2`, [
      communeId,
      new Date(at),
    ]);
  }

  /** Of those that a programme speaks for: a technician's task changes nobody's programme. */
  async lastOrderNumber(em: EntityManager, communeId: string): Promise<number> {
    const [row] = await em.query<{ last: string | null }[]>(
      `SELECT max(number) AS last FROM orders
       WHERE commune_id = $1 AND kind IN ('emergency', 'cancel', 'stop')`,
      [communeId],
    );
    return Number(row?.last ?? 0);
  }

  /** Books an order that was sent. Idempotent. @returns false where it was booked before */
  async book(em: EntityManager, entry: SpooledOrder, allPoles: readonly string[]): Promise<boolean> {
    const { order } = entry;
    const added = await em.query<{ id: string }[]>(
      `INSERT INTO orders (commune_id, id, number, kind, poles, content, issued_by, issued_at, expires_at, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
      [
        order.commune,
        order.id,
        order.number,
        order.kind,
        order.poles,
        JSON.stringify(order),
        entry.by,
        new Date(order.issuedAt),
        new Date(order.expiresAt),
        entry.reason,
      ],
    );
    if (added.length === 0) return false;
    switch (order.kind) {
      case 'emergency':
        // Orders are booked as they were given: those stops came before it.
        await this.endStopsBy(em, order.commune, order.emergency.startAt - 1);
        await em.query(
          `INSERT INTO emergencies (commune_id, id, title, text, announcement_id, opus_sha256, opus_bytes, seconds,
                                    poles, every_seconds, start_at, end_at, raised_by, reason,
                                    language, together)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           ON CONFLICT DO NOTHING`,
          [
            order.commune,
            order.emergency.id,
            entry.emergency?.title ?? '',
            entry.emergency?.text ?? '',
            entry.emergency?.announcementId ?? null,
            order.emergency.audio.sha256,
            order.emergency.audio.bytes,
            order.emergency.audio.seconds,
            order.poles,
            order.emergency.everySeconds,
            new Date(order.emergency.startAt),
            new Date(order.emergency.endAt),
            entry.by,
            entry.reason,
            entry.emergency?.language ?? vietnamese,
            entry.emergency?.together ?? null,
          ],
        );
        break;
      case 'cancel':
        await em.query(
          `UPDATE emergencies SET cancelled_at = $3, cancelled_by = $4
           WHERE commune_id = $1 AND id = $2 AND cancelled_at IS NULL`,
          [order.commune, order.emergency, new Date(order.issuedAt), entry.by],
        );
        // Never heard of on poles that were cut off; what a pole did all the same, its own word will say.
        await em.query(
          `UPDATE airings SET state = 'cancelled', reason = 'withdrawn'
           WHERE commune_id = $1 AND broadcast_id = $2 AND state = 'planned'`,
          [order.commune, order.emergency],
        );
        break;
      case 'stop':
        await em.query(
          `INSERT INTO silences (commune_id, loudspeaker_id, silenced_at)
           SELECT $1, unnest($2::uuid[]), $3
           ON CONFLICT (commune_id, loudspeaker_id)
           DO UPDATE SET silenced_at = greatest(silences.silenced_at, excluded.silenced_at)`,
          [order.commune, order.poles ?? allPoles, new Date(order.silencedAt)],
        );
    }
    return true;
  }
}
