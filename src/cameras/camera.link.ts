import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { CameraList, CameraPassport, CameraStatus } from '../../devices/protocol/camera-messages.ts';
import { cameraPasswordContext, sealTo } from '../../devices/protocol/seal.ts';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { BoxLink } from '../boxes/box.link.ts';
import type { From } from '../boxes/box.link.ts';
import { BoxService } from '../boxes/box.service.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import type { CameraDevice, CameraState } from './camera-device.ts';
import { CameraService } from './camera.service.ts';
import { CameraStore } from './camera.store.ts';
import type { CameraAtPoint } from './camera.store.ts';
import { sourceOf } from './channels.ts';
import { CameraTrust } from './camera-trust.service.ts';
import { HandoverService } from './handover.service.ts';
import { PasswordVault } from './password.vault.ts';

declare module '../base/events.ts' {
  interface News {
    /** What a connector says of a camera is another state than it said before. */
    'camera.state': {
      communeId: string;
      cameraId: string;
      pointId: string;
      /** The first of its device's cameras: what concerns the device is told by it alone. */
      isLead: boolean;
      from: CameraState;
      to: CameraState;
      /** By the connector's clock, ms. */
      sinceAt: number;
    };
    /** A connector had to leave out notices of a camera that flooded; told again while it goes on. */
    'camera.flood': {
      communeId: string;
      cameraId: string;
      pointId: string;
      /** Of the first and the last one left out, by the connector's clock, ms. */
      sinceAt: number;
      lastAt: number;
      /** Since `sinceAt`. */
      count: number;
    };
  }
}

/** A connector tells of its cameras every minute: a list it does not show within this time is sent again. */
const resendAfterMs = 20_000;

/**
 * The line to the connectors: which cameras they look after goes down, how the cameras are comes up. The list is never
 * retained (a broker should not keep even sealed passwords), so it is sent at each hello that names an older one, at each
 * change, and again while what the connector shows is another one.
 */
@Injectable()
export class CameraLink implements OnModuleInit {
  private readonly log = new Logger('Cameras');
  /** By connector: the newest list's number, when it went out, and who is in it. */
  private readonly sent = new Map<string, { number: number; at: number; ids: ReadonlySet<string> }>();
  private readonly sending = new Map<string, Promise<void>>();
  /** By device: its password as it was sealed last, and from what. */
  private readonly sealed = new Map<string, { readonly from: string; readonly text: string }>();
  /** By connector: the instant of the newest status. */
  private readonly statusAt = new Map<string, { boxId: string; at: number }>();

  constructor(
    private readonly link: BoxLink,
    private readonly boxes: BoxService,
    private readonly wire: BrokerLink,
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly cameras: CameraService,
    private readonly trust: CameraTrust,
    private readonly handovers: HandoverService,
    private readonly vault: PasswordVault,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.link.on('hello', async ({ kind, communeId, assetId }, { programmeNumber: held }) => {
      // On a bad line a box says hello every few seconds: a hundred passwords need not be sealed each time.
      const hasNewest = held > 0 && held === this.sent.get(assetId)?.number;
      if (kind === 'connector' && !hasNewest) await this.sendList(communeId, assetId);
    });
    this.link.on('camera-status', (from, status) => this.take(from, status));
    this.link.on('camera-passport', (from, message) => this.describe(from, message));
    this.link.on('camera-moved', (from, message) => this.trust.moved(from, message));
    this.link.onPresence((communeId, assetId, kind) => {
      if (kind !== 'connector') return;
      this.cameras.tell(communeId, { connectorId: assetId }).catch((error: unknown) => {
        this.log.warn(`The screens were not told of ${assetId}: ${messageOf(error)}`);
      });
    });
    this.events.on('camera-list.changed', ({ communeId, connectorId }) =>
      this.sendList(communeId, connectorId),
    );
  }

  /**
   * Sends a connector its whole list; one list at a time, so that the highest number is the newest content. Where the
   * broker is away it is sent at the connector's next hello.
   */
  async sendList(communeId: string, connectorId: string): Promise<void> {
    const before = this.sending.get(connectorId) ?? Promise.resolve();
    const work = before
      .then(() => this.sendNow(communeId, connectorId))
      .catch((error: unknown) => {
        this.log.warn(`The cameras of ${connectorId} were not sent: ${messageOf(error)}`);
      });
    this.sending.set(connectorId, work);
    await work;
    if (this.sending.get(connectorId) === work) this.sending.delete(connectorId);
  }

  private async sendNow(communeId: string, connectorId: string): Promise<void> {
    const box = await this.boxes.find(communeId, connectorId);
    if (box?.sealingKey == null || !this.wire.isConnected) return;
    const { sealingKey } = box;
    const found = await this.database.inCommune(communeId, (em) =>
      this.store.devices(em, communeId, { connectorId }),
    );
    const shown = await this.database.inCommune(communeId, (em) =>
      this.store.all(em, communeId, { connectorId }),
    );
    const cameras = [];
    for (const device of found) {
      // Another one waits for it: this one is to let go.
      if (device.movingTo !== null) continue;
      try {
        cameras.push({
          camera: device.id,
          address: device.address,
          username: device.username,
          sealedPassword: await this.sealedFor(sealingKey, device),
          revision: device.revision,
          certificate: device.certificate,
          identity: device.identity,
          ...channelsOf(device, shown),
        });
      } catch (error) {
        // One that cannot be opened must not take the others' list with it.
        this.log.error(`The password of camera ${device.id} cannot be opened: ${messageOf(error)}`);
      }
    }
    const now = this.clock.now();
    const number = Math.max((this.sent.get(connectorId)?.number ?? 0) + 1, now);
    this.sent.set(connectorId, { number, at: now, ids: new Set(cameras.map((one) => one.camera)) });
    await this.link.send('camera-list', communeId, connectorId, {
      v: 1,
      commune: communeId,
      connector: connectorId,
      number,
      ...this.morePictures(),
      cameras,
    });
  }

  /** Left out where none are wanted. */
  private morePictures(): Pick<CameraList, 'morePictures'> {
    const { morePictures, morePicturesEverySeconds } = this.config.values.cameraEvents;
    if (morePictures === 0) return {};
    return { morePictures: { count: morePictures, everyMs: morePicturesEverySeconds * 1_000 } };
  }

  /** Sealing costs a millisecond, and a list of a hundred cameras goes out again for each that is registered. */
  private async sealedFor(sealingKey: string, { id, sealedPassword }: CameraDevice): Promise<string> {
    const from = `${sealingKey} ${sealedPassword}`;
    const known = this.sealed.get(id);
    if (known?.from === from) return known.text;
    const password = await this.vault.open(sealedPassword, id);
    const text = await sealTo(sealingKey, password, cameraPasswordContext(id));
    this.sealed.set(id, { from, text });
    return text;
  }

  private async describe({ communeId, assetId }: From, message: CameraPassport): Promise<void> {
    const isNew = await this.database.inCommune(communeId, (em) =>
      this.store.describe(em, communeId, assetId, message, this.clock.date()),
    );
    if (!isNew) return;
    await this.cameras.tell(communeId, { ids: [message.camera] });
    // Which source a numbered channel is may be known only now.
    if ((message.passport.sources ?? []).length > 1) await this.sendList(communeId, assetId);
  }

  private async take(from: From, status: CameraStatus): Promise<void> {
    const { communeId, assetId } = from;
    const last = this.statusAt.get(assetId);
    // A copy that came late must not undo a newer word of the same box.
    if (last?.boxId === from.boxId && status.at < last.at) return;
    this.statusAt.set(assetId, { boxId: from.boxId, at: status.at });
    // A connector whose clock runs ahead tells nothing of what is to come.
    const toldAt = new Date(Math.min(status.at, this.clock.now()));
    const { changed, standing, shown } = await this.database.inCommune(communeId, async (em) => ({
      changed: await this.store.report(em, communeId, assetId, status.cameras, toldAt),
      standing: await this.store.devices(em, communeId, { connectorId: assetId }),
      shown: await this.store.all(em, communeId, { connectorId: assetId }),
    }));
    const told = new Map(status.cameras.map((one) => [one.camera, one]));
    for (const before of changed) {
      const now = told.get(before.id);
      if (now === undefined || now.state === before.state) continue;
      const { state: to, sinceAt } = now;
      const mine = shown.filter((one) => one.device.id === before.id);
      for (const [index, { camera }] of mine.entries())
        this.events.tell('camera.state', {
          ...{ communeId, cameraId: camera.id, pointId: camera.pointId, isLead: index === 0 },
          ...{ from: before.state, to, sinceAt },
        });
    }
    for (const device of standing) {
      const now = told.get(device.id);
      // A recorder floods as one: it is told of at its first point.
      const lead = shown.find((one) => one.device.id === device.id);
      if (lead === undefined || now?.shed === undefined || now.revision !== device.revision) continue;
      this.events.tell('camera.flood', {
        ...{ communeId, cameraId: lead.camera.id, pointId: lead.point.id },
        ...now.shed,
      });
    }
    if (changed.length > 0) await this.cameras.tell(communeId, { ids: changed.map((one) => one.id) });
    await this.takeReleased(from, status, standing);
    const staying = standing.filter((device) => device.movingTo === null);
    const isShown =
      staying.length === told.size &&
      staying.every((device) => told.get(device.id)?.revision === device.revision);
    const sentAt = this.sent.get(assetId)?.at ?? 0;
    if (!isShown && this.clock.now() - sentAt > resendAfterMs) await this.sendList(communeId, assetId);
  }

  /** Devices that move on, once the list without them is in force at the connector that held them. */
  private async takeReleased(
    { communeId, assetId }: From,
    status: CameraStatus,
    standing: readonly CameraDevice[],
  ): Promise<void> {
    const sent = this.sent.get(assetId);
    if (sent === undefined || status.list < sent.number) return;
    const held = new Set(status.cameras.map((one) => one.camera));
    const ids = standing
      .filter(({ id, movingTo }) => movingTo !== null && !sent.ids.has(id) && !held.has(id))
      .map(({ id }) => id);
    if (ids.length > 0) await this.handovers.released(communeId, assetId, ids, new Date(status.at));
  }
}

/** Left out where there are none: connectors of before recorders know no such field. */
function channelsOf(
  device: CameraDevice,
  shown: readonly CameraAtPoint[],
): { channels?: { camera: string; source: string }[] } {
  const channels = shown.flatMap(({ camera }) => {
    if (camera.deviceId !== device.id || camera.channel === null) return [];
    const source = sourceOf(camera.channel, device.passport?.sources ?? []);
    return source === undefined ? [] : [{ camera: camera.id, source: source.token }];
  });
  return channels.length === 0 ? {} : { channels };
}
