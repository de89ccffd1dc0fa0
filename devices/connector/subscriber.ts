import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { Echoes } from './echoes.ts';
import { endsWithin } from './ends-within.ts';
import type { Notice } from './notice.ts';
import type { Patience } from './patience.ts';
import { pull, renew, subscribe, unsubscribe, type Pulled, type Subscription } from './pullpoint.ts';
import { atItsWord, climb, granted, nextStep, pulledOn, type Keeping, type Lease } from './renewal.ts';
import type { SupervisorOptions } from './supervision.ts';

export const MOST_MESSAGES = 100;
/** A camera keeps some thousand messages for whoever does not pull. */
const MOST_OLD_PULLS = 20;
export const GOODBYE_MS = 2_000;

interface Held extends Lease {
  readonly subscription: Subscription;
}

export interface SubscriberOptions {
  readonly options: Pick<SupervisorOptions, 'memory' | 'timing' | 'now' | 'deliver'>;
  readonly echoes: Echoes;
  readonly patience: Patience;
  /** Ends a pull under way. */
  readonly stopping: AbortSignal;
  /** Something about the camera is known now that is told with it. */
  readonly learned: () => void;
}

/** What one session holds at a camera: a subscription, pulled, kept alive and made anew in the way that this camera bears. */
export class Subscriber {
  private held: Held | undefined;
  private justRenewed = false;
  /** The old one was given back after this one was made, which was not pulled since. */
  private mayBeGone = false;
  private lastMessageMs: number;

  constructor(
    private readonly session: CameraSession,
    private readonly eventPath: string,
    private readonly by: SubscriberOptions,
  ) {
    this.lastMessageMs = by.options.now();
  }

  /**
   * The new subscription before the one of before a crash or a lost connection is emptied and given back: what happens
   * in between is told to both or to one of them. Only where the camera has no room is the old one given back first.
   *
   * @throws CameraFault
   */
  async begin(): Promise<void> {
    this.held = await this.begun();
  }

  /** Before each pull. @throws CameraFault */
  async tend(): Promise<void> {
    const { now, timing } = this.by.options;
    const isQuiet = now() - this.lastMessageMs > timing.quietSeconds * 1_000;
    const step = isQuiet ? 're-create' : this.step();
    if (step === 'renew') await this.renewOrClimb();
    else if (step === 're-create') await this.replace();
  }

  /**
   * The new subscription first, then the rest of the old one: nothing falls between them. What both tell comes once
   * more with the first pull of the new one, and is known by its bytes. The old one is left to expire, soon by now: on
   * some devices one Unsubscribe ends every subscription, the new one too.
   *
   * @throws CameraFault
   */
  async replace(): Promise<void> {
    const old = this.present.subscription;
    await this.makeAnew();
    await this.empty(old);
  }

  /**
   * One pull to its end. One that is not answered in its time is waited for on as long as the camera lives, where it may
   * be one that is held; the subscription is kept alive meanwhile, and where it must be made anew, the new one is there
   * before the pull of the old one is given up.
   *
   * @returns how many messages it brought; undefined: none, and the subscription was made anew
   * @throws CameraFault
   */
  async pull(): Promise<number | undefined> {
    const { memory, now } = this.by.options;
    try {
      const messages = await this.waitOn();
      this.justRenewed = false;
      this.mayBeGone = false;
      if (messages !== 0) this.lastMessageMs = now();
      return messages;
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind !== 'soap-fault') throw error;
      if (this.mayBeGone) {
        // One Unsubscribe ends them all here: from now on an old one is left to expire.
        await memory.change({ isOneForAll: true });
        await this.makeAnew();
        return undefined;
      }
      // It was accepted, and then the subscription was gone: this camera does not bear it.
      if (this.justRenewed) await memory.change({ keeping: climb('renew') });
      throw error;
    }
  }

  private async waitOn(): Promise<number | undefined> {
    const { by, session } = this;
    const { memory, timing, now } = by.options;
    const { seconds, mayBeHeld } = by.patience;
    const askedMs = now();
    const inTimeMs = (seconds + timing.pullGraceSeconds) * 1_000;
    const spentMs = timing.holdSeconds * 1_000;
    const over = new AbortController();
    const end = (): void => over.abort();
    by.stopping.addEventListener('abort', end, { once: true });
    if (by.stopping.aborted) end();
    // The watch below ends it sooner.
    const deadlineMs = mayBeHeld ? spentMs * 2 : inTimeMs;
    const pulling = this.take(this.present.subscription, seconds, { deadlineMs, signal: over.signal });
    let wasHeld = false;
    try {
      for (
        let ms = inTimeMs;
        mayBeHeld && !(await endsWithin(pulling, ms));
        ms = timing.pullSeconds * 1_000
      ) {
        await Promise.race([pulling, this.proveAlive(now() - askedMs)]);
        if (await endsWithin(pulling, 0)) break;
        wasHeld = true;
        const isSpent = now() - askedMs >= spentMs;
        if (!isSpent && this.step() === 'renew') await this.renewOrClimb();
        if (!isSpent && this.step() !== 're-create') continue;
        if (isSpent) by.patience.spend();
        await this.makeAnew();
        // What was told before that is on its way, and here before the answer to another question.
        await session.measureClock();
        if (await endsWithin(pulling, 0)) by.echoes.add((await pulling).notices);
        return undefined;
      }
      const { notices, remainingMs } = await pulling;
      by.patience.answered(notices.length, now() - askedMs, wasHeld);
      await this.rememberHolding(wasHeld);
      const held = this.present;
      this.held = { ...held, ...pulledOn(held, remainingMs, now(), memory.keeping) };
      return notices.length;
    } finally {
      by.stopping.removeEventListener('abort', end);
      end();
    }
  }

  /** @throws CameraFault `timeout`, where it answers nothing else either */
  private async proveAlive(silentMs: number): Promise<void> {
    try {
      await this.session.measureClock();
    } catch (error) {
      const told = `no whole answer within ${String(Math.round(silentMs / 1_000))} s, nor to anything else`;
      throw new CameraFault('timeout', told, '', { cause: error });
    }
  }

  private async rememberHolding(wasHeld: boolean): Promise<void> {
    const { memory } = this.by.options;
    const isHolding = wasHeld || (memory.isHolding && !this.by.patience.isPunctual);
    if (isHolding === memory.isHolding) return;
    await memory.change({ isHolding });
    this.by.learned();
  }

  private get present(): Held {
    if (this.held === undefined) throw new Error('nothing is held yet');
    return this.held;
  }

  private step(): Keeping {
    const { memory, timing, now } = this.by.options;
    return nextStep(memory.keeping, this.present.endsAtMs - now(), timing.pullSeconds * 1_000);
  }

  private async makeAnew(): Promise<void> {
    this.held = await this.subscribe();
    this.mayBeGone = false;
    this.lastMessageMs = this.by.options.now();
  }

  private async subscribe(): Promise<Held> {
    const { memory, timing, now } = this.by.options;
    const made = await subscribe(this.session, this.eventPath, timing.lifeSeconds);
    await memory.change({ subscription: made.subscription });
    const { subscription, remainingMs = timing.lifeSeconds * 1_000 } = made;
    return { subscription, ...granted(remainingMs, now()) };
  }

  private async take(
    subscription: Subscription,
    waitSeconds: number,
    limits: { readonly deadlineMs: number; readonly signal: AbortSignal } = {
      deadlineMs: (waitSeconds + this.by.options.timing.pullGraceSeconds) * 1_000,
      signal: this.by.stopping,
    },
  ): Promise<Pulled> {
    const { session } = this;
    const { now, deliver } = this.by.options;
    const pulled = await pull(session, subscription, { waitSeconds, limit: MOST_MESSAGES, ...limits });
    const notices = this.by.echoes.takenFrom(pulled.notices);
    if (notices.length > 0) await deliver({ notices, receivedAt: now(), clock: session.clock });
    return pulled;
  }

  private async renewOrClimb(): Promise<void> {
    const { session, present } = this;
    const { memory, timing, now } = this.by.options;
    this.justRenewed = true;
    try {
      const remainingMs = await renew(session, present.subscription, timing.lifeSeconds);
      await memory.change({ keeping: 'renew' });
      this.held = { ...present, ...granted(remainingMs ?? timing.lifeSeconds * 1_000, now()) };
    } catch (error) {
      if (!(error instanceof CameraFault) || error.kind === 'password-refused') throw error;
      // XiongMai refuses by HTTP 400, others by silence: whoever still answers does not bear Renew.
      await session.measureClock();
      const lease = atItsWord(present, now());
      if (lease === undefined) await memory.change({ keeping: climb('renew') });
      else this.held = { subscription: present.subscription, ...lease };
    }
  }

  private async begun(): Promise<Held> {
    const { session } = this;
    const { memory } = this.by.options;
    const old = memory.subscription;
    if (old === null) return this.subscribe();
    let held: Held;
    try {
      held = await this.subscribe();
    } catch (error) {
      if (!(error instanceof CameraFault) || !['soap-fault', 'http'].includes(error.kind)) throw error;
      if (await this.empty(old)) await unsubscribe(session, old, GOODBYE_MS).catch(tolerate);
      await memory.change({ subscription: null });
      return this.subscribe();
    }
    // Where pulls are held, whether the new one outlived that would be asked in vain.
    if ((await this.empty(old)) && !memory.isOneForAll && !memory.isHolding) {
      await unsubscribe(session, old, GOODBYE_MS).catch(tolerate);
      this.mayBeGone = true;
    }
    return held;
  }

  /** Takes what waits in an old pull point. @returns whether the camera still knew it */
  private async empty(old: Subscription): Promise<boolean> {
    const told: Notice[] = [];
    try {
      for (let turn = 0; turn < MOST_OLD_PULLS; turn += 1) {
        const { notices } = await this.take(old, 0);
        told.push(...notices);
        if (notices.length < MOST_MESSAGES) break;
      }
      return true;
    } catch (error) {
      tolerate(error);
      return false;
    } finally {
      this.by.echoes.add(told);
    }
  }
}

function tolerate(error: unknown): void {
  if (!(error instanceof CameraFault) || error.kind === 'password-refused') throw error;
}
