import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { localDate } from '../base/local-time.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { AccountStore } from './account.store.ts';
import type { DelegationRequest } from './account.request.ts';
import type { DelegationView } from './account.view.ts';
import { CommuneService } from './commune.service.ts';
import { Delegation } from './delegation.ts';
import { DelegationStore } from './delegation.store.ts';
import { SessionCache } from './session-cache.ts';

/** What is in force today comes with the session: `Person.actsFor`. */
@Injectable()
export class DelegationService {
  constructor(
    private readonly database: Database,
    private readonly store: DelegationStore,
    private readonly accounts: AccountStore,
    private readonly communes: CommuneService,
    private readonly journal: JournalService,
    private readonly cache: SessionCache,
    private readonly clock: Clock,
  ) {}

  async own(by: Person): Promise<DelegationView[]> {
    const delegations = await this.store.ofPerson(by.communeId, by.id, await this.today(by.communeId));
    return delegations.map(viewOf);
  }

  /** @throws Failure `accounts.not-approver`, `accounts.no-person`, `accounts.delegation-…` */
  async begin(by: Person, request: DelegationRequest): Promise<DelegationView> {
    this.refuseOthers(by);
    const delegation = Delegation.begin(
      {
        communeId: by.communeId,
        id: newId(),
        fromPersonId: by.id,
        ...request,
        createdAt: this.clock.date(),
      },
      await this.today(by.communeId),
    );
    await this.database.inCommune(by.communeId, async (em) => {
      const to = await this.accounts.byId(em, by.communeId, request.toPersonId);
      if (to.isDisabled) throw new Failure('missing', 'accounts.no-person', 'There is no such person');
      await this.store.add(em, delegation);
      const { fromDate, untilDate } = delegation;
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'accounts.delegated',
        subjectType: 'person',
        subjectId: to.id,
        facts: { delegationId: delegation.id, fromDate, untilDate },
        words: to.displayName,
      });
    });
    this.cache.forgetPerson(request.toPersonId);
    return viewOf(delegation);
  }

  async end(by: Person, id: string): Promise<void> {
    const toPersonId = await this.store.change(by.communeId, id, async (delegation, em) => {
      if (delegation.fromPersonId !== by.id)
        throw new Failure('missing', 'accounts.no-delegation', 'There is no such delegation');
      delegation.end(this.clock.date());
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'accounts.delegation-ended',
        subjectType: 'person',
        subjectId: delegation.toPersonId,
        facts: { delegationId: id },
      });
      return delegation.toPersonId;
    });
    this.cache.forgetPerson(toPersonId);
  }

  /** What was handed over to somebody is not theirs to hand on. */
  private refuseOthers(by: Person): void {
    if (!by.roles.includes('approver'))
      throw new Failure('forbidden', 'accounts.not-approver', 'Only an approver hands approvals over');
  }

  private async today(communeId: string): Promise<string> {
    return localDate(this.clock.now(), (await this.communes.get(communeId)).timeZone);
  }
}

function viewOf({ id, fromPersonId, toPersonId, fromDate, untilDate }: Delegation): DelegationView {
  return { id, fromPersonId, toPersonId, fromDate, untilDate };
}
