import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Priority } from '../../devices/protocol/pole-messages.ts';
import type { AiringState } from './broadcast.view.ts';
import { soundKey } from './airing.ts';
import type { AiringPart, Report } from './airing.ts';

/** One line of the ledger (*lượt phát*). */
export interface AiringRow {
  id: string;
  nominalAt: Date;
  broadcastId: string;
  loudspeakerId: string;
  repeat: number;
  priority: Priority;
  title: string;
  language: string;
  plannedSeconds: number;
  state: AiringState;
  /** The loudspeaker is a desk: see `claimOf`. */
  isFromDesk: boolean;
  reason: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  actualSeconds: number | null;
  /** By the pole's clock. */
  toldAt: Date | null;
  reportedAt: Date | null;
  parts: AiringPart[];
}

/** How many airings of one broadcast at one minute stand alike. */
export interface AiringCount extends Pick<
  AiringRow,
  'broadcastId' | 'repeat' | 'nominalAt' | 'title' | 'priority' | 'language' | 'state' | 'isFromDesk'
> {
  plannedSeconds: number;
  /** When the last of them began to sound, or went on (ms). */
  lastStartedAt: number | null;
  count: number;
}

export interface NewAiring {
  id: string;
  nominalAt: number;
  broadcastId: string;
  loudspeakerId: string;
  repeat: number;
  priority: Priority;
  title: string;
  language: string;
  startBy: number;
  plannedSeconds: number;
}

/** What a pole speaks of. */
export interface Due {
  readonly id: string;
  /** By the pole (ms): later than the ledger's nominal instant by the pole's offset. */
  readonly dueAt: number;
}

export interface Entered {
  readonly airing: Pick<AiringRow, 'id' | 'nominalAt'>;
  readonly boxId: string;
  readonly report: Report;
  /** By the pole's clock (ms). */
  readonly toldAt: number;
  readonly now: number;
}

/** A pole speaks at most so long after its neighbours, by its offset (ms). */
const farthestOffsetMs = 31_000;

const isFromDesk = `EXISTS (SELECT FROM loudspeakers l
  WHERE l.commune_id = airings.commune_id AND l.id = airings.loudspeaker_id AND l.kind = 'desk')`;

const columns = `id, nominal_at AS "nominalAt", broadcast_id AS "broadcastId", loudspeaker_id AS "loudspeakerId",
  repeat, priority, title, language, planned_seconds AS "plannedSeconds", state,
  ${isFromDesk} AS "isFromDesk", reason, started_at AS "startedAt",
  ended_at AS "endedAt", actual_seconds AS "actualSeconds", told_at AS "toldAt", reported_at AS "reportedAt", parts`;

/** The ledger. Rows are planned in bulk and then only ever move towards their final state. */
@Injectable()
export class AiringStore {
  /** Adds what is not there yet; one statement for any number. What a person had cancelled and planned again is open again. */
  async plan(em: EntityManager, communeId: string, airings: readonly NewAiring[], now: Date): Promise<void> {
    if (airings.length === 0) return;
    await em.query(
      `INSERT INTO airings (commune_id, id, nominal_at, broadcast_id, loudspeaker_id, repeat, priority, title,
                            language, start_by, planned_seconds, state, planned_at)
       SELECT $1, a.id, a."nominalAt", a."broadcastId", a."loudspeakerId", a.repeat, a.priority, a.title,
              a.language, a."startBy", a."plannedSeconds", 'planned', $2
       FROM jsonb_to_recordset($3::jsonb) AS a(id uuid, "nominalAt" timestamptz, "broadcastId" uuid,
         "loudspeakerId" uuid, repeat int, priority text, title text, language text, "startBy" timestamptz,
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

  /**
   * Locks and reads airings, in one order whoever asks; those that the ledger never planned (later repeats of an
   * emergency) are not among them. One statement for what was due within a minute of each other.
   */
  async lock(em: EntityManager, communeId: string, wanted: readonly Due[]): Promise<Map<string, AiringRow>> {
    const found = new Map<string, AiringRow>();
    for (const near of nearby(wanted)) {
      const rows = await em.query<AiringRow[]>(
        `SELECT ${columns} FROM airings
         WHERE commune_id = $1 AND nominal_at BETWEEN $2 AND $3 AND id = ANY($4::uuid[])
         ORDER BY nominal_at, id FOR UPDATE`,
        [
          communeId,
          new Date(Math.min(...near.map(({ dueAt }) => dueAt)) - farthestOffsetMs),
          new Date(Math.max(...near.map(({ dueAt }) => dueAt)) + farthestOffsetMs),
          near.map(({ id }) => id),
        ],
      );
      for (const row of rows) found.set(row.id, row);
    }
    return found;
  }

  /** Enters what poles said. One statement for any number. @returns the ledger's lines afterwards */
  async report(em: EntityManager, communeId: string, reports: readonly Entered[]): Promise<AiringRow[]> {
    if (reports.length === 0) return [];
    const [rows] = await em.query<[AiringRow[], number]>(
      `UPDATE airings SET state = r.to_state, reason = r.for_reason, started_at = coalesce(r.began, started_at),
              ended_at = r.ended, actual_seconds = r.heard_seconds, box_id = r.by_box, reported_at = $2,
              parts = r.in_parts, told_at = r.told
       FROM jsonb_to_recordset($3::jsonb) AS r(airing uuid, nominal timestamptz, to_state text, for_reason text,
         began timestamptz, ended timestamptz, heard_seconds double precision, by_box uuid, in_parts jsonb,
         told timestamptz)
       WHERE commune_id = $1 AND nominal_at = r.nominal AND id = r.airing
         AND nominal_at BETWEEN $4 AND $5
       RETURNING ${columns}`,
      [
        communeId,
        new Date(Math.max(...reports.map(({ now }) => now))),
        JSON.stringify(reports.map(asRecord)),
        new Date(Math.min(...reports.map(({ airing }) => airing.nominalAt.getTime()))),
        new Date(Math.max(...reports.map(({ airing }) => airing.nominalAt.getTime()))),
      ],
    );
    if (rows.length !== reports.length) throw new Error('An airing vanished while it was locked');
    return rows;
  }

  /** Waited too long for the pole's word. @returns how many */
  async giveUp(em: EntityManager, communeId: string, dueBefore: Date): Promise<number> {
    const rows = await em.query<[unknown[], number]>(
      `UPDATE airings SET state = 'unreported'
       WHERE commune_id = $1 AND nominal_at < $2 AND state IN ('planned', 'started', 'paused')`,
      [communeId, dueBefore],
    );
    return rows[1];
  }

  /** By their nominal time, of the same time what sounded first; at most 5,000. */
  async between(
    em: EntityManager,
    communeId: string,
    range: { from: Date; until: Date; loudspeakerId?: string | undefined; broadcastId?: string | undefined },
  ): Promise<AiringRow[]> {
    return em.query<AiringRow[]>(
      `SELECT ${columns} FROM airings
       WHERE commune_id = $1 AND nominal_at >= $2 AND nominal_at < $3
         AND ($4::uuid IS NULL OR loudspeaker_id = $4) AND ($5::uuid IS NULL OR broadcast_id = $5)
       ORDER BY nominal_at, started_at, id LIMIT 5000`,
      [communeId, range.from, range.until, range.loudspeakerId ?? null, range.broadcastId ?? null],
    );
  }

  /** Airings by broadcast, nominal minute, state and whether they are a desk's: what a day or a week looks like. */
  async counts(em: EntityManager, communeId: string, from: Date, until: Date): Promise<AiringCount[]> {
    return em.query(
      `SELECT broadcast_id AS "broadcastId", repeat, language, min(nominal_at) AS "nominalAt", min(title) AS title,
              min(priority) AS priority, min(planned_seconds) AS "plannedSeconds", state, is_from_desk AS "isFromDesk",
              count(*)::int AS count,
              max((parts->-1->>'startedAt')::double precision) AS "lastStartedAt"
       FROM (SELECT *, ${isFromDesk} AS is_from_desk FROM airings
             WHERE commune_id = $1 AND nominal_at >= $2 AND nominal_at < $3) AS told
       GROUP BY broadcast_id, repeat, language, date_trunc('minute', nominal_at), state, is_from_desk
       ORDER BY min(nominal_at)`,
      [communeId, from, until],
    );
  }

  /** Whether a broadcast was due in a village at an instant that has come. */
  async wasDue(
    em: EntityManager,
    communeId: string,
    at: { broadcastId: string; villageId: string; nominalAt: Date; now: Date },
  ): Promise<boolean> {
    const [row] = await em.query<{ found: boolean }[]>(
      `SELECT EXISTS (
         SELECT FROM airings a
         JOIN loudspeakers l ON l.commune_id = a.commune_id AND l.id = a.loudspeaker_id
         WHERE a.commune_id = $1 AND a.broadcast_id = $2 AND a.nominal_at = $3 AND l.village_id = $4
           AND a.nominal_at <= $5 AND a.state <> 'cancelled') AS found`,
      [communeId, at.broadcastId, at.nominalAt, at.villageId, at.now],
    );
    return row?.found === true;
  }

  /** At which times a broadcast was due in a village, the newest first. */
  async timesDue(
    em: EntityManager,
    communeId: string,
    at: { broadcastId: string; villageId: string; from: Date; until: Date; atMost: number },
  ): Promise<Date[]> {
    const rows = await em.query<{ nominalAt: Date }[]>(
      `SELECT DISTINCT a.nominal_at AS "nominalAt" FROM airings a
       JOIN loudspeakers l ON l.commune_id = a.commune_id AND l.id = a.loudspeaker_id
       WHERE a.commune_id = $1 AND a.broadcast_id = $2 AND l.village_id = $3
         AND a.nominal_at >= $4 AND a.nominal_at <= $5 AND a.state <> 'cancelled'
       ORDER BY a.nominal_at DESC LIMIT $6`,
      [communeId, at.broadcastId, at.villageId, at.from, at.until, at.atMost],
    );
    return rows.map(({ nominalAt }) => nominalAt);
  }

  /** Begun and not ended, by the poles' word. */
  async sounding(em: EntityManager, communeId: string, since: Date): Promise<AiringRow[]> {
    return em.query<AiringRow[]>(
      `SELECT ${columns} FROM airings
       WHERE commune_id = $1 AND nominal_at >= $2 AND state = 'started' ORDER BY nominal_at`,
      [communeId, since],
    );
  }

  /** The next planned airing of each pole. */
  async nextOfEach(em: EntityManager, communeId: string, now: Date): Promise<AiringRow[]> {
    return em.query<AiringRow[]>(
      `SELECT DISTINCT ON (loudspeaker_id) ${columns} FROM airings
       WHERE commune_id = $1 AND nominal_at >= $2 AND state = 'planned' ORDER BY loudspeaker_id, nominal_at`,
      [communeId, now],
    );
  }

  /** Poles that have begun to speak anything since. */
  async haveSpoken(em: EntityManager, communeId: string, since: Date): Promise<ReadonlySet<string>> {
    const rows = await em.query<{ id: string }[]>(
      `SELECT DISTINCT loudspeaker_id AS id FROM airings
       WHERE commune_id = $1 AND nominal_at >= $2 AND started_at IS NOT NULL`,
      [communeId, since],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** The MP3 of every broadcast and emergency that sounds and was to begin since, by `soundKey`. */
  async mp3s(em: EntityManager, communeId: string, since: Date): Promise<Map<string, string>> {
    const rows = await em.query<{ broadcastId: string; language: string; mp3: string }[]>(
      `SELECT DISTINCT b.id AS "broadcastId", a.language, r.mp3_sha256 AS mp3 FROM airings a
       JOIN broadcasts b ON b.commune_id = a.commune_id AND b.id = a.broadcast_id
       CROSS JOIN jsonb_to_recordset(b.versions) AS v(language text, "recordingId" uuid)
       JOIN recordings r ON r.commune_id = b.commune_id AND r.id = v."recordingId"
       WHERE a.commune_id = $1 AND a.nominal_at >= $2 AND a.state = 'started' AND v.language = a.language
       UNION
       SELECT e.id, a.language, r.mp3_sha256 FROM airings a
       JOIN emergencies e ON e.commune_id = a.commune_id AND e.id = a.broadcast_id
       JOIN recordings r ON r.commune_id = e.commune_id AND r.opus_sha256 = e.opus_sha256
       WHERE a.commune_id = $1 AND a.nominal_at >= $2 AND a.state = 'started'`,
      [communeId, since],
    );
    return new Map(rows.map((row) => [soundKey(row), row.mp3]));
  }
}

/** In groups, each due not far from the one before it: a pole that comes back has a week to tell. */
function nearby(wanted: readonly Due[]): Due[][] {
  const groups: Due[][] = [];
  for (const due of [...wanted].sort((a, b) => a.dueAt - b.dueAt)) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && due.dueAt - before.dueAt <= 2 * farthestOffsetMs)
      last.push(due);
    else groups.push([due]);
  }
  return groups;
}

function asRecord({ airing, boxId, report, toldAt }: Entered): Record<string, unknown> {
  const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    airing: airing.id,
    nominal: airing.nominalAt.toISOString(),
    to_state: report.state,
    for_reason: report.reason,
    began: instant(report.startedAt),
    ended: instant(report.endedAt),
    heard_seconds: report.seconds,
    by_box: boxId,
    in_parts: report.parts,
    told: instant(toldAt),
  };
}
