import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { JournalLine } from './journal-line.ts';

export interface StoredLine {
  readonly line: JournalLine;
  /** null where there were none, or they were erased. */
  readonly words: { readonly salt: string; readonly words: string } | null;
}

interface Row {
  commune_id: string;
  number: string;
  at: string;
  actor_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string;
  facts: Record<string, unknown>;
  words_hash: string;
  previous_hash: string;
  hash: string;
  salt: string | null;
  words: string | null;
}

/** By hand-written SQL: an append-only table has no use for entities that track changes. */
@Injectable()
export class JournalStore {
  /** One writer at a time and commune, until the transaction ends: numbers have no gaps. */
  async lock(em: EntityManager, communeId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('loa.journal.' || $1, 0))`, [communeId]);
  }

  async last(em: EntityManager, communeId: string): Promise<{ number: number; hash: string } | null> {
    const [row] = await em.query<{ number: string; hash: string }[]>(
      'SELECT number, hash FROM journal WHERE commune_id = $1 ORDER BY number DESC LIMIT 1',
      [communeId],
    );
    return row === undefined ? null : { number: Number(row.number), hash: row.hash };
  }

  async append(em: EntityManager, { line, words }: StoredLine): Promise<void> {
    await em.query(
      `INSERT INTO journal (commune_id, number, at, actor_id, action, subject_type, subject_id, facts, words_hash,
                            previous_hash, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        line.communeId,
        line.number,
        line.at,
        line.actorId,
        line.action,
        line.subjectType,
        line.subjectId,
        JSON.stringify(line.facts),
        line.wordsHash,
        line.previousHash,
        line.hash,
      ],
    );
    if (words === null) return;
    await em.query('INSERT INTO journal_words (commune_id, number, salt, words) VALUES ($1, $2, $3, $4)', [
      line.communeId,
      line.number,
      words.salt,
      words.words,
    ]);
  }

  async hasSpooled(em: EntityManager, communeId: string, spoolId: string): Promise<boolean> {
    const rows = await em.query<unknown[]>(
      `SELECT FROM journal WHERE commune_id = $1 AND facts ->> 'spoolId' = $2 AND facts ? 'spoolId'`,
      [communeId, spoolId],
    );
    return rows.length > 0;
  }

  /** Upwards from a number (not included). */
  async after(em: EntityManager, communeId: string, number: number, limit: number): Promise<StoredLine[]> {
    return await this.read(em, 'j.number > $2 ORDER BY j.number LIMIT $3', [communeId, number, limit]);
  }

  /** Downwards from a number (not included). */
  async before(em: EntityManager, communeId: string, number: number, limit: number): Promise<StoredLine[]> {
    return await this.read(em, 'j.number < $2 ORDER BY j.number DESC LIMIT $3', [communeId, number, limit]);
  }

  async eraseWords(em: EntityManager, communeId: string, numbers: readonly number[]): Promise<void> {
    await em.query('DELETE FROM journal_words WHERE commune_id = $1 AND number = ANY($2)', [
      communeId,
      numbers,
    ]);
  }

  private async read(em: EntityManager, where: string, parameters: unknown[]): Promise<StoredLine[]> {
    const rows = await em.query<Row[]>(
      `SELECT j.commune_id, j.number, j.actor_id, j.action, j.subject_type, j.subject_id, j.facts, j.words_hash,
              j.previous_hash, j.hash, w.salt, w.words,
              to_char(j.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
       FROM journal j LEFT JOIN journal_words w ON w.commune_id = j.commune_id AND w.number = j.number
       WHERE j.commune_id = $1 AND ${where}`,
      parameters,
    );
    return rows.map((row) => ({
      line: {
        communeId: row.commune_id,
        number: Number(row.number),
        // Milliseconds were written; microseconds can only be somebody's change, and must not be rounded away.
        at: row.at.replace(/000Z$/, 'Z'),
        actorId: row.actor_id,
        action: row.action,
        subjectType: row.subject_type,
        subjectId: row.subject_id,
        facts: row.facts,
        wordsHash: row.words_hash,
        previousHash: row.previous_hash,
        hash: row.hash,
      },
      words: row.salt === null || row.words === null ? null : { salt: row.salt, words: row.words },
    }));
  }
}
