import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A kept notice, as its row stands. Times are ms since 1970. */
export interface KeptNotice {
  readonly id: string;
  readonly camera: string;
  /** Its connector or its detector: whoever writes what that one tells. */
  readonly tellerId: string;
  readonly detectorId: string | null;
  readonly receivedAt: number;
  readonly occurredAt: number;
  readonly uncertaintyMs: number;
  readonly topic: string;
  readonly operation: 'Initialized' | 'Changed' | 'Deleted' | 'none';
  readonly kind: string;
  readonly phase: 'begin' | 'end' | 'instant' | 'state';
  readonly source: { name: string; value: string }[];
  readonly data: { name: string; value: string }[];
  readonly raw: Buffer;
  readonly eventId: string | null;
  /** Somebody has looked at its event and said so: it stays as it is. */
  readonly isReviewed: boolean;
  readonly snapshot: { sha256: string; takenAt: number } | null;
}

export interface MovedNotice {
  readonly id: string;
  readonly topic: string;
  readonly kind: string;
  readonly phase: string;
  readonly eventId: string | null;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

@Injectable()
export class RereadingStore {
  /** The next ones in the order of their receipt. */
  async next(em: EntityManager, communeId: string, after: string, limit: number): Promise<KeptNotice[]> {
    return em.query<KeptNotice[]>(
      `SELECT n.id, n.camera_id AS camera, coalesce(n.detector_id, d.connector_id) AS "tellerId",
         n.detector_id AS "detectorId", ${ms('n.received_at')} AS "receivedAt",
         ${ms('n.occurred_at')} AS "occurredAt", n.uncertainty_ms AS "uncertaintyMs", n.topic, n.operation, n.kind,
         n.phase, n.source, n.data, n.raw, n.event_id AS "eventId", coalesce(e.seen_at IS NOT NULL, false) AS "isReviewed",
         CASE WHEN e.snapshot_sha256 IS NOT NULL AND e.snapshot_at IS NOT NULL THEN jsonb_build_object(
           'sha256', e.snapshot_sha256, 'takenAt', ${ms('e.snapshot_at')}) END AS snapshot
       FROM notices n JOIN cameras c ON c.commune_id = $1 AND c.id = n.camera_id AND n.stray_of IS NULL
       JOIN camera_devices d ON d.commune_id = $1 AND d.id = c.device_id
       LEFT JOIN camera_events e ON e.commune_id = $1 AND e.id = n.event_id
       WHERE n.commune_id = $1 AND n.id > $2 ORDER BY n.id LIMIT $3`,
      [communeId, after, limit],
    );
  }

  /** Writes what the notices mean now, and takes away the events that no notice speaks of any more. @returns how many went */
  async move(
    em: EntityManager,
    communeId: string,
    moved: readonly MovedNotice[],
    left: readonly string[],
  ): Promise<number> {
    await em.query(
      `UPDATE notices SET topic = m.topic, kind = m.kind, phase = m.phase, event_id = m."eventId"
       FROM jsonb_to_recordset($2::jsonb) AS m(id uuid, topic text, kind text, phase text, "eventId" uuid)
       WHERE commune_id = $1 AND notices.id = m.id`,
      [communeId, JSON.stringify(moved).replaceAll('\\u0000', '\\ufffd')],
    );
    await em.query(
      `UPDATE camera_event_pictures p SET event_id = m."eventId"
       FROM jsonb_to_recordset($2::jsonb) AS m(id uuid, "eventId" uuid)
       WHERE p.commune_id = $1 AND p.notice_id = m.id AND m."eventId" IS NOT NULL AND p.event_id <> m."eventId"
         AND NOT EXISTS (SELECT FROM camera_event_pictures o
           WHERE o.commune_id = $1 AND o.event_id = m."eventId" AND o.sha256 = p.sha256)`,
      [communeId, JSON.stringify(moved.map(({ id, eventId }) => ({ id, eventId })))],
    );
    const [, gone] = await em.query<[unknown[], number]>(
      `DELETE FROM camera_events e WHERE commune_id = $1 AND id = ANY($2::uuid[]) AND seen_at IS NULL
         AND NOT EXISTS (SELECT FROM notices n WHERE n.commune_id = $1 AND n.event_id = e.id)`,
      [communeId, left],
    );
    await em.query(
      `UPDATE camera_events e SET notice_count = greatest(1,
         (SELECT count(*) FROM notices n WHERE n.commune_id = $1 AND n.event_id = e.id))
       WHERE commune_id = $1 AND id = ANY($2::uuid[])`,
      [communeId, left],
    );
    return gone;
  }
}
