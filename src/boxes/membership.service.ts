import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Database } from '../platform/database/database.ts';
import { membershipOf } from './box.ts';
import { BoxLink } from './box.link.ts';
import { BoxService } from './box.service.ts';
import { Places } from './places.ts';

/**
 * Keeps what each box carries of its place up to date, so that a pole comes back after a lost server as it was set last
 * and not as it was on the day of its enrolment. Said once a connection, and again at each change.
 */
@Injectable()
export class MembershipService implements OnModuleInit {
  private readonly log = new Logger('Memberships');
  /** By place whose box has said hello in this connection: what it was told since; '' for nothing yet. */
  private readonly told = new Map<string, string>();
  /** Places whose boxes are to be told, with their commune: one after the other, so that the newest word is the last. */
  private readonly waiting = new Map<string, string>();
  private isTelling = false;

  constructor(
    private readonly link: BoxLink,
    private readonly boxes: BoxService,
    private readonly places: Places,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('hello', ({ communeId, assetId }) => {
      if (this.told.has(assetId)) return;
      this.told.set(assetId, '');
      this.tellSoon(communeId, [assetId]);
    });
    // The others are away, or do not listen yet: they hear of it after their next hello.
    this.places.onChanged = (communeId, assetIds) => {
      this.tellSoon(
        communeId,
        assetIds.filter((assetId) => this.told.has(assetId)),
      );
    };
    // What was on its way when the line broke may be lost.
    this.link.onPresence((_communeId, assetId, _kind, { link }) => {
      if (link !== 'online') this.told.delete(assetId);
    });
  }

  private tellSoon(communeId: string, assetIds: readonly string[]): void {
    for (const assetId of assetIds) this.waiting.set(assetId, communeId);
    if (!this.isTelling) void this.tellAll();
  }

  private async tellAll(): Promise<void> {
    this.isTelling = true;
    for (const [assetId, communeId] of this.waiting) {
      this.waiting.delete(assetId);
      await this.tell(communeId, assetId);
    }
    this.isTelling = false;
  }

  private async tell(communeId: string, assetId: string): Promise<void> {
    const box = this.boxes.known(assetId);
    const keeper = box === null ? undefined : this.places.of(box.kind);
    if (box === null || keeper === undefined) return;
    try {
      const place = await this.database.inCommune(communeId, (em) => keeper.describe(em, communeId, assetId));
      const said = JSON.stringify([box.id, place]);
      if (this.told.get(assetId) === said) return;
      await this.link.send('membership', communeId, assetId, membershipOf(box, place, this.clock.now()));
      this.told.set(assetId, said);
    } catch (error) {
      this.told.delete(assetId);
      this.log.warn(`What the box of ${assetId} carries was not renewed: ${messageOf(error)}`);
    }
  }
}
