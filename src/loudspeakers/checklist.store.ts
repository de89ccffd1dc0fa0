import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CheckItem } from './checklist.ts';

export interface CheckRow {
  item: CheckItem;
  isGood: boolean;
  note: string;
  saidBy: string;
  saidAt: Date;
}
export interface PhotoRow {
  id: string;
  item: CheckItem;
  latitude: number | null;
  longitude: number | null;
  takenBy: string;
  takenAt: Date;
}

@Injectable()
export class ChecklistStore {
  async checks(em: EntityManager, communeId: string, poleId: string): Promise<CheckRow[]> {
    return em.query<CheckRow[]>(
      `SELECT item, is_good AS "isGood", note, said_by AS "saidBy", said_at AS "saidAt" FROM pole_checks
       WHERE commune_id = $1 AND loudspeaker_id = $2`,
      [communeId, poleId],
    );
  }

  /** Without their bytes, oldest first. */
  async photos(em: EntityManager, communeId: string, poleId: string): Promise<PhotoRow[]> {
    return em.query<PhotoRow[]>(
      `SELECT id, item, latitude, longitude, taken_by AS "takenBy", taken_at AS "takenAt" FROM pole_photos
       WHERE commune_id = $1 AND loudspeaker_id = $2 ORDER BY id`,
      [communeId, poleId],
    );
  }

  /** A later word takes the place of the earlier one; the journal has both. */
  async say(em: EntityManager, communeId: string, poleId: string, row: CheckRow): Promise<void> {
    await em.query(
      `INSERT INTO pole_checks (commune_id, loudspeaker_id, item, is_good, note, said_by, said_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (commune_id, loudspeaker_id, item) DO UPDATE
       SET is_good = excluded.is_good, note = excluded.note, said_by = excluded.said_by, said_at = excluded.said_at`,
      [communeId, poleId, row.item, row.isGood, row.note, row.saidBy, row.saidAt],
    );
  }

  /** @returns false where the very same picture lies there already: somebody tried again */
  async addPhoto(
    em: EntityManager,
    communeId: string,
    poleId: string,
    photo: PhotoRow & { sha256: string; jpeg: Buffer },
  ): Promise<boolean> {
    const rows = await em.query<unknown[]>(
      `INSERT INTO pole_photos
         (commune_id, id, loudspeaker_id, item, sha256, jpeg, latitude, longitude, taken_by, taken_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
      [
        ...[communeId, photo.id, poleId, photo.item, photo.sha256, photo.jpeg],
        ...[photo.latitude, photo.longitude, photo.takenBy, photo.takenAt],
      ],
    );
    return rows.length > 0;
  }

  async photo(em: EntityManager, communeId: string, id: string): Promise<Buffer | null> {
    const [row] = await em.query<{ jpeg: Buffer }[]>(
      `SELECT jpeg FROM pole_photos WHERE commune_id = $1 AND id = $2`,
      [communeId, id],
    );
    return row?.jpeg ?? null;
  }

  /** @returns whose and what it was, or null */
  async removePhoto(
    em: EntityManager,
    communeId: string,
    id: string,
  ): Promise<{ loudspeakerId: string; item: CheckItem; sha256: string } | null> {
    const [rows] = await em.query<[{ loudspeakerId: string; item: CheckItem; sha256: string }[], number]>(
      `DELETE FROM pole_photos WHERE commune_id = $1 AND id = $2
       RETURNING loudspeaker_id AS "loudspeakerId", item, sha256`,
      [communeId, id],
    );
    return rows[0] ?? null;
  }
}
