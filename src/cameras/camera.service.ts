import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import type { FieldFault } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Addresses } from '../platform/addresses.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import { Camera } from './camera.ts';
import { badAddress, CameraRanges, readCameraAddress } from './camera-address.ts';
import { CameraPoint } from './camera-point.ts';
import { readCameraTable, villageKey } from './camera-table.ts';
import type { CameraTableRequest, ChangeCameraRequest, NewCameraRequest } from './camera.request.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraAtPoint } from './camera.store.ts';
import type { CameraDetailView, CameraTableView, CameraView } from './camera.view.ts';
import { cameraDetailView, cameraView } from './camera.words.ts';
import { isDefaultPassword } from './default-password.ts';
import type { Connector } from './connector.ts';
import { ConnectorService } from './connector.service.ts';
import { PasswordVault } from './password.vault.ts';

declare module '../base/events.ts' {
  interface News {
    'camera.changed': { communeId: string; camera: CameraView };
    /** What a connector looks after is another list now. */
    'camera-list.changed': { communeId: string; connectorId: string };
  }
}

const statesShown = 100;
const lookupMs = 3_000;

interface SealedRequest {
  readonly request: NewCameraRequest;
  readonly cameraId: string;
  readonly sealedPassword: string;
}
interface Put {
  readonly added: CameraAtPoint;
  readonly connector: Connector;
  readonly isNew: boolean;
}

@Injectable()
export class CameraService {
  private readonly ranges: CameraRanges;

  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly connectors: ConnectorService,
    private readonly vault: PasswordVault,
    private readonly journal: JournalService,
    private readonly villages: VillageService,
    private readonly link: BoxLink,
    private readonly addresses: Addresses,
    private readonly events: Events,
    private readonly clock: Clock,
    config: Config,
  ) {
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
    this.ranges = new CameraRanges(config.values.cameras.allowedRanges, own);
  }

  async list(communeId: string): Promise<CameraView[]> {
    const all = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    return this.views(communeId, all);
  }

  async detail(communeId: string, id: string): Promise<CameraDetailView> {
    const { found, all, states } = await this.database.inCommune(communeId, async (em) => ({
      found: await this.store.one(em, communeId, id),
      all: await this.store.all(em, communeId),
      states: await this.store.states(em, communeId, id, statesShown),
    }));
    const [view] = await this.views(communeId, [found]);
    if (view === undefined) throw new Failure('missing', 'cameras.missing', 'No such camera');
    return cameraDetailView(view, found, all, states);
  }

  /** @throws Failure `cameras.missing` */
  async one(communeId: string, id: string): Promise<CameraView> {
    const found = await this.database.inCommune(communeId, (em) => this.store.one(em, communeId, id));
    const [view] = await this.views(communeId, [found]);
    if (view === undefined) throw new Failure('missing', 'cameras.missing', 'No such camera');
    return view;
  }

  /** Every camera that stands, with its point. */
  async all(communeId: string): Promise<CameraAtPoint[]> {
    return this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
  }

  async add(by: Person, request: NewCameraRequest): Promise<CameraView> {
    const { communeId } = by;
    await this.refuseUnknownVillage(communeId, request.villageId);
    await this.refuseAddress(request.address);
    const sealed = await this.sealed(request);
    const put = await this.database.inCommune(communeId, (em) => this.put(em, by, sealed));
    if (put.isNew) this.connectors.startOwn(put.connector);
    this.tellList(communeId, put.connector.id);
    return this.told(communeId, put.added);
  }

  /**
   * Judges a table of cameras, and registers all of it unless it is only tried or a row is faulty: nothing half done.
   * @throws Failure of `readCameraTable`
   */
  async addTable(by: Person, { text, dryRun }: CameraTableRequest): Promise<CameraTableView> {
    const { communeId } = by;
    const names = await this.villages.names(communeId);
    const rows = readCameraTable(text, new Map([...names].map(([id, name]) => [villageKey(name), id])));
    const standing = new Set((await this.all(communeId)).map(({ camera }) => camera.address.toLowerCase()));
    const judged = await Promise.all(
      rows.map(async ({ line, name, request, faults }) => {
        const more = request === undefined ? [] : await this.addressFaults(request.address, standing);
        return {
          line,
          name,
          request,
          faults: [...faults, ...more].map(({ path, code }) => ({ path, code })),
        };
      }),
    );
    const requests = judged.flatMap(({ request }) => request ?? []);
    const isDone = !dryRun && judged.every(({ faults }) => faults.length === 0);
    if (isDone) {
      const sealed = await Promise.all(requests.map((request) => this.sealed(request)));
      const all = await this.database.inCommune(communeId, async (em) => {
        const done: Put[] = [];
        for (const one of sealed) done.push(await this.put(em, by, one));
        return done;
      });
      for (const { isNew, connector } of all) if (isNew) this.connectors.startOwn(connector);
      for (const id of new Set(all.map(({ connector }) => connector.id))) this.tellList(communeId, id);
      await this.tell(communeId, { ids: all.map(({ added }) => added.camera.id) });
    }
    const shown = judged.map(({ line, name, faults }) => ({ line, name, faults }));
    return { rows: shown, added: isDone ? requests.length : 0 };
  }

  private async addressFaults(
    address: string,
    standing: ReadonlySet<string>,
  ): Promise<readonly FieldFault[]> {
    if (standing.has(address.toLowerCase()))
      return [{ path: 'address', code: 'cameras.table-known', message: 'registered already' }];
    try {
      await this.refuseAddress(address);
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.fields.length > 0
        ? error.fields
        : [{ path: 'address', code: error.code, message: error.message }];
    }
  }

  private async sealed(request: NewCameraRequest): Promise<SealedRequest> {
    const cameraId = newId();
    return { request, cameraId, sealedPassword: await this.vault.seal(request.password, cameraId) };
  }

  /** Within the caller's transaction; the connector is started and told once it stands. */
  private async put(
    em: EntityManager,
    by: Person,
    { request, cameraId, sealedPassword }: SealedRequest,
  ): Promise<Put> {
    const { communeId } = by;
    const taken = await this.connectors.forCamera(em, communeId, request.connectorId);
    const number = await this.store.nextNumber(em, communeId);
    const now = this.clock.date();
    const point = CameraPoint.put({ communeId, id: newId(), number, now }, request);
    const camera = Camera.register(
      { communeId, id: cameraId, pointId: point.id, connectorId: taken.connector.id, now },
      {
        address: request.address,
        username: request.username,
        sealedPassword,
        defaultPassword: isDefaultPassword(request.username, request.password),
      },
    );
    await this.store.add(em, { point, camera });
    await this.journal.write(em, communeId, {
      actorId: by.id,
      action: 'cameras.added',
      subjectType: 'camera',
      subjectId: cameraId,
      facts: {
        pointId: point.id,
        number,
        retentionDays: point.retentionDays,
        noticePosted: point.noticePosted,
      },
    });
    return { added: { point, camera }, ...taken };
  }

  async change(by: Person, id: string, request: ChangeCameraRequest): Promise<CameraView> {
    const { communeId } = by;
    if (request.villageId !== undefined) await this.refuseUnknownVillage(communeId, request.villageId);
    if (request.address !== undefined) await this.refuseAddress(request.address);
    const sealedPassword =
      request.password === undefined ? undefined : await this.vault.seal(request.password, id);
    let revisionBefore = 0;
    const changed = await this.database.inCommune(communeId, async (em) => {
      const found = await this.store.change(em, communeId, id, ({ camera, point }) => {
        revisionBefore = camera.revision;
        point.change(request);
        camera.reach(
          {
            ...(request.address === undefined ? {} : { address: request.address }),
            ...(request.username === undefined ? {} : { username: request.username }),
            ...(sealedPassword === undefined || request.password === undefined
              ? {}
              : {
                  sealedPassword,
                  defaultPassword: isDefaultPassword(request.username ?? camera.username, request.password),
                }),
          },
          this.clock.date(),
        );
      });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'cameras.changed',
        subjectType: 'camera',
        subjectId: id,
        facts: { fields: Object.keys(request), revision: found.camera.revision },
      });
      return found;
    });
    if (changed.camera.revision !== revisionBefore) this.tellList(communeId, changed.camera.connectorId);
    return this.told(communeId, changed);
  }

  async retire(by: Person, id: string): Promise<void> {
    const { communeId } = by;
    const gone = await this.database.inCommune(communeId, async (em) => {
      const found = await this.store.change(em, communeId, id, ({ camera, point }) => {
        camera.retire(this.clock.date());
        point.retire(this.clock.date());
      });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'cameras.retired',
        subjectType: 'camera',
        subjectId: id,
      });
      return found;
    });
    this.tellList(communeId, gone.camera.connectorId);
  }

  /** Tells the screens how these cameras are now. */
  async tell(communeId: string, which: { connectorId?: string; ids?: readonly string[] }): Promise<void> {
    const found = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId, which));
    for (const camera of await this.views(communeId, found))
      this.events.tell('camera.changed', { communeId, camera });
  }

  private async told(communeId: string, found: CameraAtPoint): Promise<CameraView> {
    const [view] = await this.views(communeId, [found]);
    if (view === undefined) throw new Failure('missing', 'cameras.missing', 'No such camera');
    this.events.tell('camera.changed', { communeId, camera: view });
    return view;
  }

  private tellList(communeId: string, connectorId: string): void {
    this.events.tell('camera-list.changed', { communeId, connectorId });
  }

  private async views(communeId: string, found: readonly CameraAtPoint[]): Promise<CameraView[]> {
    const names = await this.villages.names(communeId);
    return found.map((one) =>
      cameraView(
        one,
        names.get(one.point.villageId) ?? '',
        this.link.presenceOf(one.camera.connectorId).link,
      ),
    );
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

  private async refuseUnknownVillage(communeId: string, villageId: string): Promise<void> {
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
