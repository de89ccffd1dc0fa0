import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { ActorNames } from '../journal/actor-names.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { Account, refuseWithoutAdministrator } from './account.ts';
import type { ChangePersonRequest, NewPersonRequest } from './account.request.ts';
import { AccountStore } from './account.store.ts';
import type { PersonNameView, PersonView } from './account.view.ts';
import { hashPassword } from './password.argon2.ts';
import { SessionCache } from './session-cache.ts';
import { SessionStore } from './session.store.ts';

@Injectable()
export class PeopleService extends ActorNames {
  constructor(
    private readonly database: Database,
    private readonly store: AccountStore,
    private readonly sessions: SessionStore,
    private readonly cache: SessionCache,
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {
    super();
  }

  async all(communeId: string): Promise<PersonView[]> {
    const accounts = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    return accounts.map(viewOf);
  }

  async one(communeId: string, id: string): Promise<PersonView> {
    return viewOf(await this.database.inCommune(communeId, (em) => this.store.byId(em, communeId, id)));
  }

  /** Who works here now, by name; all, or the approvers. */
  async working(communeId: string, approversOnly: boolean): Promise<PersonNameView[]> {
    const accounts = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    return accounts
      .filter(({ isDisabled, roles }) => !isDisabled && (!approversOnly || roles.includes('approver')))
      .map(({ id, displayName }) => ({ id, displayName }));
  }

  /** Also of those whose account is disabled. */
  override async names(communeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const accounts = await this.database.inCommune(communeId, (em) => this.store.some(em, communeId, ids));
    return new Map(accounts.map(({ id, displayName }) => [id, displayName]));
  }

  /** @throws Failure `accounts.login-name-taken`, `accounts.village-needed`, `accounts.unknown-village` */
  async add(by: Person, request: NewPersonRequest): Promise<PersonView> {
    const { password, ...from } = request;
    const passwordHash = await hashPassword(password);
    const account = Account.open(
      { communeId: by.communeId, id: newId(), ...from, passwordHash },
      { mustChangePassword: true, at: this.clock.date() },
    );
    await this.database.inCommune(by.communeId, async (em) => {
      await this.refuseUnknownVillages(em, by.communeId, account.villageIds);
      await this.store.add(em, account);
      await this.tell(em, by, 'accounts.person-added', account, {
        roles: account.roles,
        villageIds: account.villageIds,
      });
    });
    return viewOf(account);
  }

  /** @throws Failure `accounts.no-person`, `accounts.last-administrator`, `accounts.village-needed` */
  async change(by: Person, id: string, request: ChangePersonRequest): Promise<PersonView> {
    const { disabled, ...to } = request;
    const { view, ended } = await this.database.inCommune(by.communeId, async (em) => {
      await this.refuseUnknownVillages(em, by.communeId, request.villageIds ?? []);
      // Before the person: two who each take away the other's right would else both be let through.
      const administrators = await this.store.lockedAdministrators(em, by.communeId);
      return await this.store.changeWithin(em, by.communeId, id, async (account) => {
        account.change(to);
        if (disabled === true) account.disable(this.clock.date());
        if (disabled === false) account.enable();
        if (administrators.some((one) => one.id === id))
          refuseWithoutAdministrator(administrators.map((one) => (one.id === id ? account : one)));
        const ended = account.isDisabled ? await this.sessions.endAll(em, by.communeId, id) : [];
        await this.tell(em, by, 'accounts.person-changed', account, {
          changed: Object.keys(request),
          roles: account.roles,
          villageIds: account.villageIds,
          isDisabled: account.isDisabled,
        });
        return { view: viewOf(account), ended };
      });
    });
    this.cache.forget(ended);
    this.cache.forgetPerson(id);
    return view;
  }

  /** Somebody forgot theirs. All their sessions end, and they choose a new one after signing in. */
  async resetPassword(by: Person, id: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    const ended = await this.store.change(by.communeId, id, async (account, em) => {
      account.takePassword(passwordHash, false);
      const hashes = await this.sessions.endAll(em, by.communeId, id);
      await this.tell(em, by, 'accounts.password-reset', account, {});
      return hashes;
    });
    this.cache.forget(ended);
  }

  private async refuseUnknownVillages(
    em: EntityManager,
    communeId: string,
    ids: readonly string[],
  ): Promise<void> {
    if ((await this.store.unknownVillages(em, communeId, ids)).length === 0) return;
    const message = 'No such village';
    throw new Failure('invalid', 'accounts.unknown-village', message, {
      fields: [{ path: 'villageIds', code: 'accounts.unknown-village', message }],
    });
  }

  private async tell(
    em: EntityManager,
    by: Person,
    action: string,
    account: Account,
    facts: Record<string, unknown>,
  ): Promise<void> {
    await this.journal.write(em, by.communeId, {
      actorId: by.id,
      action,
      subjectType: 'person',
      subjectId: account.id,
      facts,
      words: `${account.displayName} (${account.loginName})`,
    });
  }
}

export function viewOf(account: Account): PersonView {
  return {
    id: account.id,
    loginName: account.loginName,
    displayName: account.displayName,
    phone: account.phone,
    roles: account.roles,
    villageIds: account.villageIds,
    mustChangePassword: account.mustChangePassword,
    disabledAt: account.disabledAt?.toISOString() ?? null,
  };
}
