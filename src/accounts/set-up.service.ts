import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { Authority } from '../platform/tls/authority.ts';
import { Account } from './account.ts';
import type { SetUpRequest } from './account.request.ts';
import { AccountStore } from './account.store.ts';
import type { RecoverySheetView } from './account.view.ts';
import { newKeyPair } from '../../devices/protocol/envelope.ts';
import { certifyNewKey } from './commune-keys.ts';
import { CommuneKeys } from './commune-keys.store.ts';
import { Commune, settingsAtFirst } from './commune.ts';
import { CommuneStore } from './commune.store.ts';
import { hashPassword } from './password.argon2.ts';
import { readSheet, writeSheet } from './recovery-sheet.ts';
import type { OnSheet } from './recovery-sheet.ts';
import { SessionService } from './session.service.ts';
import type { Origin, SignedIn } from './session.service.ts';
import { SetUpToken } from './set-up-token.file.ts';

declare module '../base/events.ts' {
  interface News {
    /** A commune was set up. */
    'commune.added': { readonly communeId: string };
  }
}

const askAgainMs = 2_000;

/**
 * A commune's beginning: its root key, the key that signs from now on, its first administrator. No default account. Or
 * its second beginning, on another machine: the same commune, root and authority, off the recovery sheet.
 */
@Injectable()
export class SetUpService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('SetUp');
  private again: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly communes: CommuneStore,
    private readonly accounts: AccountStore,
    private readonly sessions: SessionService,
    private readonly keys: CommuneKeys,
    private readonly authority: Authority,
    private readonly token: SetUpToken,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.invite();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.again);
  }

  /** Whether there is no commune yet. */
  async isNeeded(): Promise<boolean> {
    return (await this.communes.ids()).length === 0;
  }

  /**
   * @throws Failure `accounts.set-up-token` (unknown, or used already), `accounts.login-name-taken`, and what
   *   `readRecovery` throws
   */
  async setUp(request: SetUpRequest, from: Origin): Promise<SignedIn & { recoverySheet: RecoverySheetView }> {
    const done = await this.token.use(request.token, () => this.found(request, from));
    if (done === null)
      throw new Failure(
        'forbidden',
        'accounts.set-up-token',
        'The set-up token is wrong, or was used already',
      );
    this.log.log(`The commune ${done.communeId} was set up`);
    this.events.tell('commune.added', { communeId: done.communeId });
    return done;
  }

  private async found(
    request: SetUpRequest,
    from: Origin,
  ): Promise<SignedIn & { recoverySheet: RecoverySheetView }> {
    const passwordHash = await hashPassword(request.password);
    const at = this.clock.date();
    const lost = request.recovery === undefined ? null : await this.readRecovery(request.recovery);
    const communeId = lost?.communeId ?? newId();
    const root = lost?.root ?? newKeyPair();
    const kept = certifyNewKey(communeId, root, {
      at: at.getTime(),
      days: this.config.values.keys.certificateDays,
    });
    if (lost !== null) await this.authority.takeOver(lost.authorityKey);
    const commune = Commune.found({
      id: communeId,
      name: request.communeName,
      province: request.province.normalize('NFC'),
      settings: { ...settingsAtFirst, timeZone: this.config.values.timeZone },
      rootPublicKey: root.publicKey,
      createdAt: at,
    });
    const { loginName, displayName } = request;
    const administrator = Account.open(
      {
        ...{ communeId, id: newId(), loginName, displayName, phone: '', passwordHash },
        roles: ['administrator'],
        villageIds: [],
      },
      { mustChangePassword: false, at },
    );
    // Before the commit: a commune without its key could not speak. A file without its commune harms nobody.
    await this.keys.keep(kept);
    try {
      const signedIn = await this.database.inCommune(communeId, async (em) => {
        await this.communes.add(em, commune);
        await this.accounts.add(em, administrator);
        await this.journal.write(em, communeId, {
          actorId: administrator.id,
          action: lost === null ? 'accounts.commune-set-up' : 'accounts.commune-recovered',
          subjectType: 'commune',
          subjectId: communeId,
          facts: { rootKeyId: root.keyId, onlineKeyId: kept.online.keyId },
          words: `${displayName} (${loginName})`,
        });
        return await this.sessions.open(em, administrator, from, 'accounts.signed-in');
      });
      const authorityKey = await this.authority.privateNumber();
      const recoverySheet: RecoverySheetView = {
        communeName: commune.name,
        rootKeyId: root.keyId,
        lines: writeSheet({ communeId, root, authorityKey }),
        madeAt: at.toISOString(),
      };
      return { ...signedIn, recoverySheet };
    } catch (error) {
      // Unless the commit's answer was lost: then the commune may stand, and needs its key.
      if (!(error instanceof Failure && error.kind === 'unavailable')) await this.keys.forget(communeId);
      throw error;
    }
  }

  /** @throws Failure `accounts.sheet-line`; `accounts.recover-when-fresh`: boxes here know another authority */
  private async readRecovery(lines: readonly string[]): Promise<OnSheet> {
    const lost = readSheet(lines);
    if (await this.isNeeded()) return lost;
    throw new Failure(
      'conflict',
      'accounts.recover-when-fresh',
      'Only a fresh service can become a lost one',
    );
  }

  /** Tells the person who started the service how to begin. The one secret that is printed: it works once. */
  private async invite(): Promise<void> {
    try {
      if (!(await this.isNeeded())) return;
      const token = await this.token.get();
      process.stdout.write(
        `\n  There is no commune yet. Open /setup#${token} in the console.\n` +
          `  (The token also lies in ${this.token.path}.)\n\n`,
      );
    } catch (error) {
      this.log.warn(`Whether a commune is there could not be asked: ${messageOf(error)}`);
      this.again = setTimeout(() => void this.invite(), askAgainMs);
    }
  }
}
