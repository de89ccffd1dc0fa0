import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Addresses } from '../platform/addresses.ts';
import { Config } from '../platform/config/config.ts';
import { VillageService } from '../villages/village.service.ts';
import { Camera } from './camera.ts';
import { badAddress, CameraRanges, readCameraAddress } from './camera-address.ts';
import { CameraDevice } from './camera-device.ts';
import { CameraPoint } from './camera-point.ts';
import type { PointRequest } from './camera.request.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraAtPoint } from './camera.store.ts';
import type { Connector } from './connector.ts';
import { ConnectorService } from './connector.service.ts';
import { isDefaultPassword } from './default-password.ts';
import { PasswordVault } from './password.vault.ts';

const lookupMs = 3_000;

/** How a new device is reached, its password sealed already. */
export interface SealedAccess {
  /** The device's, to be. */
  readonly id: string;
  readonly address: string;
  readonly username: string;
  readonly sealedPassword: string;
  readonly defaultPassword: boolean;
  readonly connectorId: string | undefined;
}

export interface NewDevice {
  readonly device: CameraDevice;
  readonly connector: Connector;
  readonly isNew: boolean;
}

/** What registering a camera, a table of them and a recorder have in common. */
@Injectable()
export class Registration {
  private readonly ranges: CameraRanges;

  constructor(
    private readonly store: CameraStore,
    private readonly connectors: ConnectorService,
    private readonly vault: PasswordVault,
    private readonly journal: JournalService,
    private readonly villages: VillageService,
    private readonly addresses: Addresses,
    private readonly clock: Clock,
    config: Config,
  ) {
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
    this.ranges = new CameraRanges(config.values.cameras.allowedRanges, own);
  }

  async sealed(access: {
    readonly address: string;
    readonly username: string;
    readonly password: string;
    readonly connectorId?: string | undefined;
  }): Promise<SealedAccess> {
    const { address, username, password, connectorId } = access;
    const id = newId();
    const sealedPassword = await this.vault.seal(password, id);
    const defaultPassword = isDefaultPassword(username, password);
    return { id, address, username, sealedPassword, defaultPassword, connectorId };
  }

  /** Within the caller's transaction; the connector is started and told once it stands. */
  async putDevice(
    em: EntityManager,
    communeId: string,
    { id, connectorId, ...access }: SealedAccess,
    name = '',
  ): Promise<NewDevice> {
    const taken = await this.connectors.forCamera(em, communeId, connectorId);
    const at = { communeId, id, name, connectorId: taken.connector.id, now: this.clock.date() };
    const device = CameraDevice.register(at, access);
    await this.store.addDevice(em, device);
    return { device, ...taken };
  }

  /** Within the caller's transaction. @param channel of a recorder; null: the device is one camera */
  async putCamera(
    em: EntityManager,
    by: Person,
    device: CameraDevice,
    request: PointRequest,
    channel: string | null,
  ): Promise<CameraAtPoint> {
    const { communeId } = by;
    const number = await this.store.nextNumber(em, communeId);
    const now = this.clock.date();
    const point = CameraPoint.put({ communeId, id: newId(), number, now }, request);
    // A device that is one camera goes by one identifier, as all did before recorders were known.
    const id = channel === null ? device.id : newId();
    const camera = Camera.put({ communeId, id, deviceId: device.id, pointId: point.id, now }, channel);
    await this.store.add(em, { point, device, camera });
    await this.journal.write(em, communeId, {
      ...{ actorId: by.id, action: 'cameras.added', subjectType: 'camera', subjectId: camera.id },
      facts: {
        ...{ pointId: point.id, number, deviceId: device.id, channel },
        ...{ retentionDays: point.retentionDays, noticePosted: point.noticePosted },
      },
    });
    return { point, device, camera };
  }

  /**
   * The connector asks again at each connection, since a name can point elsewhere tomorrow; here a person learns at
   * once that an address cannot be meant.
   */
  async refuseAddress(text: string): Promise<void> {
    const { hostname, port } = readCameraAddress(text);
    const { http, deviceHttps, mqtts, mqtt } = this.addresses.ports;
    const ownPorts = [http, deviceHttps, mqtts, mqtt];
    const resolved = isIP(hostname) === 0 ? await resolve(hostname) : [hostname];
    for (const address of resolved) this.ranges.refuse(address, port, ownPorts);
  }

  async refuseUnknownVillage(communeId: string, villageId: string): Promise<void> {
    if ((await this.villages.names(communeId)).has(villageId)) return;
    throw new Failure('invalid', 'cameras.unknown-village', 'No such village', {
      fields: [{ path: 'villageId', code: 'cameras.unknown-village', message: 'No such village' }],
    });
  }
}

/** @throws Failure `cameras.bad-address` where the name is unknown, or nobody answers in 3 s */
async function resolve(hostname: string): Promise<string[]> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), lookupMs).unref();
  });
  try {
    const found = await Promise.race([lookup(hostname, { all: true }), timeout]);
    return found.map((one) => one.address);
  } catch {
    throw badAddress('this name cannot be found');
  }
}
