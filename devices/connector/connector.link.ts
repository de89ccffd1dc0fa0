import { join } from 'node:path';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { BoxLink, type Arrival } from '../link/box-link.ts';
import type { DownMessage } from '../link/down-message.ts';
import { readIfThere, writeDurably } from '../link/durable-file.ts';
import type { Identity } from '../link/identity.ts';
import { Outbox } from '../link/outbox.ts';
import { TrustedClock } from '../link/trusted-clock.ts';
import { Refusal } from '../protocol/envelope.ts';
import {
  cameraCheck,
  cameraList,
  cameraSearch,
  cameraView,
  type CameraList,
  type CameraStatus,
} from '../protocol/camera-messages.ts';
import { cameraReplay } from '../protocol/replay-messages.ts';
import { cameraPasswordContext, unseal } from '../protocol/seal.ts';
import { openFromService } from '../protocol/trust.ts';
import { cameraTurn } from '../protocol/turn-messages.ts';
import type { AddressRules } from './address-rules.ts';
import { boxStatus } from './box-status.ts';
import { CameraChecks } from './camera-checks.ts';
import { cameraState, passportSaid } from './camera-words.ts';
import type { TakenPicture } from './check.rtsp.ts';
import { Connector } from './connector.core.ts';
import type { CameraReport, DesiredCamera } from './held-camera.ts';
import type { NoticeEntry } from './notice-entry.ts';
import { LiveViews } from './live-view.ts';
import { siteLookout } from './lookout.udp.ts';
import { tellAfterMs } from './pace.ts';
import { PictureMail } from './picture-mail.ts';
import { Replays } from './replays.ts';
import { PictureStore } from './pictures.store.ts';
import { SiteSearch } from './site-search.udp.ts';
import { Turns } from './turns.ts';

export interface ConnectorLinkOptions {
  readonly directory: string;
  readonly identity: Identity;
  readonly rules: AddressRules;
  readonly log: Logger;
  /** Name and version, for the hello. */
  readonly software: string;
}

const STATUS_EVERY_MS = 30_000;
const CAMERAS_EVERY_MS = 60_000;
/** Told again although nothing changed: a broker may have lost it. */
const PASSPORTS_EVERY_MS = 3_600_000;
const PICTURES_EVERY_MS = 15_000;
const FULL_DISK_WAIT_MS = 2_000;

/** A connector under one service: takes the list of cameras from it, and hands it notices, pictures and states. */
export class ConnectorLink {
  private readonly clock = new TrustedClock();
  private readonly startedAt = Date.now();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly stopping = new AbortController();
  private readonly connector: Connector;
  private readonly link: BoxLink;
  private list: CameraList | null = null;
  /** The number of the list that is in force. */
  private applied = 0;
  private listing: Promise<void> = Promise.resolve();
  private soon: NodeJS.Timeout | undefined;
  private readonly pictureMail: PictureMail;
  private toldCamerasMs: number | undefined;
  /** By camera: what was told of it last on this connection. */
  private readonly toldPassports = new Map<string, string>();
  private readonly views: LiveViews;
  private readonly turns: Turns;
  private readonly checks: CameraChecks;
  private readonly replays: Replays;
  private search: SiteSearch | undefined;
  /** Those that were begun: the broker may hand one over twice. */
  private searches: readonly string[] = [];
  private count = 0;

  /** @throws where the box is not enrolled, or its directory cannot be used */
  static async start(options: ConnectorLinkOptions): Promise<ConnectorLink> {
    const outbox = await Outbox.open(options.directory);
    const pictures = await PictureStore.open(join(options.directory, 'pictures'));
    const self = new ConnectorLink(options, outbox, pictures);
    await self.begin();
    return self;
  }

  private constructor(
    private readonly options: ConnectorLinkOptions,
    private readonly outbox: Outbox,
    private readonly pictures: PictureStore,
  ) {
    const { log } = options;
    this.connector = new Connector({
      directory: join(options.directory, 'cameras'),
      rules: options.rules,
      lookout: siteLookout(options.rules),
      correctionMs: (nowMs) => (this.clock.now() ?? nowMs) - nowMs,
      onNotices: (entries) => this.keep(entries),
      onPicture: (picture, entry) => this.keepPicture(picture, entry),
      onNoPicture: (camera, why) =>
        log.warn({ camera, kind: why.kind, reason: why.message }, 'a picture was refused'),
      onStatus: ({ camera, state, detail }) => {
        log.info({ camera, state, detail }, 'camera');
        this.tellCamerasSoon();
      },
      onTrouble: (error) => log.error({ err: error }, 'a picture was lost'),
    });
    this.views = new LiveViews({
      take: ({ camera, source }) => this.connector.livePicture(camera, source),
      send: (frame, picture) => this.link.sendFrame({ ...this.who, ...frame }, picture),
      onTrouble: (error) => log.error({ err: error }, 'a camera is not shown any more'),
      now: () => this.clock.now() ?? Date.now(),
    });
    this.turns = new Turns({
      run: (order) => this.connector.turn(order),
      tell: (said) => this.link.send('camera-turned', { ...this.head, ...said }),
      onTrouble: (error) => log.error({ err: error }, 'a camera was not turned'),
    });
    this.checks = new CameraChecks(
      {
        run: (camera, withStill) => this.connector.check(camera, withStill),
        tell: (said) => this.link.send('camera-checked', { ...this.head, ...said }),
        sendBytes: (sha256, bytes) => this.link.sendSnapshot(sha256, bytes),
      },
      (error) => log.error({ err: error }, 'a check was not done'),
    );
    this.pictureMail = new PictureMail({
      connected: () => this.link.connected,
      waiting: () => pictures.waiting(),
      send: async (sha256) => {
        const bytes = await pictures.read(sha256);
        if (bytes !== null) await this.link.sendSnapshot(sha256, bytes);
      },
      now: () => performance.now(),
    });
    this.replays = new Replays({
      fetch: (order, signal, onFrame) => this.connector.replay(order, signal, onFrame),
      send: (word, piece) => this.link.sendClip({ ...this.head, ...word }, piece),
      onTrouble: (error) => log.error({ err: error }, 'a recording was not fetched'),
    });
    this.link = new BoxLink({
      identity: options.identity,
      outbox,
      clock: this.clock,
      software: options.software,
      programmeNumber: () => this.list?.number ?? 0,
      arrived: (message, arrival) => this.take(message, arrival),
      committed: ({ snapshots }) => {
        this.checks.committed(snapshots);
        this.pictureMail.committed(snapshots);
        this.replays.committed(snapshots);
        if (snapshots.length === 0) return;
        pictures
          .remove(snapshots)
          .then(() => this.sendPictures())
          .catch((error: unknown) => log.error({ err: error }, 'a sent picture stays'));
      },
      refused: (what, refusal) => log.warn({ what, reason: refusal.reason }, 'a message was refused'),
      changed: (connected, reason) => {
        log.info({ connected, reason }, 'link');
        if (!connected) return;
        this.toldPassports.clear();
        this.tellBox();
        this.tellCamerasSoon();
        this.pictureMail.forget();
        this.sendPictures();
      },
    });
  }

  /** Gives every pull point back and says goodbye. What was not committed stays on disk. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.search?.cancel();
    this.views.stop();
    this.replays.stop();
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.soon);
    await this.listing;
    await this.connector.stop();
    await this.link.stop();
    await this.outbox.close();
  }

  /** The cameras of before the restart are held at once, whether the service answers or not. */
  private async begin(): Promise<void> {
    const found = await readIfThere(this.listFile);
    const remembered = found === null ? null : cameraList.safeParse(JSON.parse(found.toString('utf8')));
    if (remembered?.success === true) await this.useList(remembered.data);
    this.link.start();
    this.timers.push(
      setInterval(() => this.tellBox(), STATUS_EVERY_MS),
      setInterval(() => this.tellCameras(), CAMERAS_EVERY_MS),
      setInterval(() => this.toldPassports.clear(), PASSPORTS_EVERY_MS),
      setInterval(() => this.sendPictures(), PICTURES_EVERY_MS),
      setInterval(() => void this.checks.sendAgain(), PICTURES_EVERY_MS),
    );
  }

  private get listFile(): string {
    return join(this.options.directory, 'camera-list.json');
  }

  private take(message: DownMessage, arrival: Arrival): void {
    try {
      if (message === 'camera-list') this.takeList(arrival);
      if (message === 'camera-search') this.takeSearch(arrival);
      if (message === 'camera-view') this.views.order(this.openOfNow('camera-view', cameraView, arrival));
      if (message === 'camera-turn') this.turns.take(this.openOfNow('camera-turn', cameraTurn, arrival));
      if (message === 'camera-check') this.checks.take(this.openOfNow('camera-check', cameraCheck, arrival));
      if (message === 'camera-replay')
        this.replays.take(this.openOfNow('camera-replay', cameraReplay, arrival));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.options.log.warn({ what: message, reason: error.reason }, 'a message was refused');
    }
  }

  private takeList({ bytes }: Arrival): void {
    const { identity, log } = this.options;
    const message = openFromService('camera-list', bytes, identity.pinned, this.clock.now() ?? Date.now());
    const parsed = cameraList.safeParse(message);
    if (!parsed.success) throw new Refusal('bad-shape', parsed.error.issues[0]?.path.join('.') ?? '');
    const list = parsed.data;
    if (list.commune !== identity.enrolment?.commune) throw new Refusal('wrong-commune');
    if (list.connector !== identity.enrolment.asset) throw new Refusal('wrong-target', 'another connector');
    const newest = this.list?.number ?? 0;
    if (list.number < newest) throw new Refusal('replayed', 'an older list');
    if (list.number === newest) return;
    this.list = list;
    this.listing = this.listing
      .then(() => writeDurably(this.listFile, JSON.stringify(list)))
      .catch((error: unknown) => log.error({ err: error }, 'the camera list is not kept over a restart'))
      .then(() => this.useList(list))
      .catch((error: unknown) => log.error({ err: error }, 'the camera list could not be used'));
  }

  private takeSearch(arrival: Arrival): void {
    const { log, rules } = this.options;
    const { search, ranges, cancel } = this.openOfNow('camera-search', cameraSearch, arrival);
    if (cancel) {
      this.search?.cancel();
      return;
    }
    if (this.searches.includes(search)) return;
    this.searches = [...this.searches.slice(-15), search];
    this.search?.cancel();
    this.search = new SiteSearch(search, rules, (findings) =>
      this.link.send('camera-findings', { ...this.head, ...findings }),
    );
    this.search.run(ranges).catch((error: unknown) => log.error({ err: error }, 'the search failed'));
  }

  /** What a person has just asked for. Without trusted time one of last year could be played back. @throws Refusal */
  private openOfNow<T extends { commune: string; connector: string; expiresAt?: number }>(
    type: 'camera-search' | 'camera-view' | 'camera-turn' | 'camera-check' | 'camera-replay',
    shape: z.ZodType<T>,
    { bytes, retained }: Arrival,
  ): T {
    const { identity } = this.options;
    const now = this.clock.now();
    if (now === null || retained) throw new Refusal('replayed', 'not of now');
    const parsed = shape.safeParse(openFromService(type, bytes, identity.pinned, now));
    if (!parsed.success) throw new Refusal('bad-shape', parsed.error.issues[0]?.path.join('.') ?? '');
    const { commune, connector, expiresAt = now } = parsed.data;
    if (commune !== identity.enrolment?.commune) throw new Refusal('wrong-commune');
    if (connector !== identity.enrolment.asset) throw new Refusal('wrong-target', 'another connector');
    if (expiresAt < now) throw new Refusal('expired');
    return parsed.data;
  }

  private async useList(list: CameraList): Promise<void> {
    this.list = list;
    const sealing = this.options.identity.keys.sealing;
    if (sealing === null) throw new Error('this box has no key that passwords could be sealed to');
    const cameras: DesiredCamera[] = [];
    for (const { sealedPassword, ...camera } of list.cameras) {
      try {
        const password = await unseal(
          sealing.privateKey,
          sealedPassword,
          cameraPasswordContext(camera.camera),
        );
        cameras.push({ ...camera, password });
      } catch (error) {
        // One camera's secret sealed to a replaced box must not take the other cameras away.
        this.options.log.error({ err: error, camera: camera.camera }, 'a password cannot be opened');
      }
    }
    await this.connector.apply(cameras, list.morePictures ?? null);
    this.applied = list.number;
    this.tellCamerasSoon();
  }

  /** On a full disk it waits for room: the camera's own queue holds meanwhile, since nothing is pulled. */
  private async keep(entries: readonly NoticeEntry[]): Promise<void> {
    for (let left = entries, told = false; left.length > 0; told = true) {
      const kept = await Promise.allSettled(left.map((entry) => this.outbox.append(entry)));
      const lost = kept.find((one) => one.status === 'rejected');
      if (lost === undefined) return;
      if (this.stopping.signal.aborted) throw lost.reason;
      if (!told) this.options.log.error({ err: lost.reason as unknown }, 'notices wait for room on the disk');
      left = left.filter((_entry, index) => kept[index]?.status === 'rejected');
      await new Promise((resolve) => setTimeout(resolve, FULL_DISK_WAIT_MS));
    }
  }

  private async keepPicture(picture: TakenPicture, entry: NoticeEntry): Promise<void> {
    await this.pictures.put(picture.sha256, picture.bytes);
    await this.outbox.append(entry);
    this.sendPictures();
  }

  /** Sends until the service says that it has them. */
  private sendPictures(): void {
    this.pictureMail
      .pump()
      .catch((error: unknown) => this.options.log.warn({ err: error }, 'pictures wait for the link'));
  }

  private tellCamerasSoon(): void {
    if (this.soon !== undefined || this.stopping.signal.aborted) return;
    this.soon = setTimeout(
      () => {
        this.soon = undefined;
        this.tellCameras();
      },
      tellAfterMs(this.toldCamerasMs, performance.now()),
    );
  }

  private get who(): { v: 1; commune: string; asset: string; box: string } {
    const { enrolment } = this.options.identity;
    if (enrolment === null) throw new Error('not enrolled');
    const { commune, asset, box } = enrolment;
    return { v: 1, commune, asset, box };
  }

  private get head(): { v: 1; commune: string; asset: string; box: string; at: number } {
    return { ...this.who, at: Math.round(this.clock.now() ?? Date.now()) };
  }

  private tellCameras(): void {
    this.toldCamerasMs = performance.now();
    const reports = this.connector.reports();
    const cameras = reports.map((report) => cameraState(report, this.head.at));
    const message: CameraStatus = { ...this.head, list: this.applied, cameras };
    this.link.send('camera-status', message);
    this.tellMoved(reports);
    this.tellPassports(reports);
  }

  /** Told until the list knows of it. */
  private tellMoved(reports: readonly CameraReport[]): void {
    for (const { camera, revision, moved } of reports) {
      const listed = this.list?.cameras.find((one) => one.camera === camera);
      if (moved === null || listed?.revision !== revision || listed.address === moved.to) continue;
      const { to, same } = moved;
      this.link.send('camera-moved', {
        ...this.head,
        camera,
        revision,
        from: listed.address,
        to,
        same: [...same],
      });
    }
  }

  private tellPassports(reports: readonly CameraReport[]): void {
    if (!this.link.connected) return;
    for (const report of reports) {
      const { camera, revision, passport } = report;
      if (passport === null) continue;
      const said = passportSaid(passport, report);
      const text = JSON.stringify([revision, said]);
      if (this.toldPassports.get(camera) === text) continue;
      this.toldPassports.set(camera, text);
      this.link.send('camera-passport', { ...this.head, camera, revision, passport: said });
    }
  }

  private tellBox(): void {
    const { clock, outbox, startedAt } = this;
    const told = { count: this.count++, clock: clock.state(), outbox: outbox.size, startedAt };
    this.link.send('status', boxStatus(this.head, { ...told, programmeNumber: this.list?.number ?? 0 }));
  }
}
