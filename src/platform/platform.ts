import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { EntitySchema } from 'typeorm';
import type { Clock } from '../base/clock.ts';
import { SystemClock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Addresses, firstAddress } from './addresses.ts';
import { BrokerLink } from './broker/broker.link.ts';
import { BrokerProcess } from './broker/broker.process.ts';
import { Broker } from './broker/broker.ts';
import type { Config } from './config/config.ts';
import type { Database } from './database/database.ts';
import { startDatabase } from './database/database.start.ts';
import { sweepBegunFiles } from './files/atomic.file.ts';
import { Disk } from './files/disk.service.ts';
import { RunLock } from './process/run-lock.ts';
import { Authority } from './tls/authority.ts';

const log = new Logger('Platform');

type Stop = () => void | Promise<void>;

/** The ground floor, standing: what every room may ask for. */
export interface Platform {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: Database;
  readonly broker: Broker;
  readonly brokerLink: BrokerLink;
  readonly authority: Authority;
  readonly addresses: Addresses;
  readonly disk: Disk;
  /** Tells whoever waits for it (`run/ports.json`) that the service is ready. */
  announceReady(): Promise<void>;
  /** Everything that was started, the last first; the database goes last. At most 5 s. */
  stop(): Promise<void>;
}

/**
 * Brings up database, broker and certificates, side by side.
 * @param needsDatabase whether a service without its database is of no use: nobody could be let in, nothing be said
 * @throws Failure `platform.already-running`, `platform.broker-start`, `platform.postgres-start` and its kin,
 *   `platform.migration-…`; what had started by then is stopped
 */
export async function startPlatform(
  config: Config,
  tables: EntitySchema[],
  needsDatabase: boolean,
): Promise<Platform> {
  const { values } = config;
  const stops: Stop[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const clock = new SystemClock();
  const addresses = new Addresses(
    values.publicAddress === '' ? firstAddress() : values.publicAddress,
    values.broker.url,
    values.http.publicUrl,
  );
  const directory = (name: string) => join(values.dataDirectory, name);
  try {
    // Others may pass through, for PostgreSQL runs as another user; what is secret lies in directories of its own.
    await mkdir(values.dataDirectory, { recursive: true, mode: 0o711 });
    const lock = await RunLock.take(directory('run'));
    stops.push(() => lock.release());
    // Nobody waits for it: there may be a hundred thousand pictures to walk past.
    sweepBegunFiles(values.dataDirectory, [directory('postgres')]).then(
      (swept) => swept > 0 && log.log(`${swept} files that were begun and not finished are removed`),
      (error: unknown) => log.warn(`What was begun and not finished stays: ${messageOf(error)}`),
    );
    const names = [...new Set(['localhost', '127.0.0.1', hostname(), addresses.host])];
    const [database, { authority, brokerProcess, brokerLink, broker }] = await bothOrThrow(
      startDatabase(values.database, {
        ...{ tables, directory: directory('postgres'), clock, needsDatabase, stops },
      }),
      Authority.open(directory('tls'), names, clock).then(async (authority) => ({
        authority,
        ...(await startBroker(config, directory('broker'), authority, stops)),
      })),
    );
    authority.onTakenOver((identity) => brokerProcess?.renew(identity));
    const disk = new Disk(values.dataDirectory);
    addresses.settle({ mqtts: brokerProcess?.tlsPort ?? 0, mqtt: brokerProcess?.plainPort ?? 0 });
    const announceReady = () => lock.announce(addresses.ports);
    return {
      config,
      clock,
      database,
      broker,
      brokerLink,
      authority,
      addresses,
      disk,
      announceReady,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startBroker(
  { values: { broker: settings } }: Config,
  directory: string,
  authority: Authority,
  stops: Stop[],
): Promise<{ brokerProcess: BrokerProcess | undefined; brokerLink: BrokerLink; broker: Broker }> {
  const log = new Logger('Broker');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const brokerLink = new BrokerLink();
  let brokerProcess: BrokerProcess | undefined;
  if (settings.url === '') {
    const serviceSecret = randomBytes(32).toString('base64url');
    brokerProcess = new BrokerProcess({
      ...settings,
      cert: authority.identity.cert,
      key: authority.identity.key,
      credentialsPath: join(directory, 'credentials.json'),
      serviceId: settings.username,
      serviceSecret,
    });
    const running = brokerProcess;
    stops.push(() => running.stop());
    running.on('down', (reason) => log.error(`The broker is down: ${reason}`));
    running.on('fault', (message) => log.error(message));
    await running.start();
    brokerLink.open({
      url: `mqtt://127.0.0.1:${running.plainPort}`,
      username: settings.username,
      password: serviceSecret,
      ca: '',
    });
  } else {
    const ca = settings.caFile === '' ? '' : await readFile(settings.caFile, 'utf8');
    brokerLink.open({ ...settings, ca });
  }
  stops.push(() => brokerLink.close());
  return { brokerProcess, brokerLink, broker: new Broker(directory, brokerProcess, brokerLink) };
}

/** Both, or the first error once both have settled: what one has started must be known before it can be stopped. */
async function bothOrThrow<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}
