import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '../access/access.guard.ts';
import { SessionReader } from '../access/session-reader.ts';
import { ActorNames } from '../journal/actor-names.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { Config } from '../platform/config/config.ts';
import { AccountStore } from './account.store.ts';
import { CommuneController } from './commune.controller.ts';
import { CommuneKeys } from './commune-keys.store.ts';
import { CommuneService } from './commune.service.ts';
import { CommuneStore } from './commune.store.ts';
import { DelegationController } from './delegation.controller.ts';
import { DelegationService } from './delegation.service.ts';
import { DelegationStore } from './delegation.store.ts';
import { KeyRenewalService } from './key-renewal.service.ts';
import { PeopleController } from './people.controller.ts';
import { PeopleService } from './people.service.ts';
import { SessionCache } from './session-cache.ts';
import { SessionKeep } from './session-keep.service.ts';
import { SessionController } from './session.controller.ts';
import { SessionMemory } from './session-reader.service.ts';
import { SessionService } from './session.service.ts';
import { SessionStore } from './session.store.ts';
import { SessionViewService } from './session-view.service.ts';
import { SetUpController } from './set-up.controller.ts';
import { SetUpService } from './set-up.service.ts';
import { SetUpToken } from './set-up-token.file.ts';
import { TriesStore } from './tries.store.ts';

/** Global: it answers what the rooms below ask (who holds a session, how somebody is called) without knowing it. */
@Global()
@Module({
  imports: [JournalModule],
  controllers: [
    SessionController,
    SetUpController,
    PeopleController,
    DelegationController,
    CommuneController,
  ],
  providers: [
    AccountStore,
    CommuneKeys,
    CommuneService,
    CommuneStore,
    DelegationService,
    DelegationStore,
    KeyRenewalService,
    PeopleService,
    SessionKeep,
    SessionService,
    SessionStore,
    SessionMemory,
    SessionViewService,
    SetUpService,
    TriesStore,
    { provide: SessionCache, useFactory: () => new SessionCache() },
    {
      provide: SetUpToken,
      inject: [Config],
      useFactory: (config: Config) => new SetUpToken(config.values.dataDirectory),
    },
    { provide: SessionReader, useExisting: SessionMemory },
    { provide: ActorNames, useExisting: PeopleService },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [CommuneKeys, CommuneService, PeopleService, SessionReader, ActorNames],
})
export class AccountsModule {}
