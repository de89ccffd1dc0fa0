import { createHash } from 'node:crypto';
import { BoxLink as Device } from '../../devices/link/box-link.ts';
import type { Identity } from '../../devices/link/identity.ts';
import type { Outbox } from '../../devices/link/outbox.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import { cameraCheck, cameraList, cameraView } from '../../devices/protocol/camera-messages.ts';
import { cameraReplay } from '../../devices/protocol/replay-messages.ts';
import type {
  CameraCheck,
  CameraList,
  CameraStatus,
  CameraView as ViewOrder,
  HeldState,
  Notice,
} from '../../devices/protocol/camera-messages.ts';
import type { CameraReplay } from '../../devices/protocol/replay-messages.ts';
import { openFromService } from '../../devices/protocol/trust.ts';
import type { Person } from '../access/rights.ts';
import { AccountStore } from '../accounts/account.store.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { SessionCache } from '../accounts/session-cache.ts';
import { SessionStore } from '../accounts/session.store.ts';
import { newId } from '../base/identifier.ts';
import { openTestStation } from '../boxes/boxes.testing.ts';
import type { TestStation } from '../boxes/boxes.testing.ts';
import { CameraLink } from '../cameras/camera.link.ts';
import type { NewCameraRequest } from '../cameras/camera.request.ts';
import { CameraService } from '../cameras/camera.service.ts';
import { HandoverService } from '../cameras/handover.service.ts';
import { CameraTrust } from '../cameras/camera-trust.service.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { ConnectorService } from '../cameras/connector.service.ts';
import { DetectorLink } from '../detectors/detector.link.ts';
import { DetectorService } from '../detectors/detector.service.ts';
import { DetectorStore } from '../detectors/detector.store.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { PasswordVault } from '../cameras/password.vault.ts';
import { Registration } from '../cameras/registration.service.ts';
import { VillageService } from '../villages/village.service.ts';
import { VillageStore } from '../villages/village.store.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import type { CameraEventView } from './camera-event.view.ts';
import { DetectionService } from './detection.service.ts';
import { EventStyleService } from './event-style.service.ts';
import { EventStyleStore } from './event-style.store.ts';
import { FloodService } from './flood.service.ts';
import { NoticeService } from './notice.service.ts';
import { OutageService } from './outage.service.ts';
import { RereadingService } from './rereading.service.ts';
import { RereadingStore } from './rereading.store.ts';
import { RetentionService } from './retention.service.ts';
import { Config } from '../platform/config/config.ts';
import { MorePicturesStore } from './more-pictures.store.ts';
import { StrayStore } from './stray.store.ts';
import { SnapshotFiles } from './snapshot.files.ts';

export let station: TestStation;
export let by: Person;
export let villages: VillageService;
export let connectors: ConnectorService;
export let cameras: CameraService;
export let trust: CameraTrust;
export let cameraEvents: CameraEventService;
export let retention: RetentionService;
export let snapshots: SnapshotFiles;
export let rereading: RereadingService;
export let outages: OutageService;
export let eventStyles: EventStyleService;
export let detectors: DetectorService;
export let detections: DetectionService;
let detectorLink: DetectorLink;
export let people: PeopleService;
const store = new CameraEventStore();
const styles = new EventStyleStore();
const cameraStore = new CameraStore();
export const told: CameraEventView[] = [];

/** The rooms up to this one, put together by hand on a real database and broker. */
export async function openCameraRooms(): Promise<void> {
  station = await openTestStation();
  const { database, journal, clock, events, link, addresses, boxes, wire } = station;
  const { values } = station.config;
  const config = new Config({ ...values, cameraEvents: { ...values.cameraEvents, morePictures: 2 } });
  const communeId = await station.addCommune('Khánh Thượng');
  by = { id: newId(), communeId, displayName: 'Công an', roles: ['policeChief'], villageIds: [] };
  villages = new VillageService(database, new VillageStore(), journal, events, clock);
  const { enrolments } = station;
  connectors = new ConnectorService(
    ...([database, cameraStore, journal, enrolments, link, events, config, clock] as const),
  );
  const vault = new PasswordVault(config);
  const registration = new Registration(
    ...([cameraStore, connectors, vault, journal, villages, addresses, clock, config] as const),
  );
  cameras = new CameraService(
    ...([database, cameraStore, connectors, vault, journal, villages, link] as const),
    ...([events, clock, registration] as const),
  );
  trust = new CameraTrust(database, cameraStore, cameras, registration, journal, events, clock);
  new CameraLink(
    ...([link, boxes, wire, database, cameraStore, cameras] as const),
    trust,
    new HandoverService(database, cameraStore, cameras, journal, events, clock),
    ...([vault, events, clock, config] as const),
  ).onModuleInit();
  const detectorStore = new DetectorStore();
  detectors = new DetectorService(
    ...([database, detectorStore, cameraStore, station.communes, station.credentials, journal] as const),
    ...([addresses, station.authority, clock] as const),
  );
  detectors.onModuleInit();
  people = new PeopleService(
    ...([database, new AccountStore(database), new SessionStore(database)] as const),
    ...([new SessionCache(), journal, clock] as const),
  );
  snapshots = new SnapshotFiles(config);
  const more = new MorePicturesStore();
  cameraEvents = new CameraEventService(
    ...([database, store, cameraStore, villages, people, detectors, journal] as const),
    ...([more, snapshots, events, clock] as const),
  );
  const notices = new NoticeService(
    ...([link, database, store, new StrayStore(), more, cameraEvents, snapshots, clock, config] as const),
  );
  notices.onModuleInit();
  detectorLink = new DetectorLink(wire, detectors);
  detections = new DetectionService(
    ...([database, detectors, detectorStore, detectorLink, cameraStore, notices, store, styles] as const),
    ...([cameraEvents, snapshots, clock, config] as const),
  );
  detections.onModuleInit();
  outages = new OutageService(
    ...([link, database, store, cameraEvents, cameraStore, new LoudspeakerStore()] as const),
    ...([events, clock] as const),
  );
  outages.onModuleInit();
  new FloodService(database, store, cameraEvents, events, clock).onModuleInit();
  retention = new RetentionService(
    ...([
      database,
      store,
      new StrayStore(),
      cameraStore,
      cameraEvents,
      detectorStore,
      snapshots,
      station.communes,
      journal,
      clock,
      config,
    ] as const),
  );
  rereading = new RereadingService(
    ...([database, new RereadingStore(), store, styles, cameraStore, journal] as const),
  );
  eventStyles = new EventStyleService(
    ...([database, styles, cameraStore, people, rereading, journal, clock] as const),
  );
  events.on('camera-event.changed', ({ event }) => void told.push(event));
  await link.onApplicationBootstrap();
  detectorLink.onApplicationBootstrap();
}

export async function closeCameraRooms(): Promise<void> {
  for (const one of started) await one.stop();
  await detectorLink.onApplicationShutdown();
  await station.close();
}

const started: { stop(): Promise<void> }[] = [];

/** Of a point of which no more is known. */
export const plainPoint = {
  ...{ direction: '', conformity: '', recorder: '', recorderChannel: '', recorderDays: null },
};

let villagesMade = 0;

export async function newCamera(password = 'mật khẩu&<1>'): Promise<CameraView> {
  const village = await villages.add(by, {
    word: 'thôn',
    name: villagesMade++ === 0 ? 'Tân Tiến' : `Tân Tiến ${villagesMade}`,
  });
  const request: NewCameraRequest = {
    ...{ name: 'Ngã ba chợ', villageId: village.id, place: '', latitude: null, longitude: null },
    ...{ purpose: 'an ninh', legalBasis: 'Luật 91/2025', noticePosted: true, owner: 'Công an xã' },
    ...{ retentionDays: 30, address: '192.168.1.64', username: 'admin', password },
    ...plainPoint,
  };
  return cameras.add(by, request);
}

/** A connector's box, without the cameras. */
export class Site {
  readonly lists: CameraList[] = [];
  readonly views: ViewOrder[] = [];
  readonly checks: CameraCheck[] = [];
  readonly replays: CameraReplay[] = [];
  readonly forgotten: string[] = [];

  private constructor(
    readonly identity: Identity,
    readonly outbox: Outbox,
    readonly device: Device,
  ) {}

  static async open(connectorId: string): Promise<Site> {
    const { identity, outbox } = await station.enrolBox(by.communeId, 'connector', connectorId);
    const clock = new TrustedClock();
    const site: Site = new Site(
      identity,
      outbox,
      new Device({
        ...{ identity, outbox, clock, software: 'spec', programmeNumber: () => 0 },
        arrived: (message, { bytes }) => {
          if (message === 'programme' || message === 'order' || message === 'camera-search') return;
          if (clock.now() === null) return;
          const opened = openFromService(message, bytes, identity.pinned, clock.now());
          if (message === 'camera-list') site.lists.push(cameraList.parse(opened));
          else if (message === 'camera-check') site.checks.push(cameraCheck.parse(opened));
          else if (message === 'camera-replay') site.replays.push(cameraReplay.parse(opened));
          else site.views.push(cameraView.parse(opened));
        },
        committed: (message) => site.forgotten.push(...message.snapshots),
      }),
    );
    site.device.start();
    started.push({
      stop: async () => {
        await site.device.stop();
        await outbox.close();
      },
    });
    return site;
  }

  async tell(...entries: Omit<Notice, 'seq'>[]): Promise<void> {
    await Promise.all(entries.map((entry) => this.outbox.append(entry)));
    await until(() => this.outbox.size === 0);
  }

  private count = 0;

  /** As every box does twice a minute. */
  sayAlive(): void {
    const { enrolment } = this.identity;
    if (enrolment === null) throw new Error('not enrolled');
    const { commune, asset, box } = enrolment;
    this.device.send('status', {
      ...{ v: 1, commune, asset, box, count: this.count++, at: Date.now(), state: 'idle', airing: null },
      ...{ programmeNumber: 0, programmeUntilAt: 0, audioReady: 0, audioNeeded: 0, clock: null, outbox: 0 },
      ...{ amplifier: null, power: 'on', freeBytes: null, startedAt: 0 },
    });
  }

  report(
    of: CameraView | readonly CameraView[],
    state: HeldState,
    revision = 1,
    more: Partial<CameraStatus['cameras'][number]> = {},
  ): void {
    const list: readonly CameraView[] = [of].flat();
    const at = Date.now();
    this.device.send('camera-status', {
      ...{ v: 1, commune: by.communeId, asset: list[0]?.connectorId ?? '', at, list: 0 },
      box: this.identity.enrolment?.box ?? '',
      cameras: list.map((camera) => ({
        ...{ camera: camera.id, revision, state, sinceAt: at, heardAt: at, clockOffsetMs: 1_500 },
        ...{ detail: '', manufacturer: 'Hikvision', model: 'DS-2CD', firmware: null, serial: null },
        certificate: null,
        ...more,
      })),
    });
  }
}

export function notice(
  camera: CameraView,
  phase: Notice['phase'],
  more: Partial<Notice> = {},
): Omit<Notice, 'seq'> {
  const raw = Buffer.from(`<wsnt:NotificationMessage>${newId()}</wsnt:NotificationMessage>`);
  const receivedAt = Date.now();
  return {
    ...{
      id: newId(),
      camera: camera.id,
      receivedAt,
      cameraTimeText: '2026-11-21T10:00:00',
      clockOffsetMs: null,
    },
    ...{ uncertaintyMs: 250, occurredAt: receivedAt - 300, topic: 'RuleEngine/CellMotionDetector/Motion' },
    ...{
      operation: 'Changed',
      kind: 'motion',
      phase,
      source: [{ name: 'Rule', value: 'a\u0000b' }],
      data: [],
    },
    raw: raw.toString('base64'),
    rawSha256: createHash('sha256').update(raw).digest('hex'),
    snapshot: null,
    ...more,
  };
}

export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries > 2_000) throw new Error(`never: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
