import { longestViewMs } from '../protocol/camera-messages.ts';
import type { CameraFrame, CameraView } from '../protocol/camera-messages.ts';
import type { LivePicture } from './live-picture.ts';

/** A frame without what says who speaks. */
export type Frame = Pick<CameraFrame, 'view' | 'camera' | 'number' | 'askedAt' | 'picture' | 'fault'>;

export interface LiveViewOptions {
  readonly take: (order: Pick<CameraView, 'camera' | 'source'>) => Promise<LivePicture>;
  /** Resolves when the line has taken it; only then is the camera asked again. */
  readonly send: (frame: Frame, picture: Uint8Array) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
  /** True milliseconds since 1970. */
  readonly now: () => number;
}

/** A service that orders more of one connector is not ours; each is a camera that is asked all the time. */
const mostViews = 16;
/** A camera that gives no picture is not asked as often as one that does. */
const faultPauseMs = 2_000;

interface View {
  order: CameraView;
  number: number;
  lastSha256: string | null;
  wake: () => void;
}

/**
 * Pictures of the cameras that somebody watches, one after the other while the order stands: asked for, sent, forgotten.
 * One at a time is on its way, so a slow line makes them rarer, never older. It ends by itself when the service orders
 * no more, for whatever reason.
 */
export class LiveViews {
  /** By what is watched. */
  private readonly views = new Map<string, View>();

  constructor(private readonly options: LiveViewOptions) {}

  order(order: CameraView): void {
    const latestMs = this.options.now() + longestViewMs;
    const bounded = { ...order, untilAt: Math.min(order.untilAt, latestMs) };
    const running = this.views.get(placeOf(order));
    if (running?.order.view === order.view) {
      // A copy that came late does not end what was ordered for longer since.
      if (order.issuedAt >= running.order.issuedAt) running.order = bounded;
      running.wake();
      return;
    }
    if (bounded.untilAt <= this.options.now()) return;
    if (running === undefined && this.views.size >= mostViews) return;
    const view: View = { order: bounded, number: 0, lastSha256: null, wake: () => undefined };
    this.views.set(placeOf(order), view);
    running?.wake();
    this.run(view)
      .catch((error: unknown) => this.options.onTrouble(error))
      .finally(() => {
        if (this.views.get(placeOf(order)) === view) this.views.delete(placeOf(order));
      });
  }

  stop(): void {
    for (const view of this.views.values()) view.wake();
    this.views.clear();
  }

  /** Cameras that are watched now. */
  get size(): number {
    return this.views.size;
  }

  private async run(view: View): Promise<void> {
    const { now } = this.options;
    while (this.stands(view)) {
      const askedAt = now();
      const taken = await this.options.take(view.order);
      // An answer that came after the end is nobody's.
      if (!this.stands(view)) return;
      await this.send(view, Math.round(askedAt), taken);
      const { everyMs, bytesPerSecond } = view.order;
      const shareMs =
        taken.fault === undefined ? (taken.bytes.length / bytesPerSecond) * 1_000 : faultPauseMs;
      await this.rest(view, Math.max(everyMs, shareMs) - (now() - askedAt));
    }
  }

  private async send(view: View, askedAt: number, taken: LivePicture): Promise<void> {
    const { order } = view;
    view.number += 1;
    const head = { view: order.view, camera: order.camera, number: view.number, askedAt };
    try {
      if (taken.fault !== undefined) {
        await this.options.send({ ...head, picture: null, fault: taken.fault }, Buffer.alloc(0));
        return;
      }
      const { sha256, bytes } = taken;
      const frame = { ...head, picture: { sha256, bytes: bytes.length }, fault: null };
      await this.options.send(frame, sha256 === view.lastSha256 ? Buffer.alloc(0) : bytes);
      view.lastSha256 = sha256;
    } catch {
      // The line is away. Whoever watches sees the last picture grow old.
    }
  }

  private stands(view: View): boolean {
    return this.views.get(placeOf(view.order)) === view && this.options.now() < view.order.untilAt;
  }

  private async rest(view: View, ms: number): Promise<void> {
    if (ms <= 0 || !this.stands(view)) return;
    const untilMs = this.options.now() + ms;
    // A new order wakes it, to look whether it still stands; the camera is not asked the sooner for it.
    for (let left = ms; left > 0 && this.stands(view); left = untilMs - this.options.now()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        view.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

const placeOf = ({ camera, source = '' }: Pick<CameraView, 'camera' | 'source'>): string =>
  `${camera} ${source}`;
