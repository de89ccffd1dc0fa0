import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person, Role } from '../access/rights.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf, enterDirectory, leaveDirectory } from '../platform/database/directory.ts';

export interface FoundSession {
  readonly person: Person;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

interface Row {
  person_id: string;
  display_name: string;
  roles: Role[];
  village_ids: string[];
  must_change_password: boolean;
  last_seen_at: Date;
  expires_at: Date;
  acts_for: string[];
}

/** Sessions and sign-in links: only the SHA-256 of their tokens. */
@Injectable()
export class SessionStore {
  constructor(private readonly database: Database) {}

  async add(
    em: EntityManager,
    session: {
      readonly communeId: string;
      readonly tokenHash: string;
      readonly personId: string;
      readonly at: Date;
      readonly expiresAt: Date;
    },
  ): Promise<void> {
    await em.query(
      `INSERT INTO sessions (commune_id, token_hash, person_id, created_at, last_seen_at, expires_at)
       VALUES ($1, $2, $3, $4, $4, $5)`,
      [session.communeId, session.tokenHash, session.personId, session.at, session.expiresAt],
    );
    await enterDirectory(em, 'session', session.tokenHash, session.communeId);
  }

  /**
   * Who holds a session, and notes that they were seen where that was long ago.
   * @param idleSince sessions not seen since then have ended
   * @param seenBefore a session last seen before this is noted as seen now; null where nobody used it
   */
  async find(
    tokenHash: string,
    times: {
      readonly at: Date;
      readonly idleSince: Date;
      readonly seenBefore: Date | null;
      readonly today: string;
    },
  ): Promise<FoundSession | null> {
    const communeId = await communeOf(this.database, 'session', tokenHash);
    if (communeId === null) return null;
    return await this.database.inCommune(communeId, async (em) => {
      const [row] = await em.query<Row[]>(
        `SELECT s.person_id, p.display_name, p.roles, p.village_ids, p.must_change_password, s.last_seen_at, s.expires_at,
                ARRAY(SELECT d.from_person_id FROM delegations d
                      JOIN people f ON f.commune_id = d.commune_id AND f.id = d.from_person_id
                      WHERE d.commune_id = s.commune_id AND d.to_person_id = s.person_id AND d.ended_at IS NULL
                        AND $4::date BETWEEN d.from_date AND d.until_date
                        AND f.disabled_at IS NULL AND 'approver' = ANY(f.roles)) AS acts_for
         FROM sessions s JOIN people p ON p.commune_id = s.commune_id AND p.id = s.person_id
         WHERE s.commune_id = $1 AND s.token_hash = $2 AND p.disabled_at IS NULL
           AND s.expires_at > $3 AND s.last_seen_at > $5`,
        [communeId, tokenHash, times.at, times.today, times.idleSince],
      );
      if (row === undefined) return null;
      if (times.seenBefore !== null && row.last_seen_at < times.seenBefore)
        await em.query('UPDATE sessions SET last_seen_at = $3 WHERE commune_id = $1 AND token_hash = $2', [
          communeId,
          tokenHash,
          times.at,
        ]);
      const person: Person = {
        id: row.person_id,
        communeId,
        displayName: row.display_name,
        roles: row.roles,
        villageIds: row.village_ids,
        ...(row.must_change_password ? { mustChangePassword: true } : {}),
        ...(row.acts_for.length === 0 ? {} : { actsFor: row.acts_for }),
      };
      return { person, lastSeenAt: row.last_seen_at, expiresAt: row.expires_at };
    });
  }

  /** Ends a person's sessions, all but one where it is named. @returns the hashes of those that ended */
  async endAll(em: EntityManager, communeId: string, personId: string, but?: string): Promise<string[]> {
    const [rows] = await em.query<[{ token_hash: string }[], number]>(
      `DELETE FROM sessions WHERE commune_id = $1 AND person_id = $2 AND token_hash <> $3 RETURNING token_hash`,
      [communeId, personId, but ?? ''],
    );
    const hashes = rows.map(({ token_hash: hash }) => hash);
    await leaveDirectory(em, 'session', hashes);
    return hashes;
  }

  /** Clears away what has expired or was not seen for long. */
  async dropOld(em: EntityManager, communeId: string, at: Date, idleSince: Date): Promise<void> {
    const [rows] = await em.query<[{ token_hash: string }[], number]>(
      `DELETE FROM sessions WHERE commune_id = $1 AND (expires_at < $2 OR last_seen_at < $3) RETURNING token_hash`,
      [communeId, at, idleSince],
    );
    await leaveDirectory(
      em,
      'session',
      rows.map(({ token_hash: hash }) => hash),
    );
    const [links] = await em.query<[{ token_hash: string }[], number]>(
      'DELETE FROM sign_in_links WHERE commune_id = $1 AND expires_at < $2 RETURNING token_hash',
      [communeId, at],
    );
    await leaveDirectory(
      em,
      'sign-in-link',
      links.map(({ token_hash: hash }) => hash),
    );
  }

  async end(communeId: string, tokenHash: string): Promise<void> {
    await this.database.inCommune(communeId, async (em) => {
      await em.query('DELETE FROM sessions WHERE commune_id = $1 AND token_hash = $2', [
        communeId,
        tokenHash,
      ]);
      await leaveDirectory(em, 'session', [tokenHash]);
    });
  }

  async addLink(
    em: EntityManager,
    link: {
      readonly communeId: string;
      readonly tokenHash: string;
      readonly personId: string;
      readonly expiresAt: Date;
    },
  ): Promise<void> {
    await em.query(
      'INSERT INTO sign_in_links (commune_id, token_hash, person_id, expires_at) VALUES ($1, $2, $3, $4)',
      [link.communeId, link.tokenHash, link.personId, link.expiresAt],
    );
    await enterDirectory(em, 'sign-in-link', link.tokenHash, link.communeId);
  }

  /** Uses a link up. @returns whose it was; null where it is unknown, used or past its time */
  async useLink(em: EntityManager, communeId: string, tokenHash: string, at: Date): Promise<string | null> {
    const [rows] = await em.query<[{ person_id: string }[], number]>(
      `UPDATE sign_in_links SET used_at = $3
       WHERE commune_id = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING person_id`,
      [communeId, tokenHash, at],
    );
    return rows[0]?.person_id ?? null;
  }
}
