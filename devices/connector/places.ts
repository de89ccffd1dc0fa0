import { CameraFault } from './camera-fault.ts';

/** So many at once; the others wait in the order in which they came. */
export class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** @param isUrgent before those who wait already. @returns gives it back, once. @throws CameraFault `timeout` */
  async take(patienceMs: number, isUrgent = false): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await this.handedOn(patienceMs, isUrgent);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    };
  }

  private handedOn(patienceMs: number, isUrgent: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new CameraFault('timeout', 'others who ask the same device took too long'));
      }, patienceMs);
      if (isUrgent) this.waiting.unshift(go);
      else this.waiting.push(go);
    });
  }
}
