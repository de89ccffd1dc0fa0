import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { precedenceOf } from './collisions.ts';
import type { Precedence } from './collisions.ts';

/** Which of two colliding priority broadcasts a person put first. */
@Injectable()
export class PrecedenceStore {
  async all(em: EntityManager, communeId: string): Promise<Precedence> {
    const rows = await em.query<{ first: string; second: string }[]>(
      `SELECT first_id AS first, CASE WHEN first_id = low_id THEN high_id ELSE low_id END AS second
       FROM precedences WHERE commune_id = $1`,
      [communeId],
    );
    return new Set(rows.map(({ first, second }) => precedenceOf(first, second)));
  }

  /** The newest decision counts. */
  async decide(
    em: EntityManager,
    communeId: string,
    decision: { firstId: string; secondId: string; by: string; at: Date },
  ): Promise<void> {
    const [low, high] = [decision.firstId, decision.secondId].sort();
    await em.query(
      `INSERT INTO precedences (commune_id, low_id, high_id, first_id, decided_by, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (commune_id, low_id, high_id)
       DO UPDATE SET first_id = excluded.first_id, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
      [communeId, low, high, decision.firstId, decision.by, decision.at],
    );
  }
}
