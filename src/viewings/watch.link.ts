import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraFrame } from '../../devices/protocol/camera-messages.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { pictureCells, pictureForScreen } from '../camera-events/picture.process.ts';
import { Config } from '../platform/config/config.ts';
import { WatchedCamera } from './watched-camera.ts';

const everyMs = 500;
/** An order lasts so long: a service that dies leaves a camera being asked for no longer. */
const orderMs = 20_000;

interface Received {
  readonly frame: CameraFrame;
  readonly picture: Uint8Array;
}

/**
 * The line to cameras that are watched: orders go to their connectors, answers come up. A picture is made for screens
 * once however many watch, one of a camera at a time; what comes meanwhile waits alone, and the next takes its place.
 */
@Injectable()
export class WatchLink implements OnModuleInit {
  private readonly log = new Logger('Viewings');
  /** By camera. */
  private readonly watched = new Map<string, WatchedCamera>();
  /** By camera: what waits while its picture is made; null: nothing does. */
  private readonly making = new Map<WatchedCamera, Received | null>();

  constructor(
    private readonly link: BoxLink,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-frame', (from, received) => this.take(from, received));
  }

  of(cameraId: string): WatchedCamera | null {
    return this.watched.get(cameraId) ?? null;
  }

  all(): WatchedCamera[] {
    return [...this.watched.values()];
  }

  /** Begins, or goes on for a while longer; a camera that went to another connector is begun anew there. */
  watch(communeId: string, cameraId: string, connectorId: string): WatchedCamera {
    let camera = this.watched.get(cameraId);
    if (camera?.connectorId !== connectorId) {
      if (camera !== undefined) this.end(cameraId);
      camera = new WatchedCamera(communeId, cameraId, connectorId, newId());
      this.watched.set(cameraId, camera);
    }
    this.order(camera, orderMs);
    return camera;
  }

  end(cameraId: string): void {
    const camera = this.watched.get(cameraId);
    if (camera === undefined) return;
    this.watched.delete(cameraId);
    this.order(camera, 0);
    camera.close();
  }

  /** Not waited for: it is sent again every few seconds, and a connector without it stops by itself. */
  private order({ communeId, connectorId, cameraId, viewId }: WatchedCamera, forMs: number): void {
    const now = this.clock.now();
    const bytesPerSecond = this.config.values.viewings.kilobytesPerSecond * 1_000;
    const head = {
      v: 1,
      commune: communeId,
      connector: connectorId,
      view: viewId,
      camera: cameraId,
    } as const;
    this.link
      .send('camera-view', communeId, connectorId, {
        ...head,
        ...{ issuedAt: now, untilAt: now + forMs, everyMs, bytesPerSecond },
      })
      .catch((error: unknown) => this.log.debug(`A camera was not ordered: ${messageOf(error)}`));
  }

  private take(from: From, received: Received): void {
    const { frame } = received;
    const camera = this.watched.get(frame.camera);
    const isWatched =
      camera?.viewId === frame.view &&
      camera.connectorId === from.assetId &&
      camera.communeId === from.communeId;
    // The connector hears of the end a moment after it.
    if (!isWatched) return;
    if (this.making.has(camera)) this.making.set(camera, received);
    else void this.show(camera, received);
  }

  private async show(camera: WatchedCamera, first: Received): Promise<void> {
    for (let next: Received | null = first; next !== null; next = this.making.get(camera) ?? null) {
      this.making.set(camera, null);
      await this.showOne(camera, next);
    }
    this.making.delete(camera);
  }

  /** Never throws. */
  private async showOne(camera: WatchedCamera, { frame, picture }: Received): Promise<void> {
    const { askedAt } = frame;
    if (frame.picture === null) camera.showFault(frame.fault ?? 'unreadable');
    else if (camera.shows(frame.picture.sha256)) camera.showSame(askedAt, this.clock.now());
    else if (picture.length > 0) {
      try {
        const jpeg = await pictureForScreen(picture);
        camera.showNew(jpeg, frame.picture.sha256, askedAt, this.clock.now());
        // It is on the screens by now.
        if (camera.wantsComparing(frame.picture.sha256))
          camera.compare(await pictureCells(picture).catch(() => null));
      } catch (error) {
        if (!(error instanceof Failure)) this.log.error(`A picture was not made: ${messageOf(error)}`);
        camera.showFault('unreadable');
      }
    }
  }
}
