import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { taskKinds } from '../../devices/protocol/pole-messages.ts';
import type { Receipt, TaskKind, TaskReason } from '../../devices/protocol/pole-messages.ts';

export interface TaskRow {
  id: string;
  kind: TaskKind;
  askedAt: Date;
  expiresAt: Date;
  askedBy: string | null;
  reason: TaskReason | null;
  toldAt: Date | null;
}
export interface LogRow {
  id: string;
  receivedAt: Date;
  text: string;
}

@Injectable()
export class TaskStore {
  /** The newest first. */
  async newest(em: EntityManager, communeId: string, poleId: string, limit: number): Promise<TaskRow[]> {
    return em.query<TaskRow[]>(
      `SELECT o.id, o.kind, o.issued_at AS "askedAt", o.expires_at AS "expiresAt", o.issued_by AS "askedBy",
              a.reason, a.told_at AS "toldAt"
       FROM orders o LEFT JOIN task_answers a
         ON a.commune_id = o.commune_id AND a.order_id = o.id AND a.loudspeaker_id = $2
       WHERE o.commune_id = $1 AND o.kind = ANY($3) AND $2 = ANY(o.poles)
       ORDER BY o.number DESC LIMIT $4`,
      [communeId, poleId, taskKinds, limit],
    );
  }

  /** The first answer counts: a box that died while it told may tell twice. */
  async answer(
    em: EntityManager,
    communeId: string,
    poleId: string,
    answer: Extract<Receipt, { kind: 'task' }>,
  ): Promise<void> {
    await em.query(
      `INSERT INTO task_answers (commune_id, order_id, loudspeaker_id, reason, told_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [
        ...[communeId, answer.order, poleId],
        ...[answer.state === 'done' ? null : answer.reason, new Date(answer.at)],
      ],
    );
  }

  async keepLog(
    em: EntityManager,
    communeId: string,
    log: LogRow & { loudspeakerId: string; boxId: string },
  ): Promise<void> {
    await em.query(
      `INSERT INTO pole_logs (commune_id, id, loudspeaker_id, box_id, received_at, text)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [communeId, log.id, log.loudspeakerId, log.boxId, log.receivedAt, log.text],
    );
  }

  /** The newest first. */
  async logs(em: EntityManager, communeId: string, poleId: string, limit: number): Promise<LogRow[]> {
    return em.query<LogRow[]>(
      `SELECT id, received_at AS "receivedAt", text FROM pole_logs
       WHERE commune_id = $1 AND loudspeaker_id = $2 ORDER BY id DESC LIMIT $3`,
      [communeId, poleId, limit],
    );
  }

  async forgetLogs(em: EntityManager, communeId: string, before: Date): Promise<void> {
    await em.query(`DELETE FROM pole_logs WHERE commune_id = $1 AND received_at < $2`, [communeId, before]);
  }
}
