import { Injectable } from '@nestjs/common';
import { Refusal } from '../../devices/protocol/envelope.ts';
import type { Membership, ReturnRequest } from '../../devices/protocol/enrolment-messages.ts';
import { openMembership } from '../../devices/protocol/trust.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { boxOf } from './box.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import { BrokerCredentialsService } from './broker-credentials.service.ts';
import { Places } from './places.ts';

/**
 * Takes back boxes that a lost server (or a day that a restored backup does not know) enrolled: each carries a signed
 * word of it, and of the place where it stands. A box that these books know was replaced or retired stays out.
 */
@Injectable()
export class ReturnService {
  constructor(
    private readonly database: Database,
    private readonly store: BoxStore,
    private readonly boxes: BoxService,
    private readonly credentials: BrokerCredentialsService,
    private readonly places: Places,
    private readonly keys: CommuneKeys,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `boxes.not-back`, whatever is wrong with it */
  async take(request: ReturnRequest): Promise<void> {
    const membership = this.proved(request);
    const { commune: communeId, asset: assetId, kind } = membership;
    const keeper = this.places.of(kind);
    if (keeper === undefined) throw notBack('nobody keeps such places');
    const box = boxOf(membership);
    const isNew = await this.database.inCommune(communeId, async (em) => {
      await this.store.lockAsset(em, assetId);
      const known = await this.store.ofAsset(em, communeId, assetId);
      const same = known.find(({ id }) => id === box.id);
      if (same !== undefined && same.replacedAt !== null) throw notBack('it was replaced');
      if (same !== undefined) return false;
      if (known.some(({ enrolledAt }) => enrolledAt >= box.enrolledAt))
        throw notBack('a later one stands there');
      await keeper.restore(em, communeId, assetId, membership.place);
      const formerId = await this.store.replaceAt(em, communeId, assetId, this.clock.date());
      await this.store.add(em, box);
      await this.journal.write(em, communeId, {
        actorId: null,
        action: 'boxes.returned',
        subjectType: kind,
        subjectId: assetId,
        facts: { boxId: box.id, formerBoxId: formerId, enrolledAt: box.enrolledAt.toISOString() },
      });
      return true;
    });
    // Known and turned away all the same: the broker's list was behind.
    if (isNew) this.boxes.remember(box);
    await this.credentials.refresh();
    if (!isNew) return;
    this.events.tell('box.enrolled', { communeId, assetId, boxId: box.id, kind });
    keeper.restored(communeId, assetId);
  }

  private proved({ commune, membership }: ReturnRequest): Membership {
    try {
      return openMembership(membership, commune, this.keys.rootPublicKey(commune)).message;
    } catch (error) {
      if (error instanceof Refusal) throw notBack(error.message);
      if (error instanceof Failure && error.code === 'accounts.no-keys') throw notBack('another commune');
      throw error;
    }
  }
}

function notBack(why: string): Failure {
  return new Failure('forbidden', 'boxes.not-back', `This box cannot come back by itself: ${why}`);
}
