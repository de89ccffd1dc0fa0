import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { prepare, queryPrepared } from '../platform/database/prepared.ts';
import type { DeviceOf } from './placing.ts';

export interface StrayRow {
  readonly channel: string | null;
  readonly topic: string;
  readonly kind: string;
  readonly notices: number;
  /** ms since 1970. */
  readonly lastAt: number;
}

const devices = prepare(
  `SELECT d.id, CASE WHEN d.connector_id = $2 THEN NULL ELSE extract(epoch FROM h.until_at) * 1000 END::float8
       AS "untilAt",
     coalesce(d.passport -> 'sources', '[]') AS sources,
     (SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'pointId', c.point_id, 'channel', c.channel,
         'isRetired', c.retired_at IS NOT NULL) ORDER BY c.id), '[]')
       FROM cameras c WHERE c.commune_id = $1 AND c.device_id = d.id) AS cameras
   FROM camera_devices d LEFT JOIN camera_handovers h
     ON h.commune_id = d.commune_id AND h.device_id = d.id AND h.connector_id = $2
   WHERE d.commune_id = $1 AND d.id = ANY($3::uuid[]) AND (d.connector_id = $2 OR h.until_at IS NOT NULL)`,
);

/** Which device tells of which camera, and the notices that belong to none. */
@Injectable()
export class StrayStore {
  /**
   * Which of these devices are this connector's, and the points that they show; also those that were taken down, and
   * those that it has handed over: of them it has to tell what it received until then.
   */
  async devicesOf(
    em: EntityManager,
    communeId: string,
    connectorId: string,
    deviceIds: readonly string[],
  ): Promise<Map<string, DeviceOf>> {
    const rows = await queryPrepared<DeviceOf & { id: string }>(em, devices, [
      ...[communeId, connectorId, deviceIds],
    ]);
    return new Map(rows.map(({ id, ...device }) => [id, device]));
  }

  /** Of the newest `looked` of one device: by channel and topic, the last first. */
  async of(em: EntityManager, communeId: string, deviceId: string, looked: number): Promise<StrayRow[]> {
    return em.query<StrayRow[]>(
      `SELECT channel, topic, max(kind) AS kind, count(*)::int AS notices,
         (extract(epoch FROM max(received_at)) * 1000)::float8 AS "lastAt"
       FROM (SELECT channel, topic, kind, received_at FROM notices
             WHERE commune_id = $1 AND stray_of = $2 ORDER BY id DESC LIMIT $3) AS newest
       GROUP BY channel, topic ORDER BY "lastAt" DESC`,
      [communeId, deviceId, looked],
    );
  }

  /** Deletes a portion of what is older. @returns how many went */
  async purge(em: EntityManager, communeId: string, before: Date, limit: number): Promise<number> {
    const [, gone] = await em.query<[unknown[], number]>(
      `DELETE FROM notices WHERE commune_id = $1 AND id IN (
         SELECT id FROM notices WHERE commune_id = $1 AND stray_of IS NOT NULL AND id < uuid_floor($2) LIMIT $3)`,
      [communeId, before, limit],
    );
    return gone;
  }
}
