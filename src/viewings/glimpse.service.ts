import { Injectable } from '@nestjs/common';
import type { FrameFault } from '../../devices/protocol/camera-messages.ts';
import type { Person } from '../access/rights.ts';
import { Failure } from '../base/failure.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { pictureForScreen } from '../camera-events/picture.process.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import { sourceOf } from '../cameras/channels.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { GlimpseLink } from './glimpse.link.ts';

/** Of one recorder: it draws each picture by itself, beside all that it records. */
const atOnce = 2;
/** Two people with the longest list each. */
const mostWaiting = 128;

/**
 * A look at a recorder's channel before it is registered (*xem thử kênh*): people know a camera by its picture, not by
 * `VideoSource_7`. One picture each time, made anew for the screen, kept nowhere; each look stands in the journal.
 */
@Injectable()
export class GlimpseService {
  /** By recorder: who waits for their turn; as long as one is under way. */
  private readonly turns = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(
    private readonly database: Database,
    private readonly cameras: CameraStore,
    private readonly glimpses: GlimpseLink,
    private readonly link: BoxLink,
    private readonly journal: JournalService,
  ) {}

  /**
   * @param channel the source's token, or its number
   * @returns a JPEG
   * @throws Failure `cameras.missing`, `cameras.retired`, `cameras.channel-unknown`, `viewings.connector-offline`,
   *   `viewings.glimpse-…`
   */
  async look(by: Person, recorderId: string, channel: string): Promise<Uint8Array> {
    const { communeId } = by;
    const device = await this.database.inCommune(communeId, (em) =>
      this.cameras.deviceOf(em, communeId, recorderId),
    );
    device.refuseIfRetired();
    const source = sourceOf(channel, device.passport?.sources ?? []);
    if (source === undefined)
      throw new Failure('invalid', 'cameras.channel-unknown', 'The recorder has no such channel');
    if (this.link.presenceOf(device.connectorId).link !== 'online')
      throw new Failure(
        'conflict',
        'viewings.connector-offline',
        "The recorder's connector is not heard now",
      );
    await this.database.inCommune(communeId, (em) =>
      this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'viewings.glimpsed' },
        ...{ subjectType: 'camera-device', subjectId: device.id, facts: { channel: source.token } },
      }),
    );
    const { connectorId, id: deviceId } = device;
    const taken = await this.inTurn(deviceId, () =>
      this.glimpses.ask({ communeId, connectorId, deviceId, source: source.token }),
    );
    if ('fault' in taken) throw noPicture(taken.fault);
    try {
      return await pictureForScreen(taken.received);
    } catch (error) {
      if (error instanceof Failure) throw noPicture('unreadable');
      throw error;
    }
  }

  private async inTurn<T>(deviceId: string, work: () => Promise<T>): Promise<T> {
    const turns = this.turns.get(deviceId) ?? { running: 0, waiting: [] };
    this.turns.set(deviceId, turns);
    if (turns.waiting.length >= mostWaiting)
      throw new Failure('unavailable', 'viewings.glimpse-busy', 'Too many channels are looked at');
    if (turns.running >= atOnce) await new Promise<void>((resolve) => turns.waiting.push(resolve));
    else turns.running += 1;
    try {
      return await work();
    } finally {
      const next = turns.waiting.shift();
      // Its place goes on to whoever has waited longest.
      if (next !== undefined) next();
      else if ((turns.running -= 1) === 0) this.turns.delete(deviceId);
    }
  }
}

function noPicture(why: FrameFault): Failure {
  return new Failure('conflict', `viewings.glimpse-${why}`, 'The channel has no picture now');
}
