import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull } from 'typeorm';
import type { Database } from '../platform/database/database.ts';
import { enterDirectory, leaveDirectory } from '../platform/database/directory.ts';
import { Box } from './box.ts';
import type { BoxKind } from './box.ts';

/** What a one-time code stands for. */
export interface CodeRow {
  readonly kind: BoxKind;
  readonly assetId: string;
  readonly assetName: string;
  readonly madeBy: string | null;
}

@Injectable()
export class BoxStore {
  async current(em: EntityManager, communeId: string, assetId: string): Promise<Box | null> {
    return em.findOneBy(Box, { communeId, assetId, replacedAt: IsNull() });
  }

  async allCurrent(em: EntityManager, communeId: string): Promise<Box[]> {
    return em.find(Box, { where: { communeId, replacedAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** Every box that ever stood there, the newest first. */
  async ofAsset(em: EntityManager, communeId: string, assetId: string): Promise<Box[]> {
    return em.find(Box, { where: { communeId, assetId }, order: { enrolledAt: 'DESC', id: 'DESC' } });
  }

  /** Whose box it is or was, in whatever commune. */
  async ofId(
    database: Database,
    id: string,
  ): Promise<{ communeId: string; assetId: string; kind: BoxKind } | null> {
    return database.everywhere(async (em) => {
      const [row] = await em.query<{ communeId: string; assetId: string; kind: BoxKind }[]>(
        'SELECT commune_id AS "communeId", asset_id AS "assetId", kind FROM box_of($1)',
        [id],
      );
      return row ?? null;
    });
  }

  async add(em: EntityManager, box: Box): Promise<void> {
    await em.insert(Box, box);
  }

  /** What it was told last of its place, sealed; empty for nothing yet. Locks it against another who tells it. */
  async membership(em: EntityManager, communeId: string, id: string): Promise<string> {
    const [row] = await em.query<{ membership: string }[]>(
      'SELECT membership FROM boxes WHERE commune_id = $1 AND id = $2 FOR UPDATE',
      [communeId, id],
    );
    return row?.membership ?? '';
  }

  async keepMembership(
    em: EntityManager,
    communeId: string,
    id: string,
    sealed: string,
    at: Date,
  ): Promise<void> {
    await em.query('UPDATE boxes SET membership = $3, membership_at = $4 WHERE commune_id = $1 AND id = $2', [
      ...[communeId, id, sealed, at],
    ]);
  }

  /** Whoever puts a box there next waits until this transaction ends. */
  async lockAsset(em: EntityManager, assetId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('boxes.asset:' || $1, 0))`, [assetId]);
  }

  /** @returns the id of the box that stood there, or null */
  async replaceAt(em: EntityManager, communeId: string, assetId: string, at: Date): Promise<string | null> {
    const former = await em.findOne(Box, {
      where: { communeId, assetId, replacedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    if (former === null) return null;
    former.replacedAt = at;
    await em.save(former);
    return former.id;
  }

  /** One unused code a place: a new one makes the older ones worthless. */
  async putCode(
    em: EntityManager,
    communeId: string,
    codeHash: string,
    code: CodeRow,
    expiresAt: Date,
  ): Promise<void> {
    await this.dropCodes(em, communeId, code.assetId);
    await em.query(
      `INSERT INTO enrolment_codes (commune_id, code_hash, kind, asset_id, asset_name, made_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [communeId, codeHash, code.kind, code.assetId, code.assetName, code.madeBy, expiresAt],
    );
    await enterDirectory(em, 'enrolment-code', codeHash, communeId);
  }

  async dropCodes(em: EntityManager, communeId: string, assetId: string): Promise<void> {
    const [gone] = await em.query<[{ codeHash: string }[], number]>(
      `DELETE FROM enrolment_codes WHERE commune_id = $1 AND asset_id = $2 AND used_at IS NULL
       RETURNING code_hash AS "codeHash"`,
      [communeId, assetId],
    );
    await leaveDirectory(
      em,
      'enrolment-code',
      gone.map(({ codeHash }) => codeHash),
    );
  }

  /** Uses the code up. @returns null where it is unknown, used, expired or for the other kind of box */
  async takeCode(
    em: EntityManager,
    communeId: string,
    codeHash: string,
    kind: BoxKind,
    at: Date,
  ): Promise<CodeRow | null> {
    const [rows] = await em.query<[CodeRow[], number]>(
      `UPDATE enrolment_codes SET used_at = $4
       WHERE commune_id = $1 AND code_hash = $2 AND kind = $3 AND used_at IS NULL AND expires_at > $4
       RETURNING kind, asset_id AS "assetId", asset_name AS "assetName", made_by AS "madeBy"`,
      [communeId, codeHash, kind, at],
    );
    const taken = rows[0];
    if (taken === undefined) return null;
    await leaveDirectory(em, 'enrolment-code', [codeHash]);
    return taken;
  }
}
