import type { FrameFault } from '../../devices/protocol/camera-messages.ts';
import { StillScene } from '../camera-events/still-scene.ts';
import type { Cells } from '../camera-events/still-scene.ts';

/** Each comparison costs one more decoding of a picture; the sensor's noise is there in every one. */
const compareEveryMs = 2_000;

/** A picture for screens, made of what the camera gave. */
export interface LivePicture {
  /** Of the camera's answer that brought it. */
  readonly number: number;
  readonly jpeg: Uint8Array;
  /** Of the bytes as received: a camera that hangs gives the very same ones again and again. */
  readonly sha256: string;
  /** When the camera was first asked for what it then gave, ms since 1970. */
  readonly askedAt: number;
}

/** What a screen is told with each picture, and while none comes. */
export interface LiveState {
  /** Answers of the camera so far, with a picture or without. */
  readonly number: number;
  /** Of the picture: it grows while the camera gives nothing new. Null before the first. */
  readonly ageMs: number | null;
  /** For how long the camera has been giving the very same bytes; 0 where they were new the last time. */
  readonly stillMs: number;
  /** For how long nothing but one small box of the picture has changed: a clock runs, and nothing else. */
  readonly unmovedMs: number;
  /** Why the last answer brought no picture. */
  readonly fault: FrameFault | null;
}

/** One camera that somebody watches: its newest picture, and nothing older. */
export class WatchedCamera {
  private picture: LivePicture | null = null;
  private number = 0;
  private fault: FrameFault | null = null;
  private sameAt = 0;
  private scene = new StillScene();
  private comparedAt = -Infinity;
  private readonly waiting = new Set<() => void>();

  /** @param viewId a frame of another one is not of now */
  constructor(
    readonly communeId: string,
    readonly cameraId: string,
    readonly connectorId: string,
    readonly viewId: string,
  ) {}

  /** Whether these bytes are the ones that are shown already. */
  shows(sha256: string): boolean {
    return this.picture?.sha256 === sha256;
  }

  /** @param askedAt by the connector's clock; never taken for later than now */
  showNew(jpeg: Uint8Array, sha256: string, askedAt: number, now: number): void {
    const at = Math.min(askedAt, now);
    // What was overtaken on its way.
    if (this.picture !== null && at < this.picture.askedAt) return;
    this.number += 1;
    this.picture = { number: this.number, jpeg, sha256, askedAt: at };
    this.sameAt = at;
    this.fault = null;
    this.tell();
  }

  /** Whether this is the picture that is shown, and to be compared with those before it. */
  wantsComparing(sha256: string): boolean {
    const { picture } = this;
    return picture?.sha256 === sha256 && picture.askedAt - this.comparedAt >= compareEveryMs;
  }

  /** @param cells of the picture that is shown; null where it could not be read whole: then nothing is said of what was before */
  compare(cells: Cells | null): void {
    if (this.picture === null) return;
    this.comparedAt = this.picture.askedAt;
    if (cells === null) this.scene = new StillScene();
    else this.scene.see(cells, this.picture.askedAt);
  }

  showSame(askedAt: number, now: number): void {
    this.number += 1;
    this.sameAt = Math.max(this.sameAt, Math.min(askedAt, now));
    this.fault = null;
    this.tell();
  }

  showFault(fault: FrameFault): void {
    this.number += 1;
    this.fault = fault;
    this.tell();
  }

  state(now: number): LiveState {
    const { picture } = this;
    return {
      number: this.number,
      ageMs: picture === null ? null : Math.max(0, now - picture.askedAt),
      stillMs: picture === null ? 0 : Math.max(0, this.sameAt - picture.askedAt),
      unmovedMs: this.scene.unmovedMs,
      fault: this.fault,
    };
  }

  /** The picture, where it came with an answer after this one. */
  newerThan(number: number): LivePicture | null {
    return this.picture !== null && this.picture.number > number ? this.picture : null;
  }

  /** Resolves at the camera's next answer after this one, or when it has taken too long. */
  async answerAfter(number: number, waitMs: number): Promise<void> {
    if (this.number > number) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.waiting.add(done);
    });
  }

  /** Nobody waits on: it is watched no more. */
  close(): void {
    this.tell();
  }

  private tell(): void {
    for (const done of this.waiting) done();
  }
}
