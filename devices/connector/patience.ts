import { CameraFault, isHangUp } from './camera-fault.ts';

/** With 100 messages a pull, more than any camera that is not broken has to tell. */
const FASTEST_PULL_MS = 50;
/** Some answer at once that there is nothing, instead of waiting: asked as fast, they would do nothing else. */
const EMPTY_PULL_MS = 500;
/** A connection that ends sooner was not waited on: the camera is going, or does not keep it. */
const SHORTEST_WAIT_MS = 1_000;

/** How long a camera bears being asked to wait for its messages. One for each time that it is held. */
export class Patience {
  constructor(private waiting: number) {}

  /** How long the next pull may wait at the camera. */
  get seconds(): number {
    return this.waiting;
  }

  /**
   * A Tapo closes every connection that has been silent for ten seconds, also one that it was asked to be silent on
   * (agsh/onvif pull request 314): its subscription goes on, and it is asked to wait half as long.
   *
   * @returns whether that is how this pull ended, so that the next one may follow at once
   */
  bears(error: unknown, tookMs: number): boolean {
    const seconds = Math.max(1, Math.floor(tookMs / 2_000));
    if (!isHangUp(error) || tookMs < SHORTEST_WAIT_MS || seconds >= this.waiting) return false;
    this.waiting = seconds;
    return true;
  }
}

/**
 * Whether a pull was not answered in its time, after a subscription that was. Some hold an answer for a minute or until
 * there is something to tell, however long they were asked to: each such turn has waited already, and if the rests
 * between them grew as well, the subscription would run out in a rest and what happens then be told to nobody.
 */
export function wasHeld(error: unknown): boolean {
  return error instanceof CameraFault && error.kind === 'timeout';
}

/** How long to leave a camera alone after it gave so many messages in so long. Milliseconds. */
export function restAfter(messages: number, tookMs: number): number {
  const least = messages === 0 ? EMPTY_PULL_MS : FASTEST_PULL_MS;
  return tookMs < least ? least : 0;
}
