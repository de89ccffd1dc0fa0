import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import type { FieldFault } from '../base/failure.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import type { CameraAccess, CameraDevice } from './camera-device.ts';
import { placeOf } from './camera-address.ts';
import { readCameraTable, villageIndex } from './camera-table.ts';
import type { CameraTableRequest, ChangeCameraRequest, NewCameraRequest } from './camera.request.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraAtPoint } from './camera.store.ts';
import type { CameraDetailView, CameraTableView, CameraView, TwinsView } from './camera.view.ts';
import { cameraDetailView, cameraView } from './camera.words.ts';
import { sourceOf, tokenOf } from './channels.ts';
import { isDefaultPassword } from './default-password.ts';
import { ConnectorService } from './connector.service.ts';
import { PasswordVault } from './password.vault.ts';
import { Registration } from './registration.service.ts';
import type { NewDevice } from './registration.service.ts';
import { twinsAmong } from './twins.ts';

declare module '../base/events.ts' {
  interface News {
    'camera.changed': { communeId: string; camera: CameraView };
    /** What a connector looks after is another list now. */
    'camera-list.changed': { communeId: string; connectorId: string };
  }
}

const statesShown = 100;
@Injectable()
export class CameraService {
  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly connectors: ConnectorService,
    private readonly vault: PasswordVault,
    private readonly journal: JournalService,
    private readonly villages: VillageService,
    private readonly link: BoxLink,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly registration: Registration,
  ) {}

  async list(communeId: string): Promise<CameraView[]> {
    const all = await this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
    return this.views(communeId, all);
  }

  async detail(communeId: string, id: string): Promise<CameraDetailView> {
    const { found, all, states } = await this.database.inCommune(communeId, async (em) => {
      const one = await this.store.one(em, communeId, id);
      return {
        found: one,
        all: await this.store.all(em, communeId),
        states: await this.store.states(em, communeId, one.device.id, statesShown),
      };
    });
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

  /** Devices that may have been registered twice, for a person to look at. */
  async twins(communeId: string): Promise<TwinsView[]> {
    const { devices, shown } = await this.database.inCommune(communeId, async (em) => ({
      devices: await this.store.devices(em, communeId),
      shown: await this.store.all(em, communeId),
    }));
    const named = (device: CameraDevice): TwinsView['one'] => {
      const mine = shown.filter((one) => one.device.id === device.id);
      const [first] = mine;
      const isOne = device.name === '' && first !== undefined;
      return {
        ...{ deviceId: device.id, cameraId: isOne ? first.camera.id : null },
        name: isOne ? first.point.name : device.name,
      };
    };
    return twinsAmong(devices).map(({ how, devices: [one, other] }) => ({
      ...{ how, one: named(one), other: named(other) },
    }));
  }

  /** Every camera that stands, with its point. */
  async all(communeId: string): Promise<CameraAtPoint[]> {
    return this.database.inCommune(communeId, (em) => this.store.all(em, communeId));
  }

  async add(by: Person, { connectorId, ...request }: NewCameraRequest): Promise<CameraView> {
    const { communeId } = by;
    await this.registration.refuseUnknownVillage(communeId, request.villageId);
    await this.registration.refuseAddress(request.address);
    const sealed = await this.registration.sealed({ ...request, connectorId });
    const { added, made } = await this.database.inCommune(communeId, async (em) => {
      const device = await this.registration.putDevice(em, communeId, sealed);
      return { made: device, added: await this.registration.putCamera(em, by, device.device, request, null) };
    });
    this.begin(communeId, [made]);
    return this.told(communeId, added);
  }

  /**
   * Judges a table of cameras, and registers all of it unless it is only tried or a row is faulty: nothing half done.
   * @param isKnown whether the device at an address that nobody registered was seen to be one that is
   * @throws Failure of `readCameraTable`
   */
  async addTable(
    by: Person,
    { text, dryRun }: CameraTableRequest,
    isKnown: (address: string) => boolean = () => false,
  ): Promise<CameraTableView> {
    const { communeId } = by;
    const rows = readCameraTable(text, villageIndex(await this.villages.all(communeId)));
    const standing = await this.database.inCommune(communeId, async (em) => ({
      devices: await this.store.devices(em, communeId),
      shown: await this.store.all(em, communeId),
    }));
    const deviceAt = new Map(standing.devices.map((device) => [placeOf(device.address), device]));
    const judged = await Promise.all(
      rows.map(async ({ line, name, channel, request, faults }) => {
        const there = request === undefined ? undefined : deviceAt.get(placeOf(request.address));
        const more =
          request === undefined
            ? []
            : there === undefined
              ? [...(await this.addressFaults(request.address)), ...(isKnown(request.address) ? [known] : [])]
              : channelFaults(there, standing.shown, channel);
        return {
          line,
          name,
          channel,
          request,
          faults: [...faults, ...more].map(({ path, code }) => ({ path, code })),
        };
      }),
    );
    const requests = judged.flatMap(({ request, channel }) =>
      request === undefined ? [] : { request, channel },
    );
    const isDone = !dryRun && judged.every(({ faults }) => faults.length === 0);
    if (isDone) {
      const sealed = await Promise.all(
        requests.map(async (one) => ({ ...one, access: await this.registration.sealed(one.request) })),
      );
      const all = await this.database.inCommune(communeId, async (em) => {
        const made: NewDevice[] = [];
        const added: CameraAtPoint[] = [];
        for (const { request, channel, access } of sealed) {
          const key = placeOf(request.address);
          let device = deviceAt.get(key);
          if (device === undefined) {
            const recorder = request.recorder === '' ? `Đầu ghi ${request.address}` : request.recorder;
            const name = channel === null ? '' : recorder.slice(0, 100);
            const put = await this.registration.putDevice(em, communeId, access, name);
            made.push(put);
            device = put.device;
            deviceAt.set(key, device);
          }
          added.push(await this.registration.putCamera(em, by, device, request, channel));
        }
        return { made, added };
      });
      this.begin(communeId, all.made);
      for (const id of new Set(all.added.map(({ device }) => device.connectorId)))
        this.tellList(communeId, id);
      await this.tell(communeId, { ids: all.added.map(({ camera }) => camera.id) });
    }
    const shown = judged.map(({ line, name, faults }) => ({ line, name, faults }));
    return { rows: shown, added: isDone ? requests.length : 0 };
  }

  private async addressFaults(address: string): Promise<readonly FieldFault[]> {
    try {
      await this.registration.refuseAddress(address);
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.fields.length > 0
        ? error.fields
        : [{ path: 'address', code: error.code, message: error.message }];
    }
  }

  async change(by: Person, id: string, request: ChangeCameraRequest): Promise<CameraView> {
    const { communeId } = by;
    if (request.villageId !== undefined)
      await this.registration.refuseUnknownVillage(communeId, request.villageId);
    if (request.address !== undefined) await this.registration.refuseAddress(request.address);
    const { deviceId } = await this.one(communeId, id);
    const sealedPassword =
      request.password === undefined ? undefined : await this.vault.seal(request.password, deviceId);
    let revisionBefore = 0;
    const changed = await this.database.inCommune(communeId, async (em) => {
      const found = await this.store.change(em, communeId, id, ({ device, point }) => {
        revisionBefore = device.revision;
        point.change(request);
        device.reach(accessOf(request, device, sealedPassword), this.clock.date());
      });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'cameras.changed',
        subjectType: 'camera',
        subjectId: id,
        facts: { fields: Object.keys(request), revision: found.device.revision },
      });
      return found;
    });
    if (changed.device.revision !== revisionBefore) {
      this.tellList(communeId, changed.device.connectorId);
      // The other channels of a recorder are reached by the same.
      await this.tell(communeId, { ids: [changed.device.id] });
    }
    return this.told(communeId, changed);
  }

  /** A device goes with its last camera, password and all; a recorder that people named stays. */
  async retire(by: Person, id: string): Promise<void> {
    const { communeId } = by;
    const gone = await this.database.inCommune(communeId, async (em) => {
      const { device } = await this.store.one(em, communeId, id);
      const others = await this.store.all(em, communeId, { ids: [device.id] });
      const isLast = others.every(({ camera }) => camera.id === id);
      const found = await this.store.change(em, communeId, id, (one) => {
        one.camera.retire(this.clock.date());
        one.point.retire(this.clock.date());
        if (isLast && one.device.name === '') one.device.retire(this.clock.date());
      });
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'cameras.retired',
        subjectType: 'camera',
        subjectId: id,
      });
      return found;
    });
    this.tellList(communeId, gone.device.connectorId);
  }

  /** Devices that stand from now on: their connectors are started where that is new, and told. */
  begin(communeId: string, made: readonly NewDevice[]): void {
    for (const { isNew, connector } of made) if (isNew) this.connectors.startOwn(connector);
    for (const id of new Set(made.map(({ connector }) => connector.id))) this.tellList(communeId, id);
  }

  /** Tells the screens how these cameras are now. @param which as the store's `all` */
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

  tellList(communeId: string, connectorId: string): void {
    this.events.tell('camera-list.changed', { communeId, connectorId });
  }

  private async views(communeId: string, found: readonly CameraAtPoint[]): Promise<CameraView[]> {
    const names = await this.villages.names(communeId);
    return found.map((one) =>
      cameraView(
        one,
        names.get(one.point.villageId) ?? '',
        this.link.presenceOf(one.device.connectorId).link,
      ),
    );
  }
}

const known: FieldFault = { path: 'address', code: 'cameras.device-known', message: 'registered elsewhere' };

/** Of a row at an address that is registered: a recorder's further channel may be added, anything else is known. */
function channelFaults(
  device: CameraDevice,
  shown: readonly CameraAtPoint[],
  channel: string | null,
): FieldFault[] {
  const mine = shown.filter((one) => one.device.id === device.id);
  const sources = device.passport?.sources ?? [];
  if (channel === null || mine.some(({ camera }) => camera.channel === null))
    return [{ path: 'address', code: 'cameras.table-known', message: 'registered already' }];
  const token = tokenOf(channel, sources);
  if (mine.some(({ camera }) => tokenOf(camera.channel ?? '', sources) === token))
    return [{ path: 'channel', code: 'cameras.channel-taken', message: 'registered already' }];
  return device.passport !== null && sourceOf(channel, sources) === undefined
    ? [{ path: 'channel', code: 'cameras.channel-unknown', message: 'no such channel' }]
    : [];
}

/** @param sealedPassword only where a password was given */
export function accessOf(
  request: Pick<ChangeCameraRequest, 'address' | 'username' | 'password'>,
  device: CameraDevice,
  sealedPassword: string | undefined,
): Partial<CameraAccess> {
  const { address, username, password } = request;
  return {
    ...(address === undefined ? {} : { address }),
    ...(username === undefined ? {} : { username }),
    ...(sealedPassword === undefined || password === undefined
      ? {}
      : { sealedPassword, defaultPassword: isDefaultPassword(username ?? device.username, password) }),
  };
}
