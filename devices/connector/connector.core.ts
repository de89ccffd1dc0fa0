import { v7 } from 'uuid';
import type { Identity } from '../protocol/camera-identity.ts';
import type { MorePictures } from '../protocol/camera-messages.ts';
import type { CameraReplay } from '../protocol/replay-messages.ts';
import type { AddressRules } from './address-rules.ts';
import { readCameraAddress, type CameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { CameraSession } from './camera-session.undici.ts';
import { Credential } from './credential.ts';
import type { EventPicturesOptions } from './event-pictures.ts';
import { EventPictures, PICTURE_DEADLINE_MS, PICTURE_LIMITS } from './event-pictures.ts';
import { FloodGate, laterBy } from './flood-gate.ts';
import { CameraMemory } from './memory.store.ts';
import { noticeEntry, type NoticeEntry } from './notice-entry.ts';
import { inspect } from './onvif.door.ts';
import type { Lookout } from './lookout.ts';
import { recognise } from './recognition.ts';
import { fetchReplay } from './recorder-replay.rtsp.ts';
import { RecordingBook, type Kept } from './recording-book.ts';
import { sourceNamed } from '../protocol/video-sources.ts';
import { isOneDevice } from './held-camera.ts';
import type { CameraReport, DesiredCamera, HeldCamera } from './held-camera.ts';
import { checkCamera, type CheckOutcome } from './check.rtsp.ts';
import { USUAL_TIMING, type Delivery, type SupervisorTiming } from './supervision.ts';
import { CameraSupervisor } from './supervisor.ts';
import type { Fetched } from './replays.ts';
import { livePictureOf } from './live-picture.ts';
import type { LivePicture } from './live-picture.ts';
import type { CameraTurn } from '../protocol/turn-messages.ts';
import { turnCamera, type TurnOutcome } from './turning.onvif.ts';
import { firstPlace, nextSeekMs, seek, type Whereabouts } from './whereabouts.ts';

export interface ConnectorOptions extends Pick<EventPicturesOptions, 'onPicture' | 'onNoPicture'> {
  /** For what must survive a crash; one file a camera. */
  readonly directory: string;
  readonly rules: AddressRules;
  /** Resolves when the notices are durable. */
  readonly onNotices: (entries: readonly NoticeEntry[]) => Promise<void>;
  /** At each change of one camera. */
  readonly onStatus: (report: CameraReport) => void;
  /** Of this program itself, never of a camera: a full disk, a bug. */
  readonly onTrouble: (error: unknown) => void;
  /** Where lost cameras may be. */
  readonly lookout: Lookout;
  readonly timing?: SupervisorTiming;
  /** Steady milliseconds, near those since 1970: pushing the host's clock about must not move them. */
  readonly now?: () => number;
  /** What must be added to an instant of `now` to make it true time. */
  readonly correctionMs?: (nowMs: number) => number;
  readonly random?: () => number;
}

const FLOOD_TOLD_AFTER_MS = 3_000;
/** The cameras of one site: holds on to each that is desired, lets go of the rest. */
export class Connector {
  private readonly held = new Map<string, HeldCamera>();
  private applying: Promise<void> = Promise.resolve();
  private readonly now: () => number;
  private readonly correctionMs: (nowMs: number) => number;
  private readonly pictures: EventPictures;

  constructor(private readonly options: ConnectorOptions) {
    this.now = options.now ?? steadyNow;
    this.correctionMs = options.correctionMs ?? (() => 0);
    const { now, correctionMs } = this;
    this.pictures = new EventPictures({ ...options, now, correctionMs });
  }

  /** The whole list, as it should be from now on. Cameras that did not change are left alone. */
  apply(cameras: readonly DesiredCamera[], more: MorePictures | null = null): Promise<void> {
    this.pictures.want(more);
    this.applying = this.applying.then(() => this.change(cameras));
    return this.applying;
  }

  /** How each camera is held; instants are true ones. */
  reports(): CameraReport[] {
    return [...this.held.values()].map((one) => this.corrected(one.report()));
  }

  /**
   * A picture for eyes that wait now; an event's own picture does not wait for it.
   *
   * @param source of the recorder that `camera` then is; left out: what the camera shows
   */
  livePicture(camera: string, source?: string): Promise<LivePicture> {
    const shown = source === undefined ? this.shownBy(camera) : { held: this.held.get(camera), source };
    return livePictureOf(shown.held?.supervisor, PICTURE_LIMITS, shown.source);
  }

  /** Turns a camera, or tells where it can be turned to. */
  turn({ camera, ask }: CameraTurn): Promise<TurnOutcome> {
    const { held, source } = this.shownBy(camera);
    return turnCamera(held?.supervisor?.live, source, ask);
  }

  /** The device that shows a camera, and by which of its sources where it is a recorder. */
  private shownBy(camera: string): { held: HeldCamera | undefined; source: string | null } {
    for (const held of this.held.values()) {
      const channel = held.channels.find((one) => one.camera === camera);
      if (channel !== undefined) return { held, source: channel.source };
    }
    return { held: this.held.get(camera), source: null };
  }

  /** Looks after one camera now. Undefined when it is not held. */
  async check(camera: string, withStill: boolean): Promise<CheckOutcome | undefined> {
    const { held, source } = this.shownBy(camera);
    const address = held?.place?.address;
    if (held?.supervisor === undefined || address === undefined) return undefined;
    const { supervisor, desired } = held;
    const session = supervisor.live;
    // A description may still be under way; one that is missing says nothing of what the camera has.
    if (session !== undefined) await supervisor.described(PICTURE_DEADLINE_MS);
    const { pictureAddress, streamAddress } = supervisor.ways(source) ?? {};
    const checked = await checkCamera(this.options.rules, {
      ...{ address, desired, credential: held.credential, streamAddress },
      prove: session === undefined ? undefined : () => session.prove(),
      picture:
        session === undefined || pictureAddress === undefined
          ? undefined
          : pictureAddress === null
            ? null
            : () => this.pictures.fetch(session, pictureAddress),
      recording: session === undefined ? undefined : () => this.kept(held, session, source),
    });
    const noticeAt = source === null ? Math.max(0, ...held.noticesAt.values()) : held.noticesAt.get(source);
    return {
      ...{ ...checked, revision: desired.revision, still: withStill ? checked.still : null },
      noticeAt: noticeAt ? Math.round(noticeAt + this.correctionMs(noticeAt)) : null,
    };
  }

  /** Fetches a range of what a camera's device keeps. @throws ReplayRefused, CameraFault */
  replay(
    order: CameraReplay,
    signal: AbortSignal,
    onFrame: (bytes: Buffer, reachedAt: number) => Promise<void>,
  ): Promise<Fetched> {
    const at = { rules: this.options.rules, correctionMs: this.correctionMs(this.now()) };
    return fetchReplay({ ...at, ...this.shownBy(order.camera) }, order, signal, onFrame);
  }

  private kept(held: HeldCamera, session: CameraSession, source: string | null): Promise<Kept> {
    const sources = held.supervisor?.current.passport?.sources ?? [];
    return held.recordings.kept(session, source, sources, this.correctionMs(this.now()));
  }

  /** Lets go of every camera and gives its pull point back; what was learned of each stays on disk. */
  async stop(): Promise<void> {
    this.pictures.stop();
    await this.applying;
    await Promise.all(
      [...this.held.values()].map(async ({ supervisor, memory }) => {
        await supervisor?.stop();
        await memory?.settled();
      }),
    );
    this.held.clear();
  }

  private async change(cameras: readonly DesiredCamera[]): Promise<void> {
    const wanted = new Map(cameras.map((one) => [one.camera, one]));
    const leaving = [...this.held].filter(
      ([id, { desired }]) => wanted.get(id)?.revision !== desired.revision,
    );
    await Promise.all(
      leaving.map(async ([id, { supervisor, memory, credential }]) => {
        await (wanted.has(id) ? supervisor?.stop() : supervisor?.leave());
        credential.leave();
        if (!wanted.has(id)) await memory?.forget();
        this.held.delete(id);
      }),
    );
    for (const { camera, channels } of cameras) {
      const held = this.held.get(camera);
      if (held !== undefined) held.channels = channels ?? [];
    }
    await Promise.all(cameras.filter(({ camera }) => !this.held.has(camera)).map((one) => this.begin(one)));
  }

  private async begin(desired: DesiredCamera): Promise<void> {
    const { options } = this;
    const who = { camera: desired.camera, revision: desired.revision };
    let address;
    try {
      address = readCameraAddress(desired.address);
    } catch (error) {
      const sinceAt = this.now();
      const detail = error instanceof CameraFault ? error.message : 'the address cannot be read';
      const status = {
        state: 'fault',
        sinceAt,
        heardAt: null,
        clockOffsetMs: null,
        detail,
        passport: null,
        certificate: null,
        moved: null,
        keeping: 'pulling',
        isHolding: false,
        shed: null,
      } as const;
      this.hold(desired, { gate: new FloodGate(), credential: new Credential() }, () => ({
        ...who,
        ...status,
      }));
      options.onStatus(this.corrected({ ...who, ...status }));
      return;
    }
    const memory = await CameraMemory.open(
      options.directory,
      desired.camera,
      `${address.origin}${address.devicePath}`,
    );
    const place = firstPlace(address);
    const credential = new Credential(() => {
      memory.change({ refused: desired.revision }).catch((error: unknown) => options.onTrouble(error));
    });
    if (memory.refused === desired.revision) {
      credential.remember(
        new CameraFault('password-refused', 'the camera refused the password before a restart'),
      );
    }
    const shared = { rules: options.rules, now: this.now, manners: { isLoose: false } };
    const sessionAt = (where: CameraAddress, by: Credential): CameraSession =>
      new CameraSession({ ...desired, ...shared, credential: by, address: where });
    const gate = new FloodGate();
    const known = (): Identity | null => desired.identity ?? supervisor.current.passport;
    const supervisor = new CameraSupervisor({
      open: () => sessionAt(place.address, credential),
      isPinned: desired.certificate !== null,
      memory,
      now: this.now,
      random: options.random ?? Math.random,
      timing: options.timing ?? USUAL_TIMING,
      inspect,
      recognise: async (session) => {
        const identity = known();
        if (identity !== null) await recognise(session, session.address.devicePath, identity);
        place.seeks = 0;
      },
      lost: () => {
        const identity = known();
        if (identity === null || this.now() < place.seekAfterMs) return;
        place.seekAfterMs = this.now() + nextSeekMs(place);
        const isHeld = (): boolean => this.held.get(desired.camera)?.desired === desired;
        // What answers elsewhere may be another device: its refusal says nothing of this one's password.
        const elsewhere = (where: CameraAddress): CameraSession => sessionAt(where, new Credential());
        seek(options.lookout, identity, { place, memory, sessionAt: elsewhere, isHeld }).then(
          (found) => {
            if (found) supervisor.retryNow();
          },
          (error: unknown) => options.onTrouble(error),
        );
      },
      deliver: (delivery) => this.deliver(desired.camera, delivery),
      report: (status) => {
        if (status.passport !== null) this.shareCredential(desired.camera);
        options.onStatus(this.corrected({ ...who, ...status, ...learned() }));
      },
    });
    const learned = (): Pick<CameraReport, 'keeping' | 'isHolding' | 'moved' | 'shed'> => ({
      keeping: memory.keeping,
      isHolding: memory.isHolding,
      moved: place.moved,
      shed: gate.shed,
    });
    this.hold(desired, { supervisor, memory, place, gate, credential }, () => ({
      ...{ ...who, ...supervisor.current, ...learned() },
    }));
    this.shareCredential(desired.camera);
    supervisor.start();
  }

  /** A device that is registered twice looks at one password: a changed one must not cost it a try for each. */
  private shareCredential(camera: string): void {
    const held = this.held.get(camera);
    if (held === undefined) return;
    for (const other of this.held.values())
      if (other !== held && isOneDevice(held, other)) held.credential.shareWith(other.credential);
  }

  private hold(
    desired: DesiredCamera,
    by: Pick<HeldCamera, 'gate' | 'credential'> & {
      supervisor?: CameraSupervisor;
      memory?: CameraMemory;
      place?: Whereabouts;
    },
    report: () => CameraReport,
  ): void {
    const { supervisor, memory, place, gate, credential } = by;
    this.held.set(desired.camera, {
      ...{ desired, supervisor, memory, place, gate, credential, report, tellingFlood: undefined },
      ...{
        channels: desired.channels ?? [],
        pictures: new Map(),
        noticesAt: new Map(),
        recordings: new RecordingBook(this.now),
      },
    });
  }

  /** The first of them, where a camera tells more than it is believed to have to tell. */
  private unshed(camera: string, { notices, receivedAt }: Delivery): Delivery['notices'] {
    const held = this.held.get(camera);
    const passing = held?.gate.admit(notices.length, receivedAt) ?? notices.length;
    if (held === undefined || passing === notices.length) return notices;
    held.tellingFlood ??= setTimeout(() => {
      held.tellingFlood = undefined;
      this.options.onStatus(this.corrected(held.report()));
    }, FLOOD_TOLD_AFTER_MS).unref();
    return notices.slice(0, passing);
  }

  private noteHeard(camera: string, entries: readonly NoticeEntry[], at: number): void {
    const held = this.held.get(camera);
    const sources = held?.supervisor?.current.passport?.sources ?? [];
    for (const { source } of entries) held?.noticesAt.set(sourceNamed(source, sources) ?? '', at);
  }

  private async deliver(camera: string, delivery: Delivery): Promise<void> {
    const notices = this.unshed(camera, delivery);
    if (notices.length === 0) return;
    const correction = this.correctionMs(delivery.receivedAt);
    const receivedAt = Math.round(delivery.receivedAt + correction);
    const clock =
      delivery.clock === undefined
        ? undefined
        : { ...delivery.clock, offsetMs: Math.round(delivery.clock.offsetMs - correction) };
    // As they were told, also within one millisecond: by their ids kept notices are read again.
    const entries = notices.map((notice, seq) =>
      noticeEntry(notice, { id: v7({ msecs: receivedAt, seq }), camera, receivedAt, clock }),
    );
    this.noteHeard(camera, entries, delivery.receivedAt);
    const handOn = this.pictures.begin(this.held.get(camera), entries);
    await this.options.onNotices(entries);
    handOn();
  }

  private corrected(report: CameraReport): CameraReport {
    const correction = this.correctionMs(this.now());
    return {
      ...report,
      sinceAt: Math.round(report.sinceAt + correction),
      heardAt: report.heardAt === null ? null : Math.round(report.heardAt + correction),
      clockOffsetMs: report.clockOffsetMs === null ? null : Math.round(report.clockOffsetMs - correction),
      shed: report.shed === null ? null : laterBy(report.shed, correction),
    };
  }
}

function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
