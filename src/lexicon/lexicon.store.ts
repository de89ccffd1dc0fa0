import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LexiconEntry } from '../speech/reading/lexicon.ts';

export const CHANGE_CAUSES = ['added', 'changed', 'retired', 'promoted', 'imported', 'reverted'] as const;
export type ChangeCause = (typeof CHANGE_CAUSES)[number];

/** What an entry became in some version. */
export interface LexiconChange {
  readonly entryId: string;
  /** null: retired. */
  readonly entry: LexiconEntry | null;
}

/** An entry as it stands, with its last change. */
export interface StandingEntry {
  readonly id: string;
  readonly entry: LexiconEntry;
  readonly version: number;
  readonly actorId: string;
  readonly changedAt: Date;
}

export interface VersionRow {
  readonly version: number;
  readonly cause: ChangeCause;
  readonly actorId: string;
  readonly changedAt: Date;
  readonly written: string[];
  readonly changes: number;
}

/** The communes' own lexicons. Changes are added and read, never changed. */
@Injectable()
export class LexiconStore {
  /** 0 where nothing was ever changed. */
  async version(em: EntityManager, communeId: string): Promise<number> {
    const [row] = await em.query<{ version: number }[]>(
      'SELECT coalesce(max(version), 0)::int AS version FROM lexicon_changes WHERE commune_id = $1',
      [communeId],
    );
    return row?.version ?? 0;
  }

  /** Whether there ever was such an entry. */
  async known(em: EntityManager, communeId: string, id: string): Promise<boolean> {
    const rows = await em.query<unknown[]>(
      'SELECT 1 FROM lexicon_changes WHERE commune_id = $1 AND entry_id = $2 LIMIT 1',
      [communeId, id],
    );
    return rows.length > 0;
  }

  /** What stood in a version (by default in the newest), in order of the written form. */
  async standing(em: EntityManager, communeId: string, version?: number): Promise<StandingEntry[]> {
    return em.query<StandingEntry[]>(
      `SELECT * FROM (
         SELECT DISTINCT ON (entry_id) entry_id AS id, entry, version, actor_id AS "actorId",
                changed_at AS "changedAt"
         FROM lexicon_changes WHERE commune_id = $1 AND version <= coalesce($2, version)
         ORDER BY entry_id, version DESC) last
       WHERE entry IS NOT NULL ORDER BY lower(entry->>'written'), id`,
      [communeId, version ?? null],
    );
  }

  /** One who changes waits for the other: a version belongs to one change. To be called before reading what stands. */
  async lock(em: EntityManager, communeId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('lexicon ' || $1, 0))`, [communeId]);
  }

  async append(
    em: EntityManager,
    communeId: string,
    by: { readonly actorId: string; readonly cause: ChangeCause; readonly at: Date },
    changes: readonly LexiconChange[],
  ): Promise<number> {
    const version = (await this.version(em, communeId)) + 1;
    await em.query(
      `INSERT INTO lexicon_changes (commune_id, version, entry_id, entry, cause, actor_id, changed_at)
       SELECT $1, $2, id, nullif(entry, 'null'::jsonb), $3, $4, $5
       FROM unnest($6::uuid[], $7::jsonb[]) AS change (id, entry)`,
      [
        communeId,
        version,
        by.cause,
        by.actorId,
        by.at,
        changes.map(({ entryId }) => entryId),
        changes.map(({ entry }) => JSON.stringify(entry)),
      ],
    );
    return version;
  }

  /** The newest first, each with the first written forms that it touched. */
  async history(em: EntityManager, communeId: string, limit: number): Promise<VersionRow[]> {
    return em.query<VersionRow[]>(
      `SELECT version, min(cause) AS cause, (array_agg(actor_id))[1] AS "actorId",
              min(changed_at) AS "changedAt", count(*)::int AS changes,
              (array_agg(written ORDER BY written))[1:5] AS written
       FROM (SELECT c.*, coalesce(c.entry, before.entry)->>'written' AS written
             FROM lexicon_changes c
             LEFT JOIN LATERAL (
               SELECT entry FROM lexicon_changes b
               WHERE b.commune_id = c.commune_id AND b.entry_id = c.entry_id AND b.version < c.version
                 AND b.entry IS NOT NULL
               ORDER BY b.version DESC LIMIT 1) before ON true
             WHERE c.commune_id = $1) named
       GROUP BY version ORDER BY version DESC LIMIT $2`,
      [communeId, limit],
    );
  }
}
