import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf, enterDirectory } from '../platform/database/directory.ts';
import type { Account } from './account.ts';
import { AccountStore } from './account.store.ts';
import { hashPassword, isPassword, nobodysHash } from './password.argon2.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';
import { SessionCache } from './session-cache.ts';
import { SessionStore } from './session.store.ts';
import { TriesStore } from './tries.store.ts';
import type { TriesKey } from './tries.store.ts';

/** From where somebody signs in. */
export interface Origin {
  readonly address: string;
  /** The device's own cookie, given at an earlier sign-in on it. */
  readonly deviceToken: string | undefined;
}

export interface SignedIn {
  readonly personId: string;
  readonly communeId: string;
  /** For the cookie; stored nowhere. */
  readonly sessionToken: string;
  readonly deviceToken: string;
}

/** Answered tries in an hour: an account's (and a known device's), and an address's, behind which an office may be. */
const accountTriesPerHour = 20;
const addressTriesPerHour = 200;
const noCommune = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class SessionService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountStore,
    private readonly sessions: SessionStore,
    private readonly cache: SessionCache,
    private readonly tries: TriesStore,
    private readonly journal: JournalService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await nobodysHash();
  }

  /**
   * The same answer, after the same work, whether the name is unknown, the password wrong or the account disabled.
   * Somebody else's guesses lock the account for strangers only: a device on which its owner signed in before has
   * tries of its own.
   * @throws Failure `accounts.wrong-password`; `accounts.wait` with `retryAfterSeconds`
   */
  async signIn(loginName: string, password: string, from: Origin): Promise<SignedIn> {
    const now = this.clock.now();
    const keys = await this.triesKeys(loginName, from);
    const waitMs = await this.tries.count(keys, now);
    if (waitMs > 0)
      throw new Failure('too-many', 'accounts.wait', 'Too many wrong passwords; wait a little', {
        details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) },
      });
    const communeId = (await communeOf(this.database, 'login-name', loginName)) ?? noCommune;
    const account = await this.database.inCommune(communeId, (em) =>
      this.accounts.byLoginName(em, communeId, loginName),
    );
    const isRight = await isPassword(account?.passwordHash ?? null, password);
    if (account === null || !isRight || account.isDisabled)
      throw new Failure('unknown-person', 'accounts.wrong-password', 'The name or the password is wrong');
    await this.tries.forgive(keys, now);
    return await this.database.inCommune(account.communeId, (em) =>
      this.open(em, account, from, 'accounts.signed-in'),
    );
  }

  /** @throws Failure `accounts.link-used`: unknown, used, past its time, or of a disabled account */
  async signInByLink(token: string, from: Origin): Promise<SignedIn> {
    const tokenHash = hashOfToken(token);
    const used = () =>
      new Failure('unknown-person', 'accounts.link-used', 'This link was used already, or is too old');
    const communeId = await communeOf(this.database, 'sign-in-link', tokenHash);
    if (communeId === null) throw used();
    return await this.database.inCommune(communeId, async (em) => {
      const personId = await this.sessions.useLink(em, communeId, tokenHash, this.clock.date());
      if (personId === null) throw used();
      const account = await this.accounts.byId(em, communeId, personId);
      if (account.isDisabled) throw used();
      return await this.open(em, account, from, 'accounts.signed-in-by-link');
    });
  }

  /** Opens a session within the caller's transaction. */
  async open(em: EntityManager, account: Account, from: Origin, action: string): Promise<SignedIn> {
    const at = this.clock.date();
    const { hours, idleHours } = this.config.values.sessions;
    const sessionToken = newSecretToken();
    const deviceToken = from.deviceToken ?? newSecretToken();
    const { communeId, id: personId } = account;
    await this.sessions.dropOld(em, communeId, at, new Date(at.getTime() - idleHours * 3_600_000));
    await this.sessions.add(em, {
      communeId,
      tokenHash: hashOfToken(sessionToken),
      personId,
      at,
      expiresAt: new Date(at.getTime() + hours * 3_600_000),
    });
    await enterDirectory(em, 'device', deviceKey(deviceToken, account.loginName), communeId);
    await this.journal.write(em, communeId, {
      actorId: personId,
      action,
      subjectType: 'person',
      subjectId: personId,
      words: from.address,
    });
    return { personId, communeId, sessionToken, deviceToken };
  }

  async signOut(by: Person, sessionToken: string): Promise<void> {
    const tokenHash = hashOfToken(sessionToken);
    this.cache.forget([tokenHash]);
    await this.sessions.end(by.communeId, tokenHash);
  }

  /** Ends every other session of the person. @throws Failure `accounts.wrong-password`, `accounts.wait` */
  async changePassword(
    by: Person,
    to: { readonly current: string; readonly next: string },
    sessionToken: string,
  ): Promise<void> {
    const account = await this.database.inCommune(by.communeId, (em) =>
      this.accounts.byId(em, by.communeId, by.id),
    );
    // A session left open on a desk must not be a way to guess the password.
    const keys: TriesKey[] = [{ kind: 'device', of: `person:${by.id}`, rule: this.accountRule() }];
    const waitMs = await this.tries.count(keys, this.clock.now());
    if (waitMs > 0)
      throw new Failure('too-many', 'accounts.wait', 'Too many wrong passwords; wait a little', {
        details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) },
      });
    if (!(await isPassword(account.passwordHash, to.current))) {
      const message = 'The current password is wrong';
      throw new Failure('invalid', 'accounts.wrong-password', message, {
        fields: [{ path: 'current', code: 'accounts.wrong-password', message }],
      });
    }
    await this.tries.forgive(keys, this.clock.now());
    const next = await hashPassword(to.next);
    const ended = await this.accounts.change(by.communeId, by.id, async (fresh, em) => {
      fresh.takePassword(next, true);
      const hashes = await this.sessions.endAll(em, by.communeId, by.id, hashOfToken(sessionToken));
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'accounts.password-changed',
        subjectType: 'person',
        subjectId: by.id,
      });
      return hashes;
    });
    this.cache.forget(ended);
    this.cache.forgetPerson(by.id);
  }

  /**
   * A link that signs a person in, once.
   * @param minutes how long it may wait to be used
   * @returns the token to put into the link; stored nowhere
   */
  async makeLink(by: Person, personId: string, minutes: number): Promise<string> {
    const token = newSecretToken();
    await this.database.inCommune(by.communeId, async (em) => {
      const { communeId } = by;
      await this.accounts.byId(em, communeId, personId);
      const expiresAt = new Date(this.clock.now() + minutes * 60_000);
      await this.sessions.addLink(em, { communeId, tokenHash: hashOfToken(token), personId, expiresAt });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'accounts.sign-in-link-made',
        subjectType: 'person',
        subjectId: personId,
        facts: { minutes },
      });
    });
    return token;
  }

  private accountRule(): TriesKey['rule'] {
    return { ...this.config.values.lockout, perHour: accountTriesPerHour };
  }

  private async triesKeys(loginName: string, from: Origin): Promise<TriesKey[]> {
    if (from.deviceToken !== undefined) {
      const key = deviceKey(from.deviceToken, loginName);
      if ((await communeOf(this.database, 'device', key)) !== null)
        return [{ kind: 'device', of: key, rule: this.accountRule() }];
    }
    const { lockout } = this.config.values;
    return [
      { kind: 'account', of: loginName, rule: this.accountRule() },
      {
        kind: 'address',
        of: from.address,
        rule: { ...lockout, freeTries: lockout.freeTries * 10, perHour: addressTriesPerHour },
      },
    ];
  }
}

function deviceKey(deviceToken: string, loginName: string): string {
  return hashOfToken(`${deviceToken}\n${loginName}`);
}
