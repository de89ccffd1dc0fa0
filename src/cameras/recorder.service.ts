import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { BoxLink } from '../boxes/box.link.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { VillageService } from '../villages/village.service.ts';
import type { CameraDevice } from './camera-device.ts';
import { accessOf, CameraService } from './camera.service.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraAtPoint } from './camera.store.ts';
import type { CameraView } from './camera.view.ts';
import { heldView } from './camera.words.ts';
import { sourceOf, tokenOf } from './channels.ts';
import { PasswordVault } from './password.vault.ts';
import type { ChangeRecorderRequest, ChannelsRequest, NewRecorderRequest } from './recorder.request.ts';
import type { RecorderView } from './recorder.view.ts';
import { Registration } from './registration.service.ts';

/**
 * Recorders (*đầu ghi*): one address, one password and one subscription for all the cameras behind them. A recorder is
 * registered by itself; once its connector has described it, its channels are registered as points.
 */
@Injectable()
export class RecorderService {
  constructor(
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly cameras: CameraService,
    private readonly registration: Registration,
    private readonly vault: PasswordVault,
    private readonly journal: JournalService,
    private readonly villages: VillageService,
    private readonly link: BoxLink,
    private readonly clock: Clock,
  ) {}

  async list(communeId: string): Promise<RecorderView[]> {
    const { devices, shown } = await this.database.inCommune(communeId, async (em) => ({
      devices: await this.store.devices(em, communeId),
      shown: await this.store.all(em, communeId),
    }));
    const names = await this.villages.names(communeId);
    return devices
      .filter((device) => device.name !== '' || (device.passport?.sources ?? []).length > 1)
      .map((device) => this.view(device, shown, names));
  }

  /** @param id of any device, or of one of its cameras. @throws Failure `cameras.missing` */
  async one(communeId: string, id: string): Promise<RecorderView> {
    const { device, shown } = await this.database.inCommune(communeId, async (em) => {
      const found = await this.store.deviceOf(em, communeId, id);
      return { device: found, shown: await this.store.all(em, communeId, { ids: [found.id] }) };
    });
    return this.view(device, shown, await this.villages.names(communeId));
  }

  async add(by: Person, { name, ...access }: NewRecorderRequest): Promise<RecorderView> {
    const { communeId } = by;
    await this.registration.refuseAddress(access.address);
    const sealed = await this.registration.sealed(access);
    const made = await this.database.inCommune(communeId, async (em) => {
      const put = await this.registration.putDevice(em, communeId, sealed, name);
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'cameras.recorder-added' },
        ...{ subjectType: 'camera-device', subjectId: put.device.id },
      });
      return put;
    });
    this.cameras.begin(communeId, [made]);
    return this.one(communeId, made.device.id);
  }

  /** @throws Failure of an address, `cameras.missing`, `cameras.retired` */
  async change(by: Person, id: string, request: ChangeRecorderRequest): Promise<RecorderView> {
    const { communeId } = by;
    const { name, address, password } = request;
    const { id: deviceId } = await this.one(communeId, id);
    if (address !== undefined) await this.registration.refuseAddress(address);
    const sealedPassword = password === undefined ? undefined : await this.vault.seal(password, deviceId);
    const device = await this.database.inCommune(communeId, async (em) => {
      const changed = await this.store.changeDevice(em, communeId, id, (found) => {
        if (name !== undefined) found.rename(name);
        found.reach(accessOf(request, found, sealedPassword), this.clock.date());
      });
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'cameras.recorder-changed' },
        ...{ subjectType: 'camera-device', subjectId: deviceId },
        facts: { fields: Object.keys(request), revision: changed.revision },
      });
      return changed;
    });
    this.cameras.tellList(communeId, device.connectorId);
    await this.cameras.tell(communeId, { ids: [device.id] });
    return this.one(communeId, device.id);
  }

  /**
   * Registers channels as camera points, all of them or none. A camera that was registered by the recorder's address
   * alone becomes its first channel: that is what its pictures showed.
   * @throws Failure `cameras.channel-unknown`, `cameras.channel-taken`, `cameras.unknown-village`
   */
  async addChannels(by: Person, id: string, { channels }: ChannelsRequest): Promise<CameraView[]> {
    const { communeId } = by;
    for (const { villageId } of channels) await this.registration.refuseUnknownVillage(communeId, villageId);
    const added = await this.database.inCommune(communeId, async (em) => {
      // Locks the recorder, so that two people do not register one channel twice.
      const device = await this.store.changeDevice(em, communeId, id, (found) => found.refuseIfRetired());
      const sources = device.passport?.sources ?? [];
      const standing = await this.store.all(em, communeId, { ids: [device.id] });
      const [first] = sources;
      for (const { camera } of standing)
        if (camera.channel === null && first !== undefined) {
          await this.store.change(em, communeId, camera.id, (one) => one.camera.showBy(first.token));
          camera.channel = first.token;
        }
      const taken = new Set(standing.map(({ camera }) => tokenOf(camera.channel ?? '', sources)));
      const done: CameraAtPoint[] = [];
      for (const [index, { channel, ...point }] of channels.entries()) {
        const source = sourceOf(channel, sources);
        if (source === undefined) throw wrongChannel('cameras.channel-unknown', index);
        if (taken.has(source.token)) throw wrongChannel('cameras.channel-taken', index);
        taken.add(source.token);
        done.push(await this.registration.putCamera(em, by, device, point, source.token));
      }
      return done;
    });
    const [device] = added.map((one) => one.device);
    if (device === undefined) return [];
    this.cameras.tellList(communeId, device.connectorId);
    await this.cameras.tell(communeId, { ids: [device.id] });
    const ids = new Set(added.map(({ camera }) => camera.id));
    return (await this.cameras.list(communeId)).filter((one) => ids.has(one.id));
  }

  /** Gives it up with all its channels: nothing needs its password any more. */
  async retire(by: Person, id: string): Promise<void> {
    const { communeId } = by;
    const now = this.clock.date();
    const device = await this.database.inCommune(communeId, async (em) => {
      const { id: deviceId } = await this.store.deviceOf(em, communeId, id);
      for (const { camera } of await this.store.all(em, communeId, { ids: [deviceId] }))
        await this.store.change(em, communeId, camera.id, (one) => {
          one.camera.retire(now);
          one.point.retire(now);
        });
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'cameras.recorder-retired' },
        ...{ subjectType: 'camera-device', subjectId: deviceId },
      });
      return this.store.changeDevice(em, communeId, deviceId, (found) => found.retire(now));
    });
    this.cameras.tellList(communeId, device.connectorId);
  }

  private view(
    device: CameraDevice,
    shown: readonly CameraAtPoint[],
    villageNames: ReadonlyMap<string, string>,
  ): RecorderView {
    const sources = device.passport?.sources ?? [];
    const mine = shown.filter((one) => one.device.id === device.id);
    const cameraAt = (token: string, isFirst: boolean): RecorderView['channels'][number]['camera'] => {
      const found = mine.find(({ camera }) =>
        camera.channel === null ? isFirst : tokenOf(camera.channel, sources) === token,
      );
      if (found === undefined) return null;
      const { camera, point } = found;
      return { id: camera.id, name: point.name, villageName: villageNames.get(point.villageId) ?? '' };
    };
    const told = sources.map(({ token, name }, index) => ({
      ...{ channel: token, name, number: index + 1, camera: cameraAt(token, index === 0) },
    }));
    const untold = mine.flatMap(({ camera }) => {
      const channel = camera.channel ?? '';
      if (channel === '' || sourceOf(channel, sources) !== undefined) return [];
      return [{ channel, name: '', number: null, camera: cameraAt(channel, false) }];
    });
    return {
      ...heldView(device, this.link.presenceOf(device.connectorId).link),
      ...{ id: device.id, name: device.name, described: device.passport !== null },
      channels: [...told, ...untold],
    };
  }
}

function wrongChannel(code: 'cameras.channel-unknown' | 'cameras.channel-taken', index: number): Failure {
  const message =
    code === 'cameras.channel-taken'
      ? 'This channel is registered already'
      : 'The recorder has no such channel';
  return new Failure(code === 'cameras.channel-taken' ? 'conflict' : 'invalid', code, message, {
    fields: [{ path: `channels.${index}.channel`, code, message }],
  });
}
