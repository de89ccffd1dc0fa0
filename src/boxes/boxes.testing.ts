import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Logger } from '@nestjs/common';
import { join } from 'node:path';
import { Identity } from '../../devices/link/identity.ts';
import { Outbox } from '../../devices/link/outbox.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { newKeyPair } from '../../devices/protocol/envelope.ts';
import { certifyNewKey } from '../accounts/commune-keys.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { CommuneStore } from '../accounts/commune.store.ts';
import { Commune, settingsAtFirst } from '../accounts/commune.ts';
import { SystemClock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { JournalStore } from '../journal/journal.store.ts';
import { Witness } from '../journal/witness.file.ts';
import { Addresses } from '../platform/addresses.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { BrokerProcess } from '../platform/broker/broker.process.ts';
import { Broker } from '../platform/broker/broker.ts';
import { Config } from '../platform/config/config.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import { tables } from '../tables.ts';
import { Authority } from '../platform/tls/authority.ts';
import { BoxLink } from './box.link.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import type { BoxKind } from './box.ts';
import { BrokerCredentialsService } from './broker-credentials.service.ts';
import { EnrolmentService } from './enrolment.service.ts';
import { Places } from './places.ts';
import { StrangerService } from './stranger.service.ts';

/** The rooms up to this one on a real database and a real broker, put together by hand. */
export type TestStation = Awaited<ReturnType<typeof openTestStation>>;

export async function openTestStation() {
  Logger.overrideLogger(false);
  const directory = await mkdtemp(join(tmpdir(), 'loa-boxes-'));
  const loaded = loadConfig({}).values;
  const config = new Config({ ...loaded, dataDirectory: directory });
  const clock = new SystemClock();
  const held = await openTestDatabase(tables);
  const authority = await Authority.open(join(directory, 'tls'), ['localhost', '127.0.0.1'], clock);
  const serviceSecret = randomBytes(16).toString('hex');
  await mkdir(join(directory, 'broker'));
  const brokerProcess = new BrokerProcess({
    ...config.values.broker,
    host: '127.0.0.1',
    tlsPort: 0,
    plainPort: 0,
    cert: authority.identity.cert,
    key: authority.identity.key,
    credentialsPath: join(directory, 'broker', 'credentials.json'),
    serviceId: 'loa-service',
    serviceSecret,
  });
  await brokerProcess.start();
  const wire = new BrokerLink();
  const connected = new Promise<void>((resolve) => wire.onConnected(resolve));
  wire.open({
    url: `mqtt://127.0.0.1:${brokerProcess.plainPort}`,
    username: 'loa-service',
    password: serviceSecret,
    ca: '',
  });
  await connected;
  const broker = new Broker(join(directory, 'broker'), brokerProcess, wire);
  const addresses = new Addresses('127.0.0.1', '');
  addresses.settle({
    http: 1,
    deviceHttps: 7743,
    mqtts: brokerProcess.tlsPort,
    mqtt: brokerProcess.plainPort,
  });
  const events = new Events((name, error) => {
    throw new Error(`a listener of ${name} failed`, { cause: error });
  });

  const { database } = held;
  const journal = new JournalService(
    database,
    new JournalStore(),
    new Witness(join(directory, 'journal')),
    clock,
  );
  const communeStore = new CommuneStore(database);
  const communes = new CommuneService(communeStore, journal, events, clock, config);
  const keys = new CommuneKeys(config, clock);
  const store = new BoxStore();
  const boxes = new BoxService(database, store, communes, clock, config);
  const credentials = new BrokerCredentialsService(boxes, broker, config);
  const enrolments = new EnrolmentService(
    database,
    store,
    boxes,
    credentials,
    new Places(),
    journal,
    communes,
    keys,
    addresses,
    authority,
    events,
    clock,
  );
  const strangers = new StrangerService(broker, database, store, boxes, events, clock, config);
  strangers.onModuleInit();
  const link = new BoxLink(broker, wire, boxes, credentials, keys, events, clock, config);

  return {
    ...{
      directory,
      config,
      clock,
      held,
      database,
      authority,
      brokerProcess,
      wire,
      broker,
      addresses,
      events,
    },
    ...{ journal, communes, keys, store, boxes, credentials, enrolments, strangers, link },

    async addCommune(name: string): Promise<string> {
      const communeId = newId();
      const root = newKeyPair();
      const kept = certifyNewKey(communeId, root, { at: clock.now(), days: 30 });
      await keys.keep(kept);
      const commune = Commune.found({
        id: communeId,
        name,
        province: '',
        settings: { ...settingsAtFirst, timeZone: 'Asia/Ho_Chi_Minh' },
        rootPublicKey: root.publicKey,
        createdAt: clock.date(),
      });
      await database.inCommune(communeId, (em) => communeStore.add(em, commune));
      return communeId;
    },

    /** A box with its own directory, enrolled by a code as any box is, but without the way over HTTPS. */
    async enrolBox(
      communeId: string,
      kind: BoxKind,
      assetId: string,
    ): Promise<{ identity: Identity; outbox: Outbox; box: string }> {
      const boxDirectory = join(directory, `box-${newId()}`);
      const identity = await Identity.open(boxDirectory, kind);
      const { code } = await enrolments.makeCode(communeId, {
        kind,
        assetId,
        assetName: 'Đầu thôn',
        madeBy: null,
      });
      const answer = await enrolments.enrol({
        code,
        kind,
        publicKey: identity.keys.publicKey,
        sealingKey: identity.keys.sealing?.publicKey ?? null,
        hardware: 'test',
      });
      await identity.pin(answer);
      return { identity, outbox: await Outbox.open(boxDirectory), box: answer.box };
    },

    async close(): Promise<void> {
      strangers.onApplicationShutdown();
      await link.onApplicationShutdown();
      credentials.onApplicationShutdown();
      await journal.beforeApplicationShutdown();
      await wire.close();
      await brokerProcess.stop();
      await held.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
