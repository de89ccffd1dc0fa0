import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { may } from '../access/rights.ts';
import type { Right } from '../access/rights.ts';
import { SessionReader } from '../access/session-reader.ts';
import type {} from '../announcements/announcement.service.ts';
import type {} from '../boxes/stranger.service.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import type {} from '../broadcasts/broadcast.service.ts';
import type {} from '../broadcasts/emergency.service.ts';
import type {} from '../broadcasts/receipt.service.ts';
import type {} from '../camera-events/camera-event.service.ts';
import type {} from '../cameras/camera.service.ts';
import type {} from '../loudspeakers/pole.link.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Broker } from '../platform/broker/broker.ts';
import type { LiveMessage } from './live.view.ts';
import { eventText } from './screen.ts';
import type { Screen } from './screen.ts';

/** What a person must be allowed to read, to be told of it. */
const rightFor: Record<LiveMessage['type'], Right> = {
  pole: 'loudspeakers.read',
  refusal: 'loudspeakers.read',
  airing: 'broadcasts.read',
  broadcasts: 'broadcasts.read',
  emergency: 'broadcasts.read',
  announcement: 'announcements.read',
  camera: 'cameras.read',
  'camera-event': 'events.read',
  strangers: 'loudspeakers.manage',
  alarms: 'loudspeakers.read',
  broker: 'session',
};

/** Proxies cut what is silent for a minute; a reader knows by it that the line stands. */
const heartbeatMs = 15_000;

/** Passes the rooms' news on to the screens of those who may read them. Nothing is replayed. */
@Injectable()
export class LiveService implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Live');
  private readonly screens = new Set<Screen>();
  private readonly stops: (() => void)[] = [];
  /** Camera events are heard while screens are open: one takes as long to be made ready as to be kept. */
  private stopEvents: (() => void) | undefined;
  private heart: NodeJS.Timeout | undefined;

  constructor(
    private readonly events: Events,
    private readonly sessions: SessionReader,
    private readonly broker: Broker,
    private readonly wire: BrokerLink,
  ) {}

  onModuleInit(): void {
    const { events } = this;
    this.stops.push(
      events.on('pole.changed', ({ communeId, pole }) => this.tell(communeId, { type: 'pole', pole })),
      events.on('airing.changed', ({ communeId, airing }) =>
        this.tell(communeId, { type: 'airing', airing }),
      ),
      events.on('refusal.arrived', ({ communeId, refusal }) =>
        this.tell(communeId, { type: 'refusal', refusal }),
      ),
      events.on('emergency.changed', ({ communeId, emergency }) =>
        this.tell(communeId, { type: 'emergency', emergency }),
      ),
      events.on('alarms.changed', ({ communeId }) => this.tell(communeId, { type: 'alarms' })),
      events.on('broadcasts.changed', ({ communeId }) => this.tell(communeId, { type: 'broadcasts' })),
      events.on('announcement.changed', ({ communeId, id, state, rendering }) =>
        this.tell(communeId, { type: 'announcement', id, state, rendering }),
      ),
      events.on('camera.changed', ({ communeId, camera }) =>
        this.tell(communeId, { type: 'camera', camera }),
      ),
      events.on('strangers.changed', () => this.tell(null, { type: 'strangers' })),
      this.wire.onConnected(() => this.tell(null, { type: 'broker', up: true })),
    );
    const onDown = (): void => this.tell(null, { type: 'broker', up: false });
    this.broker.on('down', onDown);
    this.stops.push(() => this.broker.off('down', onDown));
    this.heart = setInterval(() => void this.beat(), heartbeatMs);
    this.heart.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.heart);
    this.hearNoEvents();
    for (const stop of this.stops) stop();
    for (const screen of this.screens) screen.close();
  }

  /** From now on this screen is told. The caller takes it away when its line is closed. */
  add(screen: Screen): void {
    this.screens.add(screen);
    this.stopEvents ??= this.events.on('camera-event.changed', ({ communeId, event }) =>
      this.tell(communeId, { type: 'camera-event', event }),
    );
    screen.tell(': ready\n\n');
  }

  remove(screen: Screen): void {
    screen.close();
    this.screens.delete(screen);
    if (this.screens.size === 0) this.hearNoEvents();
  }

  /** Screens that are open now. */
  get count(): number {
    return this.screens.size;
  }

  /** @param communeId null for every commune */
  tell(communeId: string | null, message: LiveMessage): void {
    if (this.screens.size === 0) return;
    let text: string | undefined;
    for (const screen of this.screens) {
      if (communeId !== null && screen.person.communeId !== communeId) continue;
      if (!may(screen.person, rightFor[message.type])) continue;
      // Written once, however many screens.
      text ??= eventText(message.type, message);
      screen.tell(text);
    }
  }

  /**
   * Keeps the lines alive and closes those whose session ended or whose person has other rights now: a stream is one
   * long request, which the guard saw only at its beginning.
   */
  async beat(): Promise<void> {
    for (const screen of [...this.screens]) {
      try {
        const person = await this.sessions.personOf(screen.token, false);
        if (person === null || person.mustChangePassword === true) this.remove(screen);
        else {
          screen.person = person;
          screen.tell(': heartbeat\n\n');
          if (!screen.isOpen) this.remove(screen);
        }
      } catch (error) {
        // The database is away: whoever was in stays in, and the line stays alive.
        this.log.debug(`A session could not be asked for: ${messageOf(error)}`);
        screen.tell(': heartbeat\n\n');
      }
    }
  }

  private hearNoEvents(): void {
    this.stopEvents?.();
    this.stopEvents = undefined;
  }
}
