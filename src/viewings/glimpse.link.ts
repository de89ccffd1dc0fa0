import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraFrame, FrameFault } from '../../devices/protocol/camera-messages.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';

/** A recorder draws a channel's picture in up to 5 s, and two are asked for at once. */
const patienceMs = 15_000;
const anyRate = 1_000_000;

/** A recorder's source, and who holds the recorder. */
export interface GlimpsedSource {
  readonly communeId: string;
  readonly connectorId: string;
  readonly deviceId: string;
  readonly source: string;
}

export type Glimpse = { readonly received: Uint8Array } | { readonly fault: FrameFault };

interface Waiting extends GlimpsedSource {
  readonly answered: (glimpse: Glimpse) => void;
}

/** One picture of a source that no registered camera shows: as a live view, ended by its first answer. */
@Injectable()
export class GlimpseLink implements OnModuleInit {
  private readonly log = new Logger('Viewings');
  /** By view. A frame of another one is nobody's here. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly link: BoxLink,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-frame', (from, { frame, picture }) => this.take(from, frame, picture));
  }

  /** `silent` where no answer came in time. */
  async ask(at: GlimpsedSource): Promise<Glimpse> {
    const view = newId();
    const taken = new Promise<Glimpse>((resolve) => {
      const timer = setTimeout(() => resolve({ fault: 'silent' }), patienceMs);
      const answered = (glimpse: Glimpse): void => {
        clearTimeout(timer);
        resolve(glimpse);
      };
      this.waiting.set(view, { ...at, answered });
    });
    try {
      await this.order(at, view, patienceMs);
      return await taken;
    } finally {
      this.waiting.get(view)?.answered({ fault: 'silent' });
      this.waiting.delete(view);
      // Without it the connector would hold a place for it a while longer.
      this.order(at, view, 0).catch((error: unknown) =>
        this.log.debug(`A glimpse was not ended: ${messageOf(error)}`),
      );
    }
  }

  private async order(
    { communeId, connectorId, deviceId, source }: GlimpsedSource,
    view: string,
    forMs: number,
  ): Promise<void> {
    const now = this.clock.now();
    await this.link.send('camera-view', communeId, connectorId, {
      ...{ v: 1, commune: communeId, connector: connectorId, view, camera: deviceId, source },
      ...{ issuedAt: now, untilAt: now + forMs, everyMs: patienceMs, bytesPerSecond: anyRate },
    });
  }

  private take(from: From, frame: CameraFrame, picture: Uint8Array): void {
    const waiting = this.waiting.get(frame.view);
    const isAsked =
      waiting?.deviceId === frame.camera &&
      waiting.connectorId === from.assetId &&
      waiting.communeId === from.communeId;
    if (!isAsked) return;
    const isPicture = frame.picture !== null && picture.length > 0;
    waiting.answered(isPicture ? { received: picture } : { fault: frame.fault ?? 'unreadable' });
  }
}
