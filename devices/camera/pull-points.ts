/** A camera has about eight pull points (seen in the field); a client that leaks them locks itself out. */
export const PULL_POINT_LIMIT = 8;
const QUEUE_LIMIT = 1_000;

export interface PullPoint {
  readonly id: string;
  terminatesAt: number;
  readonly queue: string[];
  /** Messages thrown away because nobody pulled them. */
  dropped: number;
  wake: (() => void) | undefined;
}

/**
 * The subscriptions of one camera. Times are the machine's, not the camera's: a camera whose clock is set wrong
 * counts its minutes rightly all the same.
 */
export class PullPoints {
  private readonly live = new Map<string, PullPoint>();
  private made = 0;

  /** Milliseconds that a subscription has left. */
  remainingMs(point: PullPoint): number {
    return point.terminatesAt - Date.now();
  }

  extend(point: PullPoint, lifeMs: number): void {
    point.terminatesAt = Date.now() + lifeMs;
  }

  /** Undefined when all are taken. */
  create(lifeMs: number, firstMessages: readonly string[]): PullPoint | undefined {
    this.sweep();
    if (this.live.size >= PULL_POINT_LIMIT) return undefined;
    const point: PullPoint = {
      id: String(++this.made),
      terminatesAt: Date.now() + lifeMs,
      queue: [...firstMessages],
      dropped: 0,
      wake: undefined,
    };
    this.live.set(point.id, point);
    return point;
  }

  find(id: string): PullPoint | undefined {
    this.sweep();
    return this.live.get(id);
  }

  get size(): number {
    this.sweep();
    return this.live.size;
  }

  /** Pulls that wait for a message at this moment. */
  get waiting(): number {
    return [...this.live.values()].filter(({ wake }) => wake !== undefined).length;
  }

  remove(id: string): void {
    const point = this.live.get(id);
    this.live.delete(id);
    point?.wake?.();
  }

  removeAll(): void {
    for (const id of [...this.live.keys()]) this.remove(id);
  }

  publish(message: string): void {
    this.sweep();
    for (const point of this.live.values()) this.push(point, [message]);
  }

  push(point: PullPoint, messages: readonly string[]): void {
    point.queue.push(...messages);
    if (point.queue.length > QUEUE_LIMIT)
      point.dropped += point.queue.splice(0, point.queue.length - QUEUE_LIMIT).length;
    point.wake?.();
  }

  /**
   * Long poll: answers as soon as there is a message, else after `timeoutMs`. Undefined when the subscription ended
   * meanwhile. A second pull on the same point ends the first one empty-handed.
   */
  async pull(point: PullPoint, timeoutMs: number, limit: number): Promise<readonly string[] | undefined> {
    if (point.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(timeoutMs, Math.max(0, point.terminatesAt - Date.now())));
        function done(): void {
          clearTimeout(timer);
          if (point.wake === done) point.wake = undefined;
          resolve();
        }
        point.wake?.();
        point.wake = done;
      });
    }
    if (this.find(point.id) === undefined) return undefined;
    return point.queue.splice(0, limit);
  }

  private sweep(): void {
    const now = Date.now();
    for (const point of [...this.live.values()]) if (point.terminatesAt <= now) this.remove(point.id);
  }
}
