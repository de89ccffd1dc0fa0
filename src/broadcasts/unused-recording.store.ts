import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Whatever refers to a recording of the commune ($1): the announcements as they stand, and every broadcast and emergency
 * that there ever was, for the books tell what was heard.
 */
const used = `
  SELECT recording_id AS id FROM announcements WHERE commune_id = $1 AND recording_id IS NOT NULL
  UNION
  SELECT (version->>'recordingId')::uuid FROM announcements CROSS JOIN jsonb_array_elements(versions) AS version
  WHERE commune_id = $1
  UNION
  SELECT (version->>'recordingId')::uuid FROM broadcasts CROSS JOIN jsonb_array_elements(versions) AS version
  WHERE commune_id = $1
  UNION
  SELECT r.id FROM emergencies e JOIN recordings r ON r.commune_id = e.commune_id AND r.opus_sha256 = e.opus_sha256
  WHERE e.commune_id = $1`;

/** Recordings that people brought and that nothing refers to any more. A computed voice's may be asked for again. */
@Injectable()
export class UnusedRecordingStore {
  /** Notes which have come out of use by now, and which are used again. */
  async note(em: EntityManager, communeId: string, at: Date): Promise<void> {
    await em.query(
      `UPDATE recordings SET unused_since = CASE WHEN unused_since IS NULL THEN $2::timestamptz END
       WHERE commune_id = $1 AND source_sha256 IS NOT NULL
         AND (unused_since IS NULL) = (id NOT IN (${used}))`,
      [communeId, at],
    );
  }

  /**
   * Forgets at most `limit` of those that have been out of use since before `before`, the longest unused first.
   * @returns their ids, and the files that no other recording of the commune has. Another commune's never has them: a
   *   file's tags name its commune.
   */
  async forget(
    em: EntityManager,
    communeId: string,
    before: Date,
    limit: number,
  ): Promise<{ ids: string[]; sha256s: string[] }> {
    const [gone] = await em.query<[{ id: string; sha256s: string[] }[], number]>(
      `DELETE FROM recordings WHERE commune_id = $1 AND id IN (
         SELECT id FROM recordings
         WHERE commune_id = $1 AND source_sha256 IS NOT NULL AND unused_since < $2 AND id NOT IN (${used})
         ORDER BY unused_since, id LIMIT $3)
       RETURNING id, ARRAY[opus_sha256, mp3_sha256] AS "sha256s"`,
      [communeId, before, limit],
    );
    const files = await em.query<{ sha256: string }[]>(
      `SELECT DISTINCT sha256 FROM unnest($2::text[]) AS sha256 WHERE NOT EXISTS (
         SELECT FROM recordings WHERE commune_id = $1 AND sha256 IN (opus_sha256, mp3_sha256))`,
      [communeId, gone.flatMap(({ sha256s }) => sha256s)],
    );
    return { ids: gone.map(({ id }) => id).sort(), sha256s: files.map(({ sha256 }) => sha256) };
  }
}
