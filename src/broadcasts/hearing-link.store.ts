import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { enterDirectory, leaveDirectory } from '../platform/database/directory.ts';

/** What a link speaks for, and nothing else. */
export interface HearingLink {
  broadcastId: string;
  villageId: string;
  expiresAt: Date;
}

interface NewLink extends HearingLink {
  readonly tokenHash: string;
  readonly madeBy: string;
}

@Injectable()
export class HearingLinkStore {
  /** In the place of an older one, which is void from now on; and of those that are past their time. */
  async make(em: EntityManager, communeId: string, link: NewLink, now: Date): Promise<void> {
    const [gone] = await em.query<[{ token_hash: string }[], number]>(
      `DELETE FROM hearing_links
       WHERE commune_id = $1 AND (expires_at < $4 OR (broadcast_id = $2 AND village_id = $3)) RETURNING token_hash`,
      [communeId, link.broadcastId, link.villageId, now],
    );
    await leaveDirectory(
      em,
      'hearing-link',
      gone.map(({ token_hash }) => token_hash),
    );
    await em.query(
      `INSERT INTO hearing_links (commune_id, broadcast_id, village_id, token_hash, made_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [communeId, link.broadcastId, link.villageId, link.tokenHash, link.madeBy, link.expiresAt],
    );
    await enterDirectory(em, 'hearing-link', link.tokenHash, communeId);
  }

  /** Null where it is void, or past its time. */
  async find(
    em: EntityManager,
    communeId: string,
    tokenHash: string,
    now: Date,
  ): Promise<HearingLink | null> {
    const [row] = await em.query<HearingLink[]>(
      `SELECT broadcast_id AS "broadcastId", village_id AS "villageId", expires_at AS "expiresAt"
       FROM hearing_links WHERE commune_id = $1 AND token_hash = $2 AND expires_at > $3`,
      [communeId, tokenHash, now],
    );
    return row ?? null;
  }

  /** @returns false where it has answered as often as it may */
  async countAnswer(
    em: EntityManager,
    communeId: string,
    tokenHash: string,
    atMost: number,
  ): Promise<boolean> {
    const [, counted] = await em.query<[unknown[], number]>(
      `UPDATE hearing_links SET answers = answers + 1
       WHERE commune_id = $1 AND token_hash = $2 AND answers < $3`,
      [communeId, tokenHash, atMost],
    );
    return counted === 1;
  }
}
