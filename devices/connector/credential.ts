import { CameraFault, isNo } from './camera-fault.ts';
import { Places } from './places.ts';

/**
 * What a device takes the password at. `soap` is what must take it; `optional` a call that a weak account may be
 * refused; stills and streams may have accounts of their own.
 */
export type Door = 'soap' | 'optional' | 'picture' | 'stream';

export interface Use<T> {
  readonly door: Door;
  /** The device waits before it answers. Where others use the same password, it is proved first. */
  readonly isLongPoll?: boolean;
  /** Tries the password where it must be taken; undefined: that cannot be asked now. */
  readonly prove?: (() => Promise<unknown>) | undefined;
  /** Whether a result shows that the password was looked at and taken; by itself, each does. */
  readonly isTaken?: (result: T) => boolean;
}

export interface Turn {
  /**
   * Before each time that the password is shown, and where the device said no and what that means is being found out:
   * nobody else tries until this one is judged, or so long has passed in silence. A device looks at the password first,
   * and waits or draws then.
   *
   * @throws CameraFault `password-refused` where it was refused meanwhile, `timeout`
   */
  readonly hold: (judgedAfterMs: number) => Promise<void>;
  /** The device took it; the rest of its answer may still be coming. */
  readonly taken: () => void;
}

/** For a device that says no at its leisure. */
export const JUDGED_AFTER_MS = 3_000;
/** To wait for others: a recorder's channels may all ask at once. */
export const PATIENCE_MS = 20_000;
/** So soon after the password was taken, a refusal elsewhere is about that other door. */
const FRESH_MS = 5_000;
/** A clock that rings later has told nothing: this program was held up itself, and may not have read the answer. */
const LATE_MS = 20;

/** What is known of a password, by whoever uses it for the same device. */
interface Known {
  refusal: CameraFault | undefined;
  /** Whose try is on its way. */
  readonly trying: Places;
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
 * may lock the account at the third wrong try, so a changed password must cost one: at any time one use shows it, the
 * next one when that was judged, and the first refusal ends them all until a person has changed something.
 */
export class Credential {
  private known: Known;

  /** @param onRefused told once */
  constructor(private readonly onRefused: (why: CameraFault) => void = () => undefined) {
    this.known = {
      ...{ refusal: undefined, trying: new Places(1), provedAtMs: -Infinity },
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

  /**
   * @param work holds its turn whenever it shows the password
   * @throws CameraFault `password-refused` without another try, `timeout`, and whatever `work` throws
   */
  async use<T>(use: Use<T>, work: (turn: Turn) => Promise<T>): Promise<T> {
    const isProved = await this.isProved(use);
    const trial = new Trial({
      isProved,
      trying: () => this.known.trying,
      refusal: () => this.refusalAt(use.door),
      taken: (shownAtMs) => this.noteTaken(use.door, shownAtMs),
    });
    try {
      const result = await work(trial);
      if (use.isTaken?.(result) ?? true) trial.taken();
      return result;
    } catch (error) {
      if (error instanceof CameraFault && error.kind === 'password-refused') this.refused(use.door, error);
      throw error;
    } finally {
      trial.end();
    }
  }

  /**
   * Tries it where it must be taken, if a refusal here could be the password or the door.
   *
   * @returns whether it goes out on the word of that, without a turn of its own: of a long poll's a refusal's time would
   *   be waited for, and a dozen entries of one device would hardly get to pull at all
   */
  private async isProved<T>({ door, prove, isLongPoll }: Use<T>): Promise<boolean> {
    const refusal = this.refusalAt(door);
    if (refusal !== undefined) throw refusal;
    if (door === 'soap')
      return isLongPoll === true && this.isShared && prove !== undefined && (await isProvedBy(prove));
    if (this.takes(door) || this.isFresh()) return false;
    if (prove === undefined) throw new CameraFault('timeout', 'the password cannot be tried elsewhere first');
    await prove();
    return false;
  }

  private noteTaken(door: Door, shownAtMs: number): void {
    this.known.provedAtMs = Math.max(this.known.provedAtMs, shownAtMs);
    this.known.taken.add(door);
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

/** What a use tells of its try, and is told. */
interface Judge {
  readonly isProved: boolean;
  readonly trying: () => Places;
  readonly refusal: () => CameraFault | undefined;
  readonly taken: (shownAtMs: number) => void;
}

class Trial implements Turn {
  /** What it was judged as of: a long poll is, before it waits. */
  private shownAtMs = performance.now();
  private isProved: boolean;
  /** And may have been refused: the others wait for it. */
  private hasShown = false;
  private release: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly judge: Judge) {
    this.isProved = judge.isProved;
  }

  readonly hold = async (judgedAfterMs: number): Promise<void> => {
    clearTimeout(this.timer);
    if (!this.isProved) this.release ??= await this.judge.trying().take(PATIENCE_MS, this.hasShown);
    this.isProved = false;
    const refusal = this.judge.refusal();
    if (refusal !== undefined) throw refusal;
    this.shownAtMs = performance.now();
    this.hasShown = true;
    this.wait(judgedAfterMs);
  };

  readonly taken = (): void => {
    this.judge.taken(this.shownAtMs);
    this.end();
  };

  end(): void {
    clearTimeout(this.timer);
    this.release?.();
    this.release = undefined;
  }

  private wait(ms: number): void {
    const dueMs = performance.now() + ms;
    this.timer = setTimeout(() => {
      if (performance.now() - dueMs > LATE_MS) this.wait(ms);
      else this.end();
    }, ms);
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
