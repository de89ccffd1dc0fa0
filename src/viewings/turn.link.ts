import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraTurn, CameraTurned } from '../../devices/protocol/turn-messages.ts';
import { Clock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import type { WatchedCamera } from './watched-camera.ts';

/** A camera that is slow to say what it has may answer this late; the turn itself must begin sooner. */
const patienceMs = 20_000;
const validMs = 5_000;

interface Waiting {
  readonly communeId: string;
  readonly connectorId: string;
  readonly cameraId: string;
  readonly answered: (said: CameraTurned | null) => void;
}

/** The line to cameras that are turned: what is asked goes to their connectors, what became of it comes back. */
@Injectable()
export class TurnLink implements OnModuleInit {
  private readonly log = new Logger('Viewings');
  /** By turn. An answer to anything else is not believed. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly link: BoxLink,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('camera-turned', (from, said) => this.take(from, said));
  }

  /** @returns null where no answer came in time */
  async ask(
    { communeId, connectorId, cameraId }: WatchedCamera,
    ask: CameraTurn['ask'],
  ): Promise<Pick<CameraTurned, 'result' | 'detail' | 'places'> | null> {
    const turn = newId();
    const now = this.clock.now();
    const said = new Promise<CameraTurned | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), patienceMs);
      const answered = (one: CameraTurned | null): void => {
        clearTimeout(timer);
        resolve(one);
      };
      this.waiting.set(turn, { communeId, connectorId, cameraId, answered });
    });
    try {
      await this.link.send('camera-turn', communeId, connectorId, {
        ...{ v: 1, commune: communeId, connector: connectorId, turn, camera: cameraId, ask },
        ...{ issuedAt: now, expiresAt: now + validMs },
      });
      return await said;
    } finally {
      this.waiting.get(turn)?.answered(null);
      this.waiting.delete(turn);
    }
  }

  private take(from: From, said: CameraTurned): void {
    const waiting = this.waiting.get(said.turn);
    const isAsked =
      waiting?.cameraId === said.camera &&
      waiting.connectorId === from.assetId &&
      waiting.communeId === from.communeId;
    if (!isAsked) return;
    if (said.detail !== '') this.log.debug(`A camera was not turned: ${said.detail}`);
    waiting.answered(said);
  }
}
