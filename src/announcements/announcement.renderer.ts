import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { tunesChosenIn } from '../accounts/commune.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { Database } from '../platform/database/database.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import type { RecordingProgress } from '../speech/recorder.service.ts';
import { SpeechService } from '../speech/speech.service.ts';
import type { Announcement } from './announcement.ts';
import { AnnouncementStore } from './announcement.store.ts';
import { readingOf } from './saying.ts';

export interface Progress {
  /** Sentences spoken. */
  readonly done: number;
  readonly of: number;
  /** Of what comes after speaking (levelling, encoding, measuring), in per cent; null before it begins. */
  readonly encodedPercent: number | null;
}

interface Running {
  readonly revision: number;
  readonly stop: AbortController;
  progress: Progress;
}

const RENEW_EVERY_MS = 600_000;
/** The rest follows ten minutes later: a commune writes a handful a day. */
const RENEWED_AT_ONCE = 20;

/**
 * Makes recordings beside everything else. What was asked for stands in the database, so a restart begins it again;
 * the same text gives the same recording, so beginning again costs little and doubles nothing.
 */
@Injectable()
export class AnnouncementRenderer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Recordings');
  private readonly running = new Map<string, Running>();
  private stopListening: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly store: AnnouncementStore,
    private readonly speech: SpeechService,
    private readonly readings: CommuneReading,
    private readonly communes: CommuneService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.events.on('voices.changed', ({ communeId }) => this.renew(communeId));
    // A budget begins anew at midnight, and nobody tells of that.
    this.timer = setInterval(() => void this.renew(null), RENEW_EVERY_MS);
    this.timer.unref();
    void this.database.inUse.then(() => this.beginAgain());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.stopListening?.();
    for (const { stop } of this.running.values()) stop.abort();
  }

  /** What was asked for before the start. */
  private async beginAgain(): Promise<void> {
    try {
      for (const communeId of await this.communes.ids()) {
        const asked = await this.database.inCommune(communeId, (em) => this.store.rendering(em, communeId));
        for (const announcement of asked) this.begin(announcement);
      }
    } catch (error) {
      // Whoever looks at such an announcement sees that it is not recorded, and asks again.
      this.log.warn(`Recordings that were asked for before the start were not begun: ${messageOf(error)}`);
    }
  }

  progressOf(announcement: Announcement): Progress | null {
    const running = this.running.get(announcement.id);
    return running?.revision === announcement.revision ? running.progress : null;
  }

  begin(announcement: Announcement): void {
    const { id, revision } = announcement;
    if (this.running.get(id)?.revision === revision) return;
    this.cancel(id);
    const running: Running = {
      revision,
      stop: new AbortController(),
      progress: { done: 0, of: 0, encodedPercent: null },
    };
    this.running.set(id, running);
    void this.run(announcement, running).finally(() => {
      if (this.running.get(id) !== running) return;
      this.running.delete(id);
      this.tell(announcement, null);
    });
  }

  /**
   * Drafts that a fallback voice had to speak, in the chosen voice when that is back. What was put forward or approved
   * stays as it is: only a person asks for another sound of it.
   * @param communeId null: every commune
   */
  async renew(communeId: string | null): Promise<void> {
    try {
      for (const id of communeId === null ? await this.communes.ids() : [communeId]) {
        if (!(await this.isChosenVoiceBack(id))) continue;
        const drafts = await this.database.inCommune(id, (em) =>
          this.store.inFallbackVoice(em, id, RENEWED_AT_ONCE),
        );
        for (const draft of drafts) this.begin(draft);
      }
    } catch (error) {
      this.log.warn(`Drafts in the fallback voice were not recorded anew: ${messageOf(error)}`);
    }
  }

  /** Whether a recording made now would be in the chosen voice. */
  async isChosenVoiceBack(communeId: string): Promise<boolean> {
    return !(await this.speech.voiceInUse(communeId)).isFallback;
  }

  /** Who cancels tells what became of the announcement. */
  cancel(id: string): void {
    const running = this.running.get(id);
    if (running === undefined) return;
    this.running.delete(id);
    running.stop.abort();
  }

  private async run(announcement: Announcement, running: Running): Promise<void> {
    const { communeId, id, revision } = announcement;
    try {
      const { name, settings } = await this.communes.get(communeId);
      const reader = await this.readings.of(communeId);
      const reading = readingOf(announcement, reader);
      if (reading === null)
        throw new Failure('conflict', 'announcements.nothing-to-say', 'There is nothing to say');
      const { sentences } = reading;
      const recording = await this.speech.render({
        communeId,
        communeName: name,
        sentences,
        delivery: announcement.deliveryWith(tunesChosenIn(settings)),
        lexiconVersion: reader.version,
        signal: running.stop.signal,
        onProgress: (progress) => {
          const before = running.progress;
          running.progress = progressAfter(before, progress);
          if (running.progress !== before) this.tell(announcement, running.progress);
        },
      });
      const said = { spoken: reading.spoken, openDoubts: reading.doubts.length };
      await this.database.inCommune(communeId, (em) =>
        this.store.change(
          em,
          communeId,
          id,
          (found) => void found.takeRecording(recording.id, revision, this.clock.date(), said),
        ),
      );
    } catch (error) {
      if (running.stop.signal.aborted) return;
      this.log.warn(`No recording of announcement ${id}: ${messageOf(error)}`);
      const code = error instanceof Failure ? error.code : 'platform.unexpected';
      await this.database
        .inCommune(communeId, (em) =>
          this.store.change(em, communeId, id, (found) => found.failRendering(revision, code)),
        )
        .catch((more: unknown) => this.log.warn(messageOf(more)));
    }
  }

  /** While it is rendered its state stays: whatever changes that cancels the rendering. */
  private tell({ communeId, id, state }: Announcement, rendering: Progress | null): void {
    this.events.tell('announcement.changed', { communeId, id, state, rendering });
  }
}

/** Itself where nothing that a person sees has changed. */
function progressAfter(before: Progress, now: RecordingProgress): Progress {
  if (now.stage === 'waiting') return before;
  if (now.stage === 'speaking') return { done: now.done, of: now.total, encodedPercent: null };
  const encodedPercent = Math.max(before.encodedPercent ?? 0, Math.floor(now.share * 100));
  return encodedPercent === before.encodedPercent ? before : { ...before, encodedPercent };
}
