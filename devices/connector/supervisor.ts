import type { HeldState } from '../protocol/camera-messages.ts';
import { backoffMs } from './backoff.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { Echoes } from './echoes.ts';
import type { Notice } from './notice.ts';
import type { Passport, SourceWays } from './onvif.door.ts';
import { findEventService, pull, renew, subscribe, unsubscribe, type Subscription } from './pullpoint.ts';
import { Patience, restAfter, wasHeld } from './patience.ts';
import { atItsWord, climb, granted, nextStep, pulledOn, type Lease } from './renewal.ts';
import { Rest } from './rest.ts';
import { stateAfter, type CameraStatus, type SupervisorOptions } from './supervision.ts';

const MOST_MESSAGES = 100;
/** A camera keeps some thousand messages for whoever does not pull. */
const MOST_OLD_PULLS = 20;
const GOODBYE_MS = 2_000;
const INSPECT_MS = 30_000;
/** A subscription that was held for so long and then is gone is made anew at once; a shorter one may go on like that. */
const STEADY_MS = 1_000;
/** Descriptions in a row that never came to an end because the program did: then it is the camera that ends it. */
const MOST_INSPECTIONS = 3;

/**
 * Holds on to one camera: subscribes, pulls, keeps the subscription alive in the way that this camera bears, and comes
 * back after whatever happens. Only a refused password ends it, until it is replaced by one with new settings.
 */
export class CameraSupervisor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private describing: Promise<void> = Promise.resolve();
  private session: CameraSession | undefined;
  private passport: Passport | null = null;
  private readonly echoes = new Echoes();
  private status: CameraStatus;
  private leaving = false;
  /** Since when the present subscription is pulled well; undefined while it is not. */
  private pulledSinceMs: number | undefined;
  private readonly resting = new Rest();

  constructor(private readonly options: SupervisorOptions) {
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
    const { passport } = this;
    if (source === null) return passport ?? undefined;
    return passport?.sources.find(({ token }) => token === source);
  }

  /** Resolves when the description under way has ended, or it takes longer. */
  async described(waitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
    await Promise.race([this.describing, late]);
    clearTimeout(timer);
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
    const { memory, timing, now } = this.options;
    await session.measureClock();
    await this.options.recognise(session);
    const eventPath = await findEventService(session, session.address.devicePath);
    let held = await this.begin(session, eventPath);
    this.tell('subscribed', '');
    this.describing = this.describe(session);
    let justRenewed = false;
    let lastMessageMs = now();
    const patience = new Patience(timing.pullSeconds);

    while (!this.isStopped()) {
      if (session.clockAgeMs > timing.clockEverySeconds * 1_000) await session.measureClock();
      const quiet = now() - lastMessageMs > timing.quietSeconds * 1_000;
      const step = quiet
        ? 're-create'
        : nextStep(memory.keeping, held.endsAtMs - now(), timing.pullSeconds * 1_000);
      if (step === 'renew') {
        held = await this.renewOrClimb(session, held);
        justRenewed = true;
      } else if (step === 're-create') {
        held = await this.replace(session, eventPath, held.subscription);
        lastMessageMs = now();
      }
      const askedMs = now();
      let restMs: number;
      try {
        const pulled = await this.pull(session, held.subscription, patience.seconds);
        restMs = restAfter(pulled.notices.length, now() - askedMs);
        if (pulled.notices.length > 0) lastMessageMs = now();
        held = { ...held, ...pulledOn(held, pulled.remainingMs, now(), memory.keeping) };
      } catch (error) {
        if (patience.bears(error, now() - askedMs)) continue;
        if (wasHeld(error)) succeeded();
        // It was accepted, and then the subscription was gone: this camera does not bear it.
        if (justRenewed && error instanceof CameraFault && error.kind === 'soap-fault') {
          await memory.change({ keeping: climb('renew') });
        }
        throw error;
      }
      justRenewed = false;
      this.pulledSinceMs ??= now();
      succeeded();
      if (restMs > 0) await this.rest(restMs);
    }
  }

  /** The camera is there and answers, and what happens now is told to nobody: there is nothing to wait for. */
  private hasOnlyExpired(error: unknown): boolean {
    const { pulledSinceMs } = this;
    if (pulledSinceMs === undefined || this.options.now() - pulledSinceMs < STEADY_MS) return false;
    return error instanceof CameraFault && error.kind === 'soap-fault';
  }

  private async subscribe(session: CameraSession, eventPath: string): Promise<Held> {
    const { memory, timing, now } = this.options;
    const made = await subscribe(session, eventPath, timing.lifeSeconds);
    await memory.change({ subscription: made.subscription });
    const { subscription, remainingMs = timing.lifeSeconds * 1_000 } = made;
    return { subscription, ...granted(remainingMs, now()) };
  }

  private async pull(
    session: CameraSession,
    subscription: Subscription,
    waitSeconds: number,
  ): Promise<{ notices: readonly Notice[]; remainingMs: number | undefined }> {
    const pulled = await pull(session, subscription, {
      waitSeconds,
      limit: MOST_MESSAGES,
      deadlineMs: (waitSeconds + this.options.timing.pullGraceSeconds) * 1_000,
      signal: this.stopping.signal,
    });
    const notices = this.echoes.takenFrom(pulled.notices);
    if (notices.length > 0) {
      await this.options.deliver({ notices, receivedAt: this.options.now(), clock: session.clock });
    }
    return pulled;
  }

  private async renewOrClimb(session: CameraSession, held: Held): Promise<Held> {
    const { memory, timing, now } = this.options;
    try {
      const { subscription } = held;
      const remainingMs = await renew(session, subscription, timing.lifeSeconds);
      await memory.change({ keeping: 'renew' });
      return { subscription, ...granted(remainingMs ?? timing.lifeSeconds * 1_000, now()) };
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind === 'password-refused') throw error;
      // XiongMai refuses by HTTP 400, others by silence: whoever still answers does not bear Renew.
      await session.measureClock();
      const lease = atItsWord(held, now());
      if (lease !== undefined) return { subscription: held.subscription, ...lease };
      await memory.change({ keeping: climb('renew') });
      return held;
    }
  }

  /**
   * The new subscription first, then the rest of the old one: nothing falls between them. What both tell comes once
   * more with the first pull of the new one, and is known by its bytes. The old one is left to expire, soon by now: on
   * some devices one Unsubscribe ends every subscription, the new one too.
   */
  private async replace(session: CameraSession, eventPath: string, old: Subscription): Promise<Held> {
    const held = await this.subscribe(session, eventPath);
    await this.empty(session, old);
    return held;
  }

  /**
   * The new subscription before the one of before a crash or a lost connection is emptied and given back: what happens
   * in between is told to both or to one of them. Only where the camera has no room is the old one given back first.
   */
  private async begin(session: CameraSession, eventPath: string): Promise<Held> {
    const { memory } = this.options;
    const old = memory.subscription;
    if (old === null) return this.subscribe(session, eventPath);
    let held: Held;
    try {
      held = await this.subscribe(session, eventPath);
    } catch (error) {
      if (!(error instanceof CameraFault) || !['soap-fault', 'http'].includes(error.kind)) throw error;
      if (await this.empty(session, old)) await unsubscribe(session, old, GOODBYE_MS).catch(tolerate);
      await memory.change({ subscription: null });
      return this.subscribe(session, eventPath);
    }
    if (!(await this.empty(session, old)) || memory.isOneForAll) return held;
    await unsubscribe(session, old, GOODBYE_MS).catch(tolerate);
    try {
      await this.pull(session, held.subscription, 0);
      return held;
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind !== 'soap-fault') throw error;
      // One Unsubscribe ends them all here: from now on an old one is left to expire.
      await memory.change({ isOneForAll: true });
      return this.subscribe(session, eventPath);
    }
  }

  /** Takes what waits in an old pull point. @returns whether the camera still knew it */
  private async empty(session: CameraSession, old: Subscription): Promise<boolean> {
    const told: Notice[] = [];
    try {
      for (let turn = 0; turn < MOST_OLD_PULLS; turn += 1) {
        const { notices } = await this.pull(session, old, 0);
        told.push(...notices);
        if (notices.length < MOST_MESSAGES) break;
      }
      return true;
    } catch (error) {
      tolerate(error);
      return false;
    } finally {
      this.echoes.add(told);
    }
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

  /** Once a run, beside the pulling: a camera that cannot be described is held all the same. */
  private async describe(session: CameraSession): Promise<void> {
    const { memory } = this.options;
    if (this.passport !== null) return;
    if (memory.inspections >= MOST_INSPECTIONS) {
      this.tell(this.status.state, 'its description has stopped this program and is not asked for');
      return;
    }
    try {
      await memory.change({ inspections: memory.inspections + 1 });
      this.passport = await this.options.inspect(session, INSPECT_MS);
      this.tell(this.status.state, this.status.detail);
    } catch (error) {
      if (!this.isStopped() && this.status.state === 'subscribed') {
        this.tell(
          'subscribed',
          error instanceof CameraFault ? `description: ${error.message}` : 'description failed',
        );
      }
    } finally {
      // A full disk must not end the pulling; the count is then one too many, which three starts bear.
      await memory.change({ inspections: 0 }).catch(() => undefined);
    }
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
      passport: this.passport,
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

function tolerate(error: unknown): void {
  if (!(error instanceof CameraFault) || error.kind === 'password-refused') throw error;
}

interface Held extends Lease {
  readonly subscription: Subscription;
}
