import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IsNull, MoreThanOrEqual } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Database } from '../platform/database/database.ts';
import { Delegation } from './delegation.ts';

@Injectable()
export class DelegationStore {
  constructor(private readonly database: Database) {}

  async change<T>(
    communeId: string,
    id: string,
    work: (delegation: Delegation, em: EntityManager) => Promise<T>,
  ): Promise<T> {
    return await this.database.inCommune(communeId, async (em) => {
      const delegation = await em.findOne(Delegation, {
        where: { communeId, id },
        lock: { mode: 'pessimistic_write' },
      });
      if (delegation === null)
        throw new Failure('missing', 'accounts.no-delegation', 'There is no such delegation');
      const answer = await work(delegation, em);
      await em.save(Delegation, delegation);
      return answer;
    });
  }

  async add(em: EntityManager, delegation: Delegation): Promise<void> {
    await em.insert(Delegation, delegation);
  }

  /** Those of an approver that are in force or to come. */
  async ofPerson(communeId: string, fromPersonId: string, today: string): Promise<Delegation[]> {
    return await this.database.inCommune(communeId, (em) =>
      em.find(Delegation, {
        where: { communeId, fromPersonId, endedAt: IsNull(), untilDate: MoreThanOrEqual(today) },
        order: { fromDate: 'ASC', id: 'ASC' },
      }),
    );
  }
}
