import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database/database.ts';
import { counted, forgiven, noTries, waitMs } from './tries.ts';
import type { Tries, TriesRule } from './tries.ts';

export interface TriesKey {
  readonly kind: 'account' | 'address' | 'device';
  readonly of: string;
  readonly rule: TriesRule;
}

interface Row {
  in_a_row: number;
  hour_at: Date;
  in_hour: number;
  wait_until: Date;
  tried_at: Date;
}

/** In the database: a restart forgives nothing, and several services count together. */
@Injectable()
export class TriesStore {
  constructor(private readonly database: Database) {}

  /**
   * Counts a try to all keys, or to none where one of them must wait.
   * @param keys always in the same order of kinds, which keeps two at once from locking each other out
   * @returns how long to wait, in ms; 0: go on
   */
  async count(keys: readonly TriesKey[], now: number): Promise<number> {
    return await this.database.everywhere(async (em) => {
      const found: { key: TriesKey; tries: Tries }[] = [];
      for (const key of keys) found.push({ key, tries: await this.locked(em, key) });
      const wait = Math.max(0, ...found.map(({ key, tries }) => waitMs(tries, key.rule, now)));
      if (wait > 0) return wait;
      for (const { key, tries } of found) await this.put(em, key, counted(tries, key.rule, now));
      return 0;
    });
  }

  /** Takes back what was counted for a right password, and drops what is long past. */
  async forgive(keys: readonly TriesKey[], now: number): Promise<void> {
    await this.database.everywhere(async (em) => {
      for (const key of keys) await this.put(em, key, forgiven(await this.locked(em, key)));
      await em.query(
        `DELETE FROM loa_sign_in_tries WHERE (kind, key) IN (
           SELECT kind, key FROM loa_sign_in_tries WHERE tried_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
        [new Date(now - 2 * 86_400_000)],
      );
    });
  }

  private async locked(em: EntityManager, key: TriesKey): Promise<Tries> {
    const start = new Date(0);
    await em.query(
      `INSERT INTO loa_sign_in_tries (kind, key, in_a_row, hour_at, in_hour, wait_until, tried_at)
       VALUES ($1, $2, 0, $3, 0, $3, $3) ON CONFLICT DO NOTHING`,
      [key.kind, hashOf(key), start],
    );
    const [row] = await em.query<Row[]>(
      'SELECT * FROM loa_sign_in_tries WHERE kind = $1 AND key = $2 FOR UPDATE',
      [key.kind, hashOf(key)],
    );
    return row === undefined
      ? noTries
      : {
          inARow: row.in_a_row,
          hourAt: row.hour_at.getTime(),
          inHour: row.in_hour,
          waitUntil: row.wait_until.getTime(),
          triedAt: row.tried_at.getTime(),
        };
  }

  private async put(em: EntityManager, key: TriesKey, tries: Tries): Promise<void> {
    await em.query(
      `UPDATE loa_sign_in_tries SET in_a_row = $3, hour_at = $4, in_hour = $5, wait_until = $6, tried_at = $7
       WHERE kind = $1 AND key = $2`,
      [
        key.kind,
        hashOf(key),
        tries.inARow,
        new Date(tries.hourAt),
        tries.inHour,
        new Date(tries.waitUntil),
        new Date(tries.triedAt),
      ],
    );
  }
}

function hashOf({ of }: TriesKey): string {
  return createHash('sha256').update(of).digest('hex');
}
