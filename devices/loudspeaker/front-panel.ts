import { monotonicNow } from '../link/trusted-clock.ts';
import type { Amplifier } from './amplifier.ts';
import type { BoxState } from './box-state.ts';
import { isLit, lampCode } from './lamp.ts';
import type { LampCode } from './lamp.ts';
import type { Input, Pins } from './pins.ts';

/** What lies behind the panel; a box that is not enrolled yet has fewer. */
export interface BehindThePanel {
  readonly state: () => BoxState;
  /** Somebody presses the button at the pole. */
  readonly pressed: () => void;
  readonly powerFails: () => void;
  readonly powerIsBack: () => void;
}

const tickMs = 50;
/** Of so many ticks one looks how the box is. */
const looksEvery = 8;
/** Mains that flicker are not back yet. */
const steadyMainsMs = 3_000;

/** Lamp, button and the two watched wires of a pole, between the pins and the agent. */
export class FrontPanel {
  private readonly timer: NodeJS.Timeout;
  private ticks = 0;
  private behind: BehindThePanel;
  private code: LampCode | null = null;
  private codeSinceMs = 0;
  private lit = false;
  private mainsTimer: NodeJS.Timeout | null = null;
  private isFailing = false;

  constructor(
    private readonly pins: Pins,
    private readonly amplifier: Amplifier,
    behind: BehindThePanel,
  ) {
    this.behind = behind;
    this.timer = setInterval(() => this.tick(), tickMs);
    pins.watch((input, on) => this.felt(input, on));
  }

  /** It has been enrolled meanwhile. */
  stand(behind: BehindThePanel): void {
    this.behind = behind;
    if (this.isFailing) behind.powerFails();
  }

  close(): void {
    clearInterval(this.timer);
    if (this.mainsTimer !== null) clearTimeout(this.mainsTimer);
    this.pins.set('led', false);
  }

  private felt(input: Input, on: boolean): void {
    if (input === 'sense') this.amplifier.felt(on);
    else if (input === 'button') {
      if (on) this.behind.pressed();
    } else if (!on) this.powerFails();
    else if (this.isFailing) {
      this.mainsTimer ??= setTimeout(() => {
        this.mainsTimer = null;
        this.isFailing = false;
        this.behind.powerIsBack();
      }, steadyMainsMs);
    }
  }

  private powerFails(): void {
    if (this.mainsTimer !== null) clearTimeout(this.mainsTimer);
    this.mainsTimer = null;
    if (this.isFailing) return;
    this.isFailing = true;
    this.behind.powerFails();
  }

  private tick(): void {
    if (!this.pins.wired.has('led')) return;
    const now = monotonicNow();
    this.ticks += 1;
    const code = this.ticks % looksEvery === 1 ? lampCode(this.behind.state()) : this.code;
    if (code === null) return;
    if (code !== this.code) {
      this.code = code;
      this.codeSinceMs = now;
    }
    const lit = isLit(code, now - this.codeSinceMs);
    if (lit === this.lit) return;
    this.lit = lit;
    this.pins.set('led', lit);
  }
}
