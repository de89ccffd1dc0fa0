import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Priority } from '../../devices/protocol/messages.ts';
import type { AiringState } from './broadcast.view.ts';
import type { Report } from './airing.ts';

/** One line of the ledger (*lượt phát*). */
export interface AiringRow {
  id: string;
  nominalAt: Date;
  broadcastId: string;
  loudspeakerId: string;
  repeat: number;
  priority: Priority;
  title: string;
  plannedSeconds: number;
  state: AiringState;
  reason: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  actualSeconds: number | null;
  reportedAt: Date | null;
}

export interface NewAiring {
  id: string;
  nominalAt: number;
  broadcastId: string;
  loudspeakerId: string;
  repeat: number;
  priority: Priority;
  title: string;
  startBy: number;
  plannedSeconds: number;
}

const columns = `id, nominal_at AS "nominalAt", broadcast_id AS "broadcastId", loudspeaker_id AS "loudspeakerId",
  repeat, priority, title, planned_seconds AS "plannedSeconds", state, reason, started_at AS "startedAt",
  ended_at AS "endedAt", actual_seconds AS "actualSeconds", reported_at AS "reportedAt"`;

/** The ledger. Rows are planned in bulk and then only ever move towards their final state. */
@Injectable()
export class AiringStore {
  /** Adds what is not there yet; one statement for any number. What a person had cancelled and planned again is open again. */
  async plan(em: EntityManager, communeId: string, airings: readonly NewAiring[], now: Date): Promise<void> {
    if (airings.length === 0) return;
    await em.query(
      `INSERT INTO airings (commune_id, id, nominal_at, broadcast_id, loudspeaker_id, repeat, priority, title,
                            start_by, planned_seconds, state, planned_at)
       SELECT $1, a.id, a."nominalAt", a."broadcastId", a."loudspeakerId", a.repeat, a.priority, a.title,
              a."startBy", a."plannedSeconds", 'planned', $2
       FROM jsonb_to_recordset($3::jsonb) AS a(id uuid, "nominalAt" timestamptz, "broadcastId" uuid,
         "loudspeakerId" uuid, repeat int, priority text, title text, "startBy" timestamptz,
         "plannedSeconds" double precision)
       ON CONFLICT (commune_id, nominal_at, id) DO UPDATE SET state = 'planned', reason = NULL
         WHERE airings.state = 'cancelled' AND airings.reported_at IS NULL`,
      [
        communeId,
        now,
        JSON.stringify(
          airings.map((airing) => ({
            ...airing,
            nominalAt: new Date(airing.nominalAt).toISOString(),
            startBy: new Date(airing.startBy).toISOString(),
          })),
        ),
      ],
    );
  }

  /** Planned airings of these poles in the future that their newest programme does not name: taken back. */
  async cancelUnplanned(
    em: EntityManager,
    communeId: string,
    plannedByPole: ReadonlyMap<string, readonly string[]>,
    now: Date,
  ): Promise<void> {
    await em.query(
      `UPDATE airings SET state = 'cancelled', reason = 'withdrawn'
       WHERE commune_id = $1 AND nominal_at > $2 AND state = 'planned' AND priority <> 'emergency'
         AND loudspeaker_id = ANY($3::uuid[]) AND NOT (id = ANY($4::uuid[]))`,
      [communeId, now, [...plannedByPole.keys()], [...plannedByPole.values()].flat()],
    );
  }

  /** Locks and reads one airing; null where the ledger never planned it (a later repeat of an emergency). */
  async lock(em: EntityManager, communeId: string, nominalAt: Date, id: string): Promise<AiringRow | null> {
    const [row] = await em.query<AiringRow[]>(
      `SELECT ${columns} FROM airings WHERE commune_id = $1 AND nominal_at = $2 AND id = $3 FOR UPDATE`,
      [communeId, nominalAt, id],
    );
    return row ?? null;
  }

  async report(
    em: EntityManager,
    communeId: string,
    airing: Pick<AiringRow, 'id' | 'nominalAt'>,
    boxId: string,
    report: Report,
    now: Date,
  ): Promise<AiringRow> {
    const rows = await em.query<[AiringRow[], number]>(
      `UPDATE airings SET state = $4, reason = $5, started_at = coalesce($6, started_at), ended_at = $7,
              actual_seconds = $8, box_id = $9, reported_at = $10
       WHERE commune_id = $1 AND nominal_at = $2 AND id = $3
       RETURNING ${columns}`,
      [
        communeId,
        airing.nominalAt,
        airing.id,
        report.state,
        report.reason,
        report.startedAt === null ? null : new Date(report.startedAt),
        report.endedAt === null ? null : new Date(report.endedAt),
        report.seconds,
        boxId,
        now,
      ],
    );
    const [row] = rows[0];
    if (row === undefined) throw new Error(`Airing ${airing.id} vanished while it was locked`);
    return row;
  }

  /** Waited too long for the pole's word. @returns how many */
  async giveUp(em: EntityManager, communeId: string, dueBefore: Date): Promise<number> {
    const rows = await em.query<[unknown[], number]>(
      `UPDATE airings SET state = 'unreported'
       WHERE commune_id = $1 AND nominal_at < $2 AND state IN ('planned', 'started')`,
      [communeId, dueBefore],
    );
    return rows[1];
  }

  /** By their nominal time, the oldest first; at most 5,000. */
  async between(
    em: EntityManager,
    communeId: string,
    range: { from: Date; until: Date; loudspeakerId?: string | undefined; broadcastId?: string | undefined },
  ): Promise<AiringRow[]> {
    return em.query<AiringRow[]>(
      `SELECT ${columns} FROM airings
       WHERE commune_id = $1 AND nominal_at >= $2 AND nominal_at < $3
         AND ($4::uuid IS NULL OR loudspeaker_id = $4) AND ($5::uuid IS NULL OR broadcast_id = $5)
       ORDER BY nominal_at, id LIMIT 5000`,
      [communeId, range.from, range.until, range.loudspeakerId ?? null, range.broadcastId ?? null],
    );
  }

  /** Airings by broadcast, nominal minute and state: what a day or a week looks like. */
  async counts(
    em: EntityManager,
    communeId: string,
    from: Date,
    until: Date,
  ): Promise<
    {
      broadcastId: string;
      repeat: number;
      nominalAt: Date;
      title: string;
      priority: Priority;
      seconds: number;
      state: AiringState;
      count: number;
    }[]
  > {
    return em.query(
      `SELECT broadcast_id AS "broadcastId", repeat, min(nominal_at) AS "nominalAt", min(title) AS title,
              min(priority) AS priority, min(planned_seconds) AS seconds, state, count(*)::int AS count
       FROM airings WHERE commune_id = $1 AND nominal_at >= $2 AND nominal_at < $3
       GROUP BY broadcast_id, repeat, date_trunc('minute', nominal_at), state ORDER BY min(nominal_at)`,
      [communeId, from, until],
    );
  }

  async one(em: EntityManager, communeId: string, id: string, around: Date): Promise<AiringRow | null> {
    const [row] = await em.query<AiringRow[]>(
      `SELECT ${columns} FROM airings WHERE commune_id = $1 AND id = $2
         AND nominal_at BETWEEN $3::timestamptz - interval '1 day' AND $3::timestamptz + interval '1 day'`,
      [communeId, id, around],
    );
    return row ?? null;
  }
}
