import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PoleReport } from '../../devices/protocol/pole-messages.ts';
import type { KeptSettings, Volume } from './pole-settings.ts';

/** What a pole last said of how it is set and linked. */
export interface ReportRow {
  loudspeakerId: string;
  boxId: string;
  /** -1: it holds no programme. */
  version: number;
  versionAt: Date;
  volumeNow: Volume;
  /** Newer than what the books told it; null where it follows them. */
  kept: KeptSettings | null;
  modem: PoleReport['modem'];
  toldAt: Date;
}

const columns = `loudspeaker_id AS "loudspeakerId", box_id AS "boxId", version, version_at AS "versionAt",
  volume_now AS "volumeNow", kept, modem, told_at AS "toldAt"`;

@Injectable()
export class ReportStore {
  async all(em: EntityManager, communeId: string): Promise<Map<string, ReportRow>> {
    const rows = await em.query<ReportRow[]>(`SELECT ${columns} FROM pole_reports WHERE commune_id = $1`, [
      communeId,
    ]);
    return new Map(rows.map((row) => [row.loudspeakerId, row]));
  }

  /** Null where no box there has said anything. */
  async one(em: EntityManager, communeId: string, loudspeakerId: string): Promise<ReportRow | null> {
    const [row] = await em.query<ReportRow[]>(
      `SELECT ${columns} FROM pole_reports WHERE commune_id = $1 AND loudspeaker_id = $2`,
      [communeId, loudspeakerId],
    );
    return row ?? null;
  }

  /** @returns whether it is this box's first word */
  async keep(em: EntityManager, communeId: string, row: Omit<ReportRow, 'versionAt'>): Promise<boolean> {
    const [kept] = await em.query<{ first: boolean }[]>(
      `INSERT INTO pole_reports AS r
         (commune_id, loudspeaker_id, box_id, version, version_at, volume_now, modem, told_at, kept)
       VALUES ($1, $2, $3, $4, $7, $5, $6, $7, $8)
       ON CONFLICT (commune_id, loudspeaker_id) DO UPDATE SET box_id = excluded.box_id,
         version_at = CASE WHEN r.version = excluded.version AND r.box_id = excluded.box_id
                           THEN r.version_at ELSE excluded.version_at END,
         version = excluded.version, volume_now = excluded.volume_now,
         modem = coalesce(excluded.modem, r.modem), told_at = excluded.told_at,
         kept = excluded.kept
       RETURNING (xmax = 0) AS first`,
      [
        ...[communeId, row.loudspeakerId, row.boxId, row.version],
        ...[JSON.stringify(row.volumeNow), row.modem === null ? null : JSON.stringify(row.modem), row.toldAt],
        row.kept === null ? null : JSON.stringify(row.kept),
      ],
    );
    return kept?.first ?? false;
  }

  /** Another box stands there, which has said nothing yet. */
  async forget(em: EntityManager, communeId: string, loudspeakerId: string): Promise<void> {
    await em.query(`DELETE FROM pole_reports WHERE commune_id = $1 AND loudspeaker_id = $2`, [
      communeId,
      loudspeakerId,
    ]);
  }
}
