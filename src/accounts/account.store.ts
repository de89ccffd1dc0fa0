import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { In } from 'typeorm';
import { Failure } from '../base/failure.ts';
import { Database } from '../platform/database/database.ts';
import { enterDirectory } from '../platform/database/directory.ts';
import { Account } from './account.ts';

@Injectable()
export class AccountStore {
  constructor(private readonly database: Database) {}

  /** Loads, locks, changes and saves in one transaction; `work` journals in it. @throws Failure `accounts.no-person` */
  async change<T>(
    communeId: string,
    id: string,
    work: (account: Account, em: EntityManager) => Promise<T>,
  ): Promise<T> {
    return await this.database.inCommune(communeId, (em) => this.changeWithin(em, communeId, id, work));
  }

  /** The same within a transaction that has other work as well. */
  async changeWithin<T>(
    em: EntityManager,
    communeId: string,
    id: string,
    work: (account: Account, em: EntityManager) => Promise<T>,
  ): Promise<T> {
    const account = await em.findOne(Account, {
      where: { communeId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (account === null) throw noPerson();
    const answer = await work(account, em);
    await em.save(Account, account);
    return answer;
  }

  /** @throws Failure `accounts.login-name-taken`, by whatever commune */
  async add(em: EntityManager, account: Account): Promise<void> {
    if (!(await enterDirectory(em, 'login-name', account.loginName, account.communeId))) {
      const message = 'Somebody has this sign-in name';
      throw new Failure('conflict', 'accounts.login-name-taken', message, {
        fields: [{ path: 'loginName', code: 'accounts.login-name-taken', message }],
      });
    }
    await em.insert(Account, account);
  }

  async all(em: EntityManager, communeId: string): Promise<Account[]> {
    return await em.find(Account, { where: { communeId }, order: { displayName: 'ASC', id: 'ASC' } });
  }

  /** Every administrator, locked: who takes one away must see what others take away at the same time. */
  async lockedAdministrators(em: EntityManager, communeId: string): Promise<Account[]> {
    return await em
      .createQueryBuilder(Account, 'account')
      .setLock('pessimistic_write')
      .where(`account.communeId = :communeId AND 'administrator' = ANY(account.roles)`, { communeId })
      .orderBy('account.id')
      .getMany();
  }

  /** Those of `ids` that are no village in use. Asked of the table itself: villages are a room above this one. */
  async unknownVillages(em: EntityManager, communeId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await em.query<{ id: string }[]>(
      'SELECT id FROM villages WHERE commune_id = $1 AND id = ANY($2) AND retired_at IS NULL FOR SHARE',
      [communeId, ids],
    );
    return ids.filter((id) => !rows.some((row) => row.id === id));
  }

  async byId(em: EntityManager, communeId: string, id: string): Promise<Account> {
    const account = await em.findOneBy(Account, { communeId, id });
    if (account === null) throw noPerson();
    return account;
  }

  async byLoginName(em: EntityManager, communeId: string, loginName: string): Promise<Account | null> {
    return await em.findOneBy(Account, { communeId, loginName });
  }

  async some(em: EntityManager, communeId: string, ids: readonly string[]): Promise<Account[]> {
    return ids.length === 0 ? [] : await em.findBy(Account, { communeId, id: In([...ids]) });
  }
}

function noPerson(): Failure {
  return new Failure('missing', 'accounts.no-person', 'There is no such person');
}
