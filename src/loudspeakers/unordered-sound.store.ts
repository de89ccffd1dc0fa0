import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A pole's sense wire felt sound that nobody had ordered. */
export interface UnorderedSound {
  readonly loudspeakerId: string;
  /** By the pole's clock. */
  readonly at: Date;
  readonly receivedAt: Date;
}

/** Told so much later than felt, it was no news of now (s). */
const lateSeconds = 60;

@Injectable()
export class UnorderedSoundStore {
  async add(em: EntityManager, communeId: string, sounds: readonly UnorderedSound[]): Promise<void> {
    if (sounds.length === 0) return;
    await em.query(
      `INSERT INTO unordered_sounds (commune_id, loudspeaker_id, at, received_at)
       SELECT $1, s."loudspeakerId", s.at, s."receivedAt"
       FROM jsonb_to_recordset($2::jsonb) AS s("loudspeakerId" uuid, at timestamptz, "receivedAt" timestamptz)
       ON CONFLICT DO NOTHING`,
      [communeId, JSON.stringify(sounds)],
    );
  }

  /** The newest of one pole, the newest first. */
  async newest(
    em: EntityManager,
    communeId: string,
    loudspeakerId: string,
    limit: number,
  ): Promise<UnorderedSound[]> {
    return em.query<UnorderedSound[]>(
      `SELECT loudspeaker_id AS "loudspeakerId", at, received_at AS "receivedAt" FROM unordered_sounds
       WHERE commune_id = $1 AND loudspeaker_id = $2 ORDER BY at DESC LIMIT $3`,
      [communeId, loudspeakerId, limit],
    );
  }

  /** How many each pole told only after it was over or the pole was back, since an instant; by pole. */
  async toldLate(em: EntityManager, communeId: string, since: Date): Promise<Map<string, number>> {
    const rows = await em.query<{ id: string; count: number }[]>(
      `SELECT loudspeaker_id AS id, count(*)::int AS count FROM unordered_sounds
       WHERE commune_id = $1 AND received_at >= $2 AND received_at > at + make_interval(secs => $3)
       GROUP BY loudspeaker_id`,
      [communeId, since, lateSeconds],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }
}
