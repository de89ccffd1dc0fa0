import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { MorePictures } from '../protocol/camera-messages.ts';
import type { Kind } from '../protocol/topic-map.data.ts';
import { sourceNamed } from '../protocol/video-sources.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { TakenPicture } from './check.rtsp.ts';
import type { HeldCamera, LastPicture } from './held-camera.ts';
import type { NoticeEntry } from './notice-entry.ts';

export interface EventPicturesOptions {
  /**
   * A picture of what `entry` tells, which was made durable already: it comes here a second time, with the same id, now
   * naming the picture.
   */
  readonly onPicture: (picture: TakenPicture, entry: NoticeEntry) => Promise<void>;
  /** An event stays without its picture: what the camera gave is none, too large, or did not come in time. */
  readonly onNoPicture: (camera: string, why: CameraFault) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly now: () => number;
  readonly correctionMs: (nowMs: number) => number;
}

export const PICTURE_DEADLINE_MS = 5_000;
export const PICTURE_LIMITS = { deadlineMs: PICTURE_DEADLINE_MS, largestBytes: 1_000_000 };
/** A storm of motion is one scene: no more than a picture each so often, per source. What else begins meanwhile has that one. */
const PICTURE_EVERY_MS = 2_000;
/** Topics that have one and the same: a camera has some ten, and may make up as many as it likes. */
const MOST_TOPICS = 20;
/** What nobody needs to see a picture of. */
const NOT_PICTURED: ReadonlySet<string> = new Set<Kind>(['storage', 'hardware', 'unknown']);

/** Pictures of what cameras tell: one at its begin and, where more are wanted, as many after it. */
export class EventPictures {
  private more: MorePictures | null = null;
  private readonly stopping = new AbortController();
  /** Sources of which more are being taken: what begins meanwhile is in these. */
  private readonly following = new Set<string>();

  constructor(private readonly options: EventPicturesOptions) {}

  want(more: MorePictures | null): void {
    this.more = more;
  }

  stop(): void {
    this.stopping.abort();
  }

  /**
   * Takes one at each begin, now: the scene does not wait for the disk.
   * @returns to be called once the entries are durable: only then the pictures are handed on, and more are taken
   */
  begin(held: HeldCamera | undefined, entries: readonly NoticeEntry[]): () => void {
    if (held === undefined) return () => undefined;
    const taking = entries
      .filter(({ phase, kind }) => (phase === 'begin' || phase === 'instant') && !NOT_PICTURED.has(kind))
      .map((entry) => ({ entry, taken: this.take(held, entry, true) }));
    for (const { taken } of taking) taken.catch(() => undefined);
    return () => {
      for (const { entry, taken } of taking)
        taken
          .then(async (first) => {
            if (first === undefined) return;
            await this.handOn(first, entry);
            await this.follow(held, entry);
          })
          .catch((error: unknown) => {
            if (!this.stopping.signal.aborted) this.options.onTrouble(error);
          });
    };
  }

  /** @throws CameraFault */
  async fetch(session: CameraSession, address: string): Promise<TakenPicture> {
    const { bytes, mime } = await session.picture(address, { ...PICTURE_LIMITS, isUrgent: true });
    const now = this.options.now();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes, mime, takenAt: Math.round(now + this.options.correctionMs(now)), sha256 };
  }

  private async handOn(taken: TakenPicture, entry: NoticeEntry): Promise<void> {
    const { bytes, ...picture } = taken;
    await this.options.onPicture(taken, { ...entry, snapshot: { ...picture, bytes: bytes.length } });
  }

  private async follow(held: HeldCamera, entry: NoticeEntry): Promise<void> {
    const source = `${held.desired.camera} ${sourceOf(held, entry.source)}`;
    if (this.more === null || this.following.has(source)) return;
    const { count, everyMs } = this.more;
    this.following.add(source);
    try {
      for (let taken = 0; taken < count; taken += 1) {
        await pause(everyMs, undefined, { signal: this.stopping.signal });
        const next = await this.take(held, entry, false);
        if (next !== undefined) await this.handOn(next, entry);
      }
    } finally {
      this.following.delete(source);
    }
  }

  /**
   * Undefined when the camera offers none, does not give it in time, is let go, or one was taken just now: that one then
   * where it `mayShare` and nothing of this topic has it yet, as one scene often begins several events.
   */
  private take(
    held: HeldCamera,
    { source: told, topic }: NoticeEntry,
    mayShare: boolean,
  ): Promise<TakenPicture | undefined> {
    // Which source it is shows only the description; a storm must not wait for it a thousand times.
    const source = sourceOf(held, told);
    const last = held.pictures.get(source);
    if (last !== undefined && (last.at === null || this.options.now() - last.at < PICTURE_EVERY_MS)) {
      const isShared = mayShare && !last.topics.has(topic) && last.topics.size < MOST_TOPICS;
      if (!isShared) return Promise.resolve(undefined);
      last.topics.add(topic);
      return last.taken;
    }
    const taken = this.ask(held, told).finally(() => (picture.at = this.options.now()));
    const picture: LastPicture = { taken, at: null, topics: new Set([topic]) };
    held.pictures.set(source, picture);
    return taken;
  }

  private async ask(held: HeldCamera, told: NoticeEntry['source']): Promise<TakenPicture | undefined> {
    const { supervisor } = held;
    if (supervisor === undefined) return undefined;
    try {
      await supervisor.described(PICTURE_DEADLINE_MS);
      const named = sourceNamed(told, supervisor.current.passport?.sources ?? []);
      const address = await supervisor.pictureAddress(PICTURE_DEADLINE_MS, named);
      const session = supervisor.live;
      return address === undefined || session === undefined ? undefined : await this.fetch(session, address);
    } catch (error) {
      // An event without a picture is an event all the same.
      if (!(error instanceof CameraFault)) throw error;
      this.options.onNoPicture(held.desired.camera, error);
      return undefined;
    }
  }
}

/** '' where a notice names none. */
function sourceOf(held: HeldCamera, told: NoticeEntry['source']): string {
  return sourceNamed(told, held.supervisor?.current.passport?.sources ?? []) ?? '';
}
