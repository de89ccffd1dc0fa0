import { monotonicNow } from '../link/trusted-clock.ts';
import { AmplifierSense } from './amplifier-sense.ts';
import type { AmplifierHears, CameOut, SenseTimes } from './amplifier-sense.ts';
import type { Pins } from './pins.ts';

export interface AmplifierOptions {
  /** The relay goes on so long before the first sample, for amplifiers that need to wake (ms). */
  readonly leadMs: number;
  readonly times?: SenseTimes;
}

const lookMs = 500;
/** Between two items that follow each other the relay does not click. */
const restMs = 200;

/**
 * The amplifier behind its relay: on only while a signed, unexpired item plays, and from `leadMs` before it. Silence is
 * the safe state. Where the sense wire is there, what comes out of it is held against what was ordered.
 */
export class Amplifier {
  readonly leadMs: number;
  private isOn = false;
  private expected: NodeJS.Timeout | null = null;
  private expectedAtMs: number | null = null;
  private airing: string | null = null;
  private told: AmplifierHears | null = null;
  private readonly sense: AmplifierSense | null;
  private readonly timer: NodeJS.Timeout | null;
  /** What is heard behind it is another thing than before. */
  changed: (hears: AmplifierHears | null) => void = () => undefined;

  constructor(
    private readonly pins: Pins,
    options: AmplifierOptions,
  ) {
    this.leadMs = pins.wired.has('relay') ? options.leadMs : 0;
    this.sense = pins.wired.has('sense') ? new AmplifierSense(monotonicNow(), options.times) : null;
    this.told = this.hears;
    this.timer = this.sense === null ? null : setInterval(() => this.look(), lookMs);
    this.timer?.unref();
  }

  get on(): boolean {
    return this.isOn;
  }

  /** Null where nothing listens behind it. */
  get hears(): AmplifierHears | null {
    return this.sense?.look(monotonicNow()) ?? null;
  }

  /** The sense wire. */
  felt(isSound: boolean): void {
    this.sense?.felt(isSound, monotonicNow());
    this.look();
  }

  /** Something will be audible then (monotonic ms). */
  expect(atMs: number): void {
    this.forget();
    this.expectedAtMs = atMs;
    const inMs = atMs - this.leadMs - monotonicNow();
    if (inMs <= 0) this.switch(true);
    else this.expected = setTimeout(() => this.switch(true), inMs);
  }

  /** What was expected will not be. @param atMs alone what was expected then: something else may be by now */
  forget(atMs?: number): void {
    if (atMs !== undefined && atMs !== this.expectedAtMs) return;
    if (this.expected !== null) clearTimeout(this.expected);
    this.expected = null;
    this.expectedAtMs = null;
    if (this.airing === null) this.switch(false);
  }

  began(airing: string): void {
    if (this.expected !== null) clearTimeout(this.expected);
    this.expected = null;
    this.expectedAtMs = null;
    this.airing = airing;
    this.switch(true);
    this.sense?.began(airing, monotonicNow());
  }

  /** Nothing is audible any more. Off, unless something is about to be. */
  over(): void {
    this.sense?.over(monotonicNow());
    this.airing = null;
    const next = this.expectedAtMs;
    if (next === null || next - this.leadMs > monotonicNow() + restMs) this.switch(false);
  }

  /** How much of an airing that is over came out of the amplifier, as far as anybody listens there. */
  cameOut(airing: string): CameOut {
    return this.sense?.cameOut(airing) ?? 'all';
  }

  /** Off, whatever was ordered: the box ends, or loses its mains. */
  off(): void {
    this.airing = null;
    this.forget();
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.off();
  }

  private switch(on: boolean): void {
    if (on === this.isOn) return;
    this.isOn = on;
    this.pins.set('relay', on);
    this.sense?.switched(on, monotonicNow());
  }

  private look(): void {
    const { hears } = this;
    if (hears === this.told) return;
    this.told = hears;
    this.changed(hears);
  }
}
