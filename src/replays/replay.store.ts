import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Clip, Fault, Replay } from './replay.ts';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const columns = `id, event_id AS "eventId", camera_id AS "cameraId", point_id AS "pointId", asked_by AS "askedBy",
  ${ms('asked_at')} AS "askedAt", ${ms('from_at')} AS "fromAt", ${ms('until_at')} AS "untilAt", state, fault, clip`;
const mostOfEvent = 20;

@Injectable()
export class ReplayStore {
  async add(em: EntityManager, communeId: string, replay: Replay): Promise<void> {
    await em.query(
      `INSERT INTO camera_replays (commune_id, id, event_id, camera_id, point_id, asked_by, asked_at, from_at, until_at, state)
       VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0), to_timestamp($8 / 1000.0), to_timestamp($9 / 1000.0), $10)`,
      [
        ...[communeId, replay.id, replay.eventId, replay.cameraId, replay.pointId, replay.askedBy],
        ...[replay.askedAt, replay.fromAt, replay.untilAt, replay.state],
      ],
    );
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<Replay | null> {
    const [row] = await em.query<Replay[]>(
      `SELECT ${columns} FROM camera_replays WHERE commune_id = $1 AND id = $2`,
      [communeId, id],
    );
    return row ?? null;
  }

  /** The newest first. */
  async ofEvent(em: EntityManager, communeId: string, eventId: string): Promise<Replay[]> {
    return em.query<Replay[]>(
      `SELECT ${columns} FROM camera_replays WHERE commune_id = $1 AND event_id = $2 ORDER BY id DESC LIMIT $3`,
      [communeId, eventId, mostOfEvent],
    );
  }

  /**
   * Another service that started meanwhile takes what it does not fetch itself for interrupted: who has it knows better.
   * @returns whether it was not over yet
   */
  async keep(em: EntityManager, communeId: string, id: string, clip: Clip): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      `UPDATE camera_replays SET state = 'kept', fault = NULL, clip = $3::jsonb
       WHERE commune_id = $1 AND id = $2 AND (state = 'running' OR fault = 'interrupted')`,
      [communeId, id, JSON.stringify(clip)],
    );
    return changed > 0;
  }

  /** @returns whether it was running until now */
  async fail(em: EntityManager, communeId: string, id: string, fault: Fault): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      `UPDATE camera_replays SET state = 'failed', fault = $3 WHERE commune_id = $1 AND id = $2 AND state = 'running'`,
      [communeId, id, fault],
    );
    return changed > 0;
  }

  /** @param before when they were asked for */
  async running(em: EntityManager, communeId: string, before: Date): Promise<string[]> {
    const rows = await em.query<{ id: string }[]>(
      `SELECT id FROM camera_replays WHERE commune_id = $1 AND state = 'running' AND asked_at < $2`,
      [communeId, before],
    );
    return rows.map(({ id }) => id);
  }

  /** Those of a point that show what was before then, whenever they were asked for. @returns hashes that nothing names any more */
  async purge(em: EntityManager, communeId: string, pointId: string, before: Date): Promise<string[]> {
    const [gone] = await em.query<[{ sha256: string | null }[], number]>(
      `DELETE FROM camera_replays WHERE commune_id = $1 AND point_id = $2 AND until_at < $3
       RETURNING clip->>'sha256' AS sha256`,
      [communeId, pointId, before],
    );
    const hashes = [...new Set(gone.flatMap(({ sha256 }) => sha256 ?? []))];
    if (hashes.length === 0) return [];
    const still = await em.query<{ sha256: string }[]>(
      `SELECT DISTINCT clip->>'sha256' AS sha256 FROM camera_replays
       WHERE commune_id = $1 AND clip IS NOT NULL AND clip->>'sha256' = ANY($2::text[])`,
      [communeId, hashes],
    );
    const named = new Set(still.map(({ sha256 }) => sha256));
    return hashes.filter((sha256) => !named.has(sha256));
  }
}
