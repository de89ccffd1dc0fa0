/** Where a camera looks: pan and tilt from -1 to 1, zoom from 0 to 1 (ONVIF's generic spaces). */
export interface Position {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number;
}

export const HOME: Position = { pan: 0, tilt: 0, zoom: 0 };
/** From one end to the other at full speed. */
const WHOLE_WAY_MS = 5_000;
/** Of a camera that is told to turn and never to stop. */
const LONGEST_MS = 10_000;

/** The motors of one channel. Places are what its owner has set, by their tokens. */
export class Turning {
  readonly places = new Map<string, { readonly name: string; readonly position: Position }>([
    ['1', { name: 'Cổng chính', position: { pan: -0.6, tilt: 0, zoom: 0 } }],
    ['1.10', { name: 'Ngã ba', position: { pan: 0.6, tilt: 0.2, zoom: 0.5 } }],
  ]);
  private from = HOME;
  private speed: Position = HOME;
  private sinceMs = 0;
  private untilMs = 0;

  /** @param nowMs steady */
  at(nowMs: number): Position {
    const passed = (Math.min(nowMs, this.untilMs) - this.sinceMs) / WHOLE_WAY_MS;
    const moved = (name: keyof Position, least: number): number =>
      Math.min(1, Math.max(least, this.from[name] + 2 * this.speed[name] * Math.max(0, passed)));
    return { pan: moved('pan', -1), tilt: moved('tilt', -1), zoom: moved('zoom', 0) };
  }

  isMoving(nowMs: number): boolean {
    return nowMs < this.untilMs && Object.values(this.speed).some((one: number) => one !== 0);
  }

  /** What is not told goes on as it is. */
  move(speed: Partial<Position>, forMs: number | undefined, nowMs: number): void {
    this.from = this.at(nowMs);
    this.speed = { ...(this.isMoving(nowMs) ? this.speed : HOME), ...speed };
    this.sinceMs = nowMs;
    this.untilMs = nowMs + Math.min(forMs ?? LONGEST_MS, LONGEST_MS);
  }

  stop(nowMs: number): void {
    this.from = this.at(nowMs);
    this.untilMs = nowMs;
  }

  /** At once: nobody waits for a drawing's motors. */
  goTo(position: Position, nowMs: number): void {
    this.stop(nowMs);
    this.from = position;
  }
}
