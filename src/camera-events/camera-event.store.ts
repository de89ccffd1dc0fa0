import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Notice } from '../../devices/protocol/camera-messages.ts';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import { Failure } from '../base/failure.ts';
import { keepPlans, prepare, queryPrepared } from '../platform/database/prepared.ts';
import type { StoredNotice } from './placing.ts';
import { searchOf } from './event-search.ts';
import type { EventFilter } from './event-search.ts';
import { keepLearnedSql, styleColumns } from './event-style.store.ts';
import { longestMsByKind, usualLongestMs } from './kinds.ts';
import type { LearnedStyle } from './learning.ts';
import { foldLongestMs, foldWithinMs, storableText } from './merge.ts';
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

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const eventColumns = `id, camera_id AS "cameraId", point_id AS "pointId", kind, source_key AS "sourceKey", state,
  ${ms('received_at')} AS "receivedAt", ${ms('occurred_at')} AS "occurredAt", uncertainty_ms AS "uncertaintyMs",
  ${ms('ended_at')} AS "endedAt", ended_by AS "endedBy", ${ms('last_notice_at')} AS "lastNoticeAt", notice_count AS "noticeCount", topic,
  snapshot_sha256 AS "snapshotSha256", ${ms('snapshot_at')} AS "snapshotAt", cause, detected, seen_by AS "seenBy",
  ${ms('seen_at')} AS "seenAt"`;

/** Where a camera that somebody may tell of stands; `untilAt` (ms) until when they might. */
export interface PointOf {
  readonly pointId: string;
  readonly untilAt: number | null;
}

/** What notices need to be read and entered: which of them lie here already, and their cameras' styles. */
export interface Held {
  /** By notice: its event. */
  readonly known: ReadonlyMap<string, string | null>;
  readonly styles: readonly LearnedStyle[];
  /** The kinds that people gave, by topic. */
  readonly kinds: ReadonlyMap<string, Kind>;
}

/** `$1` is the commune; `events` the place of the JSON. */
const saveEventsSql = (events: string): string =>
  `INSERT INTO camera_events (commune_id, id, camera_id, point_id, kind, source_key, state, received_at, occurred_at,
     uncertainty_ms, ended_at, ended_by, last_notice_at, notice_count, topic, snapshot_sha256, snapshot_at,
     cause, detected)
   SELECT $1, e.id, e."cameraId", e."pointId", e.kind, e."sourceKey", e.state,
     to_timestamp(e."receivedAt" / 1000.0), to_timestamp(e."occurredAt" / 1000.0), e."uncertaintyMs",
     to_timestamp(e."endedAt" / 1000.0), e."endedBy", to_timestamp(e."lastNoticeAt" / 1000.0), e."noticeCount", e.topic,
     e."snapshotSha256", to_timestamp(e."snapshotAt" / 1000.0), nullif(e.cause, 'null'),
     nullif(e.detected, 'null')
   FROM json_to_recordset(${events}::json) AS e(id uuid, "cameraId" uuid, "pointId" uuid, kind text, "sourceKey" text,
     state text, "receivedAt" float8, "occurredAt" float8, "uncertaintyMs" float8, "endedAt" float8, "endedBy" text,
     "lastNoticeAt" float8, "noticeCount" int, topic text, "snapshotSha256" text, "snapshotAt" float8,
     cause jsonb, detected jsonb)
   ON CONFLICT (commune_id, id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at,
     ended_by = excluded.ended_by, last_notice_at = excluded.last_notice_at, notice_count = excluded.notice_count,
     snapshot_sha256 = excluded.snapshot_sha256, snapshot_at = excluded.snapshot_at,
     cause = excluded.cause, detected = excluded.detected`;

const lock = `pg_advisory_xact_lock(hashtextextended('notices:' || $1, 0))`;
const lockToEnter = prepare(`SELECT ${keepPlans}, ${lock}`);
const held = prepare(
  `SELECT
     (SELECT json_agg(n) FROM (
       SELECT id, event_id AS "eventId" FROM notices
       WHERE commune_id = $1 AND id = ANY($2::uuid[]) AND id BETWEEN $3 AND $4
     ) n) AS known,
     (SELECT json_agg(s) FROM (
       SELECT ${styleColumns} FROM event_styles JOIN unnest($5::uuid[], $6::text[]) AS pair(camera, told)
         ON camera_id = camera AND topic = told WHERE commune_id = $1
     ) s) AS styles,
     (SELECT json_agg(t) FROM (SELECT topic, kind FROM event_topics WHERE commune_id = $1 AND $7::boolean) t) AS kinds`,
);
/** An object of all source keys, since the server finds a key in it sooner than in an array. */
const mergeable = prepare(
  `SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND state = 'open'
     AND camera_id = ANY($2::uuid[]) AND kind = ANY($3::text[]) AND $4::jsonb ? source_key
   UNION ALL SELECT ${eventColumns} FROM camera_events WHERE commune_id = $1 AND state <> 'open'
     AND camera_id = ANY($2::uuid[]) AND kind = ANY($3::text[]) AND $4::jsonb ? source_key
     AND id >= uuid_floor($5) AND last_notice_at >= $6`,
);
const enter = prepare(
  `WITH events AS (${saveEventsSql('$2')}), learned AS (${keepLearnedSql('$3')})
   INSERT INTO notices (commune_id, id, camera_id, box_id, detector_id, received_at, camera_time_text,
     clock_offset_ms, uncertainty_ms, occurred_at, topic, operation, kind, phase, source, data, raw, raw_sha256,
     event_id, channel, stray_of)
   SELECT $1, n.id, n.camera, $4, $5, to_timestamp(n."receivedAt" / 1000.0), n."cameraTimeText", n."clockOffsetMs",
     n."uncertaintyMs", to_timestamp(n."occurredAt" / 1000.0), n.topic, n.operation, n.kind, n.phase, n.source,
     n.data, decode(n.raw, 'base64'), n."rawSha256", n."eventId", n.channel, n."strayOf"
   FROM json_to_recordset($6::json) AS n(id uuid, camera uuid, "receivedAt" bigint, "cameraTimeText" text,
     "clockOffsetMs" float8, "uncertaintyMs" float8, "occurredAt" bigint, topic text, operation text, kind text,
     phase text, source jsonb, data jsonb, raw text, "rawSha256" text, "eventId" uuid,
     channel text, "strayOf" uuid)
   ON CONFLICT DO NOTHING`,
);

@Injectable()
export class CameraEventStore {
  /** One writer of a connector's or a detector's notices at a time, whichever service it is; ends with the transaction. */
  async lockTeller(em: EntityManager, tellerId: string): Promise<void> {
    await em.query(`SELECT ${lock}`, [tellerId]);
  }

  /** The same, for a transaction of which everything is prepared. */
  async lockToEnter(em: EntityManager, tellerId: string): Promise<void> {
    await queryPrepared(em, lockToEnter, [tellerId]);
  }

  /** What is known of these notices, in one question. After the lock: what another writer entered is seen. */
  async held(
    em: EntityManager,
    communeId: string,
    notices: readonly Pick<Notice, 'id' | 'camera' | 'topic' | 'kind'>[],
  ): Promise<Held> {
    const ids = notices.map(({ id }) => id.toLowerCase()).sort();
    const told = [...new Map(notices.map((one) => [`${one.camera} ${one.topic}`, one])).values()];
    const [found] = await queryPrepared<{
      known: { id: string; eventId: string | null }[] | null;
      styles: LearnedStyle[] | null;
      kinds: { topic: string; kind: Kind }[] | null;
    }>(em, held, [
      ...[communeId, ids, ids.at(0) ?? null, ids.at(-1) ?? null],
      ...[told.map(({ camera }) => camera), told.map(({ topic }) => storableText(topic))],
      notices.some(({ kind }) => kind === 'unknown'),
    ]);
    return {
      known: new Map(found?.known?.map(({ id, eventId }) => [id, eventId])),
      styles: found?.styles ?? [],
      kinds: new Map(found?.kinds?.map(({ topic, kind }) => [topic, kind])),
    };
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
    const live = await queryPrepared<EventRow>(em, mergeable, [
      ...[communeId, of.cameraIds, of.kinds],
      JSON.stringify(Object.fromEntries(of.sourceKeys.map((key) => [key, 0]))),
      ...[new Date(sinceAt - foldLongestMs), new Date(sinceAt - foldWithinMs)],
    ]);
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

  /** What a message came to, in one statement: its notices, their events, and what was learned. */
  async enter(
    em: EntityManager,
    communeId: string,
    of: {
      readonly boxId: string | null;
      readonly detectorId: string | null;
      readonly notices: readonly StoredNotice[];
      readonly events: readonly EventState[];
      readonly learned: readonly LearnedStyle[];
    },
  ): Promise<void> {
    await queryPrepared(em, enter, [
      ...[communeId, storableJson(of.events), storableJson(of.learned)],
      ...[of.boxId, of.detectorId, storableJson(of.notices)],
    ]);
  }

  async saveEvents(em: EntityManager, communeId: string, events: readonly EventState[]): Promise<void> {
    if (events.length > 0) await em.query(saveEventsSql('$2'), [communeId, storableJson(events)]);
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
    const { text, values } = searchOf(communeId, filter, eventColumns);
    return em.query<EventRow[]>(text, values);
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

  /** What lasted within a period, of these kinds; the newest first. */
  async ofKinds(
    em: EntityManager,
    communeId: string,
    of: {
      readonly kinds: readonly string[];
      /** Of every camera where null. */
      readonly cameraId: string | null;
      readonly from: Date;
      readonly until: Date;
    },
  ): Promise<EventRow[]> {
    return em.query<EventRow[]>(
      `SELECT ${eventColumns} FROM camera_events
       WHERE commune_id = $1 AND kind = ANY($2::text[]) AND ($3::uuid IS NULL OR camera_id = $3)
         AND occurred_at < $5 AND (state = 'open' OR coalesce(ended_at, occurred_at) >= $4)
       ORDER BY id DESC LIMIT 5000`,
      [communeId, of.kinds, of.cameraId, of.from, of.until],
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
           AND stray_of IS NULL
           AND camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND point_id = $2) LIMIT $4)`,
      [communeId, pointId, before.notices, limit],
    );
    const [gone, events] = await em.query<[{ id: string; sha256: string | null }[], number]>(
      `DELETE FROM camera_events WHERE commune_id = $1 AND id IN (
         SELECT id FROM camera_events WHERE commune_id = $1 AND id < uuid_floor($3) AND state <> 'open'
           AND camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND point_id = $2) LIMIT $4)
       RETURNING id, snapshot_sha256 AS sha256`,
      [communeId, pointId, before.events, limit],
    );
    const [further] = await em.query<[{ sha256: string }[], number]>(
      `DELETE FROM camera_event_pictures WHERE commune_id = $1 AND event_id = ANY($2::uuid[]) RETURNING sha256`,
      [communeId, gone.map(({ id }) => id)],
    );
    const hashes = [...new Set([...gone, ...further].flatMap(({ sha256 }) => sha256 ?? []))];
    const kept = await em.query<{ sha256: string }[]>(
      `SELECT DISTINCT snapshot_sha256 AS sha256 FROM camera_events
       WHERE commune_id = $1 AND snapshot_sha256 = ANY($2)
       UNION SELECT sha256 FROM camera_event_pictures WHERE commune_id = $1 AND sha256 = ANY($2)`,
      [communeId, hashes],
    );
    const still = new Set(kept.map(({ sha256 }) => sha256));
    return { notices, events, snapshots: hashes.filter((sha256) => !still.has(sha256)) };
  }
}

/**
 * PostgreSQL stores no NUL in text, and no half of a character that UTF-16 writes in two; a camera's words may hold
 * either, and its raw bytes keep them.
 */
function storableJson(rows: readonly unknown[]): string {
  const json = JSON.stringify(rows);
  // What is well formed stands in JSON as itself: only halves are escaped. Hardly any text has one, and a megabyte is
  // sooner searched for two letters than for a pattern.
  return json.includes('\\u') ? json.replace(/\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '\\ufffd') : json;
}
