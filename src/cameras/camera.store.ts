import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { In, IsNull } from 'typeorm';
import type { CameraPassport, CameraStatus } from '../../devices/protocol/camera-messages.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { Camera } from './camera.ts';
import { CameraDevice } from './camera-device.ts';
import type { CameraState } from './camera-device.ts';
import { CameraPoint } from './camera-point.ts';
import { Connector } from './connector.ts';

/** A camera, the device that shows it, and the point it stands at. */
export interface CameraAtPoint {
  readonly camera: Camera;
  readonly device: CameraDevice;
  readonly point: CameraPoint;
}

export type CameraReport = CameraStatus['cameras'][number];

const anotherSpellMs = 10_000;

/** From when on a camera was held like that. */
export interface CameraStateRow {
  readonly state: CameraState | 'moved';
  readonly sinceAt: Date;
  /** For `moved` both addresses; else the connector's English words. */
  readonly detail: string;
}

@Injectable()
export class CameraStore {
  /** @param which those of a connector, those named or whose device is, or all that stand; by the point's number */
  async all(
    em: EntityManager,
    communeId: string,
    which: { connectorId?: string; ids?: readonly string[] } = {},
  ): Promise<CameraAtPoint[]> {
    const { connectorId, ids } = which;
    const standing = { communeId, retiredAt: IsNull() };
    const named =
      ids === undefined
        ? [standing]
        : [
            { ...standing, id: In(ids) },
            { ...standing, deviceId: In(ids) },
          ];
    const found = await this.whole(em, communeId, await em.find(Camera, { where: named }));
    return found
      .filter(({ device }) => connectorId === undefined || device.connectorId === connectorId)
      .sort((a, b) => a.point.number - b.point.number);
  }

  async one(em: EntityManager, communeId: string, id: string): Promise<CameraAtPoint> {
    const camera = await em.findOneBy(Camera, { communeId, id });
    const [found] = camera === null ? [] : await this.whole(em, communeId, [camera]);
    if (found === undefined) throw new Failure('missing', 'cameras.missing', 'No such camera');
    return found;
  }

  /** @param which those of a connector, or all that stand; the oldest first */
  async devices(
    em: EntityManager,
    communeId: string,
    which: { connectorId?: string } = {},
  ): Promise<CameraDevice[]> {
    return em.find(CameraDevice, {
      where: { communeId, retiredAt: IsNull(), ...which },
      order: { id: 'ASC' },
    });
  }

  /** @param id the device's, or one of its cameras' */
  async deviceOf(em: EntityManager, communeId: string, id: string): Promise<CameraDevice> {
    const camera = await em.findOneBy(Camera, { communeId, id });
    const device = await em.findOneBy(CameraDevice, { communeId, id: camera?.deviceId ?? id });
    if (device === null) throw new Failure('missing', 'cameras.missing', 'No such camera');
    return device;
  }

  /** The lowest number that no point here ever had. Locks the commune's points against a second adder. */
  async nextNumber(em: EntityManager, communeId: string): Promise<number> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('camera_points.number:' || $1, 0))`, [
      communeId,
    ]);
    const [row] = await em.query<{ next: number }[]>(
      `SELECT coalesce(max(number), 0) + 1 AS next FROM camera_points WHERE commune_id = $1`,
      [communeId],
    );
    return row?.next ?? 1;
  }

  async addDevice(em: EntityManager, device: CameraDevice): Promise<void> {
    await em.insert(CameraDevice, device);
  }

  async add(em: EntityManager, { point, camera }: CameraAtPoint): Promise<void> {
    await em.insert(CameraPoint, point);
    await em.insert(Camera, camera);
  }

  /** @param id the device's, or one of its cameras' */
  async changeDevice(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (device: CameraDevice) => void,
  ): Promise<CameraDevice> {
    const device = await this.deviceOf(em, communeId, id);
    const locked = await em.findOneOrFail(CameraDevice, {
      where: { communeId, id: device.id },
      lock: { mode: 'pessimistic_write' },
    });
    work(locked);
    await em.save(locked);
    return locked;
  }

  async change(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (found: CameraAtPoint) => void,
  ): Promise<CameraAtPoint> {
    const { camera: before } = await this.one(em, communeId, id);
    const lock = { mode: 'pessimistic_write' } as const;
    // The device first, as a connector's report does.
    const device = await em.findOneOrFail(CameraDevice, { where: { communeId, id: before.deviceId }, lock });
    const camera = await em.findOneOrFail(Camera, { where: { communeId, id }, lock });
    const point = await em.findOneOrFail(CameraPoint, { where: { communeId, id: before.pointId }, lock });
    const found = { camera, device, point };
    work(found);
    await em.save(device);
    await em.save(point);
    await em.save(camera);
    return found;
  }

  /**
   * Takes over what a connector says of its devices. A word about another revision, or about a device of another
   * connector, changes nothing.
   * @param at when the connector said it
   * @returns the devices as they were before, whose state or description is another one now
   */
  async report(
    em: EntityManager,
    communeId: string,
    connectorId: string,
    reports: readonly CameraReport[],
    at: Date,
  ): Promise<CameraDevice[]> {
    const rows = await em.find(CameraDevice, {
      where: { communeId, connectorId, retiredAt: IsNull(), id: In(reports.map((one) => one.camera)) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const byId = new Map(rows.map((device) => [device.id, device]));
    const believed = reports.filter((one) => byId.get(one.camera)?.revision === one.revision);
    if (believed.length === 0) return [];
    await em.query(
      `UPDATE camera_devices AS d SET state = r.state, state_since = to_timestamp(r."sinceAt" / 1000.0),
         heard_at = to_timestamp(r."heardAt" / 1000.0), detail = r.detail, clock_offset_ms = r."clockOffsetMs",
         manufacturer = coalesce(r.manufacturer, d.manufacturer), model = coalesce(r.model, d.model),
         firmware = coalesce(r.firmware, d.firmware), serial = coalesce(r.serial, d.serial),
         shown_certificate = r.certificate
       FROM jsonb_to_recordset($3::jsonb) AS r(camera uuid, state text, "sinceAt" bigint, "heardAt" bigint, detail text,
         "clockOffsetMs" double precision, manufacturer text, model text, firmware text, serial text, certificate text)
       WHERE commune_id = $1 AND connector_id = $2 AND d.id = r.camera`,
      [communeId, connectorId, JSON.stringify(believed)],
    );
    await this.addStates(
      em,
      communeId,
      believed.filter((one) => {
        const before = byId.get(one.camera);
        // It may have left the state and come back between two words; less is its clock being put right.
        const moved = Math.abs((before?.stateSince.getTime() ?? 0) - one.sinceAt);
        return before?.state !== one.state || moved > anotherSpellMs;
      }),
    );
    await this.extendStates(em, communeId, believed, at);
    return believed.flatMap((one) => {
      const before = byId.get(one.camera);
      return before !== undefined && differs(before, one) ? [before] : [];
    });
  }

  /** Takes over what a camera says it is. @returns whether it was believed and is another one than before */
  async describe(
    em: EntityManager,
    communeId: string,
    connectorId: string,
    { camera, revision, passport }: CameraPassport,
    at: Date,
  ): Promise<boolean> {
    const [, changed] = await em.query<[unknown[], number]>(
      `UPDATE camera_devices AS d SET passport = $5::jsonb, passport_at = $6
       WHERE commune_id = $1 AND connector_id = $2 AND id = $3 AND revision = $4 AND retired_at IS NULL
         AND passport IS DISTINCT FROM $5::jsonb`,
      [
        communeId,
        connectorId,
        camera,
        revision,
        JSON.stringify(passport).replaceAll('\\u0000', '\\ufffd'),
        at,
      ],
    );
    return changed > 0;
  }

  /** A line of its history: it was found at another address. */
  async addMove(em: EntityManager, device: CameraDevice, from: string, at: Date): Promise<void> {
    await em.query(
      `INSERT INTO camera_states (commune_id, id, device_id, state, since_at, detail)
       VALUES ($1, $2, $3, 'moved', $4, $5)`,
      [device.communeId, newId(), device.id, at, `${from} → ${device.address}`],
    );
  }

  /** What this connector received of the device until then is still believed. */
  async addHandover(
    em: EntityManager,
    device: CameraDevice,
    connectorId: string,
    untilAt: Date,
  ): Promise<void> {
    await em.query(
      `INSERT INTO camera_handovers (commune_id, device_id, connector_id, until_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (commune_id, device_id, connector_id) DO UPDATE SET until_at = excluded.until_at`,
      [device.communeId, device.id, connectorId, untilAt],
    );
  }

  /** How a device was held, the newest first. */
  async states(
    em: EntityManager,
    communeId: string,
    deviceId: string,
    limit: number,
  ): Promise<CameraStateRow[]> {
    return em.query<CameraStateRow[]>(
      `SELECT state, since_at AS "sinceAt", detail FROM camera_states
       WHERE commune_id = $1 AND device_id = $2 ORDER BY id DESC LIMIT $3`,
      [communeId, deviceId, limit],
    );
  }

  /** A year of them is kept: a camera that comes and goes every minute must not fill the disk. */
  private async addStates(
    em: EntityManager,
    communeId: string,
    reports: readonly CameraReport[],
  ): Promise<void> {
    if (reports.length === 0) return;
    await em.query(
      `INSERT INTO camera_states (commune_id, id, device_id, state, since_at, detail)
       SELECT $1, r.id, r.camera, r.state, to_timestamp(r."sinceAt" / 1000.0), r.detail
       FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, camera uuid, state text, "sinceAt" bigint, detail text)`,
      [communeId, JSON.stringify(reports.map((one) => ({ ...one, id: newId() })))],
    );
    await em.query(
      `DELETE FROM camera_states WHERE commune_id = $1 AND device_id = ANY($2::uuid[])
         AND since_at < now() - interval '365 days'`,
      [communeId, reports.map((one) => one.camera)],
    );
  }

  /** Each is still held as its newest line says: told until then, and known by nobody after it. */
  private async extendStates(
    em: EntityManager,
    communeId: string,
    reports: readonly CameraReport[],
    at: Date,
  ): Promise<void> {
    await em.query(
      `UPDATE camera_states s SET until_at = greatest(s.until_at, s.since_at, $3)
       FROM jsonb_to_recordset($2::jsonb) AS r(camera uuid, state text), LATERAL (
         SELECT id FROM camera_states WHERE commune_id = $1 AND device_id = r.camera AND state <> 'moved'
         ORDER BY id DESC LIMIT 1) AS newest
       WHERE s.commune_id = $1 AND s.id = newest.id AND s.state = r.state`,
      [communeId, JSON.stringify(reports.map(({ camera, state }) => ({ camera, state }))), at],
    );
  }

  async connectors(em: EntityManager, communeId: string): Promise<Connector[]> {
    return em.find(Connector, { where: { communeId, retiredAt: IsNull() }, order: { id: 'ASC' } });
  }

  async connector(em: EntityManager, communeId: string, id: string): Promise<Connector> {
    const found = await em.findOneBy(Connector, { communeId, id, retiredAt: IsNull() });
    if (found === null) throw new Failure('missing', 'cameras.connector-missing', 'No such connector');
    return found;
  }

  async addConnector(em: EntityManager, connector: Connector): Promise<void> {
    await em.insert(Connector, connector);
  }

  /** Cameras that stand, by connector. */
  async counts(em: EntityManager, communeId: string): Promise<Map<string, number>> {
    const rows = await em.query<{ connectorId: string; cameras: number }[]>(
      `SELECT d.connector_id AS "connectorId", count(*)::int AS cameras
       FROM cameras c JOIN camera_devices d ON d.commune_id = $1 AND d.id = c.device_id
       WHERE c.commune_id = $1 AND c.retired_at IS NULL GROUP BY d.connector_id`,
      [communeId],
    );
    return new Map(rows.map((row) => [row.connectorId, row.cameras]));
  }

  /** Points by id, those that were given up too. @param ids all of the commune where left out */
  async points(
    em: EntityManager,
    communeId: string,
    ids?: readonly string[],
  ): Promise<Map<string, CameraPoint>> {
    const found = await em.findBy(CameraPoint, { communeId, ...(ids === undefined ? {} : { id: In(ids) }) });
    return new Map(found.map((point) => [point.id, point]));
  }

  private async whole(
    em: EntityManager,
    communeId: string,
    cameras: readonly Camera[],
  ): Promise<CameraAtPoint[]> {
    const points = await this.points(
      em,
      communeId,
      cameras.map((one) => one.pointId),
    );
    const ids = [...new Set(cameras.map((one) => one.deviceId))];
    const found = await em.findBy(CameraDevice, { communeId, id: In(ids) });
    const devices = new Map(found.map((device) => [device.id, device]));
    return cameras.flatMap((camera) => {
      const point = points.get(camera.pointId);
      const device = devices.get(camera.deviceId);
      return point === undefined || device === undefined ? [] : [{ camera, device, point }];
    });
  }
}

/** What a screen would show otherwise; a later "heard" alone is not news. */
function differs(before: CameraDevice, report: CameraReport): boolean {
  const known = (value: string | null, was: string | null): boolean => value !== null && value !== was;
  return (
    before.state !== report.state ||
    before.detail !== report.detail ||
    before.shownCertificate !== report.certificate ||
    known(report.manufacturer, before.manufacturer) ||
    known(report.model, before.model) ||
    known(report.firmware, before.firmware) ||
    known(report.serial, before.serial) ||
    Math.abs((before.clockOffsetMs ?? 0) - (report.clockOffsetMs ?? 0)) > 1_000
  );
}
