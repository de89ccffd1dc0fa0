import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Heard } from './hearing.ts';

/** What one person says of one broadcast at one time in one village. */
export interface HearingRow {
  broadcastId: string;
  nominalAt: Date;
  villageId: string;
  /** Of a link: the same for each that was made for this broadcast and village. */
  personId: string;
  heard: Heard;
  saidAt: Date;
  byLink: boolean;
}

@Injectable()
export class HearingStore {
  /** A person's later word takes the place of the earlier one. */
  async say(em: EntityManager, communeId: string, row: HearingRow): Promise<void> {
    await em.query(
      `INSERT INTO hearings (commune_id, broadcast_id, nominal_at, village_id, person_id, heard, said_at, by_link)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (commune_id, broadcast_id, nominal_at, village_id, person_id)
       DO UPDATE SET heard = excluded.heard, said_at = excluded.said_at`,
      [
        ...[communeId, row.broadcastId, row.nominalAt, row.villageId],
        ...[row.personId, row.heard, row.saidAt, row.byLink],
      ],
    );
  }

  /** By the nominal time of what was heard, then in the order in which it was said; at most 5,000. */
  async between(
    em: EntityManager,
    communeId: string,
    range: { from: Date; until: Date; broadcastId?: string | undefined },
  ): Promise<HearingRow[]> {
    return em.query<HearingRow[]>(
      `SELECT broadcast_id AS "broadcastId", nominal_at AS "nominalAt", village_id AS "villageId",
              person_id AS "personId", heard, said_at AS "saidAt", by_link AS "byLink"
       FROM hearings WHERE commune_id = $1 AND nominal_at >= $2 AND nominal_at < $3
         AND ($4::uuid IS NULL OR broadcast_id = $4)
       ORDER BY nominal_at, said_at LIMIT 5000`,
      [communeId, range.from, range.until, range.broadcastId ?? null],
    );
  }

  /** Villages whose latest word since then is that nothing was heard. */
  async unheard(em: EntityManager, communeId: string, since: Date): Promise<string[]> {
    const rows = await em.query<{ villageId: string }[]>(
      `SELECT "villageId" FROM (
         SELECT DISTINCT ON (village_id) village_id AS "villageId", heard FROM hearings
         WHERE commune_id = $1 AND said_at >= $2 ORDER BY village_id, said_at DESC
       ) AS latest WHERE heard = 'not'`,
      [communeId, since],
    );
    return rows.map(({ villageId }) => villageId);
  }
}
