import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Receipt } from '../../devices/protocol/pole-messages.ts';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import type { From } from '../boxes/box.link.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { ReportStore } from '../loudspeakers/report.store.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { EmergencyStore } from './emergency.store.ts';
import { OrderService, taskLifeMs } from './order.service.ts';
import { disturbs } from './quiet-hours.ts';
import { TaskStore } from './task.store.ts';
import type { TaskRow } from './task.store.ts';
import type { PoleLogView, TaskRequest, TaskView } from './task.view.ts';

const dayMs = 86_400_000;
const shown = 10;
const logsShown = 5;
/** The tone sounds at most this long after its order's last instant (ms). */
const toneMs = 5_000;
/** A restart takes its time, and an answer its way, before one says that none came (ms). */
const patienceMs = 120_000;

/** What technicians let poles do: a tone, a restart, the log. */
@Injectable()
export class TaskService {
  constructor(
    private readonly database: Database,
    private readonly store: TaskStore,
    private readonly orders: OrderService,
    private readonly emergencies: EmergencyStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly reports: ReportStore,
    private readonly communes: CommuneService,
    private readonly people: PeopleService,
    private readonly link: PoleLink,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Failure `loudspeakers.missing`, `loudspeakers.not-online`, `loudspeakers.no-tasks` (an older box),
   *   `loudspeakers.quiet-hours`, `loudspeakers.emergency-in-force`
   */
  async ask(by: Person, poleId: string, { kind, inQuietHours }: TaskRequest): Promise<TaskView[]> {
    const { communeId } = by;
    const now = this.clock.now();
    const { timeZone, settings } = await this.communes.get(communeId);
    const quiet = { from: settings.quietFrom, until: settings.quietUntil };
    await this.database.inCommune(communeId, async (em) => {
      const pole = await this.loudspeakers.one(em, communeId, poleId);
      if (pole.retiredAt !== null)
        throw new Failure('conflict', 'loudspeakers.retired', 'This loudspeaker was taken down');
      if (this.link.now(poleId).link !== 'online')
        throw new Failure('conflict', 'loudspeakers.not-online', 'The pole is not heard now');
      if ((await this.reports.one(em, communeId, poleId)) === null)
        throw new Failure('conflict', 'loudspeakers.no-tasks', 'The box there does not know tasks');
      const inForce = await this.emergencies.inForce(em, communeId, new Date(now));
      if (kind !== 'send-logs' && inForce.some(({ poles }) => poles === null || poles.includes(poleId)))
        throw new Failure('conflict', 'loudspeakers.emergency-in-force', 'An emergency is in force there');
    });
    const isLoud = kind === 'test-tone' && !inQuietHours;
    if (isLoud && disturbs(quiet, timeZone, now, now + taskLifeMs + toneMs))
      throw new Failure('conflict', 'loudspeakers.quiet-hours', 'It is the quiet hours, or about to be');
    await this.orders.task(by, poleId, kind);
    await this.orders.book();
    return this.list(communeId, poleId);
  }

  /** The newest first. */
  async list(communeId: string, poleId: string): Promise<TaskView[]> {
    const rows = await this.database.inCommune(communeId, async (em) => {
      await this.loudspeakers.one(em, communeId, poleId);
      return this.store.newest(em, communeId, poleId, shown);
    });
    const whose = rows.flatMap(({ askedBy }) => (askedBy === null ? [] : [askedBy]));
    const names = await this.people.names(communeId, [...new Set(whose)]);
    return rows.map((row) => ({
      ...{ id: row.id, kind: row.kind, askedAt: row.askedAt.toISOString(), reason: row.reason },
      askedByName: row.askedBy === null ? '' : (names.get(row.askedBy) ?? ''),
      state: this.stateOf(row),
      toldAt: row.toldAt?.toISOString() ?? null,
    }));
  }

  async logs(communeId: string, poleId: string): Promise<PoleLogView[]> {
    const rows = await this.database.inCommune(communeId, async (em) => {
      await this.loudspeakers.one(em, communeId, poleId);
      return this.store.logs(em, communeId, poleId, logsShown);
    });
    return rows.map(({ id, receivedAt, text }) => ({ id, receivedAt: receivedAt.toISOString(), text }));
  }

  /** The pole's own word, in the transaction that takes its receipts. */
  async enter(
    em: EntityManager,
    { communeId, assetId, boxId }: From,
    receipt: Extract<Receipt, { kind: 'task' | 'log' }>,
  ): Promise<void> {
    if (receipt.kind === 'task') {
      await this.store.answer(em, communeId, assetId, receipt);
      return;
    }
    const receivedAt = this.clock.date();
    await this.store.keepLog(em, communeId, {
      ...{ id: newId(receivedAt.getTime()), loudspeakerId: assetId, boxId, receivedAt },
      // PostgreSQL keeps no NUL in a text.
      text: receipt.text.replaceAll('\0', ''),
    });
  }

  /** Logs are for finding a fault, not for keeping. */
  async forget(communeId: string): Promise<void> {
    const before = new Date(this.clock.now() - this.config.values.loudspeakers.logDays * dayMs);
    await this.database.inCommune(communeId, (em) => this.store.forgetLogs(em, communeId, before));
  }

  private stateOf({ toldAt, reason, expiresAt }: TaskRow): TaskView['state'] {
    if (toldAt !== null) return reason === null ? 'done' : 'not-done';
    return this.clock.now() > expiresAt.getTime() + patienceMs ? 'unanswered' : 'waiting';
  }
}
