import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import type { RefusedClient } from '../platform/broker/broker.ipc.ts';
import { Broker } from '../platform/broker/broker.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf } from '../platform/database/directory.ts';
import type { BoxKind } from './box.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import { hashOfCode } from './enrolment-code.ts';
import { StrangerBook } from './stranger-book.ts';
import type { Stranger, StrangerTry } from './stranger-book.ts';
import type { StrangersView } from './stranger.view.ts';

declare module '../base/events.ts' {
  interface News {
    /** Somebody was turned away: so many times in all since the start. */
    'strangers.changed': { tries: number };
  }
}

/** New strangers of which a line is logged and whose name is looked up, in a minute: a flood pays with memory only. */
const attendedPerMinute = 30;
/** Screens are told at most so often (ms). */
const tellEveryMs = 2_000;

/** Devices that the broker or the enrolment turned away, so that whoever puts up boxes sees them on a screen. */
@Injectable()
export class StrangerService implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Strangers');
  private readonly book = new StrangerBook();
  private readonly kinds = new Map<string, BoxKind>();
  private minute = { at: 0, attended: 0 };
  private telling: NodeJS.Timeout | undefined;

  constructor(
    private readonly broker: Broker,
    private readonly database: Database,
    private readonly store: BoxStore,
    private readonly boxes: BoxService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.broker.on('refused', (refused) => this.onRefused(refused));
  }

  onApplicationShutdown(): void {
    clearTimeout(this.telling);
  }

  of(communeId: string): StrangersView {
    return {
      watched: this.broker.isBuiltIn,
      dropped: this.book.dropped,
      strangers: this.book.of(communeId).map((each) => {
        const { name, manyNames, address, reason, firstAt, lastAt, tries, assetId } = each;
        const kind = assetId === null ? undefined : this.kinds.get(assetId);
        return {
          ...{ name, manyNames, address, reason, tries },
          firstAt: new Date(firstAt).toISOString(),
          lastAt: new Date(lastAt).toISOString(),
          asset: assetId === null || kind === undefined ? null : { id: assetId, kind },
        };
      }),
    };
  }

  /** A code that was not accepted. `hardware` is what the device says it is. */
  noteCode(code: string, hardware: string, address: string): void {
    const reason = 'enrolment-code';
    this.note({ name: hardware, address, reason }, async (stranger) => {
      // A code that is past its time still tells whose it was.
      stranger.communeId = await communeOf(this.database, 'enrolment-code', hashOfCode(code));
    });
  }

  private onRefused({ clientId, address, reason }: RefusedClient): void {
    // Ours is refused where it does what no client may; that is for the log, which has it.
    if (reason === 'topic' && clientId === this.config.values.broker.username) return;
    this.note({ name: clientId, address, reason }, async (stranger) => {
      const standing = this.boxes.byId(clientId);
      if (standing !== null) this.is(stranger, standing);
      else if (reason === 'unknown-client' && z.uuid().safeParse(clientId).success) {
        const former = await this.store.ofId(this.database, clientId);
        if (former !== null) {
          this.is(stranger, former);
          stranger.reason = 'replaced';
        }
      }
    });
  }

  private is(
    stranger: Stranger,
    box: { readonly communeId: string; readonly assetId: string; readonly kind: BoxKind },
  ): void {
    stranger.communeId = box.communeId;
    stranger.assetId = box.assetId;
    this.kinds.set(box.assetId, box.kind);
  }

  private note(knock: StrangerTry, lookUp: (stranger: Stranger) => Promise<void>): void {
    const { stranger, isNew } = this.book.note(knock, this.clock.now());
    if (!isNew || stranger.manyNames || !this.mayAttend()) {
      this.tellSoon();
      return;
    }
    this.log.warn(`Turned away ${stranger.name} at ${stranger.address}: ${stranger.reason}`);
    lookUp(stranger)
      .catch((error: unknown) => this.log.debug(`A stranger's name was not looked up: ${messageOf(error)}`))
      .finally(() => this.tellSoon());
  }

  private mayAttend(): boolean {
    const at = Math.floor(this.clock.now() / 60_000);
    if (this.minute.at !== at) this.minute = { at, attended: 0 };
    this.minute.attended += 1;
    return this.minute.attended <= attendedPerMinute;
  }

  private tellSoon(): void {
    if (this.telling !== undefined) return;
    this.telling = setTimeout(() => {
      this.telling = undefined;
      this.events.tell('strangers.changed', { tries: this.book.tries });
    }, tellEveryMs);
    this.telling.unref();
  }
}
