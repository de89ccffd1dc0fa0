import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A picture of an event after its first. Times are ms since 1970. */
export interface MorePicture {
  readonly eventId: string;
  readonly noticeId: string;
  readonly sha256: string;
  readonly takenAt: number;
}

@Injectable()
export class MorePicturesStore {
  /** Keeps them while their event has fewer than `most`. @returns the hashes of those that are kept, now or before */
  async keep(
    em: EntityManager,
    communeId: string,
    pictures: readonly MorePicture[],
    most: number,
  ): Promise<string[]> {
    const kept: string[] = [];
    // One after the other: each counts for the next. They come a few at a time.
    for (const { eventId, noticeId, sha256, takenAt } of pictures) {
      const [row] = await em.query<{ isKept: boolean }[]>(
        `WITH there AS (SELECT sha256 FROM camera_event_pictures WHERE commune_id = $1 AND event_id = $2),
         added AS (
           INSERT INTO camera_event_pictures (commune_id, event_id, notice_id, sha256, taken_at)
           SELECT $1, $2, $3, $4, to_timestamp($5 / 1000.0) WHERE (SELECT count(*) FROM there) < $6
           ON CONFLICT DO NOTHING RETURNING sha256)
         SELECT EXISTS (SELECT FROM added) OR $4 IN (SELECT sha256 FROM there) AS "isKept"`,
        [communeId, eventId, noticeId, sha256, takenAt, most],
      );
      if (row?.isKept === true) kept.push(sha256);
    }
    return kept;
  }

  /** In the order in which they were taken. */
  async of(
    em: EntityManager,
    communeId: string,
    eventId: string,
  ): Promise<{ sha256: string; takenAt: number }[]> {
    return em.query(
      `SELECT sha256, (extract(epoch FROM taken_at) * 1000)::float8 AS "takenAt"
       FROM camera_event_pictures WHERE commune_id = $1 AND event_id = $2 ORDER BY taken_at, sha256`,
      [communeId, eventId],
    );
  }

  /** The events that have it. */
  async eventsWith(em: EntityManager, communeId: string, sha256: string): Promise<string[]> {
    const rows = await em.query<{ id: string }[]>(
      `SELECT event_id AS id FROM camera_event_pictures WHERE commune_id = $1 AND sha256 = $2`,
      [communeId, sha256],
    );
    return rows.map(({ id }) => id);
  }
}
