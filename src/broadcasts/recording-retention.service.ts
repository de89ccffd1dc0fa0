import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { AudioStore } from '../speech/audio.store.ts';
import { UnusedRecordingStore } from './unused-recording.store.ts';

const dayMs = 86_400_000;
/** From the day on which nothing refers to a recording any more: an announcement may be mended until then. */
const keptDays = 30;
/** One journal line names so many. */
const atOnce = 100;
/** After the start, when nobody waits for the disk. */
const firstAfterMs = 600_000;

/**
 * Removes voices that nobody has a purpose for any more (Law 91/2025/QH15): recordings that people made or brought and that
 * were replaced or withdrawn before they were ever scheduled. Once a day.
 */
@Injectable()
export class RecordingRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Broadcasts');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly store: UnusedRecordingStore,
    private readonly audio: AudioStore,
    private readonly communes: CommuneService,
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.next(firstAfterMs);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Never throws: the next day goes on. */
  private async round(): Promise<void> {
    try {
      for (const communeId of await this.communes.ids()) await this.purge(communeId);
    } catch (error) {
      this.log.warn(`Unused recordings are not removed yet: ${messageOf(error)}`);
    }
  }

  /** @returns how many recordings of the commune were removed */
  async purge(communeId: string): Promise<number> {
    const before = new Date(this.clock.now() - keptDays * dayMs);
    await this.database.inCommune(communeId, (em) => this.store.note(em, communeId, this.clock.date()));
    let removed = 0;
    for (let more = true; more && !this.stopped;) {
      const { ids, sha256s } = await this.database.inCommune(communeId, async (em) => {
        const gone = await this.store.forget(em, communeId, before, atOnce);
        if (gone.ids.length > 0)
          await this.journal.write(em, communeId, {
            actorId: null,
            action: 'announcements.recordings-removed',
            subjectType: 'commune',
            subjectId: communeId,
            facts: { recordingIds: gone.ids },
          });
        return gone;
      });
      // After the commit: a file without its recording is waste, a recording without its file would be a loss.
      for (const sha256 of sha256s) await this.audio.remove(sha256, before);
      removed += ids.length;
      more = ids.length === atOnce;
    }
    return removed;
  }

  private next(ms: number): void {
    this.timer = setTimeout(() => {
      void this.round().then(() => {
        if (!this.stopped) this.next(dayMs);
      });
    }, ms).unref();
  }
}
