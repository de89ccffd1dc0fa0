import type { HeldState } from '../protocol/camera-messages.ts';
import { backoffMs } from './backoff.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { Description } from './description.ts';
import { Echoes } from './echoes.ts';
import type { SourceWays } from './onvif.door.ts';
import { Patience, restAfter, wasUnanswered } from './patience.ts';
import { findEventService, pull, unsubscribe, type Subscription } from './pullpoint.ts';
import { Rest } from './rest.ts';
import { GOODBYE_MS, MOST_MESSAGES, Subscriber } from './subscriber.ts';
import { stateAfter, type CameraStatus, type SupervisorOptions } from './supervision.ts';

/** A subscription that was held for so long and then is gone is made anew at once; a shorter one may go on like that. */
const STEADY_MS = 1_000;

/**
 * Holds on to one camera: subscribes, pulls, keeps the subscription alive in the way that this camera bears, and comes
 * back after whatever happens. Only a refused password ends it, until it is replaced by one with new settings.
 */
export class CameraSupervisor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private session: CameraSession | undefined;
  private readonly description: Description;
  private readonly echoes = new Echoes();
  private status: CameraStatus;
  private leaving = false;
  /** Since when the present subscription is pulled well; undefined while it is not. */
  private pulledSinceMs: number | undefined;
  private readonly resting = new Rest();
  /** What was learned of how it answers pulls. A camera that only falls silent is the same one when it is back. */
  private patience: Patience;

  constructor(private readonly options: SupervisorOptions) {
    this.description = new Description(options, (why) => this.tellDescribed(why));
    this.patience = new Patience(options.timing.pullSeconds);
    this.status = {
      state: 'connecting',
      sinceAt: options.now(),
      heardAt: null,
      clockOffsetMs: null,
      detail: '',
      passport: null,
      certificate: null,
    };
  }

  get current(): CameraStatus {
    return {
      ...this.status,
      heardAt: this.session?.heardAtMs ?? this.status.heardAt,
      clockOffsetMs: this.session?.clock?.offsetMs ?? this.status.clockOffsetMs,
    };
  }

  /** The session to take pictures with; undefined while the camera is not held. */
  get live(): CameraSession | undefined {
    return this.status.state === 'subscribed' ? this.session : undefined;
  }

  /**
   * Where pictures of a source are (null: of the device), waiting for a description under way; undefined when there are
   * none or it takes longer.
   */
  async pictureAddress(waitMs: number, source: string | null = null): Promise<string | undefined> {
    await this.described(waitMs);
    return this.ways(source)?.pictureAddress ?? undefined;
  }

  /** Of a source (null: of the device), as far as it was described; undefined: it was not. */
  ways(source: string | null): Pick<SourceWays, 'pictureAddress' | 'streamAddress'> | undefined {
    return this.description.ways(source);
  }

  /** Resolves when the description under way has ended, or it takes longer. */
  described(waitMs: number): Promise<void> {
    return this.description.ended(waitMs);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Gives the pull point back (within two seconds) and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Tries again at once instead of waiting on: the camera was found somewhere. */
  retryNow(): void {
    this.resting.wake();
  }

  /**
   * Hands the camera over: what it is telling at this moment is taken to its end before the pull point is given back,
   * since whoever holds it next hears nothing of it again.
   */
  async leave(): Promise<void> {
    this.leaving = true;
    this.resting.wake();
    const { pullSeconds, pullGraceSeconds } = this.options.timing;
    const patience = setTimeout(() => this.stopping.abort(), (pullSeconds + pullGraceSeconds) * 1_000);
    await this.running;
    clearTimeout(patience);
  }

  private readonly isStopped = (): boolean => this.leaving || this.stopping.signal.aborted;

  private async run(): Promise<void> {
    let failures = 0;
    this.tell('connecting', '');
    while (!this.isStopped()) {
      const session = this.options.open();
      this.session = session;
      let isAtOnce = false;
      try {
        await this.hold(session, () => (failures = 0));
      } catch (error) {
        isAtOnce = this.hasOnlyExpired(error);
        if (!wasUnanswered(error)) this.patience = new Patience(this.options.timing.pullSeconds);
        if (!this.isStopped()) this.tellFault(error);
      }
      this.pulledSinceMs = undefined;
      if (this.isStopped()) await this.sayGoodbye(session);
      this.keepFigures(session);
      this.session = undefined;
      await session.close();
      if (this.isStopped()) {
        // Whoever stopped it may throw its memory away now: nothing more is written.
        await this.described(GOODBYE_MS);
        return;
      }
      if (isAtOnce) continue;
      failures += 1;
      if (this.status.state === 'unreachable' || this.status.state === 'other-device') this.options.lost();
      await this.rest(
        this.status.state === 'password-refused' ? undefined : backoffMs(failures, this.options.random()),
      );
    }
  }

  /** Subscribes and pulls until something fails or `stop`. */
  private async hold(session: CameraSession, succeeded: () => void): Promise<void> {
    const { timing, now } = this.options;
    const { patience } = this;
    await session.measureClock();
    await this.options.recognise(session);
    const eventPath = await findEventService(session, session.address.devicePath);
    const subscriber = new Subscriber(session, eventPath, {
      ...{ options: this.options, echoes: this.echoes, patience, stopping: this.stopping.signal },
      learned: () => this.tell(this.status.state, this.status.detail),
    });
    await subscriber.begin();
    this.tell('subscribed', '');
    this.description.begin(session);

    while (!this.isStopped()) {
      if (session.clockAgeMs > timing.clockEverySeconds * 1_000) await session.measureClock();
      await subscriber.tend();
      const askedMs = now();
      let messages: number | undefined;
      try {
        messages = await subscriber.pull();
      } catch (error) {
        if (patience.bears(error, now() - askedMs)) {
          await subscriber.replace();
          continue;
        }
        if (wasUnanswered(error)) succeeded();
        throw error;
      }
      this.pulledSinceMs ??= now();
      succeeded();
      const restMs = messages === undefined ? 0 : restAfter(messages, now() - askedMs);
      if (restMs > 0) await this.rest(restMs);
    }
  }

  /** The camera is there and answers, and what happens now is told to nobody: there is nothing to wait for. */
  private hasOnlyExpired(error: unknown): boolean {
    const { pulledSinceMs } = this;
    if (pulledSinceMs === undefined || this.options.now() - pulledSinceMs < STEADY_MS) return false;
    return error instanceof CameraFault && error.kind === 'soap-fault';
  }

  private async sayGoodbye(session: CameraSession): Promise<void> {
    const { memory } = this.options;
    const held = memory.subscription;
    if (held === null) return;
    try {
      if (this.leaving) await this.pullRest(session, held);
      await unsubscribe(session, held, GOODBYE_MS);
      await memory.change({ subscription: null });
    } catch {
      // Remembered on disk: given back at the next start, or it expires.
    }
  }

  /** What came since the last pull. */
  private async pullRest(session: CameraSession, held: Subscription): Promise<void> {
    const options = { waitSeconds: 0, limit: MOST_MESSAGES, deadlineMs: GOODBYE_MS };
    const { notices } = await pull(session, held, options);
    if (notices.length === 0) return;
    await this.options.deliver({ notices, receivedAt: this.options.now(), clock: session.clock });
  }

  private tellDescribed(why: string | undefined): void {
    if (why === undefined) this.tell(this.status.state, this.status.detail);
    else if (!this.isStopped() && this.status.state === 'subscribed') this.tell('subscribed', why);
  }

  private tellFault(error: unknown): void {
    const state = stateAfter(error, this.options.isPinned);
    const certificate = error instanceof CameraFault && error.kind === 'certificate' ? error.subcode : '';
    const detail = error instanceof Error ? error.message : 'unknown';
    this.tell(state, detail, certificate === '' ? null : certificate);
  }

  private tell(state: HeldState, detail: string, certificate: string | null = null): void {
    const { now, report } = this.options;
    const changed = state !== this.status.state;
    this.status = {
      ...this.current,
      state,
      sinceAt: changed ? now() : this.status.sinceAt,
      detail: detail.slice(0, 300),
      passport: this.description.passport,
      certificate,
    };
    report(this.current);
  }

  private keepFigures(session: CameraSession): void {
    this.status = {
      ...this.status,
      heardAt: session.heardAtMs ?? this.status.heardAt,
      clockOffsetMs: session.clock?.offsetMs ?? this.status.clockOffsetMs,
    };
  }

  /** @param ms undefined: until `stop` */
  private async rest(ms: number | undefined): Promise<void> {
    if (!this.isStopped()) await this.resting.for(ms, this.stopping.signal);
  }
}
