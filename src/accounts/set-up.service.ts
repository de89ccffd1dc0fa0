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
import { Account } from './account.ts';
import type { SetUpRequest } from './account.request.ts';
import { AccountStore } from './account.store.ts';
import type { RecoverySheetView } from './account.view.ts';
import { makeCommuneKeys } from './commune-keys.ts';
import { CommuneKeys } from './commune-keys.store.ts';
import { Commune, settingsAtFirst } from './commune.ts';
import { CommuneStore } from './commune.store.ts';
import { hashPassword } from './password.argon2.ts';
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

/** A commune's beginning: its root key, the key that signs from now on, its first administrator. No default account. */
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
   * @throws Failure `accounts.set-up-token` (unknown, or used already), `accounts.login-name-taken`
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
    const communeId = newId();
    const { root, kept } = makeCommuneKeys(communeId, {
      at: at.getTime(),
      days: this.config.values.keys.certificateDays,
    });
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
          action: 'accounts.commune-set-up',
          subjectType: 'commune',
          subjectId: communeId,
          facts: { rootKeyId: root.keyId, onlineKeyId: kept.online.keyId },
          words: `${displayName} (${loginName})`,
        });
        return await this.sessions.open(em, administrator, from, 'accounts.signed-in');
      });
      const recoverySheet: RecoverySheetView = {
        communeId,
        communeName: commune.name,
        rootKeyId: root.keyId,
        rootPrivateKey: root.privateKey,
        madeAt: at.toISOString(),
      };
      return { ...signedIn, recoverySheet };
    } catch (error) {
      // Unless the commit's answer was lost: then the commune may stand, and needs its key.
      if (!(error instanceof Failure && error.kind === 'unavailable')) await this.keys.forget(communeId);
      throw error;
    }
  }

  /** Tells the person who started the service how to begin. The one secret that is printed: it works once. */
  private async invite(): Promise<void> {
    try {
      if (!(await this.isNeeded())) return;
      const token = await this.token.get();
      process.stdout.write(
        `\n  There is no commune yet. Open /setup?token=${token} in the console.\n` +
          `  (The token also lies in ${this.token.path}.)\n\n`,
      );
    } catch (error) {
      this.log.warn(`Whether a commune is there could not be asked: ${messageOf(error)}`);
      this.again = setTimeout(() => void this.invite(), askAgainMs);
    }
  }
}
