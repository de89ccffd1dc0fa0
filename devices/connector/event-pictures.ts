import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { MorePictures } from '../protocol/camera-messages.ts';
import type { Kind } from '../protocol/topic-map.data.ts';
import { sourceNamed } from '../protocol/video-sources.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { TakenPicture } from './check.rtsp.ts';
import type { HeldCamera } from './held-camera.ts';
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
/** A storm of motion is one scene: no more than a picture each so often, per source. */
const PICTURE_EVERY_MS = 2_000;
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
      .map((entry) => ({ entry, taken: this.take(held, entry.source) }));
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
        const next = await this.take(held, entry.source);
        if (next !== undefined) await this.handOn(next, entry);
      }
    } finally {
      this.following.delete(source);
    }
  }

  /** Undefined when the camera offers none, does not give it in time, is let go, or one was taken just now. */
  private async take(held: HeldCamera, told: NoticeEntry['source']): Promise<TakenPicture | undefined> {
    const { now, onNoPicture } = this.options;
    const { supervisor } = held;
    if (supervisor === undefined) return undefined;
    // Which source it is shows only the description; a storm must not wait for it a thousand times.
    const source = sourceOf(held, told);
    const last = held.pictures.get(source) ?? { isTaking: false, at: 0 };
    if (last.isTaking || now() - last.at < PICTURE_EVERY_MS) return undefined;
    held.pictures.set(source, last);
    last.isTaking = true;
    try {
      await supervisor.described(PICTURE_DEADLINE_MS);
      const named = sourceNamed(told, supervisor.current.passport?.sources ?? []);
      const address = await supervisor.pictureAddress(PICTURE_DEADLINE_MS, named);
      const session = supervisor.live;
      if (address === undefined || session === undefined) return undefined;
      const taken = await this.fetch(session, address);
      last.at = now();
      return taken;
    } catch (error) {
      // An event without a picture is an event all the same.
      if (!(error instanceof CameraFault)) throw error;
      last.at = now();
      onNoPicture(held.desired.camera, error);
      return undefined;
    } finally {
      last.isTaking = false;
    }
  }
}

/** '' where a notice names none. */
function sourceOf(held: HeldCamera, told: NoticeEntry['source']): string {
  return sourceNamed(told, held.supervisor?.current.passport?.sources ?? []) ?? '';
}
