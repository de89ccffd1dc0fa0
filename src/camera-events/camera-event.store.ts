import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Notice } from '../../devices/protocol/camera-messages.ts';
import { Failure } from '../base/failure.ts';
import { longestMsByKind, usualLongestMs } from './kinds.ts';
import { foldLongestMs, foldWithinMs } from './merge.ts';
import type { EventState } from './merge.ts';

/** An event as it is stored, with what people did about it. Times are ms since 1970. */
export interface EventRow extends EventState {
  readonly seenBy: string | null;
  readonly seenAt: number | null;
}

export interface NoticeRow {
  readonly id: string;
  readonly receivedAt: number;
  readonly cameraTimeText: string | null;
  readonly clockOffsetMs: number | null;
  readonly uncertaintyMs: number;
  readonly occurredAt: number;
  readonly topic: string;
  readonly operation: string;
  readonly phase: string;
  readonly source: { name: string; value: string }[];
  readonly data: { name: string; value: string }[];
  readonly rawSha256: string;
}

export interface EventFilter {
  readonly before?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly kind?: string | undefined;
  readonly unseen: boolean;
  /** Within which it may have happened, its uncertainty included. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly limit: number;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const eventColumns = `id, camera_id AS "cameraId", point_id AS "pointId", kind, source_key AS "sourceKey", state,
  ${ms('received_at')} AS "receivedAt", ${ms('occurred_at')} AS "occurredAt", uncertainty_ms AS "uncertaintyMs",
  ${ms('ended_at')} AS "endedAt", ended_by AS "endedBy", ${ms('last_notice_at')} AS "lastNoticeAt", notice_count AS "noticeCount", topic,
  snapshot_sha256 AS "snapshotSha256", ${ms('snapshot_at')} AS "snapshotAt", cause, detected, seen_by AS "seenBy",
  ${ms('seen_at')} AS "seenAt"`;

const dayMs = 86_400_000;

/** Where a connector's camera stands; `untilAt` (ms) where it holds it no more. */
export interface PointOf {
  readonly pointId: string;
  readonly untilAt: number | null;
}

@Injectable()
export class CameraEventStore {
  /** One writer of a connector's or a detector's notices at a time, whichever service it is; ends with the transaction. */
  async lockTeller(em: EntityManager, tellerId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('notices:' || $1, 0))`, [tellerId]);
  }

  /** Those that lie here already, each with its event. */
  async knownNotices(
    em: EntityManager,
    communeId: string,
    ids: readonly string[],
  ): Promise<Map<string, string | null>> {
    const rows = await em.query<{ id: string; eventId: string | null }[]>(
      `SELECT id, event_id AS "eventId" FROM notices WHERE commune_id = $1 AND id = ANY($2::uuid[])`,
      [communeId, ids],
    );
    return new Map(rows.map((row) => [row.id, row.eventId]));
  }

  /**
   * Which of these cameras are this connector's, and the point each stands at; also those that were taken down, and
   * those that it has handed over: of them it has to tell what it received until then.
   */
  async pointsOf(
    em: EntityManager,
    communeId: string,
    connectorId: string,
    cameraIds: readonly string[],
  ): Promise<Map<string, PointOf>> {
    const rows = await em.query<(PointOf & { id: string })[]>(
      `SELECT c.id, c.point_id AS "pointId",
         CASE WHEN c.connector_id = $2 THEN NULL ELSE extract(epoch FROM h.until_at) * 1000 END::float8 AS "untilAt"
       FROM cameras c LEFT JOIN camera_handovers h
         ON h.commune_id = c.commune_id AND h.camera_id = c.id AND h.connector_id = $2
       WHERE c.commune_id = $1 AND c.id = ANY($3::uuid[]) AND (c.connector_id = $2 OR h.until_at IS NOT NULL)`,
      [communeId, connectorId, cameraIds],
    );
    return new Map(rows.map(({ id, pointId, untilAt }) => [id, { pointId, untilAt }]));
  }

  /**
   * Events that notices received from `sinceAt` on may still belong to, of these cameras, kinds and sources, and those
   * named: what is open, what was spoken of within `foldWithinMs`. Costs by what happens now, not by what happened in
   * the last minutes.
   */
  async mergeable(
    em: EntityManager,
    communeId: string,
    of: {
      readonly cameraIds: readonly string[];
      readonly kinds: readonly string[];
      readonly sourceKeys: readonly string[];
    },
    sinceAt: number,
    named: readonly string[],
  ): Promise<EventRow[]> {
    const { cameraIds, kinds, sourceKeys } = of;
    const live = await em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND state = 'open'
         AND camera_id = ANY($2::uuid[]) AND kind = ANY($3::text[]) AND source_key = ANY($4::text[])
       UNION ALL SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND state <> 'open'
         AND camera_id = ANY($2::uuid[]) AND kind = ANY($3::text[]) AND source_key = ANY($4::text[])
         AND id >= uuid_floor($5) AND last_notice_at >= $6`,
      [
        ...[communeId, cameraIds, kinds, sourceKeys],
        ...[new Date(sinceAt - foldLongestMs), new Date(sinceAt - foldWithinMs)],
      ],
    );
    const there = new Set(live.map(({ id }) => id));
    const more = named.filter((id) => !there.has(id));
    return more.length === 0 ? live : [...live, ...(await this.byId(em, communeId, more))];
  }

  async byId(em: EntityManager, communeId: string, ids: readonly string[]): Promise<EventRow[]> {
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND id = ANY($2::uuid[])`,
      [communeId, ids],
    );
  }

  async addNotices(
    em: EntityManager,
    communeId: string,
    by: { readonly boxId: string | null; readonly detectorId: string | null },
    notices: readonly (Notice & { readonly eventId: string | null })[],
  ): Promise<void> {
    if (notices.length === 0) return;
    await em.query(
      `INSERT INTO notices (commune_id, id, camera_id, box_id, detector_id, received_at, camera_time_text, clock_offset_ms,
         uncertainty_ms, occurred_at, topic, operation, kind, phase, source, data, raw, raw_sha256, event_id)
       SELECT $1, n.id, n.camera, $2, $4, to_timestamp(n."receivedAt" / 1000.0), n."cameraTimeText", n."clockOffsetMs",
         n."uncertaintyMs", to_timestamp(n."occurredAt" / 1000.0), n.topic, n.operation, n.kind, n.phase, n.source,
         n.data, decode(n.raw, 'base64'), n."rawSha256", n."eventId"
       FROM jsonb_to_recordset($3::jsonb) AS n(id uuid, camera uuid, "receivedAt" bigint, "cameraTimeText" text,
         "clockOffsetMs" float8, "uncertaintyMs" float8, "occurredAt" bigint, topic text, operation text, kind text,
         phase text, source jsonb, data jsonb, raw text, "rawSha256" text, "eventId" uuid)
       ON CONFLICT DO NOTHING`,
      [communeId, by.boxId, storableJson(notices), by.detectorId],
    );
  }

  async saveEvents(em: EntityManager, communeId: string, events: readonly EventState[]): Promise<void> {
    if (events.length === 0) return;
    await em.query(
      `INSERT INTO camera_events (commune_id, id, camera_id, point_id, kind, source_key, state, received_at, occurred_at,
         uncertainty_ms, ended_at, ended_by, last_notice_at, notice_count, topic, snapshot_sha256, snapshot_at,
         cause, detected)
       SELECT $1, e.id, e."cameraId", e."pointId", e.kind, e."sourceKey", e.state,
         to_timestamp(e."receivedAt" / 1000.0), to_timestamp(e."occurredAt" / 1000.0), e."uncertaintyMs",
         to_timestamp(e."endedAt" / 1000.0), e."endedBy", to_timestamp(e."lastNoticeAt" / 1000.0), e."noticeCount", e.topic,
         e."snapshotSha256", to_timestamp(e."snapshotAt" / 1000.0), nullif(e.cause, 'null'),
         nullif(e.detected, 'null')
       FROM jsonb_to_recordset($2::jsonb) AS e(id uuid, "cameraId" uuid, "pointId" uuid, kind text, "sourceKey" text,
         state text, "receivedAt" float8, "occurredAt" float8, "uncertaintyMs" float8, "endedAt" float8, "endedBy" text,
         "lastNoticeAt" float8, "noticeCount" int, topic text, "snapshotSha256" text, "snapshotAt" float8,
         cause jsonb, detected jsonb)
       ON CONFLICT (commune_id, id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at,
         ended_by = excluded.ended_by, last_notice_at = excluded.last_notice_at, notice_count = excluded.notice_count,
         snapshot_sha256 = excluded.snapshot_sha256, snapshot_at = excluded.snapshot_at,
         cause = excluded.cause, detected = excluded.detected`,
      [communeId, storableJson(events)],
    );
  }

  async withSnapshot(em: EntityManager, communeId: string, sha256: string): Promise<EventRow[]> {
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND snapshot_sha256 = $2`,
      [communeId, sha256],
    );
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<EventRow> {
    const [row] = await em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND id = $2`,
      [communeId, id],
    );
    if (row === undefined) throw new Failure('missing', 'camera-events.missing', 'No such event');
    return row;
  }

  /** The newest first, by receipt; a page goes on `before` the last one of the page before. */
  async list(em: EntityManager, communeId: string, filter: EventFilter): Promise<EventRow[]> {
    const values: unknown[] = [communeId];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const where = ['commune_id = $1'];
    if (filter.before !== undefined) where.push(`id < ${bind(filter.before)}::uuid`);
    if (filter.cameraId !== undefined) where.push(`camera_id = ${bind(filter.cameraId)}`);
    if (filter.kind !== undefined) where.push(`kind = ${bind(filter.kind)}`);
    if (filter.unseen) where.push('seen_at IS NULL');
    // A day around, so that partitions are left out by the identifier and late receipts still found.
    if (filter.from !== undefined) {
      where.push(`id >= uuid_floor(${bind(new Date(filter.from.getTime() - dayMs))})`);
      where.push(
        `coalesce(ended_at, last_notice_at, occurred_at) + uncertainty_ms * interval '1 millisecond' >= ${bind(filter.from)}`,
      );
    }
    if (filter.until !== undefined) {
      where.push(`id < uuid_floor(${bind(new Date(filter.until.getTime() + dayMs))})`);
      where.push(`occurred_at - uncertainty_ms * interval '1 millisecond' < ${bind(filter.until)}`);
    }
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${bind(filter.limit)}`,
      values,
    );
  }

  /** In the order of receipt. */
  async noticesOf(
    em: EntityManager,
    communeId: string,
    eventId: string,
    limit: number,
  ): Promise<NoticeRow[]> {
    return em.query<NoticeRow[]>(
      `SELECT id, ${ms('received_at')} AS "receivedAt", camera_time_text AS "cameraTimeText",
         clock_offset_ms AS "clockOffsetMs", uncertainty_ms AS "uncertaintyMs", ${ms('occurred_at')} AS "occurredAt",
         topic, operation, phase, source, data, raw_sha256 AS "rawSha256"
       FROM notices WHERE commune_id = $1 AND event_id = $2 ORDER BY id LIMIT $3`,
      [communeId, eventId, limit],
    );
  }

  /** The first one to see it stays. @returns whether it is this call */
  async markSeen(em: EntityManager, communeId: string, id: string, by: string, at: Date): Promise<boolean> {
    const [, changed] = await em.query<[unknown[], number]>(
      `UPDATE camera_events SET seen_by = $3, seen_at = $4 WHERE commune_id = $1 AND id = $2 AND seen_at IS NULL`,
      [communeId, id, by, at],
    );
    return changed > 0;
  }

  /** Open events of this kind, of one camera. */
  async open(em: EntityManager, communeId: string, cameraId: string, kind: string): Promise<EventRow[]> {
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events
       WHERE commune_id = $1 AND camera_id = $2 AND kind = $3 AND state = 'open'`,
      [communeId, cameraId, kind],
    );
  }

  /** What cannot be watched now. */
  async openOutages(em: EntityManager, communeId: string): Promise<EventRow[]> {
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events
       WHERE commune_id = $1 AND state = 'open' AND kind IN ('outage', 'gap') ORDER BY id`,
      [communeId],
    );
  }

  /**
   * Ends what nobody has spoken of for as long as its kind may last; an outage only once its camera was taken down.
   * @returns the events, as they are now
   */
  async closeStale(em: EntityManager, communeId: string, now: Date): Promise<EventRow[]> {
    const [rows] = await em.query<[EventRow[], number]>(
      `UPDATE camera_events SET state = 'closed', ended_at = greatest(last_notice_at, occurred_at), ended_by = 'time'
       WHERE commune_id = $1 AND state = 'open'
         AND last_notice_at < $2::timestamptz - coalesce(($3::jsonb ->> kind)::float8, $4) * interval '1 millisecond'
         AND (kind NOT IN ('outage', 'gap')
           OR camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND retired_at IS NOT NULL))
       RETURNING ${eventColumns}`,
      [communeId, now, JSON.stringify(longestMsByKind), usualLongestMs],
    );
    return rows;
  }

  /** Deletes a portion of what one point's cameras told before then. @returns what went, and pictures left over */
  async purge(
    em: EntityManager,
    communeId: string,
    pointId: string,
    before: { readonly notices: Date; readonly events: Date },
    limit: number,
  ): Promise<{ notices: number; events: number; snapshots: string[] }> {
    const [, notices] = await em.query<[unknown[], number]>(
      `DELETE FROM notices WHERE commune_id = $1 AND id IN (
         SELECT id FROM notices WHERE commune_id = $1 AND id < uuid_floor($3)
           AND camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND point_id = $2) LIMIT $4)`,
      [communeId, pointId, before.notices, limit],
    );
    const [gone, events] = await em.query<[{ sha256: string | null }[], number]>(
      `DELETE FROM camera_events WHERE commune_id = $1 AND id IN (
         SELECT id FROM camera_events WHERE commune_id = $1 AND id < uuid_floor($3) AND state <> 'open'
           AND camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND point_id = $2) LIMIT $4)
       RETURNING snapshot_sha256 AS sha256`,
      [communeId, pointId, before.events, limit],
    );
    const hashes = [...new Set(gone.flatMap(({ sha256 }) => sha256 ?? []))];
    const kept = await em.query<{ sha256: string }[]>(
      `SELECT DISTINCT snapshot_sha256 AS sha256 FROM camera_events
       WHERE commune_id = $1 AND snapshot_sha256 = ANY($2)`,
      [communeId, hashes],
    );
    const still = new Set(kept.map(({ sha256 }) => sha256));
    return { notices, events, snapshots: hashes.filter((sha256) => !still.has(sha256)) };
  }
}

/** PostgreSQL stores no NUL in text; a camera's words may hold one, and its raw bytes keep it. */
function storableJson(rows: readonly unknown[]): string {
  return JSON.stringify(rows).replaceAll('\\u0000', '\\ufffd');
}
