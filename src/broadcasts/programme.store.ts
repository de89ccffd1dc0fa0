import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What was last issued to a pole. The programme itself is compiled again when it is needed: that costs microseconds. */
export interface IssuedProgramme {
  readonly loudspeakerId: string;
  readonly number: number;
  readonly issuedAt: number;
  readonly untilAt: number;
  readonly contentHash: string;
  readonly heldNumber: number | null;
}

@Injectable()
export class ProgrammeStore {
  /** One compilation of a commune at a time, across replicas. */
  async lock(em: EntityManager, communeId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('programmes:' || $1, 0))`, [communeId]);
  }

  async issued(em: EntityManager, communeId: string): Promise<Map<string, IssuedProgramme>> {
    const rows = await em.query<
      {
        id: string;
        number: string;
        issuedAt: Date;
        untilAt: Date;
        contentHash: string;
        held: string | null;
      }[]
    >(
      `SELECT loudspeaker_id AS id, number, issued_at AS "issuedAt", until_at AS "untilAt",
              content_hash AS "contentHash", held_number AS held
       FROM programmes WHERE commune_id = $1`,
      [communeId],
    );
    return new Map(
      rows.map((row) => [
        row.id,
        {
          loudspeakerId: row.id,
          number: Number(row.number),
          issuedAt: row.issuedAt.getTime(),
          untilAt: row.untilAt.getTime(),
          contentHash: row.contentHash,
          heldNumber: row.held === null ? null : Number(row.held),
        },
      ]),
    );
  }

  async issue(em: EntityManager, communeId: string, issued: readonly IssuedProgramme[]): Promise<void> {
    if (issued.length === 0) return;
    await em.query(
      `INSERT INTO programmes (commune_id, loudspeaker_id, number, issued_at, until_at, content_hash)
       SELECT $1, p.id, p.number, p."issuedAt", p."untilAt", p.hash
       FROM jsonb_to_recordset($2::jsonb) AS p(id uuid, number bigint, "issuedAt" timestamptz,
         "untilAt" timestamptz, hash text)
       ON CONFLICT (commune_id, loudspeaker_id) DO UPDATE SET number = excluded.number,
         issued_at = excluded.issued_at, until_at = excluded.until_at, content_hash = excluded.content_hash`,
      [
        communeId,
        JSON.stringify(
          issued.map((each) => ({
            id: each.loudspeakerId,
            number: each.number,
            issuedAt: new Date(each.issuedAt).toISOString(),
            untilAt: new Date(each.untilAt).toISOString(),
            hash: each.contentHash,
          })),
        ),
      ],
    );
  }

  /** The poles' own word what they hold. @returns the numbers now issued, by pole; none for an unknown one */
  async held(
    em: EntityManager,
    communeId: string,
    held: ReadonlyMap<string, { number: number; ready: number; of: number }>,
    now: Date,
  ): Promise<Map<string, number>> {
    if (held.size === 0) return new Map();
    const [rows] = await em.query<[{ id: string; number: string }[], number]>(
      `UPDATE programmes SET held_number = h.holds, held_at = $2, audio_ready = h.ready, audio_needed = h.needed
       FROM jsonb_to_recordset($3::jsonb) AS h(pole uuid, holds bigint, ready int, needed int)
       WHERE commune_id = $1 AND loudspeaker_id = h.pole RETURNING loudspeaker_id AS id, number`,
      [
        communeId,
        now,
        JSON.stringify(
          [...held].map(([pole, each]) => ({
            ...{ pole, holds: each.number, ready: each.ready, needed: each.of },
          })),
        ),
      ],
    );
    return new Map(rows.map(({ id, number }) => [id, Number(number)]));
  }
}
