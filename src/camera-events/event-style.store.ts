import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import type { EventStyle } from './event-style.ts';
import type { LearnedStyle } from './learning.ts';

/** A topic of which nobody knows what it means. Times are ms since 1970. */
export interface UnknownTopic {
  readonly topic: string;
  readonly notices: number;
  readonly lastAt: number;
  readonly cameraIds: string[];
}

export interface NamedTopic {
  readonly topic: string;
  readonly kind: Kind;
  readonly namedBy: string;
  readonly namedAt: Date;
}

/** A camera that invents topics must not fill the disk with what was learned of them. */
const mostTopicsPerCamera = 200;
const topicsShown = 200;
export const styleColumns = `camera_id AS "cameraId", topic, set_style AS "setStyle", style,
  (extract(epoch FROM changed_at) * 1000)::float8 AS "changedAt", evidence`;

/**
 * Keeps what was learned (`LearnedStyle`s as JSON); what a person set stays as it is. Part of the one statement that
 * enters notices.
 * @param rows the JSON's place in the statement, as `$3`; `$1` is the commune
 */
export const keepLearnedSql = (rows: string): string =>
  `INSERT INTO event_styles (commune_id, camera_id, topic, style, changed_at, evidence)
   SELECT $1, s."cameraId", s.topic, s.style, to_timestamp(s."changedAt" / 1000.0), s.evidence
   FROM json_to_recordset(${rows}::json) AS s("cameraId" uuid, topic text, style text, "changedAt" float8, evidence jsonb)
   WHERE (SELECT count(*) FROM event_styles e WHERE e.commune_id = $1 AND e.camera_id = s."cameraId")
       < ${mostTopicsPerCamera}
     OR EXISTS (SELECT FROM event_styles e
       WHERE e.commune_id = $1 AND e.camera_id = s."cameraId" AND e.topic = s.topic)
   ON CONFLICT (commune_id, camera_id, topic) DO UPDATE
     SET style = excluded.style, changed_at = excluded.changed_at, evidence = excluded.evidence`;

@Injectable()
export class EventStyleStore {
  /** Of these pairs of camera and topic; the same one may come many times. */
  async of(
    em: EntityManager,
    communeId: string,
    pairs: readonly { readonly camera: string; readonly topic: string }[],
  ): Promise<LearnedStyle[]> {
    const distinct = [...new Map(pairs.map((one) => [`${one.camera} ${one.topic}`, one])).values()];
    return em.query<LearnedStyle[]>(
      `SELECT ${styleColumns} FROM event_styles JOIN unnest($2::uuid[], $3::text[]) AS pair(camera, told)
         ON camera_id = camera AND topic = told WHERE commune_id = $1`,
      [communeId, distinct.map(({ camera }) => camera), distinct.map(({ topic }) => topic)],
    );
  }

  async ofCamera(em: EntityManager, communeId: string, cameraId: string): Promise<LearnedStyle[]> {
    return em.query<LearnedStyle[]>(
      `SELECT ${styleColumns} FROM event_styles WHERE commune_id = $1 AND camera_id = $2 ORDER BY topic`,
      [communeId, cameraId],
    );
  }

  /** @param style null: what is learned counts again. @returns whether such a topic was there */
  async set(
    em: EntityManager,
    communeId: string,
    at: { readonly cameraId: string; readonly topic: string },
    style: EventStyle | null,
    by: string,
  ): Promise<boolean> {
    const [, changed] = await em.query<[unknown[], number]>(
      `UPDATE event_styles SET set_style = $4, set_by = CASE WHEN $4::text IS NULL THEN NULL ELSE $5::uuid END
       WHERE commune_id = $1 AND camera_id = $2 AND topic = $3`,
      [communeId, at.cameraId, at.topic, style, by],
    );
    return changed > 0;
  }

  async unknown(em: EntityManager, communeId: string): Promise<UnknownTopic[]> {
    return em.query<UnknownTopic[]>(
      `SELECT topic, count(*)::int AS notices, (extract(epoch FROM max(received_at)) * 1000)::float8 AS "lastAt",
         array_agg(DISTINCT camera_id) AS "cameraIds"
       FROM notices WHERE commune_id = $1 AND kind = 'unknown' GROUP BY topic ORDER BY notices DESC, topic LIMIT $2`,
      [communeId, topicsShown],
    );
  }

  async named(em: EntityManager, communeId: string): Promise<NamedTopic[]> {
    return em.query<NamedTopic[]>(
      `SELECT topic, kind, named_by AS "namedBy", named_at AS "namedAt" FROM event_topics
       WHERE commune_id = $1 ORDER BY topic`,
      [communeId],
    );
  }

  /** The kinds that people gave, by topic. */
  async kinds(em: EntityManager, communeId: string): Promise<Map<string, Kind>> {
    return new Map((await this.named(em, communeId)).map(({ topic, kind }) => [topic, kind]));
  }

  /** @param kind null takes the name away */
  async name(
    em: EntityManager,
    communeId: string,
    topic: string,
    kind: Kind | null,
    by: { readonly id: string; readonly at: Date },
  ): Promise<void> {
    if (kind === null)
      await em.query('DELETE FROM event_topics WHERE commune_id = $1 AND topic = $2', [communeId, topic]);
    else
      await em.query(
        `INSERT INTO event_topics (commune_id, topic, kind, named_by, named_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (commune_id, topic) DO UPDATE
           SET kind = excluded.kind, named_by = excluded.named_by, named_at = excluded.named_at`,
        [communeId, topic, kind, by.id, by.at],
      );
  }
}
