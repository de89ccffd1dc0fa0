import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { seal } from '../../devices/protocol/envelope.ts';
import { openMembership } from '../../devices/protocol/trust.ts';
import { topics } from '../../devices/protocol/topics.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Database } from '../platform/database/database.ts';
import { membershipOf } from './box.ts';
import type { Box } from './box.ts';
import { BoxLink } from './box.link.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import { Places } from './places.ts';
import type { PlaceKeeper } from './places.ts';

/**
 * Keeps what each box carries of its place up to date, so that a pole comes back after a lost server as it was set last
 * and not as it was on the day of its enrolment. Said once a connection, and again at each change.
 *
 * What was said is kept as it was sealed and said again to the letter while the place is the same: so its date is that of
 * the change, and a service that was restored from a backup says something older than the box holds, which refuses it.
 */
@Injectable()
export class MembershipService implements OnModuleInit {
  private readonly log = new Logger('Memberships');
  /** By place whose box has said hello in this connection: what it was told since; '' for nothing yet. */
  private readonly told = new Map<string, string>();
  /** Places to be looked at, one after the other, so that the newest word is the last. */
  private readonly waiting = new Map<string, { readonly communeId: string; readonly isSaid: boolean }>();
  private isTelling = false;

  constructor(
    private readonly link: BoxLink,
    private readonly boxes: BoxService,
    private readonly store: BoxStore,
    private readonly places: Places,
    private readonly keys: CommuneKeys,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.link.on('hello', ({ communeId, assetId }) => {
      if (this.told.has(assetId)) return;
      this.told.set(assetId, '');
      this.tellSoon(communeId, [assetId], false);
    });
    // Of those that are away it is kept when it changed: they hear of it after their next hello.
    this.places.onChanged = (communeId, assetIds, isSaid = false) => {
      this.tellSoon(communeId, assetIds, isSaid);
    };
    // What was on its way when the line broke may be lost.
    this.link.onPresence((_communeId, assetId, _kind, { link }) => {
      if (link !== 'online') this.told.delete(assetId);
    });
  }

  private tellSoon(communeId: string, assetIds: readonly string[], isSaid: boolean): void {
    for (const assetId of assetIds) {
      const before = this.waiting.get(assetId);
      this.waiting.set(assetId, { communeId, isSaid: isSaid || before?.isSaid === true });
    }
    if (!this.isTelling) void this.tellAll();
  }

  private async tellAll(): Promise<void> {
    this.isTelling = true;
    for (const [assetId, { communeId, isSaid }] of this.waiting) {
      this.waiting.delete(assetId);
      await this.tell(communeId, assetId, isSaid);
    }
    this.isTelling = false;
  }

  private async tell(communeId: string, assetId: string, isSaid: boolean): Promise<void> {
    const box = this.boxes.known(assetId);
    const keeper = box === null ? undefined : this.places.of(box.kind);
    if (box === null || keeper === undefined) return;
    try {
      const word = await this.wordOf(box, keeper, isSaid);
      if (!this.told.has(assetId) || this.told.get(assetId) === word) return;
      await this.link.sendRaw(topics.membership(communeId, assetId), word);
      this.told.set(assetId, word);
    } catch (error) {
      this.told.delete(assetId);
      this.log.warn(`What the box of ${assetId} carries was not renewed: ${messageOf(error)}`);
    }
  }

  /** @param isSaid a person has just said that the place is so: dated today, whatever was said before */
  private async wordOf(box: Box, keeper: PlaceKeeper, isSaid: boolean): Promise<string> {
    const { communeId, assetId, id } = box;
    return this.database.inCommune(communeId, async (em) => {
      const said = await this.store.membership(em, communeId, id);
      const place = await keeper.describe(em, communeId, assetId);
      if (!isSaid && this.isStill(said, box, place)) return said;
      const at = this.clock.date();
      const word = seal(
        'membership',
        membershipOf(box, place, at.getTime()),
        this.keys.signingKey(communeId),
      );
      await this.store.keepMembership(em, communeId, id, word, at);
      return word;
    });
  }

  private isStill(said: string, box: Box, place: Readonly<Record<string, unknown>>): boolean {
    if (said === '') return false;
    try {
      const { communeId } = box;
      const { keyId, message } = openMembership(said, communeId, this.keys.rootPublicKey(communeId));
      if (this.keys.revoked(communeId).includes(keyId)) return false;
      const now: unknown = JSON.parse(JSON.stringify(membershipOf(box, place, message.renewedAt)));
      return isDeepStrictEqual(now, message);
    } catch {
      // Of another root: nobody believes it any more.
      return false;
    }
  }
}
