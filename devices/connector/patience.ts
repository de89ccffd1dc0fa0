import { CameraFault, isHangUp } from './camera-fault.ts';

/** With 100 messages a pull, more than any camera that is not broken has to tell. */
const FASTEST_PULL_MS = 50;
/** Some answer at once that there is nothing, instead of waiting: asked as fast, they would do nothing else. */
const EMPTY_PULL_MS = 500;
/** A connection that ends sooner was not waited on: the camera is going, or does not keep it. */
const SHORTEST_WAIT_MS = 1_000;

/** Asked for as long as it is not known whether the camera keeps to it: soon over, and still a wait. */
const PROBE_SECONDS = 1;
/** One empty answer at once may be how a server begins each subscription. */
const EMPTY_TO_BE_PUNCTUAL = 2;

/** How long a camera bears being asked to wait for its messages, and whether it answers when that is over. */
export class Patience {
  private empties = 0;
  private hasHungUp = false;
  private isSpent = false;

  constructor(private waiting: number) {}

  /** How long the next pull may wait at the camera. */
  get seconds(): number {
    return this.isPunctual ? this.waiting : Math.min(PROBE_SECONDS, this.waiting);
  }

  /** It has answered with nothing when it was asked to: a pull that it does not answer is not one that it holds. */
  get isPunctual(): boolean {
    return this.empties >= EMPTY_TO_BE_PUNCTUAL;
  }

  /**
   * Some hold an answer for a minute or until there is something to tell, however long they were asked to. Given up in
   * its time, such a pull may take with it what is told to it then.
   */
  get mayBeHeld(): boolean {
    return !this.isPunctual && !this.isSpent;
  }

  /** @param wasHeld the camera answered other questions meanwhile, after this one should have been answered */
  answered(messages: number, tookMs: number, wasHeld: boolean): void {
    this.isSpent = false;
    if (messages > 0 && !wasHeld) return;
    this.hasHungUp = false;
    if (wasHeld) this.empties = 0;
    else this.empties += tookMs < EMPTY_PULL_MS ? 1 : EMPTY_TO_BE_PUNCTUAL;
  }

  /** Nothing holds a pull for so long: until the next answer, none is waited for. */
  spend(): void {
    this.isSpent = true;
  }

  /**
   * A Tapo closes every connection that has been silent for ten seconds, also one that it was asked to be silent on
   * (agsh/onvif pull request 314). Its subscription goes on, and at the second time it is asked to wait half as long. A
   * server that was started anew hangs up as well, once, and may go on to answer pulls of a subscription that it does
   * not know, with nothing: the subscription is to be made anew after each.
   *
   * @returns whether that is how this pull ended, so that the next one may follow at once
   */
  bears(error: unknown, tookMs: number): boolean {
    const seconds = Math.max(1, Math.floor(tookMs / 2_000));
    if (!isHangUp(error) || tookMs < SHORTEST_WAIT_MS || seconds >= this.waiting) return false;
    if (this.hasHungUp) this.waiting = seconds;
    this.hasHungUp = true;
    return true;
  }
}

/**
 * Whether a pull was not answered in its time, after a subscription that was. Each such turn has waited already, and if
 * the rests between them grew as well, the subscription would run out in a rest and what happens then be told to nobody.
 */
export function wasUnanswered(error: unknown): boolean {
  return error instanceof CameraFault && error.kind === 'timeout';
}

/** How long to leave a camera alone after it gave so many messages in so long. Milliseconds. */
export function restAfter(messages: number, tookMs: number): number {
  const least = messages === 0 ? EMPTY_PULL_MS : FASTEST_PULL_MS;
  return tookMs < least ? least : 0;
}
