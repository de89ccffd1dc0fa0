import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CameraChecked, CheckResult } from '../../devices/protocol/camera-messages.ts';
import type { CameraState } from '../cameras/camera-device.ts';
import { newId } from '../base/identifier.ts';
import type { Comparison, Measures, ViewFinding } from './comparison.ts';
import type { Kept } from './kept.ts';
import type { FindingKind } from './levels.ts';
import type { Light } from './rounds.ts';
import type { Spell } from './usable.ts';

/** Times are ms since 1970. */
export interface CheckRow {
  readonly cameraId: string;
  readonly checkedAt: number;
  readonly reach: CameraChecked['reach'];
  readonly stream: CheckResult;
  readonly streamDetail: string;
  readonly picture: CheckResult;
  readonly pictureDetail: string;
  readonly picturesMissed: number;
  readonly noticeAt: number | null;
  /** As far as a check learned it: an older word stands until a newer one. */
  readonly recording: Kept | null;
}

export interface StillRow {
  readonly id: string;
  readonly cameraId: string;
  readonly takenAt: number;
  readonly light: Light;
  readonly sha256: string;
  readonly state: 'awaited' | 'here' | 'unreadable';
  readonly measures: Measures | null;
  readonly referenceId: string | null;
  readonly seen: Comparison | null;
  readonly finding: ViewFinding | null;
}

export interface ReferenceRow {
  readonly cameraId: string;
  readonly light: Light;
  readonly stillId: string;
  readonly takenAt: number;
  readonly sha256: string;
  readonly acceptedBy: string;
  readonly acceptedAt: number;
}

export interface FindingRow {
  readonly id: string;
  readonly cameraId: string;
  readonly kind: FindingKind;
  readonly owner: string;
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly endedBy: 'picture' | 'person' | 'other' | null;
  readonly stillId: string | null;
  readonly referenceId: string | null;
  readonly seen: Comparison | null;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const at = (time: number | null): Date | null => (time === null ? null : new Date(time));
const checkColumns = `camera_id AS "cameraId", ${ms('checked_at')} AS "checkedAt", reach, stream,
  stream_detail AS "streamDetail", picture, picture_detail AS "pictureDetail", pictures_missed AS "picturesMissed",
  ${ms('notice_at')} AS "noticeAt", recording`;
const stillColumns = `id, camera_id AS "cameraId", ${ms('taken_at')} AS "takenAt", light, sha256, state, measures,
  reference_id AS "referenceId", seen, finding`;
const findingColumns = `id, camera_id AS "cameraId", kind, owner, ${ms('began_at')} AS "beganAt",
  ${ms('ended_at')} AS "endedAt", ended_by AS "endedBy", still_id AS "stillId", reference_id AS "referenceId", seen`;

@Injectable()
export class HealthStore {
  async checks(em: EntityManager, communeId: string): Promise<Map<string, CheckRow>> {
    const rows = await em.query<CheckRow[]>(
      `SELECT ${checkColumns} FROM camera_checks WHERE commune_id = $1`,
      [communeId],
    );
    return new Map(rows.map((row) => [row.cameraId, row]));
  }

  async saveCheck(em: EntityManager, communeId: string, row: CheckRow): Promise<void> {
    await em.query(
      `INSERT INTO camera_checks (commune_id, camera_id, checked_at, reach, stream, stream_detail, picture, picture_detail,
         pictures_missed, notice_at, recording)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)
       ON CONFLICT (commune_id, camera_id) DO UPDATE SET checked_at = excluded.checked_at, reach = excluded.reach,
         stream = excluded.stream, stream_detail = excluded.stream_detail, picture = excluded.picture,
         picture_detail = excluded.picture_detail, pictures_missed = excluded.pictures_missed,
         notice_at = excluded.notice_at, recording = excluded.recording`,
      [
        ...[communeId, row.cameraId, at(row.checkedAt), row.reach, row.stream, row.streamDetail],
        ...[row.picture, row.pictureDetail, row.picturesMissed, at(row.noticeAt)],
        row.recording === null ? null : JSON.stringify(row.recording).replaceAll('\\u0000', '\\ufffd'),
      ],
    );
  }

  /** The newest of each camera that has come to something. */
  async latestStills(em: EntityManager, communeId: string): Promise<Map<string, StillRow>> {
    const rows = await em.query<StillRow[]>(
      `SELECT s.* FROM cameras c, LATERAL (
         SELECT ${stillColumns} FROM camera_stills
         WHERE commune_id = $1 AND camera_id = c.id AND state <> 'awaited' ORDER BY id DESC LIMIT 1) AS s
       WHERE c.commune_id = $1 AND c.retired_at IS NULL`,
      [communeId],
    );
    return new Map(rows.map((row) => [row.cameraId, row]));
  }

  /** The newest first. */
  async stills(
    em: EntityManager,
    communeId: string,
    cameraId: string,
    limit: number,
    state: StillRow['state'] | null = null,
  ): Promise<StillRow[]> {
    return em.query<StillRow[]>(
      `SELECT ${stillColumns} FROM camera_stills
       WHERE commune_id = $1 AND camera_id = $2 AND ($4::text IS NULL OR state = $4) ORDER BY id DESC LIMIT $3`,
      [communeId, cameraId, limit, state],
    );
  }

  async still(em: EntityManager, communeId: string, id: string): Promise<StillRow | null> {
    const [row] = await em.query<StillRow[]>(
      `SELECT ${stillColumns} FROM camera_stills WHERE commune_id = $1 AND id = $2`,
      [communeId, id],
    );
    return row ?? null;
  }

  /** The newest that was taken by then. */
  async stillBefore(
    em: EntityManager,
    communeId: string,
    cameraId: string,
    takenBy: number,
  ): Promise<StillRow | null> {
    const [row] = await em.query<StillRow[]>(
      `SELECT ${stillColumns} FROM camera_stills
       WHERE commune_id = $1 AND camera_id = $2 AND state = 'here' AND taken_at <= $3 ORDER BY taken_at DESC LIMIT 1`,
      [communeId, cameraId, at(takenBy)],
    );
    return row ?? null;
  }

  async stillsById(
    em: EntityManager,
    communeId: string,
    ids: readonly string[],
  ): Promise<Map<string, StillRow>> {
    const rows = await em.query<StillRow[]>(
      `SELECT ${stillColumns} FROM camera_stills WHERE commune_id = $1 AND id = ANY($2::uuid[])`,
      [communeId, ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Named by this connector, and not here yet. */
  async awaited(
    em: EntityManager,
    communeId: string,
    connectorId: string,
    sha256: string,
  ): Promise<StillRow[]> {
    return em.query<StillRow[]>(
      `SELECT ${stillColumns} FROM camera_stills WHERE commune_id = $1 AND sha256 = $2 AND state = 'awaited'
         AND camera_id IN (
           SELECT c.id FROM cameras c JOIN camera_devices d ON d.commune_id = $1 AND d.id = c.device_id
           WHERE c.commune_id = $1 AND d.connector_id = $3)`,
      [communeId, sha256, connectorId],
    );
  }

  async addStill(
    em: EntityManager,
    communeId: string,
    still: { cameraId: string; takenAt: number; light: Light; sha256: string },
  ): Promise<void> {
    await em.query(
      `INSERT INTO camera_stills (commune_id, id, camera_id, taken_at, light, sha256, state)
       VALUES ($1, $2, $3, $4, $5, $6, 'awaited')`,
      [communeId, newId(), still.cameraId, at(still.takenAt), still.light, still.sha256],
    );
  }

  async judgeStill(
    em: EntityManager,
    communeId: string,
    still: Pick<StillRow, 'id' | 'state' | 'measures' | 'referenceId' | 'seen' | 'finding'>,
  ): Promise<void> {
    await em.query(
      `UPDATE camera_stills SET state = $3, measures = $4, reference_id = $5, seen = $6, finding = $7
       WHERE commune_id = $1 AND id = $2`,
      [
        ...[communeId, still.id, still.state, still.measures && JSON.stringify(still.measures)],
        ...[still.referenceId, still.seen && JSON.stringify(still.seen), still.finding],
      ],
    );
  }

  /** @param cameraId all of the commune where left out */
  async references(em: EntityManager, communeId: string, cameraId?: string): Promise<ReferenceRow[]> {
    return em.query<ReferenceRow[]>(
      `SELECT r.camera_id AS "cameraId", r.light, r.still_id AS "stillId", ${ms('s.taken_at')} AS "takenAt", s.sha256,
         r.accepted_by AS "acceptedBy", ${ms('r.accepted_at')} AS "acceptedAt"
       FROM camera_references r JOIN camera_stills s ON s.commune_id = r.commune_id AND s.id = r.still_id
       WHERE r.commune_id = $1 AND ($2::uuid IS NULL OR r.camera_id = $2) ORDER BY r.light`,
      [communeId, cameraId ?? null],
    );
  }

  async saveReference(
    em: EntityManager,
    communeId: string,
    still: StillRow,
    by: string,
    now: Date,
  ): Promise<void> {
    await em.query(
      `INSERT INTO camera_references (commune_id, camera_id, light, still_id, accepted_by, accepted_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (commune_id, camera_id, light) DO UPDATE SET still_id = excluded.still_id,
         accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at`,
      [communeId, still.cameraId, still.light, still.id, by, now],
    );
  }

  /** One writer of a camera's findings at a time; ends with the transaction. */
  async lockFindings(em: EntityManager, cameraId: string): Promise<void> {
    await em.query(`SELECT pg_advisory_xact_lock(hashtextextended('camera_findings:' || $1, 0))`, [cameraId]);
  }

  /** By camera: a camera has at most one. */
  async openFindings(em: EntityManager, communeId: string): Promise<Map<string, FindingRow>> {
    const rows = await em.query<FindingRow[]>(
      `SELECT ${findingColumns} FROM camera_findings WHERE commune_id = $1 AND ended_at IS NULL`,
      [communeId],
    );
    return new Map(rows.map((row) => [row.cameraId, row]));
  }

  async openFinding(em: EntityManager, communeId: string, cameraId: string): Promise<FindingRow | null> {
    const [row] = await em.query<FindingRow[]>(
      `SELECT ${findingColumns} FROM camera_findings
       WHERE commune_id = $1 AND camera_id = $2 AND ended_at IS NULL`,
      [communeId, cameraId],
    );
    return row ?? null;
  }

  /** The newest first. */
  async findings(
    em: EntityManager,
    communeId: string,
    cameraId: string,
    limit: number,
  ): Promise<FindingRow[]> {
    return em.query<FindingRow[]>(
      `SELECT ${findingColumns} FROM camera_findings WHERE commune_id = $1 AND camera_id = $2
       ORDER BY id DESC LIMIT $3`,
      [communeId, cameraId, limit],
    );
  }

  async findingsWithin(em: EntityManager, communeId: string, from: Date, until: Date): Promise<FindingRow[]> {
    return em.query<FindingRow[]>(
      `SELECT ${findingColumns} FROM camera_findings
       WHERE commune_id = $1 AND began_at < $3 AND coalesce(ended_at, 'infinity') > $2 ORDER BY began_at`,
      [communeId, from, until],
    );
  }

  async begin(
    em: EntityManager,
    communeId: string,
    finding: Omit<FindingRow, 'id' | 'endedAt' | 'endedBy'>,
  ): Promise<void> {
    await em.query(
      `INSERT INTO camera_findings (commune_id, id, camera_id, kind, owner, began_at, still_id, reference_id, seen)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[communeId, newId(), finding.cameraId, finding.kind, finding.owner, at(finding.beganAt)],
        ...[finding.stillId, finding.referenceId, finding.seen && JSON.stringify(finding.seen)],
      ],
    );
  }

  async end(
    em: EntityManager,
    communeId: string,
    id: string,
    endedAt: number,
    endedBy: NonNullable<FindingRow['endedBy']>,
  ): Promise<void> {
    await em.query(
      `UPDATE camera_findings SET ended_at = greatest(began_at, $3), ended_by = $4
       WHERE commune_id = $1 AND id = $2 AND ended_at IS NULL`,
      [communeId, id, at(endedAt), endedBy],
    );
  }

  /** How each device was held, in the order in which it was told. */
  async spells(em: EntityManager, communeId: string, from: Date, until: Date): Promise<Map<string, Spell[]>> {
    const rows = await em.query<{ deviceId: string; state: CameraState; fromAt: number; untilAt: number }[]>(
      `SELECT device_id AS "deviceId", state, ${ms('since_at')} AS "fromAt", ${ms('until_at')} AS "untilAt"
       FROM camera_states
       WHERE commune_id = $1 AND until_at > $2 AND since_at < $3 AND state <> 'moved' ORDER BY device_id, id`,
      [communeId, from, until],
    );
    const byDevice = new Map<string, Spell[]>();
    for (const { deviceId, ...spell } of rows)
      byDevice.set(deviceId, [...(byDevice.get(deviceId) ?? []), spell]);
    return byDevice;
  }

  /** Until when each device was last told to be held, before then. */
  async lastHeld(em: EntityManager, communeId: string, before: Date): Promise<Map<string, number>> {
    const rows = await em.query<{ deviceId: string; heldAt: number }[]>(
      `SELECT device_id AS "deviceId", ${ms('max(least(until_at, $2::timestamptz))')} AS "heldAt" FROM camera_states
       WHERE commune_id = $1 AND state = 'subscribed' AND until_at IS NOT NULL AND since_at < $2 GROUP BY device_id`,
      [communeId, before],
    );
    return new Map(rows.map(({ deviceId, heldAt }) => [deviceId, heldAt]));
  }

  /**
   * Stills that are older than their point's retention days, but for the references and what an open finding shows; and
   * those that never came.
   * @returns what no row names any more
   */
  async purgeStills(em: EntityManager, communeId: string, now: Date): Promise<string[]> {
    const [gone] = await em.query<[{ sha256: string }[], number]>(
      `DELETE FROM camera_stills s USING cameras c, camera_points p
       WHERE s.commune_id = $1 AND c.commune_id = $1 AND c.id = s.camera_id AND p.commune_id = $1 AND p.id = c.point_id
         AND (s.taken_at < $2::timestamptz - p.retention_days * interval '1 day'
           OR (s.state = 'awaited' AND s.taken_at < $2::timestamptz - interval '1 hour'))
         AND NOT EXISTS (SELECT FROM camera_references r WHERE r.commune_id = $1 AND r.still_id = s.id)
         AND NOT EXISTS (SELECT FROM camera_findings f WHERE f.commune_id = $1 AND f.still_id = s.id
           AND f.ended_at IS NULL AND c.retired_at IS NULL)
       RETURNING s.sha256`,
      [communeId, now],
    );
    const hashes = [...new Set(gone.map(({ sha256 }) => sha256))];
    const kept = await em.query<{ sha256: string }[]>(
      `SELECT DISTINCT sha256 FROM camera_stills WHERE commune_id = $1 AND sha256 = ANY($2)`,
      [communeId, hashes],
    );
    const still = new Set(kept.map(({ sha256 }) => sha256));
    return hashes.filter((sha256) => !still.has(sha256));
  }

  /** Nothing looks at a camera that was taken down: its references are no longer needed. */
  async forgetRetired(em: EntityManager, communeId: string): Promise<void> {
    await em.query(
      `DELETE FROM camera_references WHERE commune_id = $1
         AND camera_id IN (SELECT id FROM cameras WHERE commune_id = $1 AND retired_at IS NOT NULL)`,
      [communeId],
    );
    await em.query(
      `UPDATE camera_findings SET ended_at = greatest(began_at, c.retired_at), ended_by = 'other'
       FROM cameras c WHERE camera_findings.commune_id = $1 AND c.commune_id = $1 AND c.id = camera_id
         AND camera_findings.ended_at IS NULL AND c.retired_at IS NOT NULL`,
      [communeId],
    );
  }
}
