import { CameraFault, isNo } from './camera-fault.ts';

/**
 * What a device takes the password at. `soap` is what must take it; `optional` a call that a weak account may be
 * refused; stills and streams may have accounts of their own.
 */
export type Door = 'soap' | 'optional' | 'picture' | 'stream';

export interface Use<T> {
  readonly door: Door;
  /** An answer that is so long in coming is no refusal: a device looks at the password first, and waits or draws then. */
  readonly judgedAfterMs?: number;
  /**
   * The device waits before it answers: the answer says what the password was worth when it was asked. Where others use
   * the same password, it is proved first.
   */
  readonly isLongPoll?: boolean;
  /** Tries the password where it must be taken; undefined: that cannot be asked now. */
  readonly prove?: (() => Promise<unknown>) | undefined;
  /** Whether a result shows that the password was looked at and taken; by itself, each does. */
  readonly isTaken?: (result: T) => boolean;
}

export interface Turn {
  /** Nobody vouches for the password: what was agreed on before (a nonce) may be as old as the password. */
  readonly isFirst: boolean;
  /** The device said no, and what that means is being found out: the others wait for it. */
  readonly doubt: () => void;
}

/** One use tries the password, and the others wait for what becomes of it. */
interface Judging {
  readonly doubt: () => void;
  readonly end: (vouches: boolean) => void;
}

const JUDGED_AFTER_MS = 3_000;
/** A device that said no is asked the time (5 s at most), and then maybe once more. */
const DOUBTED_MS = 8_000;
/** To wait for one's turn, beside what is asked then: a recorder's channels may all ask at once. */
const PATIENCE_MS = 20_000;
/** A judgement that took longer is an old one by the time that it is known: the next use is the one that tries. */
const VOUCHES_MS = 1_000;
/** So soon after the password was taken, a refusal elsewhere is about that other door. */
const FRESH_MS = 5_000;

/** What is known of a password, by whoever uses it for the same device. */
interface Known {
  refusal: CameraFault | undefined;
  judging: Promise<boolean> | undefined;
  provedAtMs: number;
  /** Doors that have taken it: refused there now, it was changed. */
  readonly taken: Set<Door>;
  /** Doors that refused it while it was good elsewhere. */
  readonly shut: Map<Door, CameraFault>;
  /** Each is told of the refusal, once. */
  readonly onRefused: Set<(why: CameraFault) => void>;
}

/**
 * One device's password as this program uses it: calls, stills and streams of all of its channels share this. A device
 * may lock the account at the third wrong try, so a changed password must cost one: at any time one use tries it, the
 * others wait for the judgement, and the first refusal ends them all until a person has changed something.
 */
export class Credential {
  private known: Known;

  /** @param onRefused told once */
  constructor(private readonly onRefused: (why: CameraFault) => void = () => undefined) {
    this.known = {
      ...{ refusal: undefined, judging: undefined, provedAtMs: -Infinity },
      ...{ taken: new Set(), shut: new Map(), onRefused: new Set([onRefused]) },
    };
  }

  /**
   * The device that `other` is for is this one, registered twice with the same user and password: from now on what one
   * learns of the password both know. What was refused stays with whom it was refused: a person may have said it anew to
   * the other.
   */
  shareWith(other: Credential): void {
    if (this.known === other.known) return;
    if (this.known.refusal !== undefined || other.known.refusal !== undefined) return;
    this.leave();
    this.known = other.known;
    this.known.onRefused.add(this.onRefused);
  }

  /** It is not held any more: nobody needs to tell it anything. */
  leave(): void {
    this.known.onRefused.delete(this.onRefused);
  }

  /** Undefined: it may be used there. */
  refusalAt(door: Door): CameraFault | undefined {
    return this.known.refusal ?? this.known.shut.get(door);
  }

  /** It was refused before this program was started. */
  remember(why: CameraFault): void {
    this.known.refusal = why;
  }

  /** @throws CameraFault `password-refused` without another try, `timeout`, and whatever `work` throws */
  async use<T>(use: Use<T>, work: (turn: Turn) => Promise<T>): Promise<T> {
    const untilMs = performance.now() + PATIENCE_MS;
    const judging = await this.turn(use, untilMs);
    const begunMs = performance.now();
    let isGood = false;
    try {
      const result = await work({ isFirst: judging !== null, doubt: () => judging?.doubt() });
      isGood = use.isTaken?.(result) ?? true;
      if (isGood) {
        // As of when it was sent: a long poll is judged before it waits.
        this.known.provedAtMs = Math.max(this.known.provedAtMs, begunMs);
        this.known.taken.add(use.door);
      }
      return result;
    } catch (error) {
      if (error instanceof CameraFault && error.kind === 'password-refused') this.refused(use.door, error);
      throw error;
    } finally {
      judging?.end(isGood && use.isLongPoll !== true && performance.now() - begunMs <= VOUCHES_MS);
    }
  }

  /**
   * Waits until the password may be tried, or was just judged good.
   *
   * @returns what tells the others whether it vouches; null: another one just did for this one. A long poll tries by
   *   itself: it sets out every few seconds, and on the word of others, just when the password is changed, it and the
   *   next use would be two tries.
   */
  private async turn<T>(
    { door, prove, judgedAfterMs, isLongPoll }: Use<T>,
    untilMs: number,
  ): Promise<Judging | null> {
    // Judged one after another for as long as a refusal may take, a dozen entries would hardly get to pull at all.
    if (isLongPoll === true && this.isShared && prove !== undefined && (await isProvedBy(prove))) return null;
    for (let isProved = false; ;) {
      const refusal = this.refusalAt(door);
      if (refusal !== undefined) throw refusal;
      if (!isProved && door !== 'soap' && !this.takes(door) && !this.isFresh()) {
        // Refused there, it could be the password or the door: it is tried where that is no question.
        if (prove === undefined)
          throw new CameraFault('timeout', 'the password cannot be tried elsewhere first');
        await prove();
        isProved = true;
      } else if (this.known.judging === undefined) return this.beginJudging(judgedAfterMs ?? JUDGED_AFTER_MS);
      else if ((await this.judged(this.known.judging, untilMs)) && isLongPoll !== true && this.takes(door)) {
        const meanwhile = this.refusalAt(door);
        if (meanwhile !== undefined) throw meanwhile;
        return null;
      }
    }
  }

  /** @throws CameraFault `timeout` */
  private async judged(judging: Promise<boolean>, untilMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new CameraFault('timeout', 'another use of the password took too long')),
        untilMs - performance.now(),
      );
    });
    try {
      return await Promise.race([judging, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private beginJudging(afterMs: number): Judging {
    const { known } = this;
    let settle: (vouches: boolean) => void = () => undefined;
    const judging = new Promise<boolean>((resolve) => (settle = resolve));
    const end = (vouches: boolean): void => {
      clearTimeout(timer);
      if (known.judging === judging) known.judging = undefined;
      settle(vouches);
    };
    let timer = setTimeout(() => end(false), afterMs);
    const doubt = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(false), DOUBTED_MS);
    };
    known.judging = judging;
    return { doubt, end };
  }

  private get isShared(): boolean {
    return this.known.onRefused.size > 1;
  }

  private takes(door: Door): boolean {
    return door !== 'optional' && this.known.taken.has(door);
  }

  private isFresh(): boolean {
    return performance.now() - this.known.provedAtMs < FRESH_MS;
  }

  private refused(door: Door, why: CameraFault): void {
    const { known } = this;
    if (known.refusal !== undefined || door === 'optional') return;
    if (door !== 'soap' && !this.takes(door)) {
      known.shut.set(door, why);
      return;
    }
    known.refusal = why;
    for (const tell of known.onRefused) tell(why);
  }
}

/** @returns false where the device does not say. @throws CameraFault `password-refused`, and where it does not answer */
async function isProvedBy(prove: () => Promise<unknown>): Promise<boolean> {
  try {
    await prove();
    return true;
  } catch (error) {
    if (isNo(error)) return false;
    throw error;
  }
}
