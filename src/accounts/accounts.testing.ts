import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { HandClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { JournalService } from '../journal/journal.service.ts';
import { JournalStore } from '../journal/journal.store.ts';
import { Witness } from '../journal/witness.file.ts';
import { Config } from '../platform/config/config.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { Authority } from '../platform/tls/authority.ts';
import { AccountStore } from './account.store.ts';
import { CommuneKeys } from './commune-keys.store.ts';
import { CommuneService } from './commune.service.ts';
import { CommuneStore } from './commune.store.ts';
import { DelegationService } from './delegation.service.ts';
import { DelegationStore } from './delegation.store.ts';
import { KeyRenewalService } from './key-renewal.service.ts';
import { PeopleService } from './people.service.ts';
import { SessionCache } from './session-cache.ts';
import { SessionMemory } from './session-reader.service.ts';
import { SessionService } from './session.service.ts';
import type { SignedIn } from './session.service.ts';
import { SessionStore } from './session.store.ts';
import { SetUpService } from './set-up.service.ts';
import { SetUpToken } from './set-up-token.file.ts';
import { TriesStore } from './tries.store.ts';

/** The room on a real database, wired as its module wires it. */
export interface AccountsRoom {
  readonly clock: HandClock;
  readonly events: Events;
  readonly held: TestDatabase;
  readonly directory: string;
  readonly token: SetUpToken;
  readonly keys: CommuneKeys;
  readonly setUps: SetUpService;
  readonly sessions: SessionService;
  readonly memory: SessionMemory;
  readonly people: PeopleService;
  readonly communes: CommuneService;
  readonly delegations: DelegationService;
  readonly journal: JournalService;
  readonly renewals: KeyRenewalService;
  /** Sets a commune up. @returns its administrator */
  foundCommune(): Promise<Person>;
  /** Whoever signed in so. */
  present(signedIn: SignedIn): Promise<Person>;
  close(): Promise<void>;
}

export const password = 'một mật khẩu dài';
export const home = { address: '10.0.0.1', deviceToken: undefined };

export async function openAccountsRoom(): Promise<AccountsRoom> {
  Logger.overrideLogger(false);
  const held = await openTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'loa-accounts-'));
  const { database } = held;
  const clock = new HandClock('2026-12-01T01:00:00Z');
  const config = new Config({ ...loadConfig({}).values, dataDirectory: directory });
  const accounts = new AccountStore(database);
  const communeStore = new CommuneStore(database);
  const sessionStore = new SessionStore(database);
  const cache = new SessionCache();
  const journal = new JournalService(
    database,
    new JournalStore(),
    new Witness(join(directory, 'journal')),
    clock,
  );
  const keys = new CommuneKeys(config, clock);
  const token = new SetUpToken(directory);
  const events = new Events();
  const communes = new CommuneService(communeStore, journal, events, clock, config);
  const tries = new TriesStore(database);
  const sessions = new SessionService(database, accounts, sessionStore, cache, tries, journal, clock, config);
  const setUps = new SetUpService(
    ...([
      database,
      communeStore,
      accounts,
      sessions,
      keys,
      await Authority.open(join(directory, 'tls'), ['localhost'], clock),
      token,
      journal,
      new Events(),
      clock,
      config,
    ] as const),
  );
  const memory = new SessionMemory(sessionStore, cache, clock, config);
  let founded = 0;
  const present = async (signedIn: SignedIn): Promise<Person> => {
    const person = await memory.personOf(signedIn.sessionToken, true);
    if (person === null) throw new Error('not signed in');
    return person;
  };
  return {
    ...{ clock, events, held, directory, token, keys, sessions, communes, journal, setUps, memory, present },
    foundCommune: async () => {
      founded += 1;
      const whose = { communeName: `Xã số ${founded}`, province: 'Ninh Bình', displayName: 'Quản trị' };
      const request = { token: await token.get(), ...whose, loginName: `admin${founded}`, password };
      return present(await setUps.setUp(request, home));
    },
    renewals: new KeyRenewalService(communeStore, keys, journal, events, clock, config),
    people: new PeopleService(database, accounts, sessionStore, cache, journal, clock),
    delegations: new DelegationService(
      ...([database, new DelegationStore(database), accounts, communes, journal, cache, clock] as const),
    ),
    close: async () => {
      await journal.beforeApplicationShutdown();
      await held.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
