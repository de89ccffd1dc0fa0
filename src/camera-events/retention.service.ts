import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { DetectorStore } from '../detectors/detector.store.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { StrayStore } from './stray.store.ts';
import { SnapshotFiles } from './snapshot.files.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** After the start, when nobody waits for the disk. */
const firstAfterMs = 300_000;
/** Short transactions: nobody who writes events waits long. */
const rowsAtOnce = 5_000;

/**
 * Forgets what a point's retention days say (Law 91/2025/QH15: no longer than its purpose needs), once a day; and ends
 * events whose end was not told within the time of their kind, once a minute.
 */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('CameraEvents');
  private timer: NodeJS.Timeout | undefined;
  private startedAt = Infinity;
  private purgedAt = 0;
  /** A purge of years takes longer than the minute between two rounds. */
  private isAtWork = false;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly store: CameraEventStore,
    private readonly strays: StrayStore,
    private readonly cameras: CameraStore,
    private readonly cameraEvents: CameraEventService,
    private readonly detectors: DetectorStore,
    private readonly snapshots: SnapshotFiles,
    private readonly communes: CommuneService,
    private readonly journal: JournalService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.startedAt = this.clock.now();
    this.timer = setInterval(() => void this.round(), minuteMs).unref();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Ends what is stale and, when a day has passed, purges. Never throws: what failed is done in the next round. */
  async round(): Promise<void> {
    if (this.isAtWork) return;
    this.isAtWork = true;
    try {
      const communes = await this.communes.ids();
      await this.forEach(communes, 'Stale events were not ended', (id) => this.closeStale(id));
      const now = this.clock.now();
      if (now - this.startedAt < firstAfterMs || now - this.purgedAt < dayMs) return;
      if (await this.forEach(communes, 'What is too old was not all deleted', (id) => this.purge(id)))
        this.purgedAt = now;
    } catch (error) {
      this.log.warn(`The upkeep of events is not done yet: ${messageOf(error)}`);
    } finally {
      this.isAtWork = false;
    }
  }

  /** Everything of one commune that is older than its point's retention days. */
  async purge(communeId: string): Promise<{ notices: number; events: number; snapshots: number }> {
    const total = { notices: 0, events: 0, snapshots: 0 };
    const points = await this.database.inCommune(communeId, (em) => this.cameras.points(em, communeId));
    for (const point of points.values()) {
      const since = (days: number): Date => new Date(this.clock.now() - days * dayMs);
      const noticeDays = Math.min(point.retentionDays, this.config.values.cameraEvents.noticeDays);
      const before = { notices: since(noticeDays), events: since(point.retentionDays) };
      for (let more = true; more && !this.stopped;) {
        const gone = await this.database.inCommune(communeId, (em) =>
          this.store.purge(em, communeId, point.id, before, rowsAtOnce),
        );
        // After the commit: a picture without its event is waste, an event without its picture would be a loss.
        for (const sha256 of gone.snapshots) await this.snapshots.remove(communeId, sha256);
        total.notices += gone.notices;
        total.events += gone.events;
        total.snapshots += gone.snapshots.length;
        more = gone.notices >= rowsAtOnce || gone.events >= rowsAtOnce;
      }
    }
    const longest = new Date(this.clock.now() - this.config.values.cameraEvents.noticeDays * dayMs);
    await this.database.inCommune(communeId, (em) => this.detectors.forget(em, communeId, longest));
    for (let more = true; more && !this.stopped;) {
      const gone = await this.database.inCommune(communeId, (em) =>
        this.strays.purge(em, communeId, longest, rowsAtOnce),
      );
      total.notices += gone;
      more = gone >= rowsAtOnce;
    }
    if (total.notices + total.events > 0)
      await this.database.inCommune(communeId, (em) =>
        this.journal.write(em, communeId, {
          actorId: null,
          action: 'camera-events.purged',
          subjectType: 'commune',
          subjectId: communeId,
          facts: total,
        }),
      );
    return total;
  }

  /** One commune's fault keeps nothing from the others. @returns whether all of it was done */
  private async forEach(
    communes: readonly string[],
    fault: string,
    work: (communeId: string) => Promise<unknown>,
  ): Promise<boolean> {
    let isDone = true;
    for (const communeId of communes) {
      try {
        await work(communeId);
      } catch (error) {
        isDone = false;
        this.log.warn(`${fault} (commune ${communeId}): ${messageOf(error)}`);
      }
    }
    return isDone && !this.stopped;
  }

  private async closeStale(communeId: string): Promise<void> {
    const closed = await this.database.inCommune(communeId, (em) =>
      this.store.closeStale(em, communeId, this.clock.date()),
    );
    this.cameraEvents.tell(communeId, closed);
  }
}
